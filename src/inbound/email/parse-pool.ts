// A few threads in which mails are parsed, each with one job at a time and a time limit: a job that hangs costs its own turn and its
// thread, and while it does the other threads go on.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Failure } from "../../core/errors.ts";
import { transferable } from "../../lib/shared-bytes.ts";
import type { Job, Reply } from "./parse-worker.ts";

const MOST_WAITING = 256;
const HEAP_MB = 512;

interface Options {
  /** Most threads; each is started when there is nobody else to do a job. */
  threads: number;
  /** Counts for each job from the start of its turn. */
  timeLimitMs: number;
}

export interface ParsePool {
  /** Gives null when the job took too long or its thread died. Rejects with `busy` when too many wait. */
  ask<J extends Job>(job: J): Promise<Reply<J> | null>;
  /** Ends the threads. Jobs under way and waiting are answered null. */
  close(): Promise<void>;
}

interface Waiting {
  job: Job;
  answer: (reply: Promise<unknown>) => void;
}

/** A place for one thread. */
interface Seat {
  thread: Promise<Worker> | null;
  busy: boolean;
}

export function createParsePool({ threads, timeLimitMs }: Options): ParsePool {
  const seats: Seat[] = [];
  let queue: Waiting[] = [];

  const freeSeat = (): Seat | null => {
    const free = seats.find((seat) => !seat.busy) ?? null;
    if (free !== null || seats.length >= threads) return free;
    const seat: Seat = { thread: null, busy: false };
    seats.push(seat);
    return seat;
  };

  const work = async (seat: Seat, job: Job): Promise<unknown> => {
    seat.busy = true;
    try {
      return await turn(seat, job, timeLimitMs);
    } finally {
      seat.busy = false;
      next();
    }
  };

  const next = (): void => {
    const seat = queue.length > 0 ? freeSeat() : null;
    const waiting = seat ? queue.shift() : undefined;
    if (seat && waiting) waiting.answer(work(seat, waiting.job));
  };

  return {
    ask<J extends Job>(job: J): Promise<Reply<J> | null> {
      const waiting = seats.reduce((count, seat) => count + (seat.busy ? 1 : 0), queue.length);
      if (waiting >= MOST_WAITING) return Promise.reject(new Failure("busy"));
      const { promise, resolve } = Promise.withResolvers<unknown>();
      queue.push({ job, answer: resolve });
      next();
      return promise as Promise<Reply<J> | null>;
    },
    async close() {
      const dropped = queue;
      queue = [];
      for (const { answer } of dropped) answer(Promise.resolve(null));
      await Promise.all(seats.map(retire));
    },
  };
}

async function turn(seat: Seat, job: Job, timeLimitMs: number): Promise<unknown> {
  const running = await ready(seat).catch((cause) => {
    throw new Failure("busy", undefined, cause);
  });
  const reply = await exchange(running, job, timeLimitMs).catch(() => null);
  if (reply === null) await retire(seat);
  return reply;
}

function ready(seat: Seat): Promise<Worker> {
  if (seat.thread) return seat.thread;
  const mine = startThread(() => {
    if (seat.thread === mine) seat.thread = null;
  });
  seat.thread = mine;
  return mine;
}

async function retire(seat: Seat): Promise<void> {
  const old = seat.thread;
  seat.thread = null;
  await (await old?.catch(() => undefined))?.terminate();
}

async function startThread(onExit: () => void): Promise<Worker> {
  const thread = new Worker(new URL("./parse-worker.ts", import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  // Without a listener an error in the thread would end the process.
  thread.on("error", () => undefined);
  thread.once("exit", onExit);
  await once(thread, "message");
  thread.unref();
  return thread;
}

/** Sends one job and waits for its reply. Rejects when the thread dies, gives null when time is up. */
function exchange(thread: Worker, job: Job, timeLimitMs: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const timer = afterRunning(timeLimitMs, () => resolve(null));
  const died = (): void => reject(new Error("the parsing thread died"));
  thread.once("message", resolve);
  thread.once("exit", died);
  thread.postMessage(job, "raw" in job ? transferable([job.raw]) : []);
  return promise.finally(() => {
    clearInterval(timer);
    thread.off("message", resolve);
    thread.off("exit", died);
  });
}

const STEPS = 10;

/** Calls back after so much time in which this process ran: one that was stopped, or held, says nothing about a mail. */
function afterRunning(ms: number, end: () => void): NodeJS.Timeout {
  let left = STEPS;
  return setInterval(() => void (--left === 0 && end()), ms / STEPS);
}
