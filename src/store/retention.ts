// How long each growing table keeps its rows, and how they go: a list of kinds, each purged in small steps along a key or index. One step
// holds the database for a few hundred rows at most.
import type { Knex } from "knex";
import { dropBlobs, dropDeliveriesById, dropRaw } from "./purge-parts.ts";
import { purgeTasks, purgeTickets } from "./purge-tasks.ts";

/** Days that things are kept; 0 for ever. */
export interface RetentionDays {
  messages: number;
  refused: number;
  deliveries: number;
  audit: number;
  tasks: number;
  cursors: number;
}

/** What a step is given. `overStatuses` are the statuses in which a ticket is over. */
export interface PurgeContext {
  now: number;
  days: RetentionDays;
  overStatuses: readonly string[];
}

/** Takes one step of a sweep that began at `from`; `next` is where to go on, null at the end. */
type PurgeStep = (knex: Knex, context: PurgeContext, from: string) => Promise<{ next: string | null; count: number }>;

const STEP = 200;
const DAY_MS = 24 * 60 * 60_000;

/** Nothing is older than the beginning where things are kept for ever. */
const before = ({ now }: PurgeContext, days: number): number => (days === 0 ? 0 : now - days * DAY_MS);

/** Every kind by its name in the log, in the order in which they are purged. */
export const PURGES: Readonly<Record<string, PurgeStep>> = {
  receipts: purgeReceipts,
  raw_messages: purgeRaw,
  repeated: (knex, context) => purgeMessages(knex, { kind: "repeated", state: null }, before(context, context.days.messages)),
  refused: purgeUnhandled("refused"),
  quarantined: purgeUnhandled("quarantined"),
  deliveries: purgeDeliveries,
  mail_answers: purgeAnswers,
  mail_budgets: purgeBudgets,
  audit_log: purgeAudit,
  tasks: purgeWhole(purgeTasks),
  tickets: purgeWhole(purgeTickets),
};

type Ended = Awaited<ReturnType<PurgeStep>>;
const NOTHING: Ended = { next: null, count: 0 };

/** As long as whole steps are old there may be more. */
const ended = (looked: number, count: number, next = ""): Ended => ({ next: looked === STEP && count > 0 ? next : null, count });

async function purgeReceipts(knex: Knex, { now }: PurgeContext): Promise<Ended> {
  const rows: { expires_at: number }[] = await knex("receipts")
    .where("expires_at", "<", now)
    .orderBy("expires_at")
    .limit(STEP)
    .select("expires_at");
  const last = rows.at(-1);
  if (!last) return NOTHING;
  return ended(rows.length, await knex("receipts").where("expires_at", "<=", last.expires_at).delete());
}

async function purgeRaw(knex: Knex, context: PurgeContext): Promise<Ended> {
  const cutoff = before(context, context.days.messages);
  if (cutoff === 0) return NOTHING;
  const rows: { position: number }[] = await knex("raw_messages")
    .where("position", ">", 0)
    .orderBy("position")
    .limit(STEP)
    .select("position");
  const positions = rows.map((row) => row.position);
  const young: { position: number } | undefined = await knex("events")
    .whereIn("position", positions)
    .where("at", ">=", cutoff)
    .orderBy("position")
    .first("position");
  const old = young === undefined ? positions : positions.filter((position) => position < young.position);
  if (old.length > 0) await knex.transaction((work) => dropRaw(work, old));
  return ended(rows.length, old.length);
}

async function purgeMessages(knex: Knex, of: { kind: string; state: string | null }, cutoff: number): Promise<Ended> {
  if (cutoff === 0) return NOTHING;
  // Ids follow the time.
  const rows: { id: string; at: number; blob_id: string | null }[] = await knex("messages")
    .where(of)
    .orderBy("id")
    .limit(STEP)
    .select("id", "at", "blob_id");
  const old = rows.filter((row) => row.at < cutoff);
  if (old.length > 0)
    await knex.transaction(async (work) => {
      await dropBlobs(
        work,
        old.flatMap((row) => row.blob_id ?? []),
      );
      const ids = old.map((row) => row.id);
      await work("messages").whereIn("id", ids).delete();
    });
  return ended(rows.length, old.length);
}

/** One state after the other; `from` is the one a sweep has come to. */
function purgeUnhandled(kind: string): PurgeStep {
  const states = ["open", "run", "dismissed", "noise"];
  return async (knex, context, from) => {
    const state = from === "" ? "open" : from;
    const { next, count } = await purgeMessages(knex, { kind, state }, before(context, context.days.refused));
    return { next: next === null ? (states[states.indexOf(state) + 1] ?? null) : state, count };
  };
}

/** Those that are through, by their rows; dead letters stay until somebody looked at them. `from` is a state and a row. */
async function purgeDeliveries(knex: Knex, context: PurgeContext, from: string): Promise<Ended> {
  const cutoff = before(context, context.days.deliveries);
  if (cutoff === 0) return NOTHING;
  const [state = "", after = "0"] = from === "" ? ["done"] : from.split(" ");
  const rows: { id: number; created_at: number; updated_at: number }[] = await knex("deliveries")
    .where({ state })
    .where("id", ">", Number(after))
    .orderBy("id")
    .limit(STEP)
    .select("id", "created_at", "updated_at");
  const old = rows.filter((row) => row.updated_at < cutoff).map((row) => row.id);
  const count = await dropDeliveriesById(knex, old);
  const last = rows.at(-1);
  if (last && rows.length === STEP && last.created_at < cutoff) return { next: `${state} ${last.id}`, count };
  return { next: state === "done" ? "acknowledged 0" : null, count };
}

const ENDED = ["sent", "failed", "unknown"];

/** Answers to mails, one state after the other; what has not ended stays. `due_at` of what has ended is when it ended. */
async function purgeAnswers(knex: Knex, context: PurgeContext, from: string): Promise<Ended> {
  const cutoff = before(context, context.days.messages);
  if (cutoff === 0) return NOTHING;
  const state = from === "" ? "sent" : from;
  const rows: { id: string }[] = await knex("mail_answers")
    .where({ state })
    .where("due_at", "<", cutoff)
    .orderBy("due_at")
    .limit(STEP)
    .select("id");
  const ids = rows.map((row) => row.id);
  const count = ids.length === 0 ? 0 : await knex("mail_answers").whereIn("id", ids).delete();
  return { next: rows.length === STEP ? state : (ENDED[ENDED.indexOf(state) + 1] ?? null), count };
}

async function purgeBudgets(knex: Knex, { now }: PurgeContext): Promise<Ended> {
  const rows: { id: string }[] = await knex("mail_budgets").where("until", "<", now).orderBy("until").limit(STEP).select("id");
  const ids = rows.map((row) => row.id);
  const count = ids.length === 0 ? 0 : await knex("mail_budgets").whereIn("id", ids).where("until", "<", now).delete();
  return ended(rows.length, count);
}

async function purgeAudit(knex: Knex, context: PurgeContext): Promise<Ended> {
  const cutoff = before(context, context.days.audit);
  if (cutoff === 0) return NOTHING;
  const rows: { id: number }[] = await knex("audit_log").where("at", "<", cutoff).orderBy("at").limit(STEP).select("id");
  const ids = rows.map((row) => row.id);
  return ended(rows.length, ids.length === 0 ? 0 : await knex("audit_log").whereIn("id", ids).delete());
}

function purgeWhole(purge: typeof purgeTasks): PurgeStep {
  return async (knex, context, from) => {
    const { now, days, overStatuses } = context;
    if (days.tasks === 0) return NOTHING;
    const cursorsSince = days.cursors === 0 ? 0 : now - days.cursors * DAY_MS;
    const { next, count } = await purge(
      knex,
      { before: before(context, days.tasks), cursorsSince, overStatuses },
      Number(from || 0),
    );
    return { next: next === null ? null : String(next), count };
  };
}
