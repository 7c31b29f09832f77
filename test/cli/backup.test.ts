// Backup and restore on both databases, taken while the gateway is written to: what comes back is whole, and goes on.
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { commandLine } from "../helpers/cli.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";

const SECRET = Buffer.alloc(32, 7).toString("base64");
const DESK = { kind: "desk" } as const;
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-backup-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Writes tasks until told to stop, and gives the numbers of those that were answered. */
function load(app: TestApp): { stop(): Promise<string[]>; first: Promise<unknown> } {
  const numbers: string[] = [];
  let on = true;
  const first = app.createTask().then((number) => numbers.push(number));
  const working = first.then(async () => {
    while (on) numbers.push(await app.createTask());
  });
  return {
    first,
    async stop() {
      on = false;
      await working;
      return numbers;
    },
  };
}

/** Positions without a gap but the leap of a restored database up to the head, and every event's task there: one state and no mixture. */
async function assertWhole(app: TestApp): Promise<number> {
  let after = 0;
  for (;;) {
    const { items, head, leap } = await app.views.events(after, 200);
    const leapt = (): number => (after === leap?.from ? leap.to : after);
    for (const { position, task, ticket } of items) {
      after = leapt();
      assert.equal(position, after + 1);
      assert.ok(task ?? ticket);
      after = position;
    }
    if (items.length === 0) {
      assert.equal(leapt(), head);
      return head;
    }
  }
}

async function backUpUnderLoad(databaseUrl: string, to: string): Promise<{ before: string[]; env: Record<string, string> }> {
  const app = await startApp({ databaseUrl });
  const env = { DATABASE_URL: databaseUrl, CROSSDESK_SECRET_KEY: SECRET };
  const before = [await app.createTask(), await app.createTask()];
  const writing = load(app);
  await writing.first;
  const made = await commandLine(["backup", to], { env });
  await writing.stop();
  assert.equal(made.code, 0, made.err);
  assert.match(made.err, /The secret key is NOT in it/);
  await app.close();
  return { before, env };
}

async function assertGoesOn(databaseUrl: string, before: readonly string[]): Promise<void> {
  const app = await startApp({ databaseUrl });
  const head = await assertWhole(app);
  for (const number of before) assert.equal((await app.views.task(number, DESK))?.status, "assigned");
  const next = await app.createTask();
  assert.ok(!before.includes(next));
  assert.equal(await assertWhole(app), head + 3);
  await app.close();
}

suite("a backup of SQLite", () => {
  test("taken under load is restored whole, and numbers and positions go on", async () => {
    const to = join(folder, "sqlite");
    const { before } = await backUpUnderLoad(`sqlite:${join(folder, "one.db")}`, to);
    assert.deepEqual((await readdir(to)).sort(), ["backup.json", "crossdesk.db"]);
    const databaseUrl = `sqlite:${join(folder, "other.db")}`;
    const put = await commandLine(["restore", to], { env: { DATABASE_URL: databaseUrl } });
    assert.equal(put.code, 0, put.err);
    assert.match(put.out, /^Restored as of .*, position \d+\.$/m);
    assert.match(put.err, /answered 410/);
    await assertGoesOn(databaseUrl, before);
  });

  test("is not put over a database that is there, nor under a running gateway, nor when it is damaged", async () => {
    const to = join(folder, "sqlite");
    const env = { DATABASE_URL: `sqlite:${join(folder, "other.db")}` };
    const refused = await commandLine(["restore", to], { env });
    assert.deepEqual([refused.code, /is there already/.test(refused.err)], [1, true]);
    const app = await startApp({ databaseUrl: env.DATABASE_URL });
    const running = await commandLine(["restore", to, "--force"], { env });
    assert.match(running.err, /A gateway works with .*Stop it first/);
    await app.close();
    const forced = await commandLine(["restore", to, "--force"], { env });
    assert.equal(forced.code, 0, forced.err);
    assert.match(forced.err, /What was there is kept as .*other\.db\.before-/);
    await appendFile(join(to, "crossdesk.db"), "x");
    const damaged = await commandLine(["restore", to, "--force"], { env });
    assert.match(damaged.err, /is damaged/);
  });

  test("that is stopped leaves nothing that passes for one, and is begun anew in its place", async () => {
    const to = join(folder, "stopped");
    const env = { DATABASE_URL: `sqlite:${join(folder, "one.db")}` };
    const stopped = await commandLine(["backup", to], { env, signal: AbortSignal.abort() });
    assert.notEqual(stopped.code, 0);
    assert.match((await commandLine(["restore", to], { env })).err, /is no whole backup/);
    assert.equal((await commandLine(["backup", to], { env })).code, 0);
    const again = await commandLine(["backup", to], { env });
    assert.match(again.err, /is not empty/);
  });
});

suite("a backup of MariaDB", { skip: lacking("mariadb") }, () => {
  test("taken under load is restored whole, and numbers and positions go on", async () => {
    const server = await startMariadb();
    const [one, other] = [await server.createDatabase(), await server.createDatabase()];
    const to = join(folder, "mariadb");
    const { before } = await backUpUnderLoad(one, to);
    const put = await commandLine(["restore", to], { env: { DATABASE_URL: other } });
    assert.equal(put.code, 0, put.err);
    await assertGoesOn(other, before);
    const refused = await commandLine(["restore", to], { env: { DATABASE_URL: other } });
    assert.match(refused.err, /has tables already/);
    await server.stop();
  });
});
