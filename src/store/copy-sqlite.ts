// Copies a SQLite database while a gateway writes to it, and puts a copy back in its place.
import { closeSync, constants, copyFileSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";

/** Pages copied at once; between two the gateway writes. */
const PAGES = 2000;

export interface CopyOptions {
  from: string;
  to: string;
  signal: AbortSignal;
  /** Called with how much is done, from 0 to 1. */
  onProgress(share: number): void;
}

/**
 * One consistent state, of the moment the copy ends or a little before. Of a write meanwhile SQLite begins anew by itself, so a
 * copy under load is made of one snapshot: it is read through one transaction.
 */
export async function copySqlite({ from, to, signal, onProgress }: CopyOptions): Promise<void> {
  const db = new Database(from, { readonly: true });
  try {
    // Held open: the write-ahead log keeps this state for us, however much is written meanwhile.
    db.exec("begin");
    db.prepare("select count(*) from sqlite_schema").get();
    await db.backup(to, {
      progress({ totalPages, remainingPages }) {
        signal.throwIfAborted();
        onProgress(totalPages === 0 ? 0 : 1 - remainingPages / totalPages);
        return PAGES;
      },
    });
  } finally {
    db.close();
  }
  // A file by itself: nothing of it may be in a log beside it.
  const copy = new Database(to);
  try {
    copy.pragma("journal_mode = delete");
    const [{ integrity_check: said } = { integrity_check: "" }] = copy.pragma("integrity_check(1)") as {
      integrity_check: string;
    }[];
    if (said !== "ok") throw new Error(`The copy is damaged: ${said}. The database itself may be: look at its disk.`);
  } finally {
    copy.close();
  }
}

/** A copy to be put in the place of `file`; `statements` are done to it before. */
export interface Put {
  copy: string;
  file: string;
  force: boolean;
  statements: readonly string[];
}

/** Puts the copy in the database's place, while no gateway has it. What was there is kept beside it when it is to be overwritten. */
export function putSqlite({ copy, file, force, statements }: Put): { kept: string | null } {
  if (existsSync(file) && !force)
    throw new Error(`${file} is there already. --force keeps it under another name and puts the backup in its place.`);
  const lock = new Database(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    const kept = existsSync(file) ? `${file}.before-${new Date().toISOString().replace(/[:.]/g, "-")}` : null;
    if (kept !== null) mergeLog(file);
    const next = `${file}.restoring`;
    copyFileSync(copy, next, constants.COPYFILE_FICLONE);
    change(next, statements);
    flush(next);
    for (const rest of ["-wal", "-shm"]) rmSync(`${file}${rest}`, { force: true });
    // Another name for it, not a move: whenever this is cut off there is a whole database under the name.
    if (kept !== null) linkSync(file, kept);
    renameSync(next, file);
    return { kept };
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === "SQLITE_BUSY")
      throw new Error(`A gateway works with ${file}. Stop it first.`, { cause: error });
    throw error;
  } finally {
    lock.close();
  }
}

function change(file: string, statements: readonly string[]): void {
  const db = new Database(file);
  db.transaction(() => {
    for (const sql of statements) db.exec(sql);
  })();
  db.close();
}

function flush(file: string): void {
  const opened = openSync(file, "r+");
  fsyncSync(opened);
  closeSync(opened);
}

/** What is kept must be whole by itself. */
function mergeLog(file: string): void {
  const db = new Database(file);
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
}
