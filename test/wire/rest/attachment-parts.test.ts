// Parts of files over REST, their digests, and which kinds are taken.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { PIECE_BYTES } from "../../../src/inbound/attachments.ts";
import { assertRefused, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest();
});
after(() => app.close());

const send = (
  task: string,
  { bytes = Buffer.from("%PDF"), headers = {} }: { bytes?: Buffer; headers?: Record<string, string> },
) =>
  app.send("POST", `/v1/tasks/${task}/attachments`, {
    key: app.keys.acme,
    body: { type: "application/pdf", bytes },
    headers: { "content-disposition": 'attachment; filename="plan.pdf"', ...headers },
  });

const staged = async (): Promise<number> => (await app.app.store.attachments.idle(Number.MAX_SAFE_INTEGER, 100)).length;

/** A file of three pieces and a bit, up, with what is needed to ask for parts of it. */
async function large() {
  const task = await app.createTask();
  const bytes = randomBytes(2 * PIECE_BYTES + 1000);
  const { attachment } = (await send(task, { bytes })).json;
  const get = async (headers: Record<string, string>, method = "GET") => {
    const answer = await fetch(`${app.url}${attachment.href}`, { method, headers: { "x-api-key": app.keys.acme, ...headers } });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  };
  return { task, bytes, attachment, get };
}

test("a part of a file is sent to who asks for it, of the same file only", async () => {
  const { bytes, attachment, get } = await large();
  const size = bytes.length;
  const parts: [string, number, number][] = [
    ["bytes=0-0", 0, 0],
    ["bytes=10-19", 10, 19],
    [`bytes=${PIECE_BYTES - 5}-${PIECE_BYTES + 4}`, PIECE_BYTES - 5, PIECE_BYTES + 4],
    [`bytes=${2 * PIECE_BYTES}-`, 2 * PIECE_BYTES, size - 1],
    ["bytes=-7", size - 7, size - 1],
    [`bytes=-${size + 5}`, 0, size - 1],
    [`BYTES=${size - 1}-99999999`, size - 1, size - 1],
  ];
  for (const [range, first, last] of parts) {
    const got = await get({ range });
    assert.deepEqual([got.status, got.headers.get("content-range")], [206, `bytes ${first}-${last}/${size}`], range);
    assert.ok(got.bytes.equals(bytes.subarray(first, last + 1)), range);
  }
  for (const range of ["bytes=5-1", "bytes=0-1,4-5", "lines=1-2", "bytes=-", "bytes=a-b", "0-5"])
    assert.deepEqual([(await get({ range })).status, (await get({ range })).bytes.length], [200, size], range);
  for (const range of [`bytes=${size}-`, "bytes=-0"]) {
    const { status, headers } = await get({ range });
    assert.deepEqual([status, headers.get("content-range")], [416, `bytes */${size}`], range);
  }
  const etag = `"${attachment.sha256}"`;
  assert.equal((await get({ range: "bytes=0-9", "if-range": etag })).status, 206);
  for (const other of ['"another"', `W/${etag}`, "Wed, 21 Oct 2026 07:28:00 GMT"])
    assert.equal((await get({ range: "bytes=0-9", "if-range": other })).status, 200, other);
  assert.equal((await get({ range: "bytes=0-9", "if-none-match": etag })).status, 304);
  const head = await get({ range: "bytes=0-9" }, "HEAD");
  assert.deepEqual([head.status, head.headers.get("content-length"), head.bytes.length], [200, String(size), 0]);
});

test("a file comes with its digest, and goes up with one that is checked", async () => {
  const { task, bytes, get } = await large();
  const digest = `sha-256=:${createHash("sha256").update(bytes).digest("base64")}:`;
  assert.equal((await get({})).headers.get("repr-digest"), digest);
  assert.equal((await get({ range: "bytes=0-1" })).headers.get("repr-digest"), digest);
  const before = await staged();
  for (const header of ["content-digest", "repr-digest"]) {
    assert.equal((await send(task, { bytes, headers: { [header]: digest } })).status, 201);
    const wrong = await send(task, { bytes: Buffer.from("other"), headers: { [header]: `md5=:AAAA:, ${digest}` } });
    assertRefused(wrong, 400, "digest_mismatch");
    assertRefused(await send(task, { headers: { [header]: "sha-256=abc" } }), 400, "invalid_request");
    assert.equal((await send(task, { headers: { [header]: "md5=:AAAA:" } })).status, 201, "not checked by us");
  }
  assert.equal(await staged(), before);
  assert.equal((await app.get(`/v1/tasks/${task}/attachments`, app.keys.acme)).json.attachments.length, 5);
});

test("where only some kinds of files are taken, others are refused unread", async () => {
  const only = await startRest({ env: { CROSSDESK_ATTACHMENT_ALLOW: "image/*, application/pdf, .pdf, .tar.gz" } });
  const task = await only.createTask();
  const up = (name: string, type: string) =>
    only.send("POST", `/v1/tasks/${task}/attachments`, {
      key: only.keys.acme,
      body: { type, bytes: "x" },
      headers: { "content-disposition": `attachment; filename="${name}"` },
    });
  assert.equal((await up("a.PDF", "application/pdf; version=1.7")).status, 201);
  assert.equal((await up("a.tar.gz", "image/png")).status, 201);
  for (const [name, type] of [
    ["a.exe", "application/pdf"],
    ["a.pdf", "text/html"],
    ["pdf", "image/png"],
    ["a.pdf.exe", "image/png"],
  ] as const) {
    const got = await up(name, type);
    assertRefused(got, 415, "file_type_refused");
    assert.match(got.json.detail, /image\/\*, application\/pdf, \.pdf/);
  }
  await only.close();
});
