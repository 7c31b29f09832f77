// An answer is on the disk: the settings that make it so, and the flushes that follow, counted by the system and the server.
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { openSqlite } from "../../src/store/sqlite.ts";
import { startChild } from "../helpers/children.ts";
import { startMariadb, type TestMariadb } from "../helpers/mariadb.ts";
import { lacking, untraceable } from "../helpers/packages.ts";
import { ACME, answered, type Connection, connect, message, newTask, openTestStore, unit } from "../helpers/store.ts";

const COMMITS = 60;

suite("durability on SQLite", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "crossdesk-durability-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  test("a connection of the ledger writes ahead and waits for the disk at each commit", () => {
    const file = join(folder, "settings.db");
    for (const reopened of [false, true]) {
      const db = openSqlite(file, false);
      assert.deepEqual(
        [db.pragma("journal_mode", { simple: true }), db.pragma("synchronous", { simple: true }), reopened],
        ["wal", 2, reopened],
      );
      db.close();
    }
  });

  test("a store that was closed, once or twice, leaves no file of its database open", {
    skip: process.platform !== "linux",
  }, async () => {
    const file = join(folder, "closed", "crossdesk.db");
    const open = async (): Promise<string[]> => {
      const links = await readdir("/proc/self/fd");
      const files = await Promise.all(links.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => "")));
      return files.filter((one) => one.startsWith(file));
    };
    const { store } = await openTestStore(`sqlite:${file}`);
    assert.notDeepEqual(await open(), []);
    await store.close();
    assert.deepEqual(await open(), []);
    await store.close();
  });

  test("each answer, to a partner or to an operator, is a flush of its own", { skip: untraceable() }, async () => {
    const url = `sqlite:${join(folder, "traced", "crossdesk.db")}`;
    const first = await openTestStore(url);
    const task = await newTask(first.door);
    await first.close();
    // The copying of the log flushes by another call (fdatasync), which answers nobody.
    const trace = join(folder, "trace");
    const write = { kind: "write", url, name: "w", tasks: [task], units: COMMITS, width: 1, applies: COMMITS } as const;
    const answers = await startChild(write, ["strace", "-f", "-e", "trace=fsync", "-o", trace]).lines();
    assert.equal(answers.length, COMMITS);
    const flushes = ((await readFile(trace, "utf8")).match(/\bfsync\(/g) ?? []).length;
    assert.ok(flushes >= 2 * COMMITS, `${flushes} flushes for ${2 * COMMITS} answers`);
  });
});

suite("durability on MariaDB", { skip: lacking("mariadb") }, () => {
  let server: TestMariadb | undefined;
  let db: Connection | undefined;
  let url = "";
  before(async () => {
    server = await startMariadb({ disk: true });
    url = await server.createDatabase();
    db = await connect(url);
  });
  after(async () => {
    await db?.close();
    await server?.stop();
  });

  /** Flushes the server made while so many units were answered one after another, and what the store warned of. */
  const flushes = async (): Promise<{ made: number; warned: unknown[] }> => {
    const { door, log, close } = await openTestStore(url);
    const task = await newTask(door);
    const count = async (): Promise<number> => {
      const rows = await db?.rows<{ Value: string }>("show global status like 'Innodb_data_fsyncs'");
      return Number(rows?.[0]?.Value);
    };
    const before = await count();
    for (let n = 0; n < COMMITS; n++) await answered(door.execute(unit(ACME, message(task, `message ${n}`))));
    const made = (await count()) - before;
    await close();
    return { made, warned: log.filter((line) => line.event === "store.not_durable").map((line) => line["weakness"]) };
  };

  test("each answer is a flush of its own, and there is nothing to warn of", async () => {
    const { made, warned } = await flushes();
    assert.ok(made >= COMMITS, `${made} flushes for ${COMMITS} answers`);
    assert.deepEqual(warned, []);
  });

  test("a server that flushes later is warned of at start", async () => {
    for (const value of [0, 2]) {
      await db?.rows(`set global innodb_flush_log_at_trx_commit = ${value}`);
      const { made, warned } = await flushes();
      assert.ok(made < COMMITS, `${made} flushes: the count tells one setting from the other`);
      assert.deepEqual(warned, [`innodb_flush_log_at_trx_commit is ${value}`]);
    }
  });
});
