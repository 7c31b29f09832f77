// The gateway's side of the SQLite threads: sends requests, matches replies, notices a thread that died.
import { Worker } from "node:worker_threads";
import type { UnitEnd } from "./batch.ts";
import { type Reader, type Row, StoreError, type Value } from "./db.ts";
import type { Engine } from "./engine.ts";
import type { ThreadData, ThreadReply, ThreadRequest } from "./sqlite-thread.ts";

interface Thread {
  ask(request: ThreadRequest): Promise<unknown>;
  close(): Promise<void>;
}

interface Asked {
  resolve(value: unknown): void;
  reject(error: StoreError): void;
}

/** `onDeath` is told when the thread ends without having been closed: what it was doing is then unknown. */
function startThread(data: ThreadData, onDeath: (error: unknown) => void): Thread {
  const worker = new Worker(new URL("./sqlite-thread.ts", import.meta.url), { workerData: data });
  const asked = new Map<number, Asked>();
  let next = 0;
  let closing = false;
  let dead = false;
  const died = (error: unknown): void => {
    if (dead) return;
    dead = true;
    for (const one of asked.values()) one.reject(new StoreError("commit_lost", error));
    asked.clear();
    if (!closing) onDeath(error);
  };
  worker.on("message", ({ id, reply }: { id: number; reply: ThreadReply }) => {
    const one = asked.get(id);
    asked.delete(id);
    if ("ok" in reply) one?.resolve(reply.ok);
    else one?.reject(new StoreError(reply.error.kind, new Error(reply.error.message)));
  });
  worker.on("error", died);
  worker.on("exit", (code) => died(new Error(`the database thread ended with code ${code}`)));
  const ask = (request: ThreadRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead) return reject(new StoreError("lost", new Error("the database thread has ended")));
      const id = next++;
      asked.set(id, { resolve, reject });
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

/** The ledger's engine: one thread that commits, and one that copies the write-ahead log beside it. */
export function sqliteEngine(data: Omit<ThreadData, "role">, onDeath: (error: unknown) => void): Engine {
  const thread = startThread({ ...data, role: "ledger" }, onDeath);
  const keeper = startThread({ ...data, role: "keeper" }, onDeath);
  return {
    lanes: 1,
    commit: (units) => thread.ask({ kind: "commit", units }) as Promise<UnitEnd[]>,
    async close() {
      await keeper.close();
      await thread.close();
    },
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
