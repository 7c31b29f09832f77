// Work on many deliveries of a queue: found by index, done in short transactions that follow one another, or counted. It decides
// nothing about who may ask for what.
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import { type AuditEntry, audit } from "./audit.ts";
import type { QueueAdminOptions, QueuePart } from "./queue-admin.ts";
import { type Handling, insisting, lockQueue, setRows, settleLines, type Standing, standingOf } from "./queue-steps.ts";

/** Rows of one transaction, so that a long queue holds up nobody. */
const STEP_ROWS = 500;

/** Which rows a step takes: a state, and when they came into it or are due. */
export interface Kind {
  state: "rejected" | "ready" | "behind";
  /** `past`: since a time, up to the begin of the work; `ahead`: due after it; `any`: whenever. */
  due: "past" | "ahead" | "any";
}

/** `due_at` of a dead letter is when it became one. */
export const REJECTED: Kind = { state: "rejected", due: "past" };
export const LATER: Kind = { state: "ready", due: "ahead" };
/** All that waits, those first that stand behind others, so that none of them gets its turn meanwhile. */
export const WAITING: readonly Kind[] = [
  { state: "behind", due: "any" },
  { state: "ready", due: "any" },
];

export interface Within {
  system: string;
  subject: number | null;
  since: number | undefined;
}

export interface Deed extends Handling {
  to: "ready" | "acknowledged";
}

/** What may be done to a delivery in a state, whose System stands so. Throws a `Failure` when nothing of the kind may. */
export type DeedOf = (state: State, standing: Standing) => Deed["to"];

/** State of a delivery. */
export type State = "ready" | "behind" | "done" | "rejected" | "acknowledged";

interface Row {
  id: number;
  system_name: string;
  subject: number;
  state: State;
  due_at: number;
}

/** Where a step begins: after this one, in the order of `due_at` and id. */
interface Place {
  due: number;
  id: number;
}

const ROW = ["id", "system_name", "subject", "state", "due_at"];

export interface QueueWork {
  /** Throws `unknown_task`, and `unknown_system` when there never was one, or a trace of it. */
  within(system: string, part: QueuePart): Promise<Within & { standing: Standing }>;
  count(within: Within, kinds: readonly Kind[]): Promise<number>;
  /** Does it to all there are, and gives how many. */
  all(within: Within, kind: Kind, deed: Deed): Promise<number>;
  /** Does to the delivery with this key what `deedOf` says of its state. Throws `unknown_delivery`. */
  one(key: string, deedOf: DeedOf, how: Handling): Promise<void>;
}

export function createQueueWork(options: QueueAdminOptions): QueueWork {
  const { knex, clock } = options;
  return {
    within: (system, part) => withinOf(knex, system, part),
    async count(within, kinds) {
      const now = clock();
      let amount = 0;
      for (const kind of kinds) {
        const [row] = await rowsOf(knex, within, kind, now).count({ amount: "*" });
        amount += Number(row?.["amount"] ?? 0);
      }
      return amount;
    },
    all: (within, kind, deed) => doAll(options, within, kind, deed),
    one: (key, deedOf, how) => doOne(options, key, deedOf, how),
  };
}

async function withinOf(knex: Knex, system: string, { task, since }: QueuePart): Promise<Within & { standing: Standing }> {
  const standing = await standingOf(knex, system);
  const left = standing !== "gone" || (await knex("deliveries").where({ system_name: system }).first("id"));
  if (!left) throw new Failure("unknown_system");
  const found = task === undefined ? undefined : await knex("tasks").where({ number: task }).first("id");
  if (task !== undefined && !found) throw new Failure("unknown_task");
  return { system, standing, subject: found ? Number(found.id) : null, since };
}

function rowsOf(tx: Knex, { system, subject, since }: Within, { state, due }: Kind, now: number): Knex.QueryBuilder {
  const query = tx("deliveries").where({ system_name: system, state });
  if (subject !== null) query.where({ subject });
  if (due === "past") return query.where("due_at", "<=", now).where("due_at", ">=", since ?? 0);
  if (since !== undefined) query.where("updated_at", ">=", since);
  return due === "ahead" ? query.where("due_at", ">", now) : query;
}

async function doAll({ knex, clock, onChange }: QueueAdminOptions, within: Within, kind: Kind, deed: Deed): Promise<number> {
  const now = clock();
  const step = (tx: Knex.Transaction, place: Place): Promise<Row[]> =>
    rowsOf(tx, within, kind, now)
      .where("due_at", ">=", place.due)
      .where((after) => after.where("due_at", ">", place.due).orWhere("id", ">", place.id))
      .orderBy(["due_at", "id"])
      .limit(STEP_ROWS)
      .select(ROW);
  let done = 0;
  for (let place: Place = { due: 0, id: 0 }; ; ) {
    const found = await locked(knex, within.system, async (tx) => {
      const rows = await step(tx, place);
      const at = clock();
      await carryOut(tx, within.system, rows, { ...deed, now: at });
      if (rows.length > 0) await audit(tx, at, [stepEntry(within, kind, deed, rows.length)]);
      return rows;
    });
    const last = found.at(-1);
    if (last) onChange([within.system]);
    done += found.length;
    if (!last || found.length < STEP_ROWS) return done;
    place = { due: Number(last.due_at), id: Number(last.id) };
  }
}

async function doOne({ knex, clock, onChange }: QueueAdminOptions, key: string, deedOf: DeedOf, how: Handling): Promise<void> {
  const named = await knex("deliveries").where({ delivery_key: key }).first("system_name");
  if (!named) throw new Failure("unknown_delivery");
  const system = String(named.system_name);
  await locked(knex, system, async (tx, standing) => {
    const row: Row = await tx("deliveries").where({ delivery_key: key }).first(ROW);
    const to = deedOf(row.state, standing);
    const now = clock();
    await carryOut(tx, system, [row], { ...how, to, now });
    const { by, comment } = how;
    const after = comment === null ? {} : { comment };
    await audit(tx, now, [{ by, kind: "deliveries", name: key, deed: DEEDS[to], before: { state: row.state }, after }]);
  });
  onChange([system]);
}

const DEEDS = { ready: "retried", acknowledged: "acknowledged" } as const;

/** What one step did to a queue; a long one is told in several. */
function stepEntry(within: Within, { state }: Kind, { by, comment, to }: Deed, deliveries: number): AuditEntry {
  const { system, subject, since } = within;
  const part = {
    ...(subject === null ? {} : { subject }),
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
  };
  const after = { deliveries, ...part, ...(comment === null ? {} : { comment }) };
  return { by, kind: "queues", name: system, deed: DEEDS[to], before: { state }, after };
}

/** A transaction that holds the System's queue, if there is one. */
function locked<T>(knex: Knex, system: string, work: (tx: Knex.Transaction, standing: Standing) => Promise<T>): Promise<T> {
  return insisting(() => knex.transaction(async (tx) => work(tx, await lockQueue(tx, system))));
}

async function carryOut(tx: Knex.Transaction, system: string, rows: readonly Row[], deed: Deed & { now: number }): Promise<void> {
  if (rows.length === 0) return;
  const { to, now, by, comment } = deed;
  const handled = { handled_by: by.who.slice(0, 64), handled_at: now, comment, due_at: now, updated_at: now };
  const idsOf = (some: readonly Row[]): number[] => some.map((row) => row.id);
  // What is to be tried and stands at the head of its task stays there.
  const stays = to === "ready" ? rows.filter((row) => row.state === "ready") : [];
  const moves = to === "ready" ? rows.filter((row) => row.state !== "ready") : rows;
  const after = to === "acknowledged" ? { state: "acknowledged", is_open: 0 } : { state: "behind", is_open: 1, tries: 0 };
  await setRows(tx, idsOf(stays), { ...handled, tries: 0 });
  await setRows(tx, idsOf(moves), { ...handled, ...after });
  await settleLines(
    tx,
    system,
    rows.map((row) => row.subject),
    now,
  );
}
