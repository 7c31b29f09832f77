// SQLite through better-sqlite3: statements prepared once and run row by row, which is the fastest it can do.
import Database, { type Statement } from "better-sqlite3";
import { type Keys, type Row, type Session, StoreError, type Value } from "./db.ts";

/**
 * The keeper's thread copies the log into the database all the while; only when it falls this far behind (64 MiB) does the
 * ledger do it itself, which makes calls wait.
 */
const LATEST_CHECKPOINT_PAGES = 16_384;

/** Opens a file with the durability the ledger promises: write-ahead log, fsync on every commit. */
export function openSqlite(file: string, readonly: boolean): Database.Database {
  const db = new Database(file, { readonly, timeout: 5000 });
  if (!readonly) db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("foreign_keys = ON");
  // Small on purpose: SQLite walks the whole cache at the end of each commit, and the system keeps the file in memory anyway.
  db.pragma("cache_size = -8192");
  db.pragma(`wal_autocheckpoint = ${LATEST_CHECKPOINT_PAGES}`);
  return db;
}

/** A session on an open connection. The transaction itself is begun and ended by `inTransaction`. */
export function sqliteSession(db: Database.Database): Session {
  const prepared = new Map<string, Statement>();
  const prepare = (sql: string): Statement => {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = db.prepare(sql);
    prepared.set(sql, statement);
    return statement;
  };
  return {
    exclusive: true,
    select<T extends object = Row>(table: string, columns: readonly string[], keys: Keys): T[] {
      const statement = prepare(
        `select ${columns.join(", ")} from ${table} where ${keys.columns.map((one) => `${one} = ?`).join(" and ")}`,
      );
      return keys.values.flatMap((tuple) => statement.all(...tuple) as T[]);
    },
    insert(table, columns, rows) {
      const statement = prepare(insertInto(table, columns));
      for (const row of rows) statement.run(...row);
    },
    rewrite({ table, key, columns, change }, rows) {
      const where = key.map((one) => `${one} = ?`).join(" and ");
      const statement = prepare(`update ${table} set ${change.map((one) => `${one} = ?`).join(", ")} where ${where}`);
      const places = [...change, ...key].map((one) => columns.indexOf(one));
      for (const row of rows) statement.run(...places.map((place) => row[place]));
    },
    upsert({ table, key, columns, change }, rows) {
      const changes = change.map((one) => `${one} = excluded.${one}`).join(", ");
      const statement = prepare(`${insertInto(table, columns)} on conflict (${key.join(", ")}) do update set ${changes}`);
      for (const row of rows) statement.run(...row);
    },
    raise(counter, by) {
      const row = prepare("update meta set value = value + ? where name = ? returning value").get(by, counter) as {
        value: number;
      };
      return row.value;
    },
    all: <T extends object = Row>(sql: string, values: readonly Value[] = []) => prepare(sql).all(...values) as T[],
    run: (sql, values = []) => ({ changed: prepare(sql).run(...values).changes }),
  };
}

function insertInto(table: string, columns: readonly string[]): string {
  return `insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
}

/** Runs `work` between BEGIN IMMEDIATE and COMMIT. */
export async function inTransaction<T>(db: Database.Database, work: () => Promise<T>): Promise<T> {
  try {
    db.exec("begin immediate");
    const result = await work();
    db.exec("commit");
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec("rollback");
    throw asStoreError(error);
  }
}

const OUT_OF_REACH = /^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOMEM)/;
const CONFLICT = /^SQLITE_(BUSY|LOCKED)/;

function asStoreError(error: unknown): unknown {
  const code = error instanceof Database.SqliteError ? error.code : "";
  if (OUT_OF_REACH.test(code)) return new StoreError("lost", error);
  if (CONFLICT.test(code)) return new StoreError("conflict", error);
  return new StoreError("broken", error);
}
