// The thread that owns a SQLite connection, so that neither an fsync nor a long read ever holds up the event loop of the gateway.
import { parentPort, workerData } from "node:worker_threads";
import type { Unit } from "../core/ports.ts";
import { type BatchContext, type Rules, runBatch } from "./batch.ts";
import { type Session, StoreError, type Value } from "./db.ts";
import { EMPTY_SITE, loadSite, siteVersion } from "./site-tables.ts";
import { inTransaction, openSqlite, sqliteSession } from "./sqlite.ts";

export type ThreadRequest =
  | { kind: "commit"; units: readonly Unit[] }
  | { kind: "read"; sql: string; values: readonly Value[] }
  | { kind: "close" };

/** What the thread is started with. `rulesModule` is the address of a module that exports `rules`. */
export interface ThreadData {
  file: string;
  /** `ledger` commits, `reader` serves views, `keeper` copies the write-ahead log into the database beside them. */
  role: "ledger" | "reader" | "keeper";
  rulesModule: string;
  formats: BatchContext["formats"];
}

export type ThreadReply = { ok: unknown } | { error: { kind: StoreError["kind"]; message: string } };

const { file, role, rulesModule, formats } = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error("this file runs as a thread of the store only");

const db = openSqlite(file, role === "reader");
const session: Session = sqliteSession(db);
const { rules } = (role === "ledger" ? await import(rulesModule) : { rules: null }) as { rules: Rules };
let site = EMPTY_SITE;

function commit(units: readonly Unit[]): Promise<unknown> {
  return inTransaction(db, async () => {
    if ((await siteVersion(session)) !== site.version) site = await loadSite(session);
    return runBatch(session, units, { rules, site, formats });
  });
}

async function answer(request: ThreadRequest): Promise<unknown> {
  if (request.kind === "commit") return commit(request.units);
  if (request.kind === "read") return session.all(request.sql, request.values);
  clearInterval(keeping);
  db.close();
  return undefined;
}

const KEEP_EVERY_MS = 250;
const keeping = role === "keeper" ? setInterval(() => db.pragma("wal_checkpoint(PASSIVE)"), KEEP_EVERY_MS) : undefined;

/** Requests are served one after another: a batch is many awaited steps on one connection. */
let last: Promise<void> = Promise.resolve();
port.on("message", ({ id, request }: { id: number; request: ThreadRequest }) => {
  last = last.then(async () => {
    const reply = await answer(request).then(
      (ok): ThreadReply => ({ ok }),
      (error: unknown): ThreadReply => ({ error: describe(error) }),
    );
    port.postMessage({ id, reply });
  });
});

function describe(error: unknown): { kind: StoreError["kind"]; message: string } {
  const kind = error instanceof StoreError ? error.kind : "broken";
  const cause = error instanceof StoreError ? error.cause : error;
  return { kind, message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
