// The only file that asks which database it is: how to reach it, its column types, what must be so before migrations, its lock.
import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import knexModule, { type Knex } from "knex";
import type { Pool } from "mysql2/promise";
import type { ColumnTypes } from "../../migrations/tables.ts";
import { systemClock } from "../lib/clock.ts";
import type { BatchContext, Rules } from "./batch.ts";
import type { Beside, Reader } from "./db.ts";
import { type Inspection, inspectMysql, inspectSqlite } from "./inspect.ts";
import type { Engine } from "./engine.ts";
import type { LedgerMeter } from "./ledger-meter.ts";
import { knexClient, QUIET_KNEX } from "./knex-clients.ts";
import { asStoreError as ofMysql, mysqlBeside, mysqlReader, openMysql } from "./mysql.ts";
import { mysqlEngine } from "./mysql-engine.ts";
import { asStoreError as ofSqlite, openSqlite } from "./sqlite.ts";
import { sqliteEngine, sqliteKeeper, sqliteReader } from "./sqlite-client.ts";

export interface DialectOptions {
  url: string;
  /** Address of a module that exports `rules`. */
  rulesModule: string;
  formats: BatchContext["formats"];
  onDeath(error: unknown): void;
}

/** A database as the store uses it. */
export interface Dialect {
  name: "sqlite" | "mysql";
  /** Where a key file is kept when no key is set. */
  folder: string;
  /** Whether other gateway processes may write to it too. */
  shared: boolean;
  types: ColumnTypes;
  /** For migrations and administration. */
  knex: Knex;
  /** Milliseconds UTC, by the clock of whoever all processes share. */
  now(): number | Knex.Raw;
  /** Runs `work` while no other starter can be at it. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Runs `work` as one commit where the database can make tables in a transaction: faster, and done whole or not at all. */
  together<T>(work: (knex: Knex) => Promise<T>): Promise<T>;
  /** Settings of the database server under which a power cut may take back what was answered. */
  weaknesses(): Promise<string[]>;
  /** From now on what is overwritten or deleted is not left behind in the file. */
  overwriteFreed(): Promise<void>;
  /** Takes what was overwritten out of the log beside the file too. */
  emptyLog(): Promise<void>;
  /** Opened after the migrations. */
  open(meter: LedgerMeter): Promise<Opened>;
  /** Gives up what `openDialect` took: connections and the process lock. */
  close(): Promise<void>;
}

interface Closing {
  close(): Promise<void>;
}

/** What works on an open database, to be closed in the reverse order. */
export interface Opened {
  engine: Engine;
  reader: Reader & Closing;
  beside: Beside & Closing;
}

export async function openDialect(options: DialectOptions): Promise<Dialect> {
  return options.url.startsWith("sqlite:") ? sqlite(options) : mysql(options);
}

/** A look at the database beside whoever works with it. */
export async function inspect(url: string): Promise<Inspection> {
  return url.startsWith("sqlite:") ? inspectSqlite(resolve(url.slice("sqlite:".length))) : inspectMysql(url);
}

function sqlite({ url, rulesModule, formats, onDeath }: DialectOptions): Dialect {
  const file = realFile(resolve(url.slice("sqlite:".length)));
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const lock = lockFile(`${file}.lock`);
  const disk = openDisk(file, lock);
  const knex = knexModule({
    client: knexClient("better-sqlite3", ofSqlite),
    log: QUIET_KNEX,
    connection: { filename: file },
    useNullAsDefault: true,
    // What an operator was told is done must be as durable as what a partner was told.
    pool: { min: 1, max: 1, afterCreate: durable },
  });
  const data = { file, rulesModule, formats, disk: disk.fd };
  return {
    name: "sqlite",
    folder: dirname(file),
    shared: false,
    types: { bigKey: "integer", longBytes: "blob", partialIndexes: true },
    knex,
    now: systemClock,
    alone: (work) => work(),
    together: (work) => knex.transaction(work),
    weaknesses: async () => [],
    overwriteFreed: async () => void (await knex.raw("pragma secure_delete = on")),
    emptyLog: async () => void (await knex.raw("pragma wal_checkpoint(truncate)")),
    open: async (meter) => ({
      engine: sqliteEngine(data, { onDeath, meter }),
      reader: sqliteReader(data, onDeath),
      beside: sqliteKeeper(data, onDeath),
    }),
    async close() {
      await knex.destroy().finally(() => {
        disk.close();
        lock.close();
      });
    },
  };
}

/** The file of a sound database. Closed after all connections: that takes away every lock this process has on it (fcntl(2)). */
function openDisk(file: string, lock: Database.Database): { fd: number; close(): void } {
  try {
    openSqlite(file, false).close();
    const fd = openSync(file, "r+");
    let isOpen = true;
    const close = (): void => {
      if (isOpen) closeSync(fd);
      isOpen = false;
    };
    return { fd, close };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function durable(db: Database.Database, done: (error: unknown, db: Database.Database) => void): void {
  db.pragma("synchronous = FULL");
  done(null, db);
}

/** The file behind a link: two names of one database must not pass for two databases. */
function realFile(file: string): string {
  return existsSync(file) ? realpathSync(file) : file;
}

/** Held as long as the process lives; the system frees it however the process ends. */
function lockFile(path: string): Database.Database {
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.exec("begin exclusive");
    return lock;
  } catch (cause) {
    lock.close();
    throw new Error(
      `Another gateway process works with this SQLite database (${path}). Stop it, or use MariaDB for several processes.`,
      { cause },
    );
  }
}

/** Two lanes of the ledger, the migration lock, and reads. */
const CONNECTIONS = 8;
const LANES = 2;
const LOCK_WAIT_S = 60;
/** How long administration waits for a connection, in milliseconds. */
const ACQUIRE_MS = 5000;

async function mysql({ url, rulesModule, formats }: DialectOptions): Promise<Dialect> {
  const pool = openMysql(url, CONNECTIONS);
  const knex = knexModule({
    client: knexClient("mysql2", ofMysql),
    log: QUIET_KNEX,
    acquireConnectionTimeout: ACQUIRE_MS,
    connection: `${url.replace(/^mariadb:/, "mysql:")}`,
    pool: { min: 0, max: 2 },
  });
  return {
    name: "mysql",
    folder: resolve("data"),
    shared: true,
    types: { bigKey: "bigint", longBytes: "longblob", partialIndexes: false },
    knex,
    now: () => knex.raw("floor(unix_timestamp(now(3)) * 1000)"),
    alone: (work) => aloneOn(pool, work),
    together: (work) => work(knex),
    weaknesses: () => weaknessesOf(pool),
    // The server purges old versions of rows by itself.
    overwriteFreed: async () => undefined,
    emptyLog: async () => undefined,
    async open(meter) {
      const { rules } = (await import(rulesModule)) as { rules: Rules };
      const engine = mysqlEngine({ pool, rules, formats, lanes: LANES, meter });
      // The connections are the pool's.
      const close = async (): Promise<void> => undefined;
      return { engine, reader: { ...mysqlReader(pool), close }, beside: { ...mysqlBeside(pool), close } };
    },
    async close() {
      await knex.destroy();
      await pool.end();
    },
  };
}

/** A server that does not flush its log at each commit (1, or MariaDB's 3) loses the last second's answers in a power cut. */
async function weaknessesOf(pool: Pool): Promise<string[]> {
  const [[row]] = (await pool.query("select @@innodb_flush_log_at_trx_commit as flush")) as unknown as [[{ flush: number }]];
  return row.flush === 1 || row.flush === 3 ? [] : [`innodb_flush_log_at_trx_commit is ${row.flush}`];
}

/** Takes a named lock of the server for this database, and gives texts the rules of comparison that references need. */
async function aloneOn<T>(pool: Pool, work: () => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  try {
    const [[lock]] = (await connection.query("select get_lock(concat('crossdesk.', database()), ?) as taken", [
      LOCK_WAIT_S,
    ])) as unknown as [[{ taken: number | null }]];
    if (lock?.taken !== 1)
      throw new Error(
        `Another process has been setting up this database for ${LOCK_WAIT_S} seconds. Try again when it has ended.`,
      );
    await exactTexts(connection);
    return await work();
  } finally {
    connection.destroy();
  }
}

/** Numbers and references differ by case, accents and trailing spaces: `A1` is not `a1`. */
async function exactTexts(connection: { query(sql: string): Promise<unknown> }): Promise<void> {
  const [[row]] = (await connection.query("select version() as version, @@collation_database as present")) as [
    [{ version: string; present: string }],
  ];
  const collation = /mariadb/i.test(row.version) ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
  if (row.present !== collation) await connection.query(`alter database character set utf8mb4 collate ${collation}`);
}
