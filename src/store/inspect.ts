// Looks at a database from outside, beside a running gateway: it takes no lock, migrates nothing and writes nothing.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import type { Reader, Row, Value } from "./db.ts";
import { steps } from "./migrate.ts";
import { mysqlReader, openMysql } from "./mysql.ts";
import { createSeal } from "./seal.ts";
import type { Site } from "./site.ts";
import { loadSite } from "./site-tables.ts";
import { keyOf, type KeyState } from "./key-file.ts";

/** A setting of the database on which it depends that nothing answered is lost. */
export interface Durability {
  name: string;
  value: string;
  /** What is wrong with it; null when nothing is. */
  wrong: string | null;
}

export interface Inspection {
  version: string;
  durability: readonly Durability[];
  /** Its own clock, in milliseconds UTC; null where it has none but this machine's. */
  clock: number | null;
  /** The folder its files are in, on this machine; null when it is elsewhere. */
  folder: string | null;
  reader: Reader;
  /** Steps that are not done yet, and steps done that this version does not know. */
  migrations(): Promise<{ missing: string[]; strange: string[] }>;
  key(given: string): KeyState;
  /** The site with everything sealed opened. Throws when the key is another. */
  site(given: string): Promise<Site>;
  close(): Promise<void>;
}

type Looked = Pick<Inspection, "version" | "durability" | "clock" | "folder" | "reader" | "close"> & { keyFolder: string };

/** Gives the look its further parts. */
export function inspectionOf({ keyFolder, ...looked }: Looked): Inspection {
  const { reader } = looked;
  const unsealer = (given: string): ((sealed: string) => string) => {
    const state = keyOf(given, keyFolder);
    return (sealed) => {
      if (state.key === null) throw new Error(state.says);
      return createSeal(state.key).open(sealed);
    };
  };
  return {
    ...looked,
    async migrations() {
      const known = (await steps()).map(({ name }) => name);
      const done = (await reader.all<{ name: string }>("select name from migrations")).map(({ name }) => name);
      return { missing: known.filter((one) => !done.includes(one)), strange: done.filter((one) => !known.includes(one)) };
    },
    key: (given) => keyOf(given, keyFolder),
    site: (given) => loadSite(reader, unsealer(given)),
  };
}

/** A SQLite file, read only. Throws when there is none. */
export function inspectSqlite(file: string): Inspection {
  if (!existsSync(file)) throw new Error(`There is no file ${file}. The first start of the gateway makes it.`);
  const db = new Database(file, { readonly: true });
  const [{ version } = { version: "" }] = db.prepare("select sqlite_version() as version").all() as { version: string }[];
  const mode = String(db.pragma("journal_mode", { simple: true }));
  return inspectionOf({
    version: `SQLite ${version}`,
    durability: [
      { name: "journal_mode", value: mode, wrong: mode === "wal" ? null : "start the gateway once: it sets the mode to wal" },
    ],
    clock: null,
    folder: dirname(resolve(file)),
    keyFolder: dirname(resolve(file)),
    reader: {
      all: async <T extends object = Row>(sql: string, values: readonly Value[] = []) => db.prepare(sql).all(...values) as T[],
    },
    close: async () => void db.close(),
  });
}

interface ServerRow {
  version: string;
  flush: number;
  sync_binlog: number;
  log_bin: number;
  now: string;
}

/** A MariaDB or MySQL database. Throws when it is out of reach. */
export async function inspectMysql(url: string): Promise<Inspection> {
  const pool = openMysql(url, 2);
  const reader = mysqlReader(pool);
  try {
    const [row] = await reader.all<ServerRow>(
      `select version() as version, @@innodb_flush_log_at_trx_commit as flush, @@sync_binlog as sync_binlog, @@log_bin as log_bin,
       unix_timestamp(now(3)) as now`,
    );
    if (!row) throw new Error("the server answered nothing");
    return inspectionOf({
      version: /mariadb/i.test(row.version) ? `MariaDB ${row.version}` : `MySQL ${row.version}`,
      durability: serverDurability(row),
      clock: Number(row.now) * 1000,
      folder: null,
      keyFolder: resolve("data"),
      reader,
      close: () => pool.end(),
    });
  } catch (error) {
    await pool.end();
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  }
}

function serverDurability({ flush, sync_binlog: sync, log_bin: log }: ServerRow): Durability[] {
  const safe = flush === 1 || flush === 3;
  const lossy = "a power cut may take back what was answered: set it to 1";
  return [
    { name: "innodb_flush_log_at_trx_commit", value: String(flush), wrong: safe ? null : lossy },
    {
      name: "sync_binlog",
      value: String(sync),
      wrong: log === 0 || sync === 1 ? null : "replicas may miss what was answered: set it to 1",
    },
  ];
}
