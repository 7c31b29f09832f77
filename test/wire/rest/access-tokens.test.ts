// Access tokens of a real issuer over REST: whom they let in and for what, what is refused, a change of keys, an issuer out of reach.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { AUDIENCE, startIssuer, type TestIssuer } from "../../helpers/issuer.ts";
import { assertRefused, type Got, type RestTest, startRest } from "./client.ts";

let app: RestTest;
let issuer: TestIssuer;
let ahead = 0;
let key: JWK;
const lines: string[] = [];
before(async () => {
  issuer = await startIssuer();
  key = await issuer.changeKey();
  app = await startRest({
    env: { CROSSDESK_OUTGOING_ALLOW: "127.0.0.1:*", CROSSDESK_PUBLIC_URL: "https://desk.example.com" },
    clock: () => Date.now() + ahead,
    onLog: (line) => void lines.push(JSON.stringify(line)),
  });
  const clients = [
    { id: "acme-app", provider: "acme" },
    { id: "desk-app", role: "ticketing" },
  ];
  const login = { name: "login", issuer: issuer.url, audience: AUDIENCE, clients };
  const applied = await app.post("/v1/site", app.keys.admin, { issuers: [login] });
  assert.deepEqual(applied.json.changes, [{ kind: "issuers", name: "login", change: "created" }]);
  assert.deepEqual((await app.post("/v1/site", app.keys.admin, { issuers: [login] })).json.changes, []);
});
after(async () => {
  await app.close();
  await issuer.close();
});

const by = (token: string, method: "GET" | "POST" = "GET", path = "/v1/tasks"): Promise<Got> =>
  app.send(method, path, { headers: { authorization: `Bearer ${token}` }, ...(method === "POST" ? { json: {} } : {}) });

interface Made {
  alg?: string;
  typ?: string;
  claims?: object;
  signer?: Parameters<SignJWT["sign"]>[0];
}
/** A token as the issuer would make it, but for what is told. */
async function forge({ alg = "ES256", typ = "at+jwt", claims = {}, signer }: Made = {}): Promise<string> {
  const now = Math.floor((Date.now() + ahead) / 1000);
  const usual = { iss: issuer.url, aud: AUDIENCE, client_id: "acme-app", scope: "tasks:read", iat: now, exp: now + 300 };
  const header = { alg, typ, ...(key.kid === undefined ? {} : { kid: key.kid }) };
  return new SignJWT({ ...usual, ...claims }).setProtectedHeader(header).sign(signer ?? (await importJWK(key, "ES256")));
}

test("one lets its client in as who the site says, for the scopes it has", async () => {
  const task = await app.createTask({ group: "acme-field" });
  await app.createTask({ group: "globex-net" });
  const token = await issuer.token("acme-app");
  const got = await by(token);
  assert.deepEqual([got.status, got.json.tasks.map((one: { number: string }) => one.number)], [200, [task]]);
  const refused = await by(token, "POST", `/v1/tasks/${task}/messages`);
  assertRefused(refused, 403, "insufficient_scope");
  assert.match(refused.headers["www-authenticate"] ?? "", /error="insufficient_scope", scope="tasks:write"/);
  const asked = issuer.asked;
  assert.equal((await by(await issuer.token("desk-app"))).json.tasks.length, 2);
  assert.equal(issuer.asked, asked, "its keys are kept");
  const write = await forge({ claims: { scope: "tasks:write other" } });
  const acknowledged = await app.send("POST", `/v1/tasks/${task}/acknowledgement`, {
    headers: { authorization: `Bearer ${write}` },
    json: { externalReference: "INC1" },
  });
  assert.equal(acknowledged.status, 201, JSON.stringify(acknowledged.json));
  assertRefused(await by(await issuer.token("nobody")), 403, "forbidden");
});

test("what is not as it must be is refused, and nobody is told why", async () => {
  const now = (): number => Math.floor((Date.now() + ahead) / 1000);
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const none = (await forge()).split(".");
  const tokens: Record<string, () => Promise<string>> = {
    "wrong audience": () => issuer.token("acme-app", "https://other.example.com"),
    "wrong issuer": () => forge({ claims: { iss: "https://evil.example.com" } }),
    "other key": () => forge({ signer: privateKey }),
    expired: () => forge({ claims: { exp: now() - 61 } }),
    "without an end": () => forge({ claims: { exp: undefined } }),
    "not yet": () => forge({ claims: { nbf: now() + 61 } }),
    "an id token": () => forge({ typ: "JWT" }),
    "a shared secret": async () => forge({ alg: "HS256", signer: new TextEncoder().encode(await exportSPKI(publicKey)) }),
    unsigned: async () => [Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url"), none[1], ""].join("."),
    "changed afterwards": async () => [none[0], Buffer.from('{"client_id":"desk-app"}').toString("base64url"), none[2]].join("."),
    "too long": () => forge({ claims: { more: "x".repeat(9000) } }),
  };
  for (const [what, make] of Object.entries(tokens)) {
    const token = await make();
    const got = await by(token);
    assertRefused(got, 401, "unauthenticated");
    assert.equal(got.json.detail, undefined, what);
    assert.match(got.headers["www-authenticate"] ?? "", /^Bearer realm="Crossdesk", error="invalid_token"/, what);
    assert.ok(!lines.join("\n").includes(token.slice(-60) || token), "no token is in the log");
    // So that the next one is not refused for the many before it.
    ahead += 61_000;
  }
});

test("a new key of the issuer is taken, and tokens of the old end when it is looked at again", async () => {
  const old = await forge();
  assert.equal((await by(old)).status, 200);
  key = await issuer.changeKey();
  ahead += 60_000;
  assert.equal((await by(await issuer.token("acme-app"))).status, 200);
  ahead += 5 * 60_000;
  assertRefused(await by(old), 401, "unauthenticated");
});

test("an issuer out of reach is answered busy, holds nobody else up, and is asked again later", async () => {
  const token = await forge({ claims: { exp: Math.floor((Date.now() + ahead) / 1000) + 100_000 } });
  issuer.reachable = false;
  ahead += 2 * 60 * 60_000;
  const got = await by(token);
  assertRefused(got, 503, "issuer_unavailable");
  assert.equal(got.headers["retry-after"], "5");
  assert.equal((await app.get("/v1/tasks", app.keys.acme)).status, 200);
  issuer.reachable = true;
  ahead += 10_000;
  assert.equal((await by(token)).status, 200);
});

test("clients find out where tokens come from", async () => {
  const got = await fetch(`${app.url}/.well-known/oauth-protected-resource`);
  const metadata = (await got.json()) as Record<string, unknown>;
  assert.deepEqual([metadata["resource"], metadata["authorization_servers"]], ["https://desk.example.com", [issuer.url]]);
  assert.deepEqual(metadata["bearer_methods_supported"], ["header"]);
  assert.ok((metadata["scopes_supported"] as string[]).includes("tasks:read"));
  const challenge = (await by("cdk_wrong")).headers["www-authenticate"];
  assert.match(challenge ?? "", /resource_metadata="https:\/\/desk\.example\.com\/\.well-known\/oauth-protected-resource"/);
});

test("what cannot be meant of an issuer is refused, and one taken away lets nobody in", async () => {
  const base = { name: "odd", issuer: "https://login.example.com", audience: "x", clients: [{ id: "c", provider: "acme" }] };
  for (const [more, says] of [
    [{ issuer: "http://login.example.com" }, /issuer is an https address/],
    [{ algorithms: ["none"] }, /none is not taken/],
    [{ algorithms: ["HS256"] }, /HS256 is not taken/],
    [{ clients: [] }, /its tokens would be nobody's/],
    [{ clients: [{ id: "c", provider: "nobody" }] }, /there is no provider nobody/],
    [{ scopes: ["tasks:erase"] }, /tasks:erase is no scope/],
  ] as const) {
    const got = await app.post("/v1/site", app.keys.admin, { issuers: [{ ...base, ...more }] });
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, says);
  }
  const token = await forge();
  assert.equal((await by(token)).status, 200);
  await app.post("/v1/site", app.keys.admin, { remove: { issuers: ["login"] } });
  assertRefused(await by(token), 401, "unauthenticated");
  assert.equal((await fetch(`${app.url}/.well-known/oauth-protected-resource`)).status, 404);
});
