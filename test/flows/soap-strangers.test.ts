// What a stranger hears: the same whatever was wrong, nothing of what was shown in any log line, and after ten tries nothing at all.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { suite, test, type TestContext } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { callField, type FieldAnswer, type FieldCall, fieldContracts, type Way } from "../helpers/field-service.ts";
import { security, tokenHeader, usernameToken } from "../helpers/soap-message.ts";

const TOKEN = { user: "acme-wss", password: "pass-word of acme", digest: true };
const SECRET = "shared-secret of acme";
const NONCE = Buffer.from("nonce-of-a-token");
/** What must stand in no log line: secrets as they are, in the spellings they are sent in, and wrong guesses as well. */
const SECRETS = [
  ...[TOKEN.password, SECRET, "a wrong guess", "correct horse", "Bearer ", "Basic ", "Envelope", "p_strPassword"],
  ...[NONCE.toString("base64"), NONCE.toString("hex"), "#PasswordDigest"],
  ...["acme:a wrong guess", "acme:correct horse"].map((text) => Buffer.from(text).toString("base64")),
  createHash("sha256").update(SECRET).digest("hex"),
];

interface Scene {
  app: TestApp;
  /** Every log line as it was written. */
  log: string[];
  /** Goes on by as much, in milliseconds. */
  pass(ms: number): void;
  /** The time at the gateway. */
  now(): number;
  call(way: Way, call: Partial<FieldCall>, from?: string): Promise<FieldAnswer>;
}

async function scene(t: TestContext): Promise<Scene> {
  const contracts = fieldContracts();
  const log: string[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const app = await startApp({
    env: { CROSSDESK_CONTRACTS: contracts.folder, CROSSDESK_TRUSTED_PROXIES: "127.0.0.1" },
    clock: now,
    onLog: (line) => void log.push(JSON.stringify(line)),
    site: {
      credentials: [
        { id: "acme-wss", provider: "acme", usernameToken: TOKEN },
        { id: "acme-hash", provider: "acme", sharedSecret: SECRET },
      ],
    },
  });
  t.after(async () => {
    await app.close();
    contracts.remove();
  });
  const fields = { p_strTaskNumber: "NO-SUCH-TASK", p_strReason: "x" };
  return {
    ...{ app, log, now },
    pass(ms) {
      ahead += ms;
    },
    call: (way, { more, ...call }, from = "203.0.113.1") =>
      callField(app.url, way, { operation: "TaskReturn", fields, ...call, more: { "X-Forwarded-For": from, ...more } }),
  };
}

const basic = (text: string) => ({ Authorization: `Basic ${Buffer.from(text).toString("base64")}` });
const shown = (secret: string) => ({ p_strTaskNumber: "NO-SUCH-TASK", p_strReason: "x", p_strPassword: secret });

/** Everything a stranger may try, by HTTP and in the message; each made anew, since a digest is good once. */
const IN_HTTP: readonly (() => Partial<FieldCall>)[] = [
  () => ({}),
  () => ({ more: basic("acme:a wrong guess") }),
  () => ({ more: basic("nobody:a wrong guess") }),
  () => ({ more: basic("acme") }),
  () => ({ more: { Authorization: "Basic %%%" } }),
  () => ({ more: { Authorization: "Digest username=acme" } }),
  () => ({ more: { Authorization: "Bearer a-wrong-guess" } }),
  () => ({ more: { "X-Api-Key": "cdk_acme_a-wrong-guess" } }),
  () => ({ more: { "X-Api-Key": "" } }),
  () => ({ fields: shown("a wrong guess") }),
  () => ({ fields: shown("") }),
  () => ({ fields: shown("x".repeat(2000)) }),
  () => ({ fields: shown(createHash("sha256").update(SECRET).digest("hex")) }),
];
const GUESS = { ...TOKEN, password: "a wrong guess", nonce: NONCE };
const IN_MESSAGE: readonly ((now: number) => Partial<FieldCall>)[] = [
  (at) => ({ headers: tokenHeader({ ...GUESS, at }) }),
  () => ({ headers: tokenHeader({ ...GUESS, digest: false }) }),
  (at) => ({ headers: tokenHeader({ ...GUESS, user: "nobody", at }) }),
  () => ({ headers: tokenHeader({ ...GUESS, user: "nobody", digest: false }) }),
  (at) => ({ headers: tokenHeader({ ...TOKEN, at: at - 600_000 }) }),
  (at) => ({ headers: tokenHeader({ ...TOKEN, at }) + tokenHeader({ ...TOKEN, at }) }),
  (at) => ({ headers: security(usernameToken({ ...TOKEN, at }).replace("#PasswordDigest", "#Other")) }),
  () => ({ headers: security("<o:BinarySecurityToken>x</o:BinarySecurityToken>") }),
  (at) => ({ headers: security(usernameToken({ ...TOKEN, at }).replace(/<o:Nonce>.*<\/o:Nonce>/, "")) }),
  (at) => ({ headers: tokenHeader({ ...GUESS, at }), fields: { p_strTaskNumber: "T" } }),
];

/** All of an answer that its reader could compare. */
function told({ status, body, headers }: FieldAnswer): unknown {
  const own = ["date", "x-request-id"];
  return [status, body, [...headers].filter(([name]) => !own.includes(name))];
}

suite("strangers", () => {
  test("hear the same whatever was wrong, and no line of the log has anything they showed", async (t) => {
    const { call, log, now, app } = await scene(t);
    let address = 0;
    const from = (): string => `2001:db8:${(address++).toString(16)}::1`;
    for (const way of ["SOAP 1.1", "SOAP 1.2", "GET", "POST"] as const) {
      const tries = [...IN_HTTP, ...(way.startsWith("SOAP") ? IN_MESSAGE : [])];
      const answers: FieldAnswer[] = [];
      for (const make of tries) answers.push(await call(way, make(now()), from()));
      for (const [index, answer] of answers.entries()) {
        assert.deepEqual([answer.status, answer.code], [401, "unauthenticated"], `${way}, ${index}: ${answer.body}`);
        assert.deepEqual(told(answer), told(answers[0] as FieldAnswer), `${way}, ${index}`);
      }
    }
    // Right ones too, and what is refused behind them.
    const at = now();
    const header = tokenHeader({ ...TOKEN, nonce: NONCE, at });
    assert.equal((await call("SOAP 1.1", { headers: header })).code, "unknown_task");
    assert.equal((await call("SOAP 1.1", { headers: header })).code, "unauthenticated");
    assert.equal((await call("SOAP 1.1", { headers: tokenHeader({ ...TOKEN, digest: false }) })).code, "unknown_task");
    assert.equal((await call("GET", { fields: shown(SECRET) })).code, "unknown_task");
    assert.equal((await call("POST", { more: basic("acme:correct horse") })).status, 500);
    assert.ok(log.filter((line) => line.includes("message.answered")).length > 70);
    assert.ok(log.some((line) => line.includes("credentials.token_refused")));
    const created = new Date(at).toISOString();
    const digest = createHash("sha1").update(NONCE).update(created).update(TOKEN.password).digest("base64");
    for (const line of log)
      for (const text of [...SECRETS, digest, app.keys.acme]) assert.ok(!line.includes(text), `${text} in ${line}`);
  });

  test("are told to wait after ten tries from one address, whichever way, also with the right ones", async (t) => {
    const { call, pass, now, app, log } = await scene(t);
    const tries = [...IN_MESSAGE.slice(0, 4), ...IN_HTTP.slice(1, 5), ...IN_HTTP.slice(9, 10), ...IN_MESSAGE.slice(5, 6)];
    for (const make of tries) assert.equal((await call("SOAP 1.1", make(now()))).status, 401);
    const right = (): readonly (readonly [Way, Partial<FieldCall>])[] => [
      ["SOAP 1.1", { headers: tokenHeader({ ...TOKEN, at: now() }) }],
      ["SOAP 1.2", { headers: tokenHeader({ ...TOKEN, digest: false }) }],
      ["SOAP 1.2", { fields: shown(SECRET) }],
      ["GET", { fields: shown(SECRET) }],
      ["POST", { fields: shown(SECRET) }],
      ["POST", { more: basic("acme:correct horse") }],
    ];
    for (const [way, one] of right()) {
      const answer = await call(way, one);
      assert.deepEqual([answer.status, answer.code], [503, "rate_limited"], `${way}: ${answer.body}`);
    }
    assert.equal(log.filter((line) => line.includes("credentials.throttled")).length, 1);
    assert.equal((await call("SOAP 1.1", { more: { "X-Api-Key": app.keys.acme } })).code, "unknown_task", "nobody guesses a key");
    assert.equal((await call("GET", { fields: shown(SECRET) }, "203.0.113.2")).code, "unknown_task", "from elsewhere");
    pass(61_000);
    for (const [way, one] of right()) assert.equal((await call(way, one)).status, 500, way);
  });

  test("who shows nothing is not counted: a client asks before it shows a password", async (t) => {
    const { call } = await scene(t);
    for (let index = 0; index < 12; index += 1) assert.equal((await call("SOAP 1.1", {})).status, 401);
    assert.equal((await call("SOAP 1.1", { fields: shown(SECRET) })).code, "unknown_task");
  });
});
