// A store for tests: the real one with a fixed site, and a connection of the test's own that looks at the rows behind its back.
// It never builds the rest of the gateway, so that a child process with a store starts fast.
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import Database from "better-sqlite3";
import { createConnection } from "mysql2/promise";
import type { Command } from "../../src/core/commands/registry.ts";
import { createDoor, type LedgerPort } from "../../src/core/execute.ts";
import type { Caller, CommandResult, Door, Outcome, UnitInput } from "../../src/core/ports.ts";
import { drawId } from "../../src/lib/ids.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { openStore, type Store, type StoreOptions } from "../../src/store/store.ts";
import { checkLedger } from "./ledger-check.ts";
import { startMariadb } from "./mariadb.ts";

const key = (id: string) => ({ apiKey: { hash: createHash("sha256").update(id).digest("hex") } });

/** Four providers: `acme` and `globex` as most are, `late` keeps late messages, `quiet` counts nothing as a repeat. */
export const STORE_SITE: SiteDocument = {
  providers: [{ name: "acme" }, { name: "globex" }, { name: "late" }, { name: "quiet", repeatWindowMinutes: 0 }],
  groups: [
    { name: "service-desk" },
    { name: "second-line" },
    { name: "acme-field", provider: "acme", returnGroup: "service-desk", processes: { newAssignment: "acme-new" } },
    { name: "globex-net", provider: "globex", returnGroup: "service-desk" },
    { name: "late-team", provider: "late", returnGroup: "service-desk", late: "keep" },
    { name: "quiet-team", provider: "quiet", returnGroup: "service-desk" },
  ],
  credentials: [
    { id: "desk", role: "ticketing", ...key("desk") },
    ...["acme", "globex", "late", "quiet"].map((id) => ({ id, provider: id, ...key(id) })),
  ],
};

export const DESK: Caller = { kind: "ticketing", credential: "desk" };
const provider = (name: string): Caller => ({ kind: "provider", provider: name, credential: name });
export const ACME = provider("acme");
export const GLOBEX = provider("globex");
export const LATE = provider("late");
export const QUIET = provider("quiet");

export interface LogLine {
  level: string;
  event: string;
  [field: string]: unknown;
}

export interface TestStore {
  store: Store;
  door: Door;
  url: string;
  /** What the door takes for now, in milliseconds; tests set it. */
  clock: { now: number };
  log: LogLine[];
  /** Closes the store; a second call does nothing. */
  close(): Promise<void>;
}

export const START = Date.UTC(2026, 0, 5, 8);
export const RULES = new URL("../../src/core/rules.ts", import.meta.url).href;

/** Options to open a store at `url` as the gateway does by default. */
export function storeOptions(url: string, log: LogLine[] = []): StoreOptions {
  return {
    databaseUrl: url,
    secretKey: Buffer.alloc(32, 7).toString("base64"),
    queueUnits: 2000,
    queueBytes: 64 * 1024 * 1024,
    formats: { ticket: "TKT-{n}", task: "TSK-{n}" },
    rulesModule: RULES,
    log: (level, event, fields) => void log.push({ ...fields, level, event }),
    onDeath: (error) => {
      throw error;
    },
  };
}

/** Opens the store at `url` and applies `STORE_SITE`, which changes nothing where it was applied before. */
export async function openTestStore(url: string, options: Partial<StoreOptions> = {}): Promise<TestStore> {
  const log: LogLine[] = [];
  const store = await openStore({ ...storeOptions(url, log), ...options });
  await store.admin.apply(STORE_SITE);
  const clock = { now: START };
  let closing: Promise<void> | undefined;
  return {
    store,
    url,
    clock,
    log,
    door: createDoor(untimed(store.ledger), () => clock.now, drawId),
    close: () => (closing ??= store.close()),
  };
}

/** What is told of an outcome but for how long it waited, which is another each time. */
function untimed(ledger: LedgerPort): LedgerPort {
  return {
    commit: (unit) =>
      ledger.commit(unit).then((outcome) => {
        delete outcome.queueMs;
        return outcome;
      }),
  };
}

/** A kind of database that tests run on. */
export interface Environment {
  /** Address of a new, empty database. */
  createDatabase(): Promise<string>;
  close(): Promise<void>;
}

/** Files in a temp folder. */
export async function sqliteEnvironment(): Promise<Environment> {
  const folder = await mkdtemp(join(tmpdir(), "crossdesk-store-"));
  return {
    createDatabase: async () => `sqlite:${join(folder, randomUUID(), "crossdesk.db")}`,
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Databases on a private server. */
export async function mariadbEnvironment(): Promise<Environment> {
  const server = await startMariadb();
  return { createDatabase: () => server.createDatabase(), close: () => server.stop() };
}

/** A connection beside the store's. */
export interface Connection {
  rows<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function connect(url: string): Promise<Connection> {
  if (url.startsWith("sqlite:")) {
    const db = new Database(url.slice("sqlite:".length), { timeout: 5000 });
    const run = <T extends object>(sql: string, values: readonly unknown[]): T[] => {
      const statement = db.prepare(sql);
      if (statement.reader) return statement.all(...values) as T[];
      statement.run(...values);
      return [];
    };
    return { rows: async (sql, values = []) => run(sql, values), close: async () => void db.close() };
  }
  const connection = await createConnection({ uri: url, dateStrings: true });
  await connection.query("set session transaction isolation level read committed");
  return {
    rows: async <T extends object>(sql: string, values: readonly unknown[] = []) =>
      (await connection.query(sql, [...values]))[0] as unknown as T[],
    close: () => connection.end(),
  };
}

/** A store with a connection beside it, for the tests of one suite. */
export interface Bench extends TestStore {
  db: Connection;
}

/**
 * A suite of tests on one new database. After them a last test asks that everything stored holds together: positions, ids,
 * chains, and tasks that equal the fold of their events.
 */
export function storeSuite(name: string, environment: () => Environment, define: (bench: () => Bench) => void): void {
  suite(name, () => {
    let bench: Bench | undefined;
    const use = (): Bench => {
      if (!bench) throw new Error("the store is not open yet");
      return bench;
    };
    before(async () => {
      const opened = await openTestStore(await environment().createDatabase());
      bench = { ...opened, db: await connect(opened.url) };
    });
    after(async () => {
      await bench?.close();
      await bench?.db.close();
    });
    define(use);
    test("what is stored holds together", async () => {
      assert.ok((await checkLedger(use().db)).events > 0);
    });
  });
}

/** A unit of commands. */
export function unit(caller: Caller, ...commands: Command[]): UnitInput {
  return { caller, channel: "rest", commands };
}

/** A unit of acme's that uses up a nonce. */
export function nonceUnit(nonce: string, expiresAt: number, ...commands: Command[]): UnitInput {
  const id = createHash("sha256").update(nonce).digest("hex");
  return { ...unit(ACME, ...commands), channel: "soap", side: { kind: "nonce", id, expiresAt } };
}

/** Runs a unit that must be done, and gives the result of each command. */
export async function done(answer: Promise<Outcome>): Promise<readonly CommandResult[]> {
  const outcome = await answer;
  if (outcome.status === "refused") throw new Error(`refused: ${outcome.refusal.code} ${outcome.refusal.detail ?? ""}`);
  return outcome.results;
}

/** The first event id of a unit that must be done, and whether it was a repeat. */
export async function answered(answer: Promise<Outcome>): Promise<{ event: string; repeated: boolean }> {
  const outcome = await answer;
  if (outcome.status === "refused") throw new Error(`refused: ${outcome.refusal.code}`);
  return { event: outcome.results[0]?.events[0] ?? "", repeated: outcome.repeated };
}

/** The code a unit was refused with, or `done`. */
export async function codeOf(answer: Promise<Outcome>): Promise<string> {
  const outcome = await answer;
  return outcome.status === "refused" ? outcome.refusal.code : "done";
}

/** Opens a ticket and a task on it in one unit, and gives the task's number. */
export async function newTask(door: Door, group = "acme-field", number: string | null = null): Promise<string> {
  const ticket = `T-${randomUUID()}`;
  const results = await done(
    door.execute(
      unit(
        DESK,
        { type: "create_ticket", number: ticket, fields: { subject: "A ticket" } },
        { type: "create_task", ticket, number, group, fields: { subject: "A task", custom: { site: "north" } } },
      ),
    ),
  );
  return results[1]?.task ?? "";
}

/** A message of a provider on a task. */
export const message = (task: string, text: string): Command => ({ type: "update_message", task, message: text });
