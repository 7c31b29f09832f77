// Files of tasks over REST: up, listed, down; what is wrong, foreign, internal or too large; who reads slowly or goes away.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { PIECE_BYTES } from "../../../src/inbound/attachments.ts";
import { assertRefused, type Json, type RestTest, startRest } from "./client.ts";

const LIMIT = 3 * 1024 * 1024;
let app: RestTest;
before(async () => {
  app = await startRest({ env: { CROSSDESK_ATTACHMENT_BYTES: String(LIMIT) } });
});
after(() => app.close());

type Who = "acme" | "globex" | "ticketing" | "admin";

interface Up {
  who?: Who;
  query?: string;
  name?: string;
  type?: string;
  bytes?: Buffer;
  headers?: Record<string, string>;
}

const send = (task: string, { who = "acme", query = "", name = "plan.pdf", type = "application/pdf", bytes, headers }: Up = {}) =>
  app.send("POST", `/v1/tasks/${task}/attachments${query}`, {
    key: app.keys[who],
    body: { type, bytes: bytes ?? Buffer.from("%PDF") },
    headers: { "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(name)}`, ...headers },
  });

const list = async (task: string, who: Who): Promise<Json[]> =>
  (await app.get(`/v1/tasks/${task}/attachments`, app.keys[who])).json.attachments;

/** The bytes of a file, by a client that takes whatever comes. */
async function download(href: string, who: Who): Promise<{ status: number; headers: Headers; bytes: Buffer }> {
  const answer = await fetch(`${app.url}${href}`, { headers: { "x-api-key": app.keys[who] } });
  return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
}

const stagedIds = async (): Promise<string[]> =>
  (await app.app.store.attachments.idle(Number.MAX_SAFE_INTEGER, 100)).map(({ id }) => id);
const staged = async (): Promise<number> => (await stagedIds()).length;

test("a file goes up and comes down byte for byte, and the feed tells of it", async () => {
  const task = await app.createTask();
  const bytes = randomBytes(LIMIT);
  const up = await send(task, { bytes, name: "Pläne / Büro.pdf", query: "?externalReference=INC9" });
  assert.equal(up.status, 201, JSON.stringify(up.json));
  const { event, attachment } = up.json;
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const facts = {
    id: attachment.id,
    name: "Pläne _ Büro.pdf",
    contentType: "application/pdf",
    size: LIMIT,
    sha256,
    visibility: "provider",
  };
  const href = `/v1/attachments/${attachment.id}`;
  const place = { href, inline: false, contentId: null };
  assert.deepEqual(attachment, { ...facts, ...place, provider: "acme", event, addedAt: attachment.addedAt });
  assert.deepEqual([up.headers.location, up.json.task.reference], [href, "INC9"]);
  assert.deepEqual(await list(task, "ticketing"), [attachment]);
  assert.deepEqual(await list(task, "acme"), [attachment]);
  const feed = (await app.get("/v1/events?limit=500", app.keys.ticketing)).json.events;
  const told = feed.find((one: Json) => one.id === event);
  assert.deepEqual([told.type, told.data.requestType, told.data.direction], ["crossdesk.task.attachment", "Update", "In"]);
  assert.deepEqual([told.data.app, told.data.attachment], ["Ticketing.TaskExternalUpdateMessage", { ...facts, ...place }]);
  const down = await download(href, "ticketing");
  assert.ok(down.status === 200 && down.bytes.equals(bytes));
  const expected = {
    "content-type": "application/pdf",
    "content-length": String(LIMIT),
    etag: `"${sha256}"`,
    "content-disposition": `attachment; filename="Pl_ne _ B_ro.pdf"; filename*=UTF-8''Pl%C3%A4ne%20_%20B%C3%BCro.pdf`,
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
    "cache-control": "private, no-cache",
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(down.headers.get(name), value, name);
  assert.equal(await staged(), 0);
});

test("names and types are made safe; an empty file is a file", async () => {
  const task = await app.createTask();
  const page = await send(task, {
    name: "..\\..\\.evil\u202Egpj.html",
    type: "text/html; charset=utf-8",
    bytes: Buffer.from("<script>"),
  });
  assert.equal(page.json.attachment.name, "___.._.evil_gpj.html");
  assert.equal((await download(page.json.attachment.href, "acme")).headers.get("content-type"), "text/html; charset=utf-8");
  const odd = await send(task, { type: "no type at all", bytes: Buffer.alloc(0) });
  assert.deepEqual([odd.json.attachment.contentType, odd.json.attachment.size], ["application/octet-stream", 0]);
  const down = await download(odd.json.attachment.href, "acme");
  assert.deepEqual([down.status, down.bytes.length, down.headers.get("content-length")], [200, 0, "0"]);
  const json = await send(task, { type: "application/json", bytes: Buffer.from("{}") });
  assert.equal(json.json.attachment.contentType, "application/json");
});

test("ticketing's goes out, or stays with the desk; a provider is never shown what is internal or another's", async () => {
  const task = await app.createTask();
  const out = (await send(task, { who: "ticketing", query: "?visibility=provider" })).json.attachment;
  const note = (await send(task, { who: "ticketing", query: "?visibility=internal" })).json.attachment;
  assert.deepEqual([out.visibility, out.provider, note.visibility], ["provider", null, "internal"]);
  assert.deepEqual(await list(task, "acme"), [out]);
  assert.equal((await list(task, "admin")).length, 2);
  const seen = (await app.get(`/v1/tasks/${task}/events`, app.keys.acme)).json.events;
  assert.deepEqual(
    seen.flatMap((one: Json) => one.data.attachment?.id ?? []),
    [out.id],
  );
  assert.ok(!JSON.stringify(seen).includes(note.id));
  const foreign = await app.get(`/v1/attachments/${out.id}`, app.keys.globex);
  const unknown = await app.get("/v1/attachments/019a4b2c-7d1e-7a00-8000-5b1d2c3e4f60", app.keys.globex);
  const internal = await app.get(`/v1/attachments/${note.id}`, app.keys.acme);
  for (const got of [foreign, unknown, internal]) {
    assertRefused(got, 404, "unknown_attachment");
    assert.deepEqual({ ...got.json, requestId: "" }, { ...unknown.json, requestId: "" });
  }
  for (const [href, who] of [
    [out.href, "acme"],
    [out.href, "admin"],
    [note.href, "ticketing"],
  ] as const)
    assert.equal((await download(href, who)).status, 200);
  await app.post(`/v1/tasks/${task}/assignment`, app.keys.ticketing, { group: "globex-net" });
  assertRefused(await app.get(`/v1/attachments/${out.id}`, app.keys.acme), 404, "unknown_attachment");
  assertRefused(await app.get(`/v1/attachments/${out.id}`, app.keys.globex), 404, "unknown_attachment");
  assert.deepEqual(await list(task, "globex"), []);
});

test("what is wrong is refused, and leaves nothing behind", async () => {
  const task = await app.createTask();
  assertRefused(await send(task, { query: "?visibility=internal" }), 400, "invalid_request");
  assertRefused(await send(task, { who: "ticketing" }), 400, "invalid_request");
  assertRefused(
    await send(task, { who: "ticketing", query: "?visibility=provider&externalReference=x" }),
    400,
    "invalid_request",
  );
  assertRefused(await send(task, { query: "?name=x" }), 400, "invalid_request");
  assertRefused(await send(task, { headers: { "content-disposition": "attachment" } }), 400, "invalid_request");
  assertRefused(await send(task, { headers: { "content-encoding": "gzip" } }), 415, "unsupported_media_type");
  assertRefused(await send(task, { who: "admin" }), 403, "forbidden");
  assertRefused(await send(task, { who: "globex" }), 404, "unknown_task");
  assertRefused(await send("NO-SUCH", { who: "ticketing", query: "?visibility=internal" }), 404, "unknown_task");
  assertRefused(await app.get("/v1/tasks/NO-SUCH/attachments", app.keys.ticketing), 404, "unknown_task");
  assertRefused(await app.get(`/v1/tasks/${task}/attachments`, app.keys.globex), 404, "unknown_task");
  const none = await app.send("POST", `/v1/tasks/${task}/attachments`, {
    key: app.keys.acme,
    body: { type: "text/plain", bytes: "x" },
  });
  assertRefused(none, 400, "invalid_request");
  await app.post(`/v1/tasks/${task}/closure`, app.keys.ticketing, {});
  assertRefused(await send(task), 409, "task_closed");
  assert.equal(await staged(), 0);
});

test("with an Idempotency-Key it counts once, whatever was sent in between; another file under it is refused", async () => {
  const task = await app.createTask();
  const headers = { "idempotency-key": `file-${task}` };
  const first = await send(task, { headers });
  const second = await send(task, { headers });
  assert.deepEqual([second.status, second.headers["idempotency-replayed"]], [201, "true"]);
  assert.deepEqual(second.json, first.json);
  assert.equal(second.headers.location, first.headers.location);
  assertRefused(await send(task, { headers, bytes: Buffer.from("other") }), 422, "key_reused");
  assertRefused(await send(task, { headers, name: "other.pdf" }), 422, "key_reused");
  assert.equal((await list(task, "acme")).length, 1);
  assert.equal(await staged(), 0);
});

/** Begins an upload and gives the socket after the head was sent. */
function begin(task: string, length: string) {
  const { hostname, port } = new URL(app.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST /v1/tasks/${task}/attachments HTTP/1.1\r\nHost: x\r\nX-API-Key: ${app.keys.acme}\r\nContent-Type: text/plain\r\n` +
      `Content-Disposition: attachment; filename=a.txt\r\n${length}\r\n\r\n`,
  );
  return socket;
}

test("one over the limit is refused by its header, before a byte of it was sent", async () => {
  const socket = begin(await app.createTask(), `Content-Length: ${LIMIT + 1}`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  assert.match(answer.toString(), /^HTTP\/1\.1 413 [\s\S]*"code":"too_large"/);
  socket.destroy();
});

test("one in chunks is refused as soon as it is over the limit, while more is to come", async () => {
  const socket = begin(await app.createTask(), "Transfer-Encoding: chunked");
  const answered = once(socket, "data") as Promise<[Buffer]>;
  const chunk = Buffer.alloc(LIMIT / 4);
  for (let n = 0; n < 4; n++)
    socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]));
  socket.write("1\r\nx\r\n");
  assert.match((await answered)[0].toString(), /^HTTP\/1\.1 413 /);
  socket.destroy();
  assert.equal((await app.app.store.attachments.idle(Number.MAX_SAFE_INTEGER, 100)).filter(({ pieces }) => pieces > 8).length, 0);
});

/** Reads a file until `enough`, then no more, and gives the answer in that state. */
async function readSome(href: string) {
  const request = httpRequest(`${app.url}${href}`, { headers: { "x-api-key": app.keys.acme } }).end();
  const [response] = await once(request, "response");
  const [first] = await once(response, "data");
  response.pause();
  return { response, first: first as Buffer };
}

test("a slow reader holds no other up, gets everything in the end, and going away ends it", async () => {
  const task = await app.createTask();
  const bytes = randomBytes(LIMIT);
  const { href } = (await send(task, { bytes })).json.attachment;
  const slow = await Promise.all([1, 2, 3].map(() => readSome(href)));
  assert.equal((await send(task)).status, 201, "writing goes on");
  assert.ok((await download(href, "ticketing")).bytes.equals(bytes), "reading too");
  const [gone, ...patient] = slow;
  gone?.response.destroy();
  for (const { response, first } of patient) {
    const parts = [first];
    for await (const part of response) parts.push(part);
    assert.ok(Buffer.concat(parts).equals(bytes));
  }
});

test("an upload that breaks off is in no task", async () => {
  const task = await app.createTask();
  // What an upload before left is the business of the loop that purges.
  const before = new Set(await stagedIds());
  const fresh = async () => (await stagedIds()).filter((id) => !before.has(id)).length;
  const socket = begin(task, `Content-Length: ${LIMIT}`);
  socket.write(Buffer.alloc(PIECE_BYTES + 1));
  // The first piece is stored only while more is awaited.
  while ((await fresh()) === 0) await app.get(`/v1/tasks/${task}`, app.keys.acme);
  socket.destroy();
  while ((await fresh()) > 0) await app.get(`/v1/tasks/${task}`, app.keys.acme);
  assert.deepEqual(await list(task, "acme"), []);
});
