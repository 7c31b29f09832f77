// The small steps of which work on queues is made, each inside a transaction: the lock, and putting lines in order so that of a
// task's open deliveries the oldest alone is ready.
import { setTimeout as delay } from "node:timers/promises";
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import type { By } from "../lib/by.ts";

/** In whose name, and with which words. */
export interface Handling {
  by: By;
  comment: string | null;
}

/**
 * How a System stands: `idle` when it is not active, so that nothing of it is tried; `gone` when it is not there any more, though
 * deliveries of it may be.
 */
export type Standing = "active" | "idle" | "gone";

/**
 * Locks the queue of a System until the transaction ends. Written first and changing nothing: so the transaction holds the write
 * lock before it reads, on a database that has one for all.
 */
export async function lockQueue(tx: Knex.Transaction, system: string): Promise<Standing> {
  const found = await tx("delivery_queues")
    .where({ system_name: system })
    .update({ held: tx.ref("held") });
  return found > 0 ? standingOf(tx, system) : "gone";
}

/** The same without a lock. */
export async function standingOf(knex: Knex, system: string): Promise<Standing> {
  if (!(await knex("delivery_queues").where({ system_name: system }).first("system_name"))) return "gone";
  const row = (await knex("systems").where({ name: system }).first("settings")) as { settings: string } | undefined;
  const settings = JSON.parse(row?.settings ?? "{}") as { active?: boolean };
  return settings.active === false ? "idle" : "active";
}

/** Sets columns of deliveries. Of none it asks nothing: a condition that nothing fits is read through the whole table. */
export async function setRows(tx: Knex.Transaction, ids: readonly number[], columns: object): Promise<void> {
  if (ids.length > 0) await tx("deliveries").whereIn("id", ids).update(columns);
}

/**
 * Puts the lines of these tasks in order: the oldest open delivery is ready unless it is a dead letter that holds the others
 * back; any other that was ready stands behind. A try under way of one that is put behind ends without being noted, and is
 * made again with the same id.
 */
export async function settleLines(tx: Knex.Transaction, system: string, subjects: readonly number[], now: number): Promise<void> {
  const wanted = [...new Set(subjects)];
  const open = () => tx("deliveries").where({ system_name: system, is_open: 1 }).whereIn("subject", wanted);
  const heads = (await open().groupBy("subject").min({ id: "id" })).map((row) => Number(row["id"]));
  if (heads.length === 0) return;
  const idsOf = (rows: { id: number }[]): number[] => rows.map((row) => Number(row.id));
  const next = idsOf(await tx("deliveries").whereIn("id", heads).where({ state: "behind" }).select("id"));
  await setRows(tx, next, { state: "ready", due_at: now, updated_at: now });
  const stray = idsOf(await open().where({ state: "ready" }).whereNotIn("id", heads).select("id"));
  await setRows(tx, stray, { state: "behind", updated_at: now });
}

const MOST_TRIES = 5;
const PAUSE_MS = 50;
/** SQLite's lock was held too long; MariaDB: record changed, lock wait, deadlock. */
const CONFLICT = /^SQLITE_(BUSY|LOCKED)/;
const CONFLICTS: readonly unknown[] = [1020, 1205, 1213];

/** Runs a transaction again when another writer was in its way. Throws `busy` when that goes on. */
export async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code, errno } = error as { code?: unknown; errno?: unknown };
      if (error instanceof Failure || !(CONFLICT.test(String(code)) || CONFLICTS.includes(errno))) throw error;
      if (attempt === MOST_TRIES) throw new Failure("busy", undefined, error);
      await delay(PAUSE_MS * attempt);
    }
  }
}
