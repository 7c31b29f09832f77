// A gateway that goes on from a backup: readers who saw more than it has are told so, and what is made from now on clashes with nothing
// that is in it.
import assert from "node:assert/strict";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import Database from "better-sqlite3";
import { startApp, type TestApp } from "../helpers/app.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { connect } from "../helpers/store.ts";
import { readFeed, tellByRest, tellBySoap } from "../helpers/story.ts";

const update = (task: string, message: string) => ({ type: "update_message", task, message }) as const;

test("after a backup is restored", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-restored-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, "crossdesk.db");
  const backup = path.join(folder, "backup.db");
  const start = (): Promise<TestApp> => startApp({ databaseUrl: `sqlite:${file}` });

  const first = await start();
  const kept = await first.createTask();
  const line = { url: first.url, key: first.keys.acme };
  const answered = await tellByRest(line, update(kept, "in the backup"), "in-the-backup");
  const source = new Database(file, { readonly: true });
  await source.backup(backup);
  source.close();
  const lost = await first.createTask();
  await tellBySoap(line, update(kept, "after the backup"));
  const seen = await readFeed({ url: first.url, key: first.keys.ticketing });
  const head = Number(seen.at(-1)?.sequence);
  await first.close();

  // The log and the index beside it belong to the database that is gone: put back by hand, they must not be taken for the backup's.
  await copyFile(backup, file);
  await rm(`${file}-wal`, { force: true });
  await rm(`${file}-shm`, { force: true });
  const second = await start();
  const desk = { "x-api-key": first.keys.ticketing };
  const ahead = await fetch(`${second.url}/v1/events?after=${head}`, { headers: desk });
  assert.equal(ahead.status, 410, "a reader that was further is told so");
  const before = await readFeed({ url: second.url, key: first.keys.ticketing });
  assert.deepEqual(
    before.map(({ id }) => id),
    seen.slice(0, before.length).map(({ id }) => id),
    "what is in the backup is as it was",
  );

  const again = { url: second.url, key: first.keys.acme };
  const repeated = await tellByRest(again, update(kept, "in the backup"), "in-the-backup");
  assert.equal(repeated.event, answered.event, "a key that was used before it is known");
  const made = await second.createTask();
  assert.equal(made, lost, "numbers go on from the backup: the one that is gone is given anew");
  assert.equal((await tellBySoap(again, update(kept, "after the backup"))).code, "done");
  const after = await readFeed({ url: second.url, key: first.keys.ticketing });
  const known = new Set(seen.map(({ id }) => id));
  assert.ok(
    after.slice(before.length).every(({ id }) => !known.has(id)),
    "no event has the id of one that somebody may have seen",
  );
  await second.close();
  const db = await connect(`sqlite:${file}`);
  await checkLedger(db);
  await db.close();
});
