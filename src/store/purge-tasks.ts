// Purges tasks that have been closed for long, with everything of them, and tickets that are closed and have none left. A task goes first,
// under its lock, so that nobody finds half of one; the rest follows in small steps, which a crash only delays.
import type { Knex } from "knex";
import { dropAttachments, dropDeliveries, dropRaw, dropReferences, dropVersions } from "./purge-parts.ts";

/** What a purge of tasks goes by. Times in milliseconds UTC. */
export interface TaskPurge {
  /** Tasks closed, and untouched, since before this. */
  before: number;
  /** Cursors that were not moved since hold nothing back. */
  cursorsSince: number;
  /** Names of the statuses in which a ticket is over. */
  overStatuses: readonly string[];
}

const STEP = 200;
const EVENTS = 100;

/** The position up to which everybody who reads events has looked. */
export async function seenByAll(knex: Knex, cursorsSince: number): Promise<number> {
  const looked: { value: number }[] = await knex("meta")
    .whereIn("name", ["fanout", "alerts_asked", "alerts_heard"])
    .select("value");
  const cursors: { position: number }[] = await knex("cursors").where("updated_at", ">=", cursorsSince).select("position");
  return Math.min(...looked.map((row) => row.value), ...cursors.map((row) => row.position));
}

interface Row {
  id: number;
  last_position: number;
}

type TaskRow = Row & { past: string };

/** What is being purged: a task by its row, a ticket by the negative of it. */
interface Purging {
  subject: number;
  position: number;
}

/**
 * One step of a sweep over tasks by their rows, from `after`: gives where to go on, or null at the end, and how many went. What an
 * earlier sweep left undone is finished first.
 */
export async function purgeTasks(knex: Knex, purge: TaskPurge, after: number): Promise<{ next: number | null; count: number }> {
  await finishAll(knex);
  const rows: (TaskRow & { status: string; updated_at: number })[] = await knex("tasks")
    .where("id", ">", after)
    .orderBy("id")
    .limit(STEP)
    .select("id", "last_position", "past", "status", "updated_at");
  const seen = await seenByAll(knex, purge.cursorsSince);
  let count = 0;
  for (const row of rows) {
    if (row.status !== "closed" || row.updated_at >= purge.before || row.last_position > seen) continue;
    if (await takeTask(knex, row, purge.before)) count += 1;
    await finishAll(knex);
  }
  return { next: rows.length < STEP ? null : (rows.at(-1)?.id ?? null), count };
}

/** The same over tickets. */
export async function purgeTickets(knex: Knex, purge: TaskPurge, after: number): Promise<{ next: number | null; count: number }> {
  const rows: (Row & { status: string; updated_at: number })[] = await knex("tickets")
    .where("id", ">", after)
    .orderBy("id")
    .limit(STEP)
    .select("id", "last_position", "status", "updated_at");
  const seen = await seenByAll(knex, purge.cursorsSince);
  let count = 0;
  for (const row of rows) {
    if (!purge.overStatuses.includes(row.status) || row.updated_at >= purge.before || row.last_position > seen) continue;
    if (await takeTicket(knex, row, purge.before)) count += 1;
    await finishAll(knex);
  }
  return { next: rows.length < STEP ? null : (rows.at(-1)?.id ?? null), count };
}

/** Under its lock: what was touched meanwhile stays, and what still waits to be delivered keeps it. */
async function takeTask(knex: Knex, { id, last_position: last, past }: TaskRow, before: number): Promise<boolean> {
  return knex.transaction(async (work) => {
    // A write first: it takes the lock, on both databases.
    const mine = await work("tasks")
      .where({ id, status: "closed", last_position: last })
      .where("updated_at", "<", before)
      .update({ last_position: last });
    if (mine === 0 || (await isWaitedFor(work, id))) return false;
    await begin(work, { subject: id, position: last });
    await dropReferences(work, { id, past });
    await work("tasks").where({ id }).delete();
    return true;
  });
}

async function takeTicket(knex: Knex, { id, last_position: last }: Row, before: number): Promise<boolean> {
  return knex.transaction(async (work) => {
    const mine = await work("tickets")
      .where({ id, last_position: last })
      .where("updated_at", "<", before)
      .update({ last_position: last });
    if (mine === 0 || (await work("tasks").where({ ticket_id: id }).first("id")) || (await isWaitedFor(work, -id))) return false;
    await begin(work, { subject: -id, position: last });
    await work("tickets").where({ id }).delete();
    return true;
  });
}

/** Deliveries that are to be made, or that nobody has looked at yet. */
async function isWaitedFor(work: Knex, subject: number): Promise<boolean> {
  const rows: { state: string }[] = await work("deliveries").where({ subject }).orderBy("id", "desc").limit(STEP).select("state");
  return rows.some(({ state }) => state !== "done" && state !== "acknowledged");
}

/** From here on the feed says that it is not whole before this position. */
async function begin(work: Knex, purging: Purging): Promise<void> {
  await work("meta").where({ name: "purged" }).where("value", "<", purging.position).update({ value: purging.position });
  await work("purging").insert(purging);
}

async function finishAll(knex: Knex): Promise<void> {
  for (let row = await first(knex); row; row = await first(knex)) await finish(knex, row);
}

const first = (knex: Knex): Promise<Purging | undefined> => knex("purging").orderBy("subject").first("subject", "position");

async function finish(knex: Knex, { subject, position }: Purging): Promise<void> {
  for (let from = position; from > 0; ) from = await dropEvents(knex, subject, from);
  for (const drop of [dropVersions, dropDeliveries, dropAttachments]) while ((await drop(knex, subject, STEP)) > 0);
  await knex("purging").where({ subject }).delete();
}

/** Some events of a chain, the newest first; gives where it goes on, 0 at its end. */
async function dropEvents(knex: Knex, subject: number, from: number): Promise<number> {
  const positions: number[] = [];
  let next: number | null = from;
  while (next !== null && positions.length < EVENTS) {
    const event: { previous: number | null } | undefined = await knex("events").where({ position: next }).first("previous");
    if (event) positions.push(next);
    next = event?.previous ?? null;
  }
  await knex.transaction(async (work) => {
    await dropRaw(work, positions);
    await work("events").whereIn("position", positions).delete();
    await work("purging")
      .where({ subject })
      .update({ position: next ?? 0 });
  });
  return next ?? 0;
}
