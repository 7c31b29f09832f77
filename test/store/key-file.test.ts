// The key file beside a SQLite database: made on first use, for its owner alone, and used again.
import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { openTestStore, sqliteEnvironment } from "../helpers/store.ts";

const PASSWORD = "open sesame";

test("without a key one is made beside the database file", async () => {
  const environment = await sqliteEnvironment();
  const url = await environment.createDatabase();
  const file = join(dirname(url.slice("sqlite:".length)), "crossdesk.key");
  const first = await openTestStore(url, { secretKey: "" });
  await assert.rejects(stat(file), "nothing was sealed yet");
  await first.store.admin.apply({
    mailboxes: [{ name: "desk", host: "imap.example", user: "desk", password: PASSWORD, trust: { kind: "sender" } }],
  });
  await first.close();
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(Buffer.from(await readFile(file, "utf8"), "base64").length, 32);
  const again = await openTestStore(url, { secretKey: "" });
  assert.equal(again.store.site().mailboxes.get("desk")?.password, PASSWORD);
  await again.close();
  await writeFile(file, Buffer.alloc(32, 1).toString("base64"));
  await assert.rejects(openTestStore(url, { secretKey: "" }), /sealed under another CROSSDESK_SECRET_KEY/);
  await environment.close();
});
