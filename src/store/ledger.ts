// Gathers the units that arrive while a commit is under way and commits them together. It never waits on a timer.
import { setTimeout as delay } from "node:timers/promises";
import { Failure } from "../core/errors.ts";
import type { LedgerPort } from "../core/execute.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { UnitEnd } from "./batch.ts";
import { StoreError } from "./db.ts";
import type { Engine } from "./engine.ts";
import type { LedgerLoad, LedgerMeter } from "./ledger-meter.ts";
import { Queue, type QueueLimits, type Waiting } from "./ledger-queue.ts";

export interface LedgerLimits extends Omit<QueueLimits, "batchUnits" | "inOrder"> {
  /** How often one unit that lost to another writer is tried. A batch is tried twice and then split, so that a lock held long delays one unit, not all. */
  tries: number;
}

export const LEDGER_LIMITS: LedgerLimits = {
  queueUnits: 2000,
  queueBytes: 64 * 1024 * 1024,
  batchBytes: 4 * 1024 * 1024,
  tries: 5,
};

export interface Ledger extends LedgerPort {
  load(): LedgerLoad;
  /** Takes no more, waits for what is waiting and under way, and closes the engine. */
  close(): Promise<void>;
}

export interface LedgerTools {
  log: Log;
  meter: LedgerMeter;
  /** Told after every batch that was stored. */
  onCommit(): void;
}

export function createLedger(engine: Engine, limits: LedgerLimits, { log, meter, onCommit }: LedgerTools): Ledger {
  const queue = new Queue({ ...limits, batchUnits: engine.batchUnits, inOrder: engine.inOrder });
  const idle: (() => void)[] = [];
  let underWay = 0;
  let woken = false;
  let closed = false;

  const settle = (): void => {
    if (underWay === 0 && queue.length === 0) for (const resolve of idle.splice(0)) resolve();
  };
  // The next batch is on its way before the one that was committed is answered: neither waits for the other.
  const work = async (): Promise<void> => {
    underWay += 1;
    let answers: Answers = () => undefined;
    for (let batch = queue.take(); batch.length > 0; batch = queue.take()) {
      const committing = commitAll(engine, batch, { limits, log, meter });
      answers();
      answers = await committing;
      onCommit();
      queue.free(batch);
    }
    answers();
    underWay -= 1;
    settle();
  };

  // Units that came in the same turn of the event loop go together, all of them: what stayed here would wait for others' answers.
  const start = (): void => {
    woken = false;
    while (underWay < engine.lanes && queue.gives()) void work();
  };

  return {
    commit(unit) {
      if (closed) return Promise.reject(new Failure("stopping"));
      const answer = queue.put(unit);
      if (answer === null) {
        meter.full();
        return Promise.reject(new Failure("busy"));
      }
      if (!woken && underWay < engine.lanes) {
        woken = true;
        setImmediate(start);
      }
      return answer;
    },
    load: () => ({ ...queue.load(), mostUnits: limits.queueUnits, mostBytes: limits.queueBytes }),
    async close() {
      closed = true;
      if (underWay > 0 || queue.length > 0) await new Promise<void>((resolve) => idle.push(resolve));
      await engine.close();
    },
  };
}

interface Tools {
  limits: LedgerLimits;
  log: Log;
  meter: LedgerMeter;
}

/** Two writers that met must not meet again at once: the pause is drawn at random, in milliseconds. */
const LONGEST_PAUSE_MS = 10;

/** Tells every caller of a batch how its unit ended. */
type Answers = () => void;

/** Commits the batch, again after a conflict, then in halves, until each unit has its end. */
async function commitAll(engine: Engine, batch: readonly Waiting[], tools: Tools): Promise<Answers> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { ends, workMs } = await engine.commit(batch.map((one) => one.unit));
      const begunAt = performance.now() - workMs;
      return () => {
        for (const [index, one] of batch.entries()) answer(one, ends[index], begunAt);
      };
    } catch (error) {
      const kind = error instanceof StoreError ? error.kind : "broken";
      if (kind === "conflict" && attempt < (batch.length > 1 ? 2 : tools.limits.tries)) {
        await delay(Math.random() * LONGEST_PAUSE_MS * attempt);
        continue;
      }
      if (batch.length > 1 && (kind === "conflict" || kind === "broken")) return splitAndCommit(engine, batch, tools);
      return () => rejectAll(batch, kind, error, tools);
    }
  }
}

async function splitAndCommit(engine: Engine, batch: readonly Waiting[], tools: Tools): Promise<Answers> {
  const middle = Math.ceil(batch.length / 2);
  (await commitAll(engine, batch.slice(0, middle), tools))();
  return commitAll(engine, batch.slice(middle), tools);
}

function answer({ resolve, reject, since }: Waiting, end: UnitEnd | undefined, begunAt: number): void {
  if (!end) reject(new Failure("internal"));
  else if ("outcome" in end) resolve(Object.assign(end.outcome, { queueMs: Math.max(0, begunAt - since) }));
  else reject(new Failure(end.failure));
}

const FAILURE = {
  conflict: "store_conflict",
  lost: "store_unavailable",
  commit_lost: "outcome_unknown",
  broken: "internal",
} as const;

function rejectAll(batch: readonly Waiting[], kind: StoreError["kind"], error: unknown, { log, meter }: Tools): void {
  const cause = error instanceof StoreError ? error.cause : error;
  meter.failed(kind, batch.length);
  log("error", "ledger.failed", { kind, units: batch.length, cause: errorText(cause) });
  for (const one of batch) one.reject(new Failure(FAILURE[kind], undefined, cause));
}
