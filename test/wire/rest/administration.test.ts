// What an operator does over REST: apply and read the site, hand over a mail.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type Got, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest({ site: { mailboxes: [{ name: "desk", trust: { kind: "sender" } }] } });
});
after(() => app.close());

test("a site document is applied once, and a key it makes lets in at once", async () => {
  const site = {
    providers: [{ name: "initech", timeZone: "Europe/Vienna" }],
    groups: [{ name: "initech-field", provider: "initech", returnGroup: "service-desk" }],
    credentials: [{ id: "initech-key", provider: "initech", apiKey: "generate" }],
  };
  const { status, json } = await app.post("/v1/site", app.keys.admin, site);
  assert.equal(status, 200);
  assert.deepEqual(
    json.changes.map((one: { kind: string; name: string; change: string }) => [one.kind, one.name, one.change]),
    [
      ["providers", "initech", "created"],
      ["groups", "initech-field", "created"],
      ["credentials", "initech-key", "created"],
    ],
  );
  const { secret } = json.changes[2];
  const task = await app.createTask({ group: "initech-field" });
  assert.equal((await app.get(`/v1/tasks/${task}`, secret)).status, 200);
  assert.deepEqual((await app.post("/v1/site", app.keys.admin, site)).json, { changes: [] });
  await app.post("/v1/site", app.keys.admin, { remove: { credentials: ["initech-key"] } });
  assertRefused(await app.get(`/v1/tasks/${task}`, secret), 401, "unauthenticated");
});

test("the site is shown without secrets", async () => {
  const { status, json } = await app.get("/v1/site", app.keys.admin);
  assert.equal(status, 200);
  assert.ok(json.providers.some((one: { name: string }) => one.name === "acme"));
  assert.doesNotMatch(JSON.stringify(json), /scrypt|[0-9a-f]{64}|correct horse|"password"|"hash"/);
});

test("a site document that does not fit is refused as a whole", async () => {
  const cases: [object, RegExp][] = [
    [{ provider: [] }, /^provider: /],
    [{ providers: [{ name: "bad name" }] }, /^providers\.0\.name: /],
    [{ providers: [{ name: "x", timeZone: "Mars/Olympus" }] }, /Mars/],
    [{ providers: [{ name: "y" }], groups: [{ name: "g", provider: "y" }] }, /returnGroup/],
    [{ credentials: [{ id: "c", role: "king", apiKey: "generate" }] }, /^credentials\.0\.role: /],
    [{ mailboxes: [{ name: "m" }] }, /trust/],
  ];
  const before = (await app.get("/v1/site", app.keys.admin)).json;
  for (const [site, detail] of cases) {
    const got = await app.post("/v1/site", app.keys.admin, site);
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, detail);
  }
  assert.deepEqual((await app.get("/v1/site", app.keys.admin)).json, before);
});

const mail = (mailbox: string, bytes: string, type = "message/rfc822"): Promise<Got> =>
  app.send("POST", `/v1/mailboxes/${mailbox}/mails`, { key: app.keys.admin, body: { type, bytes } });

const mailAbout = (task: string, id: string, from = "noc@acme.example"): string =>
  [
    `From: ${from}`,
    "To: desk@crossdesk.example",
    `Subject: Task ${task}`,
    `Message-ID: <${id}@acme.example>`,
    "",
    `[[TaskId]]: ${task}`,
    "[[ExternalReference]]: MAIL-1",
    "",
  ].join("\r\n");

test("a mail is handed over, and is a repeat when it comes again", async () => {
  const task = await app.createTask();
  const first = await mail("desk", mailAbout(task, "one"));
  assert.equal(first.status, 200);
  assert.equal(first.json.outcome, "applied", JSON.stringify(first.json));
  assert.equal((await app.get(`/v1/tasks/${task}`, app.keys.acme)).json.reference, "MAIL-1");
  const again = await mail("desk", mailAbout(task, "one"));
  assert.equal(again.json.outcome, "repeated");
  assert.deepEqual(again.json.events, first.json.events);
});

test("a mail of a stranger is put aside with a reason", async () => {
  const got = await mail("desk", mailAbout(await app.createTask(), "two", "eve@evil.example"));
  assert.equal(got.json.outcome, "quarantined");
  assert.equal(typeof got.json.reason, "string");
  assert.deepEqual(got.json.events, []);
});

test("a mail needs a mailbox and its media type", async () => {
  assertRefused(await mail("nowhere", "Subject: x\r\n\r\n"), 404, "unknown_mailbox");
  assertRefused(await mail("desk", "Subject: x\r\n\r\n", "text/plain"), 415, "unsupported_media_type");
});

test("of two who read the same group or person one alone writes", async () => {
  const key = app.keys.admin;
  await app.send("PUT", "/v1/groups/read-twice", { key, json: {} });
  await app.send("PUT", "/v1/persons/read-twice", { key, json: { name: "Ada Field" } });
  const cases: [string, object, object][] = [
    ["/v1/groups/read-twice", { late: "keep" }, { late: "refuse" }],
    ["/v1/persons/read-twice", { name: "Ada Meadow" }, { name: "Ada Field" }],
  ];
  for (const [path, one, other] of cases) {
    const etag = String((await app.get(path, key)).headers["etag"]);
    const change = (method: "PATCH" | "PUT" | "DELETE", json?: object, tag = etag) =>
      app.send(method, path, {
        key,
        headers: { "if-match": tag },
        ...(method === "PATCH"
          ? { body: { type: "application/merge-patch+json", bytes: JSON.stringify(json) } }
          : json === undefined
            ? {}
            : { json }),
      });
    const answers = await Promise.all([change("PATCH", one), change("PUT", { ...one, ...other })]);
    const statuses = answers.map(({ status }) => status);
    assert.ok(statuses.includes(200) && statuses.includes(412), `${path}: ${statuses.join(", ")}`);
    for (const late of [await change("PATCH", one, '"older"'), await change("DELETE", undefined, '"older"')]) {
      assertRefused(late, 412, "precondition_failed");
      assert.equal(late.headers["etag"], (await app.get(path, key)).headers["etag"]);
    }
    assert.equal((await change("DELETE", undefined, "*")).status, 204);
    assertRefused(await change("PUT", { ...one, ...other }, `W/${etag}`), 412, "precondition_failed");
  }
});
