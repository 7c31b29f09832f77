// Copies SQLite's write-ahead log into the database beside the ledger, as fast as it grows, so that hardly anything is left to copy when
// the ledger begins the log anew, while callers wait.
import { fdatasyncSync, writeSync } from "node:fs";
import type Database from "better-sqlite3";
import { LATEST_CHECKPOINT_PAGES } from "./sqlite.ts";

/** The longest and the shortest pause between two copies, in milliseconds. */
const MOST_PAUSE_MS = 1000;
const LEAST_PAUSE_MS = 50;
/** About so many pages are let come together. */
const EACH_PAGES = 8192;
/** Soon the ledger begins the log anew: what it must copy itself is to be little. */
const SOON_FULL_PAGES = LATEST_CHECKPOINT_PAGES - 2 * EACH_PAGES;

/** What `wal_checkpoint` tells (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). */
interface LogState {
  /** 1 when another connection was copying. */
  busy: number;
  /** Pages in the log, and how many of them were copied. */
  log: number;
  checkpointed: number;
}

/** Begins copying on a connection of its own; `disk` is the open database file. Gives what ends it. */
export function copyLogAllTheWhile(db: Database.Database, disk: number): () => void {
  // As seen last; `growth` in pages a millisecond.
  let seen = { log: 0, checkpointed: 0, growth: 0, at: performance.now() };
  /** Gives the pause until the next time. */
  const copy = (): number => {
    const state = copied(db);
    if (state === null) return MOST_PAUSE_MS;
    if (state.busy) return LEAST_PAUSE_MS;
    const { log, checkpointed } = state;
    const moved = checkpointed !== seen.checkpointed;
    if (moved) flush(disk);
    const elapsedMs = performance.now() - seen.at;
    const growth = log < seen.log ? Math.max(seen.growth, log / elapsedMs) : (log - seen.log) / elapsedMs;
    seen = { log, checkpointed, growth, at: performance.now() };
    if (moved && log > SOON_FULL_PAGES) return LEAST_PAUSE_MS;
    return Math.min(MOST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, EACH_PAGES / growth));
  };
  let timer = setTimeout(next, MOST_PAUSE_MS);
  function next(): void {
    timer = setTimeout(next, copy());
  }
  return () => clearTimeout(timer);
}

/** Null on a full disk: the log itself holds everything, and callers are told by the ledger. */
function copied(db: Database.Database): LogState | null {
  try {
    const [state] = db.pragma("wal_checkpoint(PASSIVE)") as LogState[];
    return state ?? null;
  } catch {
    return null;
  }
}

/**
 * SQLite flushes only when the whole log was copied, which under load is at the ledger's turn. What the system could not bring to the
 * disk it tells once, and then takes for written (fsync(2)): only a start that copies the whole log anew makes that good, and an end in
 * order would take the log away as copied.
 */
function flush(disk: number): void {
  try {
    fdatasyncSync(disk);
  } catch (error) {
    const says = `The database file cannot be written to its disk (${error instanceof Error ? error.message : String(error)}).`;
    try {
      writeSync(2, `${says} The gateway ends at once; the next start copies the log anew. Look at the disk.\n`);
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
  }
}
