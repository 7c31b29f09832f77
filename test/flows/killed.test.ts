// A gateway that dies in the middle of everything loses no answered call, doubles none, and is back at once.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { startDovecot } from "../helpers/dovecot.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { killAgainAndAgain } from "../helpers/story-killed.ts";

const KILLS = 3;

suite("killed under load", () => {
  test("on SQLite", { skip: lacking("dovecot") }, async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-killed-"));
    t.after(() => rm(folder, { recursive: true, force: true }));
    await killed(t, `sqlite:${path.join(folder, "crossdesk.db")}`);
  });

  test("on MariaDB", { skip: lacking("dovecot") || lacking("mariadb") }, async (t) => {
    const mariadb = await startMariadb();
    t.after(() => mariadb.stop());
    await killed(t, await mariadb.createDatabase());
  });
});

async function killed(t: TestContext, databaseUrl: string): Promise<void> {
  const dovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const counted = await killAgainAndAgain({ databaseUrl, kills: KILLS, dovecot });
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.unanswered > 0, "calls were under way at every kill");
  assert.ok(counted.sentAgain > 0 && counted.sentAgain < counted.unanswered, "some of them were sent again");
}
