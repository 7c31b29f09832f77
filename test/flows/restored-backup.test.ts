// A gateway that goes on from a backup: readers who saw more than it has are told so at any time, and what is made from now on clashes
// with nothing that is in it.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test, type TestContext } from "node:test";
import { startApp } from "../helpers/app.ts";
import { commandLine } from "../helpers/cli.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { connect } from "../helpers/store.ts";
import { readFeed, tellByRest, tellBySoap } from "../helpers/story.ts";

const update = (task: string, message: string) => ({ type: "update_message", task, message }) as const;

interface Place {
  folder: string;
  databaseUrl: string;
  /** Where the backup is put back. */
  restoredUrl: string;
}

async function command(args: readonly string[], databaseUrl: string): Promise<void> {
  const { code, err } = await commandLine(args, { env: { DATABASE_URL: databaseUrl } });
  assert.equal(code, 0, err);
}

async function goOnFromBackup({ folder, databaseUrl, restoredUrl }: Place): Promise<void> {
  const backup = path.join(folder, "backup");
  const first = await startApp({ databaseUrl });
  const kept = await first.createTask();
  const line = { url: first.url, key: first.keys.acme };
  const answered = await tellByRest(line, update(kept, "in the backup"), "in-the-backup");
  await command(["backup", backup], databaseUrl);
  const last = (await readFeed({ url: first.url, key: first.keys.ticketing })).length;
  const lost = await first.createTask();
  await tellBySoap(line, update(kept, "after the backup"));
  const seen = await readFeed({ url: first.url, key: first.keys.ticketing });
  await first.close();
  await command(["restore", backup], restoredUrl);

  const second = await startApp({ databaseUrl: restoredUrl });
  const desk = { "x-api-key": first.keys.ticketing };
  const statusAt = async (position: number): Promise<number> =>
    (await fetch(`${second.url}/v1/events?after=${position}`, { headers: desk })).status;
  const assertTold = async (): Promise<void> => {
    for (const { sequence } of seen.slice(last))
      assert.equal(await statusAt(Number(sequence)), 410, "a reader that was further is told so");
    assert.equal(await statusAt(Number(seen[last - 1]?.sequence)), 200, "one that saw what is in the backup goes on");
  };
  await assertTold();
  const before = await readFeed({ url: second.url, key: first.keys.ticketing });
  assert.deepEqual(
    before.map(({ id }) => id),
    seen.slice(0, last).map(({ id }) => id),
    "what is in the backup is as it was",
  );

  const again = { url: second.url, key: first.keys.acme };
  const repeated = await tellByRest(again, update(kept, "in the backup"), "in-the-backup");
  assert.equal(repeated.event, answered.event, "a key that was used before it is known");
  for (let more = seen.length; more >= 0; more--) await second.createTask({ number: `NEW-${more}` });
  await assertTold();
  const made = await second.createTask();
  assert.equal(made, lost, "numbers go on from the backup: the one that is gone is given anew");
  assert.equal((await tellBySoap(again, update(kept, "after the backup"))).code, "done");
  const after = await readFeed({ url: second.url, key: first.keys.ticketing });
  const known = new Set(seen.flatMap(({ id, sequence }) => [id, sequence]));
  assert.ok(
    after.slice(before.length).every(({ id, sequence }) => !known.has(id) && !known.has(sequence)),
    "no event has the id or the position of one that somebody may have seen",
  );
  const metrics = await (await fetch(`${second.url}/metrics`, { headers: { "x-api-key": first.keys.admin } })).text();
  assert.match(metrics, /^crossdesk_feed_lag_events\{reader="alerts-asked"\} \d{1,3}$/m);
  await second.close();
  const db = await connect(restoredUrl);
  await checkLedger(db);
  await db.close();
}

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-restored-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test("after a backup of SQLite is restored", async (t) => {
  const folder = await newFolder(t);
  const file = (name: string): string => `sqlite:${path.join(folder, name)}`;
  await goOnFromBackup({ folder, databaseUrl: file("one.db"), restoredUrl: file("other.db") });
});

test("after a backup of MariaDB is restored", { skip: lacking("mariadb") }, async (t) => {
  const server = await startMariadb();
  t.after(() => server.stop());
  const folder = await newFolder(t);
  await goOnFromBackup({ folder, databaseUrl: await server.createDatabase(), restoredUrl: await server.createDatabase() });
});
