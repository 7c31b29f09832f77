// A database whose statements are written down, and the plans of those it has seen.
import assert from "node:assert/strict";
import type { Database } from "better-sqlite3";
import type { Pool } from "mysql2/promise";
import type { Reader, Session, Value } from "../../src/store/db.ts";
import { inTransaction as inMysqlTransaction, mysqlReader, openMysql } from "../../src/store/mysql.ts";
import { inTransaction, openSqlite, sqliteSession } from "../../src/store/sqlite.ts";

interface Statement {
  sql: string;
  values: readonly unknown[];
}

/** A database whose statements are written down before they run. */
export interface Recorded {
  statements: Statement[];
  reader: Reader;
  transaction<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Tables that the plan of a statement reads from end to end. */
  scans(statement: Statement): Promise<string[]>;
  close(): Promise<void>;
}

function recordedSqlite(url: string): Recorded {
  const db = openSqlite(url.slice("sqlite:".length), false);
  const statements: Statement[] = [];
  const noted = (sql: string) => {
    statements.push({ sql, values: Array((sql.match(/\?/g) ?? []).length).fill(null) });
    return db.prepare(sql);
  };
  const session = sqliteSession({ prepare: noted } as unknown as Database);
  return {
    statements,
    reader: { all: async (sql, values) => session.all(sql, values) },
    transaction: (work) => inTransaction(db, () => work(session)),
    async scans({ sql, values }) {
      const steps = db.prepare(`explain query plan ${sql}`).all(...values) as { detail: string }[];
      return steps.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? []);
    },
    close: async () => void db.close(),
  };
}

function recordedMysql(url: string): Recorded {
  const pool = openMysql(url, 2);
  const statements: Statement[] = [];
  const reader = mysqlReader(pool);
  const recording = {
    async getConnection() {
      const connection = await pool.getConnection();
      const query = connection.query.bind(connection) as (sql: string, values?: unknown[]) => unknown;
      const noted = (sql: string, values: unknown[] = []) => {
        statements.push({ sql, values });
        return query(sql, values);
      };
      return Object.assign(connection, { query: noted });
    },
  };
  return {
    statements,
    reader: {
      all(sql, values: readonly Value[] = []) {
        statements.push({ sql, values });
        return reader.all(sql, values);
      },
    },
    transaction: (work) => inMysqlTransaction(recording as unknown as Pool, work),
    async scans({ sql, values }) {
      const [steps] = await pool.query(`explain ${sql}`, [...values]);
      const whole = (steps as { table: string | null; type: string | null }[]).filter(
        ({ type }) => type === "ALL" || type === "index",
      );
      return whole.flatMap(({ table }) => (table === null || table.startsWith("<") ? [] : [table]));
    },
    close: () => pool.end(),
  };
}

/** A recorded database of the kind the address names. */
export const record = (url: string): Recorded => (url.startsWith("sqlite:") ? recordedSqlite(url) : recordedMysql(url));

/**
 * The few providers and Systems, the links a chain has found so far, the events picked for a page, the tasks a name was found for, and what an inner query has
 * bounded may be read whole.
 */
const MAY_SCAN = new Set([
  "p",
  "f",
  "c",
  "chain",
  "picked",
  "a",
  "delivery_queues",
  "provider_heard",
  "counted",
  "waiting",
  "newest",
]);

/** No statement seen since the last call reads a table from end to end; at least so many were seen. */
export async function assertNoScans({ statements, scans }: Recorded, least: number): Promise<void> {
  const read = statements.splice(0).filter(({ sql }) => /^\s*(select|with|update)/i.test(sql));
  assert.ok(read.length >= least, `${read.length} statements were seen`);
  for (const statement of read) {
    const tables = (await scans(statement)).filter((table) => !MAY_SCAN.has(table));
    assert.deepEqual(tables, [], statement.sql);
  }
}
