// A MariaDB for tests: one server for a whole test run, a database for each test. Nothing outside 127.0.0.1 is ever used.
import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { type MariadbServer, startServer } from "./mariadb-server.ts";

/** Address of a server the runner started for all test files: `mysql://…/`, a database's name goes behind it. */
const SHARED = "CROSSDESK_TEST_MARIADB";

/** A server as tests see it. */
export interface TestMariadb {
  /** The DATABASE_URL of a database on this server. */
  url(database: string): string;
  /** Makes an empty database with a name nobody else has, and gives its DATABASE_URL. */
  createDatabase(): Promise<string>;
  /** Ends the server as a power cut would. Only for a server of the test's own. */
  kill(): Promise<void>;
  /** Starts it again with the same files and the same port. Only for a server of the test's own. */
  restart(): Promise<void>;
  /** Drops the databases made here; a server of the test's own is ended and its files removed. */
  stop(): Promise<void>;
}

/** A folder on a disk: a server whose files are in memory flushes nothing. */
const DISK = "/var/tmp";

/**
 * Gives the run's server, or starts one. `own` asks for one that no other test file uses, which may be killed; `disk` for one of the
 * test's own that keeps its files on a disk.
 * Call `stop` in `after`; a server whose test process dies ends by itself.
 */
export async function startMariadb(options: { own?: boolean; disk?: boolean } = {}): Promise<TestMariadb> {
  const shared = options.own || options.disk ? undefined : process.env[SHARED];
  const server = shared ? null : await startServer(options.disk ? DISK : undefined);
  const base = server?.base ?? `${shared}`;
  const made: string[] = [];
  const url = (database: string): string => `${base}${database}`;
  return {
    url,
    async createDatabase() {
      const name = `test_${randomUUID().replaceAll("-", "")}`;
      await query(base, `create database ${name} character set utf8mb4`);
      made.push(name);
      return url(name);
    },
    kill: () => owned(server).kill(),
    restart: () => owned(server).restart(),
    async stop() {
      if (server) return server.remove();
      for (const name of made.splice(0)) await query(base, `drop database if exists ${name}`);
    },
  };
}

function owned(server: MariadbServer | null): MariadbServer {
  if (server === null) throw new Error("this server is shared: ask for one with { own: true }");
  return server;
}

async function query(base: string, statement: string): Promise<void> {
  const connection = await createConnection({ uri: base });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
