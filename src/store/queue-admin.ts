// What an operator does to queues: retry, acknowledge, hold, release. Each step is a short transaction that locks the System's
// queue first, as the ledger does; the order of a task is kept. It sends nothing.
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import type { By } from "../lib/by.ts";
import type { Clock } from "../lib/clock.ts";
import { audit } from "./audit.ts";
import { insisting, lockQueue, type Standing } from "./queue-steps.ts";
import { createQueueWork, LATER, REJECTED, type State, WAITING } from "./queue-work.ts";

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

/** Everything here is done in somebody's name, and stands in the audit log. Rejects with a `Failure`. */
export interface QueueAdmin {
  /** Tries a dead letter, an acknowledged delivery, or one that waits for its time, now and with its whole schedule again. */
  retry(key: string, by: By): Promise<void>;
  /**
   * Takes a dead letter out of its queue, so that what waits behind it goes on. Where nothing is tried, for the System is not active
   * or gone, also what waits.
   */
  acknowledge(key: string, comment: string, by: By): Promise<void>;
  /** Retries the dead letters of a System, and those that wait for their time. Gives how many; `dryRun` only counts. */
  retryQueue(system: string, part: QueuePart & { dryRun?: boolean }, by: By): Promise<number>;
  /** Acknowledges the dead letters of a System; of one that is not active or gone also what waits. Gives how many. */
  acknowledgeQueue(system: string, part: QueuePart & { comment: string }, by: By): Promise<number>;
  /** Retries the dead letters of all Systems since a time. Gives how many by System; `dryRun` only counts. */
  retryAll(since: number, wish: { dryRun?: boolean }, by: By): Promise<Map<string, number>>;
  /** Holds a System, in place of any hold there is. */
  hold(system: string, wish: HoldWish, by: By): Promise<void>;
  release(system: string, by: By): Promise<void>;
}

export interface QueueAdminOptions {
  knex: Knex;
  clock: Clock;
  /** Told which Systems have deliveries that may be tried now. */
  onChange(systems: readonly string[]): void;
}

export function createQueueAdmin({ knex, clock, onChange }: QueueAdminOptions): QueueAdmin {
  const work = createQueueWork({ knex, clock, onChange });
  return {
    retry: (key, by) => work.one(key, retryOf, { by, comment: null }),
    async acknowledge(key, comment, by) {
      checkComment(comment);
      await work.one(key, acknowledgementOf, { by, comment });
    },
    async retryQueue(system, { dryRun = false, ...part }, by) {
      const within = await work.within(system, part);
      checkThere(within.standing);
      const kinds = [REJECTED, LATER];
      if (dryRun) return work.count(within, kinds);
      let done = 0;
      for (const kind of kinds) done += await work.all(within, kind, { by, comment: null, to: "ready" });
      return done;
    },
    async acknowledgeQueue(system, { comment, ...part }, by) {
      checkComment(comment);
      const within = await work.within(system, part);
      let done = 0;
      for (const kind of within.standing === "active" ? [REJECTED] : [...WAITING, REJECTED])
        done += await work.all(within, kind, { by, comment, to: "acknowledged" });
      return done;
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
    async hold(system, wish, by) {
      checkComment(wish.comment);
      const now = clock();
      const columns = { ...holdColumns(wish, now), note: `${by.who}: ${wish.comment}` };
      await holdQueue(knex, system, columns, { by, now, deed: "held" });
    },
    async release(system, by) {
      const columns = { held: 0, held_from: null, held_until: null, note: null };
      await holdQueue(knex, system, columns, { by, now: clock(), deed: "released" });
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

type HoldRow = HoldColumns & { note: string | null };

function holdQueue(
  knex: Knex,
  system: string,
  columns: HoldRow,
  { by, now, deed }: { by: By; now: number; deed: "held" | "released" },
): Promise<void> {
  const queue = (tx: Knex.Transaction) => tx("delivery_queues").where({ system_name: system });
  return insisting(() =>
    knex.transaction(async (tx) => {
      if ((await lockQueue(tx, system)) === "gone") throw new Failure("unknown_system");
      const before = (await queue(tx).first("held", "held_from", "held_until", "note")) as HoldRow;
      await queue(tx).update({ ...columns, updated_at: now });
      await audit(tx, now, [{ by, kind: "queues", name: system, deed, before: holdShown(before), after: holdShown(columns) }]);
    }),
  );
}

/** A hold as the audit log tells it. */
function holdShown({ held, held_from: from, held_until: until, note }: HoldRow): object {
  const at = (time: number | null): string | null => (time === null ? null : new Date(Number(time)).toISOString());
  return { held: held === 1, from: at(from), until: at(until), note };
}

/** Who reads it later wants to know more than a name. */
function checkComment(comment: string): void {
  if (comment.trim() === "") throw new Failure("invalid_request", "comment: say why, in words.");
}

/** Nobody is there to send what a System that is gone has left behind. */
function checkThere(standing: Standing): void {
  if (standing === "gone") throw new Failure("unknown_system");
}

function retryOf(state: State, standing: Standing): "ready" {
  if (state === "done") throw new Failure("delivery_state", "It was delivered.");
  if (state === "behind")
    throw new Failure("delivery_state", "It waits for an older one of its task: retry or acknowledge that.");
  checkThere(standing);
  return "ready";
}

function acknowledgementOf(state: State, standing: Standing): "acknowledged" {
  const waits = state === "ready" || state === "behind";
  if (state === "rejected" || (waits && standing !== "active")) return "acknowledged";
  const advice = waits ? " What waits can be when its System is not active." : "";
  throw new Failure("delivery_state", `Only a dead letter can be acknowledged.${advice}`);
}
