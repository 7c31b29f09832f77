// A gateway that dies in the middle of everything loses no answered call, doubles none, and is back at once.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, type TestContext, test } from "node:test";
import { startDovecot } from "../helpers/dovecot.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { type LogLine, startProcess, writeSite } from "../helpers/process.ts";
import { mailboxDocument, mailBytes } from "../helpers/story.ts";
import { killAgainAndAgain } from "../helpers/story-killed.ts";

const KILLS = 3;
/** Between two kills; the soak lets more be given. */
const ANSWERS = 150;
/** How long a process that died keeps its mailboxes from the others. */
const LEASE_MS = 60_000;

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

test("a gateway stopped in order leaves its mailbox to the next at once", {
  skip: lacking("dovecot") || lacking("mariadb"),
}, async (t) => {
  const mariadb = await startMariadb();
  t.after(() => mariadb.stop());
  const dovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const site = await writeSite([mailboxDocument(dovecot)]);
  t.after(() => site.remove());
  const databaseUrl = await mariadb.createDatabase();
  for (const id of ["first", "second"]) {
    const gateway = await startProcess({ databaseUrl, site });
    t.after(() => gateway.kill());
    const read = new Promise<LogLine>((resolve) => {
      gateway.listen((line) => void (line["channel"] === "email" && resolve(line)));
    });
    const startedAt = performance.now();
    await dovecot.append(
      mailBytes({ type: "update_message", task: "NONE", message: id }, "noc@acme.example", `${id}@acme.example`),
    );
    assert.equal((await read)["outcome"], "unknown_task");
    assert.ok(performance.now() - startedAt < LEASE_MS / 2, "it did not wait for the other's lease to end");
    assert.equal(await gateway.stop(), 0);
  }
});

async function killed(t: TestContext, databaseUrl: string): Promise<void> {
  const dovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const counted = await killAgainAndAgain({ databaseUrl, kills: KILLS, answers: ANSWERS, dovecot });
  t.diagnostic(JSON.stringify(counted));
  assert.ok(counted.unanswered > 0, "calls were under way at every kill");
  assert.ok(counted.sentAgain > 0 && counted.sentAgain < counted.unanswered, "some of them were sent again");
}
