// MariaDB and MySQL through mysql2: few round trips, many rows each, READ COMMITTED with explicit row locks.
import type { Pool, PoolConnection, ResultSetHeader } from "mysql2/promise";
import { lazily } from "../lib/lazy.ts";
import {
  type Beside,
  type Reader,
  type Row,
  type SelectShape,
  type Session,
  StoreError,
  type Tuple,
  type UpsertShape,
  type Value,
} from "./db.ts";

const mysql2 = lazily<typeof import("mysql2/promise")>("mysql2/promise");

/** Longest wait for another transaction's row lock, in seconds. */
const LOCK_WAIT_S = 3;

/** A pool of at most `size` connections, in UTC and strict mode. */
export function openMysql(url: string, size: number): Pool {
  const pool = mysql2().createPool({
    uri: url.replace(/^mariadb:/, "mysql:"),
    connectionLimit: size,
    maxIdle: size,
    timezone: "Z",
    dateStrings: true,
    charset: "utf8mb4",
    supportBigNumbers: true,
    maxPreparedStatements: 200,
    connectTimeout: 5000,
    enableKeepAlive: true,
    stringifyObjects: true,
  });
  pool.pool.on("connection", (connection) => {
    const close = (error: unknown): void => {
      if (error) connection.destroy();
    };
    connection.query("set session transaction isolation level read committed", close);
    connection.query(
      `set session innodb_lock_wait_timeout = ${LOCK_WAIT_S}, session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`,
      close,
    );
  });
  return pool;
}

export function mysqlReader(pool: Pool): Reader {
  return {
    async all<T extends object = Row>(sql: string, values: readonly Value[] = []) {
      try {
        const [rows] = await pool.query(sql, [...values]);
        return rows as T[];
      } catch (error) {
        throw asStoreError(error);
      }
    },
  };
}

/** What is written beside goes through any connection of the pool. */
export function mysqlBeside(pool: Pool): Beside {
  return {
    async run(sql, values) {
      await pool.query(sql, [...values]).catch((error: unknown) => {
        throw asStoreError(error);
      });
    },
  };
}

function mysqlSession(connection: PoolConnection): Session {
  const query = async (sql: string, values: readonly unknown[]): Promise<unknown> =>
    (await connection.query(sql, values as Value[]))[0];
  const upsert = async ({ table, columns, change }: UpsertShape, rows: readonly Tuple[]): Promise<void> => {
    if (rows.length === 0) return;
    const changes = change.map((one) => `${one} = values(${one})`).join(", ");
    await query(`insert into ${table} (${columns.join(", ")}) values ? on duplicate key update ${changes}`, [rows]);
  };
  return {
    exclusive: false,
    async select<T extends object = Row>(
      { table, columns, by }: SelectShape,
      keys: readonly Tuple[],
      lock?: "lock",
    ): Promise<T[]> {
      if (keys.length === 0) return [];
      const ending = lock ? ` order by ${by.join(", ")} for update` : "";
      const sql = `select ${columns.join(", ")} from ${table} where ${whereKeys(by, keys)}${ending}`;
      return (await query(sql, keys.flat())) as T[];
    },
    async insert({ table, columns }, rows) {
      if (rows.length > 0) await query(`insert into ${table} (${columns.join(", ")}) values ?`, [rows]);
    },
    rewrite: upsert,
    upsert,
    async raise(counter, by) {
      const result = await query("update meta set value = last_insert_id(value + ?) where name = ?", [by, counter]);
      return (result as ResultSetHeader).insertId;
    },
    all: async <T extends object = Row>(sql: string, values: readonly Value[] = []) => (await query(sql, values)) as T[],
    run: async (sql, values = []) => ({ changed: ((await query(sql, values)) as ResultSetHeader).affectedRows }),
  };
}

/** `a in (…)` for one column; for several an `or` of tuples, which both servers read from the index. */
function whereKeys(by: readonly string[], keys: readonly Tuple[]): string {
  if (by.length === 1) return `${by[0]} in (${keys.map(() => "?").join(", ")})`;
  const tuple = `(${by.map((one) => `${one} = ?`).join(" and ")})`;
  return keys.map(() => tuple).join(" or ");
}

/** Runs `work` in a transaction on a connection of the pool. An error while committing is `commit_lost`, all others are rolled back. */
export async function inTransaction<T>(pool: Pool, work: (session: Session) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection().catch((error: unknown) => {
    throw asStoreError(error);
  });
  try {
    await connection.query("begin");
    const result = await work(mysqlSession(connection));
    await commit(connection);
    connection.release();
    return result;
  } catch (error) {
    // A connection in doubt is thrown away: closing it is the surest rollback.
    connection.destroy();
    throw asStoreError(error);
  }
}

async function commit(connection: PoolConnection): Promise<void> {
  try {
    await connection.query("commit");
  } catch (error) {
    throw new StoreError(CONFLICTS.has(errno(error)) ? "conflict" : "commit_lost", error);
  }
}

/** 1020 record changed, 1062 duplicate key (another writer was first), 1205 lock wait, 1213 deadlock. */
const CONFLICTS = new Set([1020, 1062, 1205, 1213]);
/** Full disk or table, read-only, shutting down, too many connections: the database cannot be used for now. */
const OUT_OF_REACH = new Set([1021, 1040, 1041, 1053, 1077, 1114, 1203, 1290, 1317, 1836, 1927, 3024]);

function errno(error: unknown): number {
  return error instanceof Error && "errno" in error ? Number(error.errno) : 0;
}

/** Whether the server itself answered with an error, so that we know it did not commit. */
function isServerWord(error: unknown): boolean {
  return error instanceof Error && "sqlState" in error && error.sqlState !== undefined;
}

/** Where a statement failed, in the store's words. */
export function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  if (CONFLICTS.has(errno(error))) return new StoreError("conflict", error);
  if (OUT_OF_REACH.has(errno(error)) || isConnectionError(error)) return new StoreError("lost", error);
  return new StoreError("broken", error);
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || isServerWord(error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return /^(E[A-Z]+|PROTOCOL_CONNECTION_LOST|POOL_CLOSED)$/.test(code) || /connection.*(closed|lost|state)/i.test(error.message);
}
