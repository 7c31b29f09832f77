// How the gateway shows who it is: headers as a partner reads them, and tokens fetched once, kept, and thrown away when refused.
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import { type Authenticated, type Authenticator, createAuth } from "../../src/outbound/auth/auth.ts";
import type { Auth } from "../../src/store/outgoing.ts";
import { httpPartner, makeRequester } from "./request-harness.ts";
import { authContext } from "./request-parcels.ts";

function makeAuth(t: TestContext, clock = () => 0): Authenticator {
  const auth = createAuth({ requester: makeRequester(t), clock });
  t.after(() => auth.close());
  return auth;
}

function headersOf(given: Authenticated): Readonly<Record<string, string>> {
  assert.ok("headers" in given, "failed" in given ? `${given.failed.code}: ${given.failed.detail}` : "");
  return given.headers;
}

function failureOf(given: Authenticated): [string, string] {
  assert.ok("failed" in given);
  return [given.failed.class, given.failed.code];
}

suite("simple ways", () => {
  const of = async (t: TestContext, auth: Auth, secrets?: Record<string, string>): Promise<Authenticated> => {
    return makeAuth(t).headers(auth, authContext(auth, secrets ? { secrets } : {}).context);
  };

  test("none, and WS-Security, add no header", async (t) => {
    assert.deepEqual(headersOf(await of(t, { kind: "none" })), {});
    assert.deepEqual(headersOf(await of(t, { kind: "wsse", user: "u", password: "password", digest: true })), {});
  });

  test("Basic is user and password in UTF-8", async (t) => {
    const given = await of(t, { kind: "basic", user: "désk", password: "password" });
    const value = headersOf(given)["Authorization"] ?? "";
    assert.equal(Buffer.from(value.replace("Basic ", ""), "base64").toString(), "désk:pass wörd/1");
    assert.ok("hidden" in given && given.hidden.includes(value));
  });

  test("an API key goes into its header as it is", async (t) => {
    const auth = { kind: "apiKey", header: "X-Api-Key", key: "key" } as const;
    assert.deepEqual(headersOf(await of(t, auth, { key: "Bearer abc" })), { "X-Api-Key": "Bearer abc" });
    for (const key of ["a\r\nb", "", "ünicode", " lead"]) {
      assert.deepEqual(failureOf(await of(t, auth, { key })), ["permanent", "invalid_auth"]);
    }
  });

  test("a secret that is not there is told by its name", async (t) => {
    for (const auth of [
      { kind: "basic", user: "u", password: "toString" },
      { kind: "apiKey", header: "X", key: "nowhere" },
      { kind: "oauth2", tokenUrl: "https://t.example/", clientId: "c", clientSecret: "nowhere", scope: null },
    ] as const) {
      assert.deepEqual(failureOf(await of(t, auth, {})), ["permanent", "missing_secret"]);
    }
  });

  test("what an operator is shown has no value in it", (t) => {
    const auth = makeAuth(t);
    const oauth2 = { kind: "oauth2", tokenUrl: "https://t.example/", clientId: "c", clientSecret: "s", scope: null } as const;
    assert.deepEqual(auth.shown({ kind: "basic", user: "u", password: "p" }), { Authorization: "Basic ***" });
    assert.deepEqual(auth.shown({ kind: "apiKey", header: "X-Key", key: "k" }), { "X-Key": "***" });
    assert.deepEqual(auth.shown(oauth2), { Authorization: "Bearer ***" });
  });
});

interface TokenServer {
  auth: Extract<Auth, { kind: "oauth2" }>;
  /** What came, one line for each request. */
  seen: string[];
  answer: { status: number; body: unknown; headers?: Record<string, string> };
}

async function tokenServer(t: TestContext): Promise<TokenServer> {
  const seen: string[] = [];
  let count = 0;
  const answer: TokenServer["answer"] = { status: 200, body: null };
  const partner = await httpPartner(t, (request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      seen.push(`${request.headers.authorization} ${request.headers["content-type"]} ${body}`);
      count += 1;
      const given = answer.body ?? { access_token: `token-${count}`, token_type: "Bearer", expires_in: 600 };
      response.writeHead(answer.status, answer.headers).end(typeof given === "string" ? given : JSON.stringify(given));
    });
  });
  const auth = {
    kind: "oauth2",
    tokenUrl: `${partner.url}/token`,
    clientId: "cl:ent&1",
    clientSecret: "password",
    scope: "a b",
  } as const;
  return { auth, seen, answer };
}

suite("OAuth 2 client credentials", () => {
  test("a token is asked for in the form of the standard and put into the header", async (t) => {
    const { auth, seen } = await tokenServer(t);
    const given = await makeAuth(t).headers(auth, authContext(auth).context);
    assert.deepEqual(headersOf(given), { Authorization: "Bearer token-1" });
    assert.ok("hidden" in given && given.hidden.includes("token-1"));
    const basic = Buffer.from("cl%3Aent%261:pass+w%C3%B6rd%2F1").toString("base64");
    assert.deepEqual(seen, [`Basic ${basic} application/x-www-form-urlencoded grant_type=client_credentials&scope=a+b`]);
  });

  test("many who ask at once, and who ask later, get one token until shortly before its end", async (t) => {
    const { auth, seen } = await tokenServer(t);
    let now = 0;
    const of = makeAuth(t, () => now);
    const { context } = authContext(auth);
    const many = await Promise.all(Array.from({ length: 20 }, () => of.headers(auth, context)));
    assert.ok(many.every((given) => headersOf(given)["Authorization"] === "Bearer token-1"));
    now = 539_999;
    assert.equal(headersOf(await of.headers(auth, context))["Authorization"], "Bearer token-1");
    now = 540_000;
    assert.equal(headersOf(await of.headers(auth, context))["Authorization"], "Bearer token-2");
    assert.equal(seen.length, 2);
  });

  test("another System, another secret and another scope have tokens of their own", async (t) => {
    const { auth, seen } = await tokenServer(t);
    const of = makeAuth(t);
    await of.headers(auth, authContext(auth).context);
    await of.headers(auth, authContext(auth, { name: "another" }).context);
    await of.headers(auth, authContext(auth, { secrets: { password: "changed" } }).context);
    await of.headers({ ...auth, scope: null }, authContext(auth).context);
    await of.headers(auth, authContext(auth).context);
    assert.equal(seen.length, 4);
    assert.match(seen[3] ?? "", /grant_type=client_credentials$/);
  });

  test("a refused token is thrown away, but not the one that took its place", async (t) => {
    const { auth, seen } = await tokenServer(t);
    const of = makeAuth(t);
    const { context } = authContext(auth);
    const old = headersOf(await of.headers(auth, context));
    assert.equal(of.renew(auth, context, old), true);
    const fresh = headersOf(await of.headers(auth, context));
    assert.equal(fresh["Authorization"], "Bearer token-2");
    of.renew(auth, context, old);
    assert.equal(headersOf(await of.headers(auth, context))["Authorization"], "Bearer token-2");
    assert.equal(seen.length, 2);
    assert.equal(of.renew({ kind: "basic", user: "u", password: "password" }, context, old), false);
  });

  test("what the token server says decides whether to come back", async (t) => {
    const { auth, answer, seen } = await tokenServer(t);
    const of = makeAuth(t);
    const { context } = authContext(auth);
    const rows: [status: number, body: unknown, expected: [string, string]][] = [
      [401, { error: "invalid_client", error_description: "secret text" }, ["permanent", "token_http_401"]],
      [400, { error: "invalid_scope" }, ["permanent", "token_http_400"]],
      [410, {}, ["permanent", "token_http_410"]],
      [302, {}, ["permanent", "token_redirect_refused"]],
      [503, "busy", ["transient", "token_http_503"]],
      [200, "no JSON", ["permanent", "token_invalid"]],
      [200, { access_token: "x", token_type: "mac" }, ["permanent", "token_invalid"]],
      [200, { access_token: "a\r\nb", token_type: "bearer" }, ["permanent", "token_invalid"]],
      [200, { access_token: "x".repeat(20_000), token_type: "bearer" }, ["permanent", "token_invalid"]],
      [200, "[".repeat(200_000), ["permanent", "token_invalid"]],
    ];
    for (const [status, body, expected] of rows) {
      Object.assign(answer, { status, body });
      const given = await of.headers(auth, context);
      assert.deepEqual(failureOf(given), expected, `${status} ${String(body).slice(0, 20)}`);
      assert.doesNotMatch(JSON.stringify(given), /secret text|pass w|client_credentials/);
    }
    assert.equal(seen.length, rows.length);
    Object.assign(answer, { status: 401, body: { error: "invalid_client" } });
    const refused = await of.headers(auth, context);
    assert.ok("failed" in refused);
    assert.match(refused.failed.detail ?? "", /invalid_client/);
    Object.assign(answer, { status: 200, body: { access_token: "later", token_type: "BEARER" } });
    assert.equal(headersOf(await of.headers(auth, context))["Authorization"], "Bearer later");
  });

  test("a token server that asks to wait is listened to", async (t) => {
    const { auth, answer } = await tokenServer(t);
    Object.assign(answer, { status: 429, body: "{}", headers: { "Retry-After": "90" } });
    const given = await makeAuth(t).headers(auth, authContext(auth).context);
    assert.ok("failed" in given);
    assert.equal(given.failed.retryAfterMs, 90_000);
  });

  test("a token server at a forbidden address is not called", async (t) => {
    const auth = {
      kind: "oauth2",
      tokenUrl: "http://169.254.169.254/token",
      clientId: "c",
      clientSecret: "password",
      scope: null,
    } as const;
    assert.deepEqual(failureOf(await makeAuth(t).headers(auth, authContext(auth).context)), [
      "permanent",
      "token_forbidden_address",
    ]);
  });

  test("who stops waiting does not take the token from the others", async (t) => {
    const { auth, seen } = await tokenServer(t);
    const of = makeAuth(t);
    const { context } = authContext(auth);
    const leaving = new AbortController();
    const first = of.headers(auth, { ...context, signal: leaving.signal });
    const second = of.headers(auth, context);
    leaving.abort();
    assert.deepEqual(failureOf(await first), ["transient", "aborted"]);
    assert.equal(headersOf(await second)["Authorization"], "Bearer token-1");
    assert.equal(seen.length, 1);
  });
});
