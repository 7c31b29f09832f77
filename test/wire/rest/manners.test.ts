// The manners of the API: conditions, preferences, packing, methods, request ids, pages of other origins, keys in use.
import assert from "node:assert/strict";
import { once } from "node:events";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { assertRefused, type Json, type RestTest, startRest } from "./client.ts";

const ORIGIN = "https://desk.example.com";
let app: RestTest;
let task: string;
const lines: Json[] = [];
before(async () => {
  app = await startRest({
    env: { CROSSDESK_CORS_ORIGINS: `${ORIGIN},http://localhost:3000` },
    onLog: (line) => lines.push(line),
  });
  task = await app.createTask({ subject: "A task with a long subject ".repeat(15) });
  for (let count = 0; count < 4; count++) await app.createTask({ subject: "Another task ".repeat(30) });
});
after(() => app.close());

interface Raw {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
}

/** A call by a client that unpacks nothing and adds nothing. */
async function raw(path: string, headers: Record<string, string> = {}, method = "GET", body?: string): Promise<Raw> {
  const sent = httpRequest(`${app.url}${path}`, { method, headers: { "x-api-key": app.keys.acme, ...headers } });
  sent.end(body);
  const [response] = await once(sent, "response");
  return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(await response.toArray()) };
}

test("what is still so is not sent again, and what changed is", async () => {
  for (const path of ["/v1/tasks", `/v1/tasks/${task}`, `/v1/tasks/${task}/events`, `/v1/tasks/${task}/attachments`]) {
    const first = await raw(path);
    assert.equal(first.headers["cache-control"], "private, no-cache", path);
    const etag = String(first.headers.etag);
    for (const named of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const { status, headers, bytes } = await raw(path, { "if-none-match": named });
      assert.deepEqual([status, headers.etag, bytes.length], [304, etag, 0], `${path} ${named}`);
      assert.ok(headers["x-request-id"]);
    }
    assert.equal((await raw(path, { "if-none-match": '"other"' })).status, 200);
  }
  const { etag, link } = (await raw("/v1/tasks?limit=1")).headers;
  const known = await raw("/v1/tasks?limit=1", { "if-none-match": String(etag) });
  assert.deepEqual([link !== undefined, known.status, known.headers.link], [true, 304, undefined]);
  const before = await raw(`/v1/tasks/${task}`);
  await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: "It changes." });
  assert.equal((await raw(`/v1/tasks/${task}`, { "if-none-match": String(before.headers.etag) })).status, 200);
});

test("answers are packed as the caller likes best, and only where it helps", async () => {
  const plain = await raw("/v1/tasks");
  assert.ok(plain.bytes.length > 2000);
  assert.deepEqual([plain.headers["content-encoding"], plain.headers.vary], [undefined, "Origin, Accept-Encoding"]);
  const cases: [string, string | undefined][] = [
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["gzip, deflate, br", "br"],
    ["br;q=0.2, gzip;q=0.8", "gzip"],
    ["gzip;q=0", undefined],
    ["deflate", undefined],
    ["*", "br"],
    ["identity;q=0, gzip", "gzip"],
    ["", undefined],
    ["gzip;q=x", undefined],
  ];
  for (const [accepted, coding] of cases) {
    const { headers, bytes } = await raw("/v1/tasks", { "accept-encoding": accepted });
    assert.equal(headers["content-encoding"], coding, accepted);
    const unpacked = coding === "br" ? brotliDecompressSync(bytes) : coding === "gzip" ? gunzipSync(bytes) : bytes;
    assert.deepEqual(unpacked, plain.bytes, accepted);
    assert.equal(headers.etag, coding ? `W/${plain.headers.etag}` : plain.headers.etag);
    assert.equal(Number(headers["content-length"]), bytes.length);
    assert.equal((await raw("/v1/tasks", { "accept-encoding": accepted, "if-none-match": String(headers.etag) })).status, 304);
  }
  const short = await raw(`/v1/tasks/${task}/attachments`, { "accept-encoding": "gzip" });
  assert.equal(short.headers["content-encoding"], undefined);
});

test("who takes no form of the answer is told before anything is done", async () => {
  const none = { "accept-encoding": "identity;q=0, deflate" };
  const { head } = (await app.get("/v1/events", app.keys.ticketing)).json;
  assertRefused(await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: "x" }, none), 406, "not_acceptable");
  assert.equal((await app.get("/v1/events", app.keys.ticketing)).json.head, head);
  assert.equal((await raw("/v1/tasks", { "accept-encoding": "*;q=0" })).status, 406);
  const secret = await app.post("/v1/site", app.keys.admin, { providers: [] }, { "accept-encoding": "gzip, identity;q=0" });
  assertRefused(secret, 406, "not_acceptable");
});

test("a key made for somebody is kept by nobody and never packed", async () => {
  const credentials = Array.from({ length: 12 }, (_, index) => ({ id: `many-${index}`, provider: "acme", apiKey: "generate" }));
  const headers = { "x-api-key": app.keys.admin, "content-type": "application/json", "accept-encoding": "gzip" };
  const { status, headers: got, bytes } = await raw("/v1/site", headers, "POST", JSON.stringify({ credentials }));
  assert.ok(status === 200 && bytes.length > 1400);
  assert.deepEqual([got["content-encoding"], got["cache-control"]], [undefined, "no-store"]);
});

test("who prefers it gets no body, and the event's id all the same", async () => {
  const path = `/v1/tasks/${task}/messages`;
  for (const prefer of ["return=minimal", 'respond-async, return="minimal"; foo', "RETURN=minimal"]) {
    const got = await app.post(path, app.keys.acme, { message: "Short." }, { prefer });
    assert.deepEqual(
      [got.status, got.headers["preference-applied"], got.headers["content-length"]],
      [201, "return=minimal", "0"],
    );
    const { events } = (await app.get(`/v1/tasks/${task}/events?limit=200`, app.keys.acme)).json;
    assert.equal(got.headers["x-crossdesk-event"], events.at(-1).id);
  }
  const whole = await app.post(path, app.keys.acme, { message: "Long." }, { prefer: "return=representation" });
  assert.deepEqual([whole.json.task.number, whole.headers["preference-applied"]], [task, undefined]);
  const made = await app.post("/v1/tickets", app.keys.ticketing, { subject: "T" }, { prefer: "return=minimal" });
  assert.match(made.headers.location ?? "", /^\/v1\/tickets\//);
  assert.equal(made.status, 201);
});

test("HEAD answers as GET does, OPTIONS and 405 tell the methods", async () => {
  const [get, head] = [await raw("/v1/tasks"), await raw("/v1/tasks", {}, "HEAD")];
  for (const name of ["etag", "content-length", "content-type", "cache-control"])
    assert.equal(head.headers[name], get.headers[name], name);
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
  const allow = { "/v1/tasks": "GET, HEAD, OPTIONS", [`/v1/tasks/${task}/messages`]: "POST, OPTIONS" };
  for (const [path, methods] of Object.entries(allow)) {
    const asked = await app.send("OPTIONS", path);
    assert.deepEqual([asked.status, asked.headers.allow], [204, methods]);
    const wrong = await app.send("DELETE", path, { key: app.keys.acme });
    assertRefused(wrong, 405, "method_not_allowed");
    assert.equal(wrong.headers.allow, methods);
  }
  assertRefused(await app.send("OPTIONS", "/v1/nothing"), 404, "unknown_path");
});

test("every answer has a request id, the caller's own where it is one, and the log knows it", async () => {
  for (const path of [
    "/v1/tasks",
    "/v1/nothing",
    "/healthz",
    "/",
    "/nothing",
    "/openapi.json",
    "/v1/tasks?limit=x",
    "/problems/busy",
  ]) {
    assert.equal((await raw(path, { "x-request-id": "my-id.1" })).headers["x-request-id"], "my-id.1", path);
    assert.match(String((await raw(path, { "x-request-id": "not plain" })).headers["x-request-id"]), /^[0-9a-f-]{36}$/, path);
  }
  assert.equal((await raw("/v1/tasks", { "x-api-key": "wrong", "x-request-id": "w" })).headers["x-request-id"], "w");
  const { port } = new URL(app.url);
  const socket = connect(Number(port), "127.0.0.1");
  socket.write("NONSENSE\r\n\r\n");
  const answer = Buffer.concat(await socket.toArray()).toString();
  const [, id] = /^HTTP\/1\.1 400 .*\r\nX-Request-Id: ([0-9a-f-]{36})\r\n/s.exec(answer) ?? [];
  assert.ok(id, answer);
  assert.ok(lines.some((line) => line.event === "http.refused" && line.requestId === id));
});

test("pages of named origins may call, with a key they hold; others may not", async () => {
  const asks = { origin: ORIGIN, "access-control-request-method": "POST", "access-control-request-headers": "x-api-key" };
  const preflight = await raw(`/v1/tasks/${task}/messages`, { ...asks, "x-api-key": "" }, "OPTIONS");
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers["access-control-allow-origin"], ORIGIN);
  assert.equal(preflight.headers["access-control-allow-methods"], "POST, OPTIONS");
  const allowed = String(preflight.headers["access-control-allow-headers"]);
  assert.match(allowed, /Authorization, X-API-Key.*Idempotency-Key.*If-None-Match/);
  for (const path of ["/v1/tasks", "/v1/tasks/NEVER", "/openapi.json"]) {
    const { headers } = await raw(path, { origin: ORIGIN });
    assert.equal(headers["access-control-allow-origin"], ORIGIN, path);
    assert.match(String(headers["access-control-expose-headers"]), /ETag, Link.*RateLimit.*X-Request-Id/, path);
    assert.match(String(headers.vary), /Origin/, path);
  }
  for (const origin of ["https://evil.example.com", `${ORIGIN}.evil.example`, "null"]) {
    const { headers } = await raw("/v1/tasks", { origin });
    assert.deepEqual(
      Object.keys(headers).filter((name) => name.startsWith("access-control")),
      [],
      origin,
    );
    assert.match(String(headers.vary), /Origin/);
  }
  const seen = JSON.stringify([preflight.headers, (await raw("/v1/tasks", { origin: ORIGIN })).headers]);
  assert.doesNotMatch(seen, /allow-credentials|"\*"/);
});

test("while the first call with a key is under way, the second is told to wait; then it is given the answer", async () => {
  const path = `/v1/tasks/${task}/messages`;
  const send = (n: number) => app.post(path, app.keys.acme, { message: "At once." }, { "idempotency-key": `once-${n}` });
  for (let round = 1; round <= 3; round++) {
    const got = await Promise.all(Array.from({ length: 8 }, () => send(round)));
    const done = got.filter(({ status }) => status === 201);
    assert.equal(new Set(done.map(({ json }) => json.event)).size, 1);
    for (const one of got.filter(({ status }) => status !== 201)) {
      assertRefused(one, 409, "key_in_use");
      assert.equal(one.headers["retry-after"], "1");
    }
    const after = await send(round);
    assert.deepEqual([after.status, after.headers["idempotency-replayed"]], [201, "true"]);
    assert.equal(after.json.event, done[0]?.json.event);
  }
});

test("a key is in use while a file goes up under it, by any credential of its provider, and not by another's", async () => {
  const path = `/v1/tasks/${task}/attachments`;
  const about = {
    "content-disposition": 'attachment; filename="a.txt"',
    "content-type": "text/plain",
    "idempotency-key": "file",
  };
  const slow = httpRequest(`${app.url}${path}`, {
    method: "POST",
    headers: { ...about, "x-api-key": app.keys.acme, expect: "100-continue" },
  });
  slow.write("half ");
  await once(slow, "continue");
  const upload = (who: "acme" | "globex", key = "file") =>
    app.send("POST", path, {
      key: app.keys[who],
      headers: { ...about, "idempotency-key": key },
      body: { type: "text/plain", bytes: "half and half" },
    });
  let second = await upload("acme", "other");
  assert.equal(second.status, 201);
  second = await upload("acme");
  assertRefused(second, 409, "key_in_use");
  const { user, password } = app.basic.acme;
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const third = await raw(path, { ...about, "x-api-key": "", authorization: basic }, "POST", "half and half");
  assert.equal(third.status, 409);
  assertRefused(await upload("globex"), 404, "unknown_task");
  slow.end("and half");
  const [response] = await once(slow, "response");
  const first = JSON.parse(Buffer.concat(await response.toArray()).toString());
  second = await upload("acme");
  assert.deepEqual([second.status, second.json.event], [201, first.event]);
});

test("a target in absolute form is the same call", async () => {
  const socket = connect(Number(new URL(app.url).port), "127.0.0.1");
  const target = `http://desk.example.com/v1/tasks?limit=1`;
  socket.end(`GET ${target} HTTP/1.1\r\nHost: desk.example.com\r\nX-API-Key: ${app.keys.acme}\r\nConnection: close\r\n\r\n`);
  const answer = (await socket.toArray()).join("");
  assert.match(answer, /^HTTP\/1.1 200 /);
  assert.match(answer, /\r\nlink: <\/v1\/tasks\?limit=1&after=/i);
});
