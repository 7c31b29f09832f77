// The thread that owns a SQLite connection, so that neither an fsync nor a long read ever holds up the event loop of the gateway.
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { BatchContext } from "./batch.ts";
import { type Session, StoreError, type Value } from "./db.ts";
import { type PackedUnits, unpackUnits } from "./packed-units.ts";
import { openSqlite, sqliteSession } from "./sqlite.ts";
import type { Commit } from "./sqlite-commit.ts";
import { copyLogAllTheWhile } from "./sqlite-log.ts";

export type ThreadRequest =
  | { kind: "commit"; count: number; units: PackedUnits }
  | { kind: "read" | "write"; sql: string; values: readonly Value[] }
  | { kind: "close" };

/** What the thread is started with. `rulesModule` is the address of a module that exports `rules`. */
export interface ThreadData {
  file: string;
  /** `ledger` commits, `reader` serves views, `keeper` copies the write-ahead log into the database beside them, and writes what nobody waits for. */
  role: "ledger" | "reader" | "keeper";
  rulesModule: string;
  formats: BatchContext["formats"];
  /** The open database file, by which the keeper has what it copied flushed. The thread does not close it. */
  disk: number;
}

/** What a commit is answered. `units` counts all that went together, and stands in the first of their replies alone. */
export interface CommittedTogether {
  /** Of its own units, as JSON text. */
  ends: string;
  units: number;
  workMs: number;
}

export type ThreadReply = { ok: unknown } | { error: { kind: StoreError["kind"]; message: string } };

/** Replies to requests, by their ids. Those that were served together travel in one message: each message is a turn at the gateway. */
export type ThreadReplies = readonly { id: number; reply: ThreadReply }[];

const { file, role, rulesModule, formats, disk } = workerData as ThreadData;
const port = parentPort;
if (!port) throw new Error("this file runs as a thread of the store only");

const db = openSqlite(file, role === "reader");
const session: Session = sqliteSession(db);
const commit = role === "ledger" ? await ledgerCommit() : refuseCommit;

async function ledgerCommit(): Promise<Commit> {
  const { createCommit } = await import("./sqlite-commit.ts");
  return createCommit({ db, session }, { rulesModule, formats });
}

async function refuseCommit(): Promise<never> {
  throw new Error(`the thread of the ${role} commits nothing`);
}

interface Asked {
  id: number;
  request: ThreadRequest;
}

type AskedCommit = Asked & { request: Extract<ThreadRequest, { kind: "commit" }> };

/** Commits what waits as one transaction. When that fails each batch is tried alone, so that none pays for another's fault. */
async function commitTogether(commits: readonly AskedCommit[]): Promise<void> {
  try {
    const startedAt = performance.now();
    const ends = await commit(commits.flatMap(({ request: { units } }) => unpackUnits(units)));
    const workMs = performance.now() - startedAt;
    let from = 0;
    const replies = commits.map(({ id, request: { count } }) => {
      const own = ends.slice(from, from + count);
      const ok: CommittedTogether = { ends: JSON.stringify(own), units: from === 0 ? ends.length : 0, workMs };
      from += count;
      return { id, reply: { ok } };
    });
    send(replies);
  } catch (error) {
    if (commits.length === 1) return reply(commits[0]?.id ?? 0, { error: describe(error) });
    for (const one of commits) await commitTogether([one]);
  }
}

function answerAlone({ id, request }: Asked): void {
  try {
    reply(id, { ok: answerTo(request) });
  } catch (error) {
    reply(id, { error: describe(error) });
  }
}

function answerTo(request: ThreadRequest): unknown {
  if (request.kind === "read") return session.all(request.sql, request.values);
  return request.kind === "write" ? session.run(request.sql, request.values) : close();
}

function close(): undefined {
  stopCopying?.();
  db.close();
}

function reply(id: number, answer: ThreadReply): void {
  send([{ id, reply: answer }]);
}

function send(replies: ThreadReplies): void {
  port?.postMessage(replies);
}

const stopCopying = role === "keeper" ? copyLogAllTheWhile(db, disk) : undefined;
const MOST_TOGETHER = 256;
const FEWEST_TOGETHER = 32;

/**
 * Half of what waits goes together: the rest is committed while the gateway answers these and takes the next, so that
 * neither thread stands still. A commit of all would have both wait for each other in turns. But few go together whole: what a
 * commit costs whatever it holds is worth more then than an even share.
 */
function shareOf(requests: readonly Asked[]): number {
  const waiting = requests.reduce((units, one) => units + (isCommit(one) ? one.request.count : 0), 0);
  return Math.min(MOST_TOGETHER, Math.max(FEWEST_TOGETHER, Math.ceil(waiting / 2)));
}

/** Serves the requests in order, commits that follow one another together. */
async function serve(requests: Asked[]): Promise<void> {
  for (let next = requests.shift(); next; next = requests.shift()) {
    if (!isCommit(next)) {
      answerAlone(next);
      continue;
    }
    const most = shareOf([next, ...requests]);
    const together = [next];
    let { count } = next.request;
    for (let more = requests[0]; more && isCommit(more) && count + more.request.count <= most; more = requests[0]) {
      together.push(more);
      count += more.request.count;
      requests.shift();
    }
    await commitTogether(together);
    requests.push(...arrived());
  }
}

function isCommit(asked: Asked): asked is AskedCommit {
  return asked.request.kind === "commit";
}

/** Requests that have arrived and not been taken. */
function arrived(): Asked[] {
  const requests: Asked[] = [];
  for (let next = receiveMessageOnPort(port as never); next; next = receiveMessageOnPort(port as never))
    requests.push(next.message);
  return requests;
}

let last: Promise<void> = Promise.resolve();
port.on("message", (first: Asked) => {
  const requests = [first, ...arrived()];
  last = last.then(() => serve(requests));
});

function describe(error: unknown): { kind: StoreError["kind"]; message: string } {
  const kind = error instanceof StoreError ? error.kind : "broken";
  const cause = error instanceof StoreError ? error.cause : error;
  return { kind, message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}
