// What an operator does to queues: retry, acknowledge, hold, release. Each step is a short transaction that locks the System's
// queue first, as the ledger does; the order of a task is kept. It sends nothing.
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import { insisting, lockQueue, type Reopened, reopen, settleLines } from "./queue-steps.ts";

/** Which deliveries of a System; all of them when nothing is said. */
export interface QueuePart {
  /** Number of a task. */
  task?: string;
  /** Only what failed at or after this time, in milliseconds UTC. */
  since?: number;
}

export interface HoldWish {
  /** Begin and end of a window, in milliseconds UTC; without an end it is held until somebody releases it. */
  from?: number;
  until?: number;
  comment: string;
}

/** Everything here is done in somebody's name: `by`, the id of a credential. Rejects with a `Failure`. */
export interface QueueAdmin {
  /** Tries a dead letter, an acknowledged delivery, or one that waits for its time, now and with its whole schedule again. */
  retry(key: string, by: string): Promise<void>;
  /** Takes a dead letter out of its queue, so that what waits behind it goes on. */
  acknowledge(key: string, comment: string, by: string): Promise<void>;
  /** Retries the dead letters of a System, and those that wait for their time. Gives how many; `dryRun` only counts. */
  retryQueue(system: string, part: QueuePart & { dryRun?: boolean }, by: string): Promise<number>;
  /** Acknowledges the dead letters of a System. Gives how many. */
  acknowledgeQueue(system: string, part: QueuePart & { comment: string }, by: string): Promise<number>;
  /** Retries the dead letters of all Systems since a time. Gives how many by System; `dryRun` only counts. */
  retryAll(since: number, wish: { dryRun?: boolean }, by: string): Promise<Map<string, number>>;
  /** Holds a System, in place of any hold there is. */
  hold(system: string, wish: HoldWish, by: string): Promise<void>;
  release(system: string): Promise<void>;
}

export interface QueueAdminOptions {
  knex: Knex;
  clock: Clock;
  /** Told which Systems have deliveries that may be tried now. */
  onChange(systems: readonly string[]): void;
}

/** Rows of one transaction, so that a long queue holds up nobody. */
const STEP_ROWS = 500;

export function createQueueAdmin({ knex, clock, onChange }: QueueAdminOptions): QueueAdmin {
  const work = createWork(knex, clock, onChange);
  return {
    retry: (key, by) => work.one(key, retryOf, { by, comment: null }),
    acknowledge: (key, comment, by) => work.one(key, acknowledgementOf, { by, comment }),
    async retryQueue(system, { dryRun = false, ...part }, by) {
      const within = await work.within(system, part);
      const kinds = [REJECTED, LATER];
      if (dryRun) return work.count(within, kinds);
      let done = 0;
      for (const kind of kinds) done += await work.all(within, kind, { by, comment: null, to: "ready" });
      return done;
    },
    async acknowledgeQueue(system, { comment, ...part }, by) {
      return work.all(await work.within(system, part), REJECTED, { by, comment, to: "acknowledged" });
    },
    async retryAll(since, { dryRun = false }, by) {
      const counts = new Map<string, number>();
      for (const { system_name: system } of await knex("delivery_queues").orderBy("system_name").select("system_name")) {
        const within = { system, subject: null, since };
        const amount = dryRun
          ? await work.count(within, [REJECTED])
          : await work.all(within, REJECTED, { by, comment: null, to: "ready" });
        if (amount > 0) counts.set(system, amount);
      }
      return counts;
    },
    hold: (system, wish, by) =>
      holdQueue(knex, system, { ...holdColumns(wish, clock()), note: `${by}: ${wish.comment}` }, clock()),
    async release(system) {
      await holdQueue(knex, system, { held: 0, held_from: null, held_until: null, note: null }, clock());
      onChange([system]);
    },
  };
}

interface HoldColumns {
  held: number;
  held_from: number | null;
  held_until: number | null;
}

function holdColumns({ from, until }: HoldWish, now: number): HoldColumns {
  if (until === undefined) {
    if (from === undefined) return { held: 1, held_from: null, held_until: null };
    throw new Failure("invalid_request", "until: a window needs an end.");
  }
  if (until <= Math.max(from ?? now, now)) throw new Failure("invalid_request", "until: the window is over before it begins.");
  return { held: 0, held_from: from ?? now, held_until: until };
}

function holdQueue(knex: Knex, system: string, columns: HoldColumns & { note: string | null }, now: number): Promise<void> {
  return insisting(async () => {
    const changed = await knex("delivery_queues")
      .where({ system_name: system })
      .update({ ...columns, updated_at: now });
    if (changed === 0) throw new Failure("unknown_system");
  });
}

/** Which rows a step takes: a state, and when they came into it or are due. */
interface Kind {
  state: "rejected" | "ready";
  /** `past`: since a time, up to the begin of the work; `ahead`: due after it. */
  due: "past" | "ahead";
}

/** `due_at` of a dead letter is when it became one. */
const REJECTED: Kind = { state: "rejected", due: "past" };
const LATER: Kind = { state: "ready", due: "ahead" };

interface Within {
  system: string;
  subject: number | null;
  since: number | undefined;
}

interface Deed extends Reopened {
  to: "ready" | "acknowledged";
}

interface Row {
  id: number;
  system_name: string;
  subject: number;
  state: "ready" | "behind" | "done" | "rejected" | "acknowledged";
  due_at: number;
}

type Place = { due: number; id: number };

function createWork(knex: Knex, clock: Clock, onChange: QueueAdminOptions["onChange"]) {
  const rows = (tx: Knex, { system, subject, since }: Within, { state, due }: Kind, now: number) => {
    const query = tx("deliveries").where({ system_name: system, state });
    if (subject !== null) query.where({ subject });
    if (due === "ahead") query.where("due_at", ">", now);
    else query.where("due_at", "<=", now).where("due_at", ">=", since ?? 0);
    if (due === "ahead" && since !== undefined) query.where("updated_at", ">=", since);
    return query;
  };

  /** One step from `place` on; null when there is nothing more. */
  const step = async (within: Within, kind: Kind, deed: Deed & { now: number }, place: Place): Promise<Row[]> =>
    insisting(() =>
      knex.transaction(async (tx) => {
        await lockQueue(tx, within.system);
        const found: Row[] = await rows(tx, within, kind, deed.now)
          .where("due_at", ">=", place.due)
          .where((after) => after.where("due_at", ">", place.due).orWhere("id", ">", place.id))
          .orderBy(["due_at", "id"])
          .limit(STEP_ROWS)
          .select("id", "system_name", "subject", "state", "due_at");
        await carryOut(tx, within.system, found, { ...deed, now: clock() });
        return found;
      }),
    );

  return {
    async within(system: string, { task, since }: QueuePart): Promise<Within> {
      if (!(await knex("delivery_queues").where({ system_name: system }).first("system_name")))
        throw new Failure("unknown_system");
      const found = task === undefined ? undefined : await knex("tasks").where({ number: task }).first("id");
      if (task !== undefined && !found) throw new Failure("unknown_task");
      return { system, subject: found ? Number(found.id) : null, since };
    },
    async count(within: Within, kinds: readonly Kind[]): Promise<number> {
      const now = clock();
      let amount = 0;
      for (const kind of kinds) {
        const [row] = await rows(knex, within, kind, now).count({ amount: "*" });
        amount += Number(row?.["amount"] ?? 0);
      }
      return amount;
    },
    async all(within: Within, kind: Kind, deed: Deed): Promise<number> {
      const now = clock();
      let done = 0;
      for (let place: Place = { due: 0, id: 0 }; ; ) {
        const found = await step(within, kind, { ...deed, now }, place);
        const last = found.at(-1);
        if (last) onChange([within.system]);
        done += found.length;
        if (!last || found.length < STEP_ROWS) return done;
        place = { due: Number(last.due_at), id: Number(last.id) };
      }
    },
    async one(key: string, deedOf: (state: Row["state"]) => Deed["to"], how: Reopened): Promise<void> {
      const named = await knex("deliveries").where({ delivery_key: key }).first("system_name");
      if (!named) throw new Failure("unknown_delivery");
      const system = String(named.system_name);
      await insisting(() =>
        knex.transaction(async (tx) => {
          const known = await lockQueue(tx, system);
          const row: Row = await tx("deliveries")
            .where({ delivery_key: key })
            .first("id", "system_name", "subject", "state", "due_at");
          const to = deedOf(row.state);
          // What a System that is gone has left behind can be put away, but nobody is there to send it.
          if (to === "ready" && !known) throw new Failure("unknown_system");
          await carryOut(tx, system, [row], { ...how, to, now: clock() });
        }),
      );
      onChange([system]);
    },
  };
}

function retryOf(state: Row["state"]): "ready" {
  if (state === "done") throw new Failure("delivery_state", "It was delivered.");
  if (state === "behind")
    throw new Failure("delivery_state", "It waits for an older one of its task: retry or acknowledge that.");
  return "ready";
}

function acknowledgementOf(state: Row["state"]): "acknowledged" {
  if (state !== "rejected") throw new Failure("delivery_state", "Only a dead letter can be acknowledged.");
  return "acknowledged";
}

async function carryOut(tx: Knex.Transaction, system: string, rows: readonly Row[], deed: Deed & { now: number }): Promise<void> {
  if (rows.length === 0) return;
  const { to, now, by, comment } = deed;
  const handled = { handled_by: by, handled_at: now, comment, due_at: now, updated_at: now };
  const idsOf = (some: readonly Row[]): number[] => some.map((row) => row.id);
  if (to === "acknowledged") {
    await tx("deliveries")
      .whereIn("id", idsOf(rows))
      .update({ ...handled, state: "acknowledged", is_open: 0 });
  } else {
    const waiting = rows.filter((row) => row.state === "ready");
    await tx("deliveries")
      .whereIn("id", idsOf(waiting))
      .update({ ...handled, tries: 0 });
    await reopen(tx, idsOf(rows.filter((row) => row.state !== "ready")), handled);
  }
  await settleLines(
    tx,
    system,
    rows.map((row) => row.subject),
    now,
  );
}
