// Erasing a person on both databases: nothing of it is left that can be searched, and folding the events still gives the tasks.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, suite, test } from "node:test";
import { createEraser } from "../../src/store/erase-words.ts";
import { startApp } from "../helpers/app.ts";
import { commandLine } from "../helpers/cli.ts";
import { checkLedger } from "../helpers/ledger-check.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { connect } from "../helpers/store.ts";

const SECRET = Buffer.alloc(32, 7).toString("base64");
const PERSON = ["grete.lovelace@example.org", "Grete Lovelace", "+49 228 555-0123"];
let folder: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-erase-"));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Lets the person leave traces in every way a message can come. */
async function leaveTraces(databaseUrl: string): Promise<void> {
  const app = await startApp({ databaseUrl });
  const send = async (path: string, key: string, body: object): Promise<Response> =>
    fetch(new URL(path, app.url), {
      method: "POST",
      headers: { "x-api-key": key, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const ticket = {
    number: "T-9",
    subject: "Laptop of Grete Lovelace",
    requester: "Grete.Lovelace@example.org",
    custom: { phone: "+49 228 555-0123" },
  };
  assert.equal((await send("/v1/tickets", app.keys.ticketing, ticket)).status, 201);
  const task = { number: "K-9", group: "acme-field", subject: "Visit GRETE LOVELACE", description: "call +49 228 555-0123" };
  assert.equal((await send("/v1/tickets/T-9/tasks", app.keys.ticketing, task)).status, 201);
  const message = { message: "Spoke to Grete Lovelace <grete.lovelace@example.org>" };
  assert.equal((await send("/v1/tasks/K-9/messages", app.keys.acme, message)).status, 201);
  const solved = { outcome: "solved", solution: "Grete Lovelace has a new one" };
  assert.equal((await send("/v1/tasks/K-9/reassignment", app.keys.acme, solved)).status, 201);
  assert.equal((await send("/v1/tasks/K-9/closure", app.keys.ticketing, { reason: "Grete Lovelace agrees" })).status, 201);
  // Refused, and kept for that reason.
  assert.equal((await send("/v1/tasks/K-9/messages", app.keys.acme, message)).status, 409);
  await app.close();
}

/** Every text of every table, as one. */
async function everything(databaseUrl: string): Promise<string> {
  const db = await connect(databaseUrl);
  const tables = [
    "tickets",
    "ticket_versions",
    "task_versions",
    "events",
    "raw_messages",
    "messages",
    "blobs",
    "deliveries",
    "attachments",
    "audit_log",
    "persons",
  ];
  const texts: string[] = [];
  for (const table of tables)
    for (const row of await db.rows<Record<string, unknown>>(`select * from ${table}`))
      texts.push(
        ...Object.values(row).map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("utf8") : String(value))),
      );
  await db.close();
  return texts.join("\n").toLowerCase();
}

async function assertErases(databaseUrl: string): Promise<void> {
  await leaveTraces(databaseUrl);
  const env = { DATABASE_URL: databaseUrl, CROSSDESK_SECRET_KEY: SECRET };
  const traces = await everything(databaseUrl);
  for (const word of PERSON) assert.ok(traces.includes(word.toLowerCase()), word);
  const tried = await commandLine(["erase", ...PERSON, "--dry-run", "--json"], { env });
  assert.equal(tried.code, 0, tried.err);
  assert.equal(await everything(databaseUrl), traces);
  const stopped = await commandLine(["erase", ...PERSON], { env, signal: AbortSignal.abort() });
  assert.deepEqual([stopped.code, /--from persons goes on/.test(stopped.err)], [130, true]);
  const done = await commandLine(["erase", ...PERSON, "--json"], { env });
  assert.equal(done.code, 0, done.err);
  assert.deepEqual(JSON.parse(done.out).rows, JSON.parse(tried.out).rows);
  const left = await everything(databaseUrl);
  for (const word of PERSON) assert.ok(!left.includes(word.toLowerCase()), word);
  const db = await connect(databaseUrl);
  assert.deepEqual(await checkLedger(db).then(({ tasks }) => tasks), 1);
  await db.close();
  const again = await commandLine(["erase", ...PERSON, "--json"], { env });
  assert.ok(Object.values(JSON.parse(again.out).rows).every((count) => count === 0));
  const app = await startApp({ databaseUrl });
  const task = await app.views.task("K-9", { kind: "desk" });
  assert.deepEqual([task?.subject, task?.solution, task?.status], ["Visit [erased]", "[erased] has a new one", "closed"]);
  await app.close();
}

suite("crossdesk erase", () => {
  test("leaves nothing of a person in SQLite, not even in the bytes of its file", async () => {
    const file = join(folder, "crossdesk.db");
    await assertErases(`sqlite:${file}`);
    const bytes = (await readFile(file)).toString("latin1").toLowerCase();
    for (const word of PERSON) assert.ok(!bytes.includes(word.toLowerCase()), word);
  });

  test("leaves nothing of a person in MariaDB", { skip: lacking("mariadb") }, async () => {
    const server = await startMariadb();
    await assertErases(await server.createDatabase());
    await server.stop();
  });

  test("refuses a word that would be found everywhere", async () => {
    const { code, err } = await commandLine(["erase", "al"], { env: {} });
    assert.deepEqual([code, /too short/.test(err)], [2, true]);
  });

  test("finds words in every usual spelling, and leaves JSON being JSON", () => {
    const eraser = createEraser(['Jürgen "J" <Groß>']);
    const value = { a: ['Jürgen "J" <Groß>', 1], Jürgen: "x" };
    assert.deepEqual(JSON.parse(eraser.json(JSON.stringify(value)) ?? ""), { a: ["[erased]", 1], Jürgen: "x" });
    assert.equal(eraser.text(`<n>Jürgen "J" &lt;Groß&gt;</n>`), "<n>[erased]</n>");
    assert.equal(eraser.text(JSON.stringify({ n: 'jürgen "j" <groß>' })), '{"n":"[erased]"}');
    assert.equal(eraser.bytes(Buffer.from('to Jürgen "J" <Groß>.', "utf8"))?.toString(), "to [erased].");
    assert.equal(eraser.bytes(Buffer.from('to Jürgen "J" <Groß>.', "latin1"))?.toString(), "to [erased].");
    assert.equal(eraser.text("somebody else"), null);
  });
});
