// The gateway's side of the SQLite threads: sends requests, matches replies, notices a thread that died.
import { Worker } from "node:worker_threads";
import type { UnitEnd } from "./batch.ts";
import { type Beside, type Reader, type Row, StoreError, type Value } from "./db.ts";
import type { Engine } from "./engine.ts";
import type { LedgerMeter } from "./ledger-meter.ts";
import { packUnits } from "./packed-units.ts";
import type { CommittedTogether, ThreadData, ThreadReplies, ThreadReply, ThreadRequest } from "./sqlite-thread.ts";

interface Thread {
  ask(request: ThreadRequest): Promise<unknown>;
  close(): Promise<void>;
}

interface Asked {
  id: number;
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** Room for short-lived objects: with the default every few batches end in a collection. */
const YOUNG_MB = 96;

/** `onDeath` is told when the thread ends without having been closed: what it was doing is then unknown. */
function startThread(data: ThreadData, onDeath: (error: unknown) => void): Thread {
  const worker = new Worker(new URL("./sqlite-thread.ts", import.meta.url), {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
  });
  // In the order of their requests, which is the order of the replies. A Map filled and emptied all the time would keep what was in it.
  const asked: Asked[] = [];
  let next = 0;
  let closing = false;
  let dead = false;
  const died = (error: unknown): void => {
    if (dead) return;
    dead = true;
    for (const one of asked.splice(0)) one.reject(new StoreError("commit_lost", error));
    if (!closing) onDeath(error);
  };
  worker.on("message", (replies: ThreadReplies) => {
    for (const { id, reply } of replies) {
      const place = asked.findIndex((one) => one.id === id);
      const [one] = place < 0 ? [] : asked.splice(place, 1);
      if (one) settle(one, reply);
    }
  });
  worker.on("error", died);
  worker.on("exit", (code) => died(new Error(`the database thread ended with code ${code}`)));
  const ask = (request: ThreadRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead) return reject(new StoreError("lost", new Error("the database thread has ended")));
      const id = next++;
      asked.push({ id, resolve, reject });
      worker.postMessage({ id, request });
    });
  return {
    ask,
    async close() {
      closing = true;
      if (!dead) await ask({ kind: "close" });
      await worker.terminate();
    },
  };
}

function settle({ resolve, reject }: Asked, reply: ThreadReply): void {
  if ("ok" in reply) resolve(reply.ok);
  else reject(new StoreError(reply.error.kind, new Error(reply.error.message)));
}

/** So many batches may wait at the thread, which merges them: it need never wait for the event loop to hand it the next. */
const SENT_AHEAD = 256;
/** Small, so that the thread can leave some of what waits for its next commit. */
const SENT_UNITS = 8;

/** The ledger's engine: one thread that commits. */
export function sqliteEngine(
  data: Omit<ThreadData, "role">,
  { onDeath, meter }: { onDeath(error: unknown): void; meter: LedgerMeter },
): Engine {
  const thread = startThread({ ...data, role: "ledger" }, onDeath);
  return {
    lanes: SENT_AHEAD,
    batchUnits: SENT_UNITS,
    inOrder: true,
    async commit(units) {
      const done = (await thread.ask({ kind: "commit", count: units.length, units: packUnits(units) })) as CommittedTogether;
      if (done.units > 0) meter.committed(done.units, done.workMs);
      return { ends: JSON.parse(done.ends) as UnitEnd[], workMs: done.workMs };
    },
    close: () => thread.close(),
  };
}

/** The thread that copies the write-ahead log into the database, and may wait for the ledger's lock when it writes. */
export function sqliteKeeper(
  data: Omit<ThreadData, "role">,
  onDeath: (error: unknown) => void,
): Beside & { close(): Promise<void> } {
  const thread = startThread({ ...data, role: "keeper" }, onDeath);
  return {
    run: async (sql, values) => void (await thread.ask({ kind: "write", sql, values })),
    close: () => thread.close(),
  };
}

/** A reader on a thread and a read-only connection of its own. */
export function sqliteReader(
  data: Omit<ThreadData, "role">,
  onDeath: (error: unknown) => void,
): Reader & { close(): Promise<void> } {
  const thread = startThread({ ...data, role: "reader" }, onDeath);
  return {
    all: <T extends object = Row>(sql: string, values: readonly Value[] = []) =>
      thread.ask({ kind: "read", sql, values }) as Promise<T[]>,
    close: () => thread.close(),
  };
}
