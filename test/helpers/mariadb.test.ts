// The test environment's own database server: it answers, keeps what was committed over a kill, and leaves nothing behind.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { after, before, suite, test } from "node:test";
import { createConnection } from "mysql2/promise";
import { startMariadb, type TestMariadb } from "./mariadb.ts";
import { lacking } from "./packages.ts";

async function rows(url: string, statement: string): Promise<unknown> {
  const connection = await createConnection({ uri: url });
  const [found] = await connection.query(statement);
  await connection.end();
  return found;
}

suite("a server of the test's own", { skip: lacking("mariadb") }, () => {
  let mariadb: TestMariadb;
  before(async () => {
    mariadb = await startMariadb({ own: true });
  });
  after(() => mariadb.stop());

  test("keeps committed rows when it is killed and started again", async () => {
    const url = await mariadb.createDatabase();
    await rows(url, "create table t (n int) engine=innodb");
    await rows(url, "insert into t values (7)");
    await mariadb.kill();
    await assert.rejects(rows(url, "select n from t"));
    await mariadb.restart();
    assert.deepEqual(await rows(url, "select n from t"), [{ n: 7 }]);
  });

  test("gives each test a database of its own", async () => {
    const [one, other] = [await mariadb.createDatabase(), await mariadb.createDatabase()];
    await rows(one, "create table t (n int)");
    await assert.rejects(rows(other, "select * from t"), { code: "ER_NO_SUCH_TABLE" });
  });
});

test("a server ends with the process that started it, however that dies", {
  skip: lacking("mariadb"),
  timeout: 60_000,
}, async () => {
  const script = `
    import { startServer } from ${JSON.stringify(new URL("./mariadb-server.ts", import.meta.url).href)};
    const server = await startServer();
    console.log(server.base);
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [base] = (await Promise.race([once(child.stdout.setEncoding("utf8"), "data"), once(child, "exit")])) as [string];
  const probe = await createConnection({ uri: base.trim() });
  const [[row]] = (await probe.query("select @@datadir as folder")) as unknown as [[{ folder: string }]];
  const ended = once(probe, "error");
  child.kill("SIGKILL");
  await ended;
  await gone(row.folder);
});

/** Resolves when the folder has been removed; the test's own time limit ends it otherwise. */
async function gone(folder: string): Promise<void> {
  while (existsSync(folder)) await new Promise((resolve) => setImmediate(resolve));
}
