// Credentials over REST: what they are for, until when, their successors, and how each change is told.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type Got, type Json, type RestTest, startRest } from "./client.ts";

const HOUR = 60 * 60_000;
let app: RestTest;
/** How far the gateway's clock is ahead. */
let ahead = 0;
const lines: string[] = [];
before(async () => {
  app = await startRest({ clock: () => Date.now() + ahead, onLog: (line) => void lines.push(JSON.stringify(line)) });
});
after(() => app.close());

const timeIn = (hours: number): string => new Date(Date.now() + ahead + hours * HOUR).toISOString();
const make = async (id: string, more: object = {}, key = app.keys.admin): Promise<Got> =>
  app.post("/v1/credentials", key, { id, provider: "acme", apiKey: "generate", ...more });
const rotate = (id: string, json: object = {}, key = app.keys.admin): Promise<Got> =>
  app.post(`/v1/credentials/${id}/rotations`, key, json);
const tasksBy = async (key: string): Promise<number> => (await app.get("/v1/tasks", key)).status;
const shown = async (id: string): Promise<Json> => (await app.get(`/v1/credentials/${id}`, app.keys.admin)).json;

test("one is made, shown without its secret, used for what it is for, and taken away", async () => {
  const expiresAt = timeIn(24);
  const made = await make("monitor", { scopes: ["tasks:read"], expiresAt });
  assert.equal(made.status, 201);
  const { secret, credential } = made.json;
  assert.deepEqual(credential, {
    ...{ id: "monitor", kind: "api_key", provider: "acme", role: null, user: null, scopes: ["tasks:read"] },
    ...{ notBefore: null, expiresAt, lastUsedAt: null, keys: [{ version: 1, createdAt: null, endsAt: null }] },
  });
  assert.equal(made.headers["location"], "/v1/credentials/monitor");
  assert.equal(await tasksBy(secret), 200);
  const refused = await app.post("/v1/tasks/x/messages", secret, { message: "m" });
  assertRefused(refused, 403, "insufficient_scope");
  assert.match(refused.json.detail, /tasks:write/);
  assert.ok(Date.parse((await shown("monitor")).lastUsedAt) <= Date.now() + ahead);
  assertRefused(await make("monitor"), 409, "credential_taken");
  const gone = await app.send("DELETE", "/v1/credentials/monitor", { key: app.keys.admin });
  assert.equal(gone.json.id, "monitor");
  assert.equal(await tasksBy(secret), 401);
  assertRefused(await app.send("DELETE", "/v1/credentials/monitor", { key: app.keys.admin }), 404, "unknown_credential");
  const texts = `${lines.join("\n")} ${JSON.stringify((await app.get("/v1/audit", app.keys.admin)).json)}`;
  assert.ok(!texts.includes(secret.slice(-43)));
});

test("each kind lets in from its begin and until its end", async () => {
  const bounds = { notBefore: timeIn(1), expiresAt: timeIn(2) };
  const key = (await make("bounded", bounds)).json.secret;
  const basic = { user: "bounded", password: "a long pass phrase" };
  assert.equal((await make("bounded-basic", { apiKey: undefined, basic, ...bounds })).status, 201);
  const authorization = `Basic ${Buffer.from(`${basic.user}:${basic.password}`).toString("base64")}`;
  const byBasic = async () => (await app.send("GET", "/v1/tasks", { headers: { authorization } })).status;
  const both = async () => [await tasksBy(key), await byBasic()];
  assert.deepEqual(await both(), [401, 401]);
  ahead += HOUR;
  assert.deepEqual(await both(), [200, 200]);
  assert.deepEqual(await both(), [200, 200], "a password that is remembered is no other one");
  ahead += HOUR;
  assert.deepEqual(await both(), [401, 401]);
});

test("a key is rotated: both let in until the first ends, and the site file says nothing against it", async () => {
  const site = { credentials: [{ id: "rotated", provider: "acme", apiKey: "generate" }] };
  const first = (await app.post("/v1/site", app.keys.admin, site)).json.changes[0].secret;
  const second = (await rotate("rotated", { previousEndsAt: timeIn(1) })).json.secret;
  assert.notEqual(second, first);
  assert.deepEqual([await tasksBy(first), await tasksBy(second)], [200, 200]);
  assert.deepEqual((await app.post("/v1/site", app.keys.admin, site)).json.changes, []);
  const { keys } = await shown("rotated");
  assert.deepEqual(
    keys.map(({ version, endsAt }: Json) => [version, endsAt !== null]),
    [
      [2, false],
      [1, true],
    ],
  );
  ahead += HOUR;
  assert.deepEqual([await tasksBy(first), await tasksBy(second)], [401, 200]);
  const third = (await rotate("rotated", { previousEndsAt: "2020-01-01T00:00:00Z" })).json.secret;
  assert.deepEqual([await tasksBy(second), await tasksBy(third)], [401, 200], "ended at once");
  for (const noTime of ["2026-12-31T23:59:60Z", "0000-01-01T00:00:00Z"])
    assertRefused(await rotate("rotated", { previousEndsAt: noTime }), 400, "invalid_request");
  assert.deepEqual([await tasksBy(first), await tasksBy(second)], [401, 401], "and never again");
  const [entry] = (await app.get("/v1/audit?kind=credentials&name=rotated&limit=1", app.keys.admin)).json.entries;
  assert.deepEqual([entry.deed, entry.who, entry.after.secret], ["rotated", "administrator", "changed"]);
});

test("a few keys of one credential let in at a time, and a day is their usual overlap", async () => {
  await make("many");
  for (let version = 2; version <= 5; version += 1) assert.equal((await rotate("many")).status, 201);
  const { endsAt } = (await shown("many")).keys[1];
  assert.ok(Math.abs(Date.parse(endsAt) - Date.parse(timeIn(24))) < HOUR);
  const sixth = await rotate("many");
  assertRefused(sixth, 400, "invalid_request");
  assert.match(sixth.json.detail, /let them end sooner/);
  assert.equal((await rotate("many", { previousEndsAt: timeIn(-1) })).status, 201);
  assertRefused(await rotate("acme-basic"), 400, "invalid_request");
  assertRefused(await rotate("nobody"), 404, "unknown_credential");
});

test("nobody gives away more than they have", async () => {
  const admin = { provider: undefined, role: "administrator" };
  const some = (await make("some-keys", { ...admin, scopes: ["keys:write", "site:write", "tasks:read"] })).json.secret;
  assert.equal((await make("within", { scopes: ["tasks:read"] }, some)).status, 201);
  assertRefused(await make("beyond", { scopes: ["tasks:write"] }, some), 403, "forbidden");
  assertRefused(await make("all", {}, some), 403, "forbidden");
  assertRefused(await rotate("administrator", {}, some), 403, "forbidden");
  assert.equal((await rotate("within", {}, some)).status, 201);
  const credentials = [{ id: "beyond", ...{ role: "administrator" }, apiKey: "generate" }];
  assertRefused(await app.post("/v1/site", some, { credentials }), 403, "forbidden");
  const noKeys = (await make("no-keys", { ...admin, scopes: ["site:write"] })).json.secret;
  assertRefused(await app.post("/v1/site", noKeys, { remove: { credentials: ["within"] } }), 403, "insufficient_scope");
  assert.equal((await app.post("/v1/site", noKeys, { groups: [{ name: "third-line" }] })).status, 200);
});

test("what cannot be meant is refused, with the place", async () => {
  for (const [more, says] of [
    [{ scopes: ["tasks:erase"] }, /credential odd: tasks:erase is no scope; there are tasks:read/],
    [{ scopes: [] }, /scopes: must NOT have fewer than 1 items/],
    [{ expiresAt: "tomorrow" }, /expiresAt/],
    [{ notBefore: timeIn(2), expiresAt: timeIn(1) }, /expiresAt is before notBefore/],
    [{ apiKey: undefined, email: "x@acme.example", scopes: ["tasks:write"] }, /takes no scopes/],
  ] as const) {
    const got = await make("odd", more);
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, says);
  }
});

test("they are listed in pages, those of one provider by themselves", async () => {
  const read: string[] = [];
  for (let after = ""; ; ) {
    const page = (await app.get(`/v1/credentials?limit=4${after}`, app.keys.admin)).json;
    read.push(...page.credentials.map(({ id }: Json) => id));
    if (page.next === null) break;
    after = `&after=${page.next}`;
  }
  assert.deepEqual(read, [...new Set(read)].toSorted());
  assert.ok(["acme", "administrator", "globex", "ticketing"].every((id) => read.includes(id)));
  const theirs = (await app.get("/v1/credentials?provider=globex", app.keys.admin)).json.credentials;
  assert.deepEqual(
    theirs.map(({ id, kind, user }: Json) => [id, kind, user]),
    [
      ["globex", "api_key", null],
      ["globex-mail", "email", "@globex.example"],
    ],
  );
});
