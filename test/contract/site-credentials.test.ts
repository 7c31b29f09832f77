// Credentials that old systems show in their messages, over the contract: what it takes, what it shows, and that REST lets nobody
// in by them.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { checkBody, loadContract } from "../../src/inbound/rest/contract.ts";
import { OPERATIONS } from "../../src/inbound/rest/handlers/registry.ts";
import { assertRefused, CONTRACT_PATH, type RestTest, startRest } from "../wire/rest/client.ts";

const contract = loadContract(CONTRACT_PATH, OPERATIONS);
const check = (document: unknown): void => checkBody(contract, "applySite", document);
const withCredential = (more: object) => ({ credentials: [{ id: "c", provider: "acme", ...more }] });
const login = { user: "acme", password: "open sesame 7" };

/** Bodies that have not the form, with what is said of them. */
const MISSHAPEN: readonly [object, RegExp][] = [
  [{ usernameToken: "acme" }, /usernameToken: must be object/],
  [{ usernameToken: { user: "acme" } }, /usernameToken\.password: must have required property/],
  [{ usernameToken: { ...login, digest: "yes" } }, /usernameToken\.digest: must be boolean/],
  [{ usernameToken: { ...login, hash: "x" } }, /usernameToken\.hash: must NOT have additional properties/],
  [{ usernameToken: { ...login, user: " acme" } }, /usernameToken\.user: must match pattern/],
  [{ usernameToken: { ...login, user: "x".repeat(129) } }, /usernameToken\.user: must NOT have more than 128/],
  [{ usernameToken: { ...login, password: "x".repeat(257) } }, /usernameToken\.password: must NOT have more than 256/],
  [{ sharedSecret: "1234567" }, /sharedSecret: must NOT have fewer than 8 characters/],
  [{ sharedSecret: "x".repeat(513) }, /sharedSecret: must NOT have more than 512 characters/],
  [{ sharedSecret: { secret: "12345678" } }, /sharedSecret: must be string/],
  [{ network: "10.0.0.1" }, /network: must be array/],
  [{ network: [] }, /network: must NOT have fewer than 1 items/],
  [{ network: new Array(65).fill("10.0.0.1") }, /network: must NOT have more than 64 items/],
];

suite("credentials of old systems in the contract", () => {
  test("are taken as they are written", () => {
    check(withCredential({ usernameToken: { ...login, digest: true } }));
    check(withCredential({ usernameToken: { ...login, user: "a" } }));
    check(withCredential({ sharedSecret: "12345678" }));
    check(withCredential({ network: ["203.0.113.0/24", "2001:db8:7::/48"] }));
  });

  for (const [more, says] of MISSHAPEN)
    test(`refuses ${JSON.stringify(more).slice(0, 80)}`, () => assert.throws(() => check(withCredential(more)), says));
});

suite("credentials of old systems over REST", () => {
  const secret = "a secret of sixteen and more";
  let app: RestTest;
  const lines: string[] = [];
  before(async () => {
    app = await startRest({ onLog: (line) => void lines.push(JSON.stringify(line)) });
  });
  after(() => app.close());

  const site = {
    credentials: [
      { id: "wss", provider: "acme", usernameToken: { ...login, digest: true } },
      { id: "hash", provider: "acme", sharedSecret: secret },
      { id: "net", provider: "acme", network: ["127.0.0.0/8"] },
    ],
  };

  test("are applied once, warned of, and shown without their secrets", async () => {
    const { admin } = app.keys;
    const first = await app.post("/v1/site", admin, site);
    const warnings = ["its network 127.0.0.0/8 is wide: whoever calls from it is taken for the provider"];
    const created = { kind: "credentials", change: "created" };
    assert.deepEqual(first.json.changes, [
      { ...created, name: "wss" },
      { ...created, name: "hash" },
      { ...created, name: "net", warnings },
    ]);
    assert.deepEqual((await app.post("/v1/site", admin, site)).json, { changes: [] });
    const shown = await app.get("/v1/site", admin);
    const ours = shown.json.credentials.filter(({ id }: { id: string }) => ["wss", "hash", "net"].includes(id));
    assert.deepEqual(
      new Set(ours.map(({ kind }: { kind: string }) => kind)),
      new Set(["username_token", "shared_secret", "network"]),
    );
    const texts = `${JSON.stringify(shown.json)} ${lines.join("\n")}`;
    for (const text of [login.password, secret]) assert.ok(!texts.includes(text));
  });

  test("let nobody in here", async () => {
    const task = await app.createTask({ group: "acme-field" });
    assertRefused(await app.send("GET", `/v1/tasks/${task}`), 401, "unauthenticated");
    const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
    assertRefused(await app.send("GET", `/v1/tasks/${task}`, { headers: { authorization } }), 401, "unauthenticated");
    for (const key of [secret, "wss", "net"]) assertRefused(await app.get(`/v1/tasks/${task}`, key), 401, "unauthenticated");
  });

  test("are refused with the place that is wrong, and without the secret", async () => {
    const twice = { credentials: [{ id: "again", provider: "globex", sharedSecret: secret }] };
    const got = await app.post("/v1/site", app.keys.admin, twice);
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, /credential again: its sharedSecret is that of hash already/);
    assert.ok(!`${JSON.stringify(got.json)} ${lines.join("\n")}`.includes(secret));
  });

  test("are gone when they are removed", async () => {
    const removed = await app.post("/v1/site", app.keys.admin, { remove: { credentials: ["wss", "hash", "net"] } });
    assert.deepEqual(
      removed.json.changes.map(({ change }: { change: string }) => change),
      ["removed", "removed", "removed"],
    );
  });
});
