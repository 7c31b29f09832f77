// The loop that takes away what was kept long enough: kind by kind, step by step, with a breath between two for whoever waits. What one
// round leaves the next takes, so a stop loses nothing.
import { setImmediate as breathe } from "node:timers/promises";
import type { Knex } from "knex";
import type { Clock } from "../lib/clock.ts";
import { errorText, type Log } from "../lib/log.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import { PURGES, type RetentionDays } from "./retention.ts";

export interface RetentionOptions {
  days: RetentionDays;
  overStatuses(): readonly string[];
  clock: Clock;
  log: Log;
  /** Where several processes work on the database, true for the one that purges; asked before every step. */
  lease?(): Promise<boolean>;
  pollMs?: number;
}

const POLL_MS = 10 * 60_000;

/** Starts the loop. */
export function startRetention(knex: Knex, options: RetentionOptions): Worker {
  return startWorker({
    name: "retention",
    pollMs: options.pollMs ?? POLL_MS,
    run: (signal) => purgeAll(knex, options, signal),
    onError: (error) => options.log("warn", "retention.failed", { error: errorText(error) }),
  });
}

/** One round over every kind. */
export async function purgeAll(knex: Knex, options: RetentionOptions, signal: AbortSignal): Promise<void> {
  const { days, overStatuses, clock, log, lease = async () => true } = options;
  for (const [kind, purge] of Object.entries(PURGES)) {
    let rows = 0;
    for (let from: string | null = ""; from !== null && !signal.aborted && (await lease()); ) {
      const { next, count } = await purge(knex, { now: clock(), days, overStatuses: overStatuses() }, from);
      from = next;
      rows += count;
      await breathe();
    }
    if (rows > 0) log("info", "retention.purged", { kind, rows });
  }
}
