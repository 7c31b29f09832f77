// SQLite through better-sqlite3: statements prepared once and run row by row, which is the fastest it can do.
import Database, { type Statement } from "better-sqlite3";
import {
  type Row,
  type SelectShape,
  type Session,
  type Shape,
  StoreError,
  type Tuple,
  type UpsertShape,
  type Value,
} from "./db.ts";

/**
 * The keeper's thread copies the log into the database all the while, but under load never all of it; when the log is this long
 * (256 MiB) the ledger copies the rest itself and begins it anew, which makes calls wait.
 */
export const LATEST_CHECKPOINT_PAGES = 65_536;

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
  const prepare = kept(new Map<string, Statement>(), (sql): Statement => db.prepare(sql));
  const selecting = kept(new WeakMap<SelectShape, Statement>(), (shape): Statement => db.prepare(selectFrom(shape)));
  const inserting = kept(new WeakMap<Shape, Statement>(), (shape): Statement => db.prepare(insertInto(shape)));
  const upserting = kept(new WeakMap<UpsertShape, Statement>(), (shape): Statement => db.prepare(upsertInto(shape)));
  const rewriting = kept(new WeakMap<UpsertShape, Rewrite>(), (shape) => rewriteOf(db, shape));
  return {
    exclusive: true,
    select<T extends object = Row>(shape: SelectShape, keys: readonly Tuple[]): T[] {
      const rows: T[] = [];
      if (keys.length === 0) return rows;
      const statement = selecting(shape);
      for (const key of keys) for (const row of statement.all(...key)) rows.push(row as T);
      return rows;
    },
    insert(shape, rows) {
      if (rows.length > 0) runEach(inserting(shape), rows);
    },
    rewrite(shape, rows) {
      if (rows.length === 0) return;
      const { statement, places } = rewriting(shape);
      for (const row of rows) statement.run(...places.map((place) => row[place]));
    },
    upsert(shape, rows) {
      if (rows.length > 0) runEach(upserting(shape), rows);
    },
    // Two statements: RETURNING makes a table of its own for the one row, which costs more than the second.
    raise(counter, by) {
      prepare("update meta set value = value + ? where name = ?").run(by, counter);
      const [row] = prepare("select value from meta where name = ?").all(counter) as { value: number }[];
      if (row === undefined) throw new Error(`there is no counter ${counter}`);
      return row.value;
    },
    all: <T extends object = Row>(sql: string, values: readonly Value[] = []) => prepare(sql).all(...values) as T[],
    run: (sql, values = []) => ({ changed: prepare(sql).run(...values).changes }),
  };
}

/** Makes a thing once for each key, and keeps it. */
function kept<K, T>(known: { get(key: K): T | undefined; set(key: K, made: T): unknown }, make: (key: K) => T): (key: K) => T {
  return (key) => {
    let made = known.get(key);
    if (made === undefined) {
      made = make(key);
      known.set(key, made);
    }
    return made;
  };
}

function runEach(statement: Statement, rows: readonly Tuple[]): void {
  for (const row of rows) statement.run(...row);
}

interface Rewrite {
  statement: Statement;
  /** Where in a row the values of the statement stand, in its order. */
  places: readonly number[];
}

function rewriteOf(db: Database.Database, { table, columns, key, change }: UpsertShape): Rewrite {
  const changes = change.map((one) => `${one} = ?`).join(", ");
  const statement = db.prepare(`update ${table} set ${changes} where ${equals(key)}`);
  return { statement, places: [...change, ...key].map((one) => columns.indexOf(one)) };
}

const equals = (columns: readonly string[]): string => columns.map((one) => `${one} = ?`).join(" and ");

function selectFrom({ table, columns, by }: SelectShape): string {
  return `select ${columns.join(", ")} from ${table} where ${equals(by)}`;
}

function insertInto({ table, columns }: Shape): string {
  return `insert into ${table} (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`;
}

function upsertInto(shape: UpsertShape): string {
  const changes = shape.change.map((one) => `${one} = excluded.${one}`).join(", ");
  return `${insertInto(shape)} on conflict (${shape.key.join(", ")}) do update set ${changes}`;
}

/** Prepared once for each connection: they run for every batch. */
const bounds = kept(new WeakMap<Database.Database, { begin: Statement; commit: Statement }>(), (db) => ({
  begin: db.prepare("begin immediate"),
  commit: db.prepare("commit"),
}));

/** Runs `work` between BEGIN IMMEDIATE and COMMIT. */
export async function inTransaction<T>(db: Database.Database, work: () => Promise<T>): Promise<T> {
  try {
    const { begin, commit } = bounds(db);
    begin.run();
    const result = await work();
    commit.run();
    return result;
  } catch (error) {
    if (db.inTransaction) db.exec("rollback");
    throw asStoreError(error);
  }
}

const OUT_OF_REACH = /^SQLITE_(FULL|IOERR|CANTOPEN|READONLY|NOMEM)/;
const CONFLICT = /^SQLITE_(BUSY|LOCKED)/;

/** Where a statement failed, in the store's words. */
export function asStoreError(error: unknown): StoreError {
  const code = error instanceof Database.SqliteError ? error.code : "";
  if (OUT_OF_REACH.test(code)) return new StoreError("lost", error);
  if (CONFLICT.test(code)) return new StoreError("conflict", error);
  return new StoreError("broken", error);
}
