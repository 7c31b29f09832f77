// Whatever the contract does not describe is refused, with a problem that names the field and nothing more.
import assert from "node:assert/strict";
import { request as httpRequest } from "node:http";
import { after, before, test } from "node:test";
import { LIMITS } from "../../../src/core/commands/command.ts";
import { assertRefused, type Got, type RestTest, startRest } from "./client.ts";

let app: RestTest;
let task: string;
const lines: Record<string, unknown>[] = [];
before(async () => {
  app = await startRest({ onLog: (line) => lines.push(line) });
  task = await app.createTask();
});
after(() => app.close());

const acknowledge = (json: unknown, headers: Record<string, string> = {}): Promise<Got> =>
  app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, json, headers);
const acknowledgeRaw = (type: string, bytes: string | Buffer, headers: Record<string, string> = {}): Promise<Got> =>
  app.send("POST", `/v1/tasks/${task}/acknowledgement`, { key: app.keys.acme, body: { type, bytes }, headers });

test("without credentials, or with wrong ones, nothing is told", async () => {
  const none = await app.send("GET", `/v1/tasks/${task}`);
  assertRefused(none, 401, "unauthenticated");
  const wrong = await app.get("/v1/tasks/NEVER", `${app.keys.acme.slice(0, -2)}xx`);
  assertRefused(wrong, 401, "unauthenticated");
  assert.equal(wrong.json.title, none.json.title);
  assert.equal(wrong.json.detail, undefined);
});

test("each kind of caller has its own operations", async () => {
  const { keys } = app;
  const tries: [string, "GET" | "POST", string, object?][] = [
    [keys.ticketing, "POST", `/v1/tasks/${task}/acknowledgement`, { externalReference: "R" }],
    [keys.ticketing, "POST", `/v1/tasks/${task}/reassignment`, { outcome: "closed" }],
    [keys.acme, "POST", "/v1/tickets", { subject: "x" }],
    [keys.acme, "GET", "/v1/tickets/TKT-1"],
    [keys.acme, "POST", "/v1/tickets/TKT-1/tasks", { subject: "x", group: "acme-field" }],
    [keys.acme, "POST", `/v1/tasks/${task}/assignment`, { group: "service-desk" }],
    [keys.acme, "POST", `/v1/tasks/${task}/solution-rejection`, {}],
    [keys.acme, "POST", `/v1/tasks/${task}/closure`, {}],
    [keys.acme, "GET", "/v1/events"],
    [keys.acme, "GET", "/v1/site"],
    [keys.ticketing, "POST", "/v1/site", {}],
    [keys.ticketing, "GET", "/v1/site"],
    [keys.admin, "POST", `/v1/tasks/${task}/messages`, { message: "x" }],
    [keys.admin, "POST", "/v1/tickets", { subject: "x" }],
  ];
  for (const [key, method, path, json] of tries) assertRefused(await app.send(method, path, { key, json }), 403, "forbidden");
});

test("unknown paths and methods", async () => {
  assertRefused(await app.get("/v1/nothing", app.keys.acme), 404, "unknown_path");
  assertRefused(await app.get("/v1", app.keys.acme), 404, "unknown_path");
  assertRefused(await app.get("/v1/tasks/", app.keys.acme), 404, "unknown_path");
  assertRefused(await app.get(`/v1/tasks/${task}/closure/more`, app.keys.acme), 404, "unknown_path");
  const wrong = await app.send("DELETE", "/v1/site", { key: app.keys.admin });
  assertRefused(wrong, 405, "method_not_allowed");
  assert.equal(wrong.headers.allow, "GET, HEAD, POST, OPTIONS");
});

test("a path that cannot be decoded", async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const { port, hostname } = new URL(app.url);
    const headers = { "x-api-key": app.keys.acme };
    httpRequest({ port, hostname, path: "/v1/tasks/%E0%A4%A", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end();
  });
  assert.equal(status, 400);
});

test("query parameters that are unknown, doubled or wrong", async () => {
  for (const query of [
    "lmit=5",
    "limit=0",
    "limit=201",
    "limit=x",
    "limit=",
    "limit=5&limit=6",
    "status=lost",
    "after=x",
    "__proto__=1",
  ]) {
    const got = await app.get(`/v1/tasks?${query}`, app.keys.acme);
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, /^query parameter/, query);
  }
});

test("a field that is unknown, missing or of another kind is named", async () => {
  const cases: [object, RegExp][] = [
    [{ externalReference: "R", extra: 1 }, /^extra: /],
    [{ externalReference: 42 }, /^externalReference: must be string/],
    [{ externalReference: { deep: true } }, /^externalReference: /],
    [{ externalReference: "a\nb" }, /^externalReference: /],
    [{ externalReference: "R", message: "a\u0000b" }, /^message: /],
    [[], /^The body: must be object/],
  ];
  for (const [json, detail] of cases) {
    const got = await acknowledge(json);
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, detail);
  }
  const missing = await app.post(`/v1/tasks/${task}/reassignment`, app.keys.acme, {});
  assert.match(missing.json.detail, /^outcome: /);
  const choice = await app.post(`/v1/tasks/${task}/reassignment`, app.keys.acme, { outcome: "gone" });
  assert.match(choice.json.detail, /solved, closed, returned/);
});

test("texts over the core's limits are refused under the core's code", async () => {
  assertRefused(await acknowledge({ externalReference: "R".repeat(LIMITS.reference + 1) }), 400, "text_too_long");
  assertRefused(await acknowledge({ externalReference: "R", message: "m".repeat(LIMITS.text + 1) }), 400, "text_too_long");
  assert.equal(
    (await acknowledge({ externalReference: "R".repeat(LIMITS.reference), message: "m".repeat(LIMITS.text) })).status,
    201,
  );
  const long = await app.get(`/v1/tasks/${"T".repeat(LIMITS.number + 1)}`, app.keys.acme);
  assertRefused(long, 400, "invalid_request");
});

test("prototype names are no fields", async () => {
  assertRefused(await acknowledgeRaw("application/json", '{"__proto__": {"externalReference": "R"}}'), 400, "invalid_request");
  const ticket = await app.send("POST", "/v1/tickets", {
    key: app.keys.ticketing,
    body: { type: "application/json", bytes: '{"subject": "x", "custom": {"__proto__": "y"}}' },
  });
  assertRefused(ticket, 400, "invalid_request");
});

test("bodies that are no JSON", async () => {
  for (const bytes of ["", "{", "nonsense", Buffer.from([0x22, 0xff, 0x22]), '{"externalReference": "\\ud800"}']) {
    assertRefused(await acknowledgeRaw("application/json", bytes), 400, "invalid_request");
  }
});

test("a byte order mark and a charset do no harm", async () => {
  const got = await acknowledgeRaw('application/json; charset="UTF-8"', '\ufeff{"externalReference": "R-ü-\\ud83d\\ude00"}');
  assert.equal(got.json.task.reference, "R-ü-😀");
});

test("other media types", async () => {
  for (const type of ["text/plain", "application/xml", "application/json; charset=utf-16", "application/jsonp"]) {
    assertRefused(await acknowledgeRaw(type, '{"externalReference": "R"}'), 415, "unsupported_media_type");
  }
  const encoded = await acknowledgeRaw("application/json", '{"externalReference": "R"}', { "content-encoding": "br" });
  assertRefused(encoded, 415, "unsupported_media_type");
});

test("a body over 1 MiB", async () => {
  const json = JSON.stringify({ externalReference: "R", message: "m".repeat(1024 * 1024) });
  assertRefused(await acknowledgeRaw("application/json", json), 413, "too_large");
  assert.equal((await app.get(`/v1/tasks/${task}`, app.keys.acme)).status, 200);
});

test("a request id is taken over when it is a plain word, else drawn", async () => {
  const own = await app.send("GET", `/v1/tasks/${task}`, { key: app.keys.acme, headers: { "x-request-id": "call-7.a_B" } });
  assert.equal(own.headers["x-request-id"], "call-7.a_B");
  for (const wrong of ["a b", "x".repeat(129), "<script>"]) {
    const drawn = await app.send("GET", `/v1/tasks/${task}`, { key: app.keys.acme, headers: { "x-request-id": wrong } });
    assert.match(drawn.headers["x-request-id"] ?? "", /^[0-9a-f-]{36}$/);
  }
});

test("every message is one log line, without bodies and credentials", async () => {
  lines.length = 0;
  const got = await app.send("POST", `/v1/tasks/${task}/messages`, {
    key: app.keys.acme,
    json: { message: "a text for nobody's log" },
    headers: { "x-request-id": "log-1" },
  });
  await app.send("GET", "/v1/events", { key: "cdk_wrong", headers: { "x-request-id": "log-2" } });
  const answered = lines.filter((line) => line.event === "message.answered");
  assert.deepEqual(
    answered.map((line) => [line.requestId, line.operation, line.status, line.outcome, line.provider, line.task, line.eventId]),
    [
      ["log-1", "addMessage", 201, "done", "acme", task, got.json.event],
      ["log-2", "listEvents", 401, "unauthenticated", undefined, undefined, undefined],
    ],
  );
  assert.doesNotMatch(JSON.stringify(lines), /a text for nobody|cdk_/);
});
