// Standard Webhooks 1.0: the published vector, receivers of the reference package, and keys that change over.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Webhook } from "standardwebhooks";
import { createStandardWebhooks, readSigningKey, signatureOf } from "../../src/outbound/auth/standard-webhooks.ts";
import { authContext, SECRETS } from "./request-parcels.ts";

/** The vector of the specification's own libraries. */
const VECTOR = {
  secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  seconds: 1_614_265_330,
  body: '{"test": 2432232314}',
  signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
};

/** The headers for a body, signed now. */
async function signed(keys: string[], body: string, secrets: Record<string, string> = { ...SECRETS }) {
  const { auth, context } = authContext({ kind: "standardWebhooks", keys }, { body, secrets });
  const given = await createStandardWebhooks(Date.now).headers(auth as never, context);
  return given;
}

function verify(secret: string, body: string, headers: Readonly<Record<string, string>>): unknown {
  return new Webhook(secret).verify(body, { ...headers });
}

suite("signatures", () => {
  test("the published vector", async () => {
    const key = readSigningKey(VECTOR.secret);
    assert.ok(key);
    assert.equal(signatureOf([key], VECTOR.id, VECTOR.seconds, Buffer.from(VECTOR.body)), VECTOR.signature);
    const { auth, context } = authContext({ kind: "standardWebhooks", keys: ["old"] });
    const given = await createStandardWebhooks(() => VECTOR.seconds * 1000 + 999).headers(auth as never, context);
    const headers = { "webhook-id": VECTOR.id, "webhook-timestamp": "1614265330", "webhook-signature": VECTOR.signature };
    assert.deepEqual(given, { headers, hidden: [] });
  });

  test("a receiver with the reference package accepts what was sent, and nothing else", async () => {
    const body = JSON.stringify({ text: "grüße 🙂 \u2028", list: [1, 2] });
    const given = await signed(["new"], body);
    assert.ok("headers" in given);
    assert.deepEqual(verify(SECRETS["new"] ?? "", body, given.headers), JSON.parse(body));
    assert.throws(() => verify(SECRETS["new"] ?? "", `${body} `, given.headers));
    assert.throws(() => verify(SECRETS["old"] ?? "", body, given.headers));
    assert.throws(() => verify(SECRETS["new"] ?? "", body, { ...given.headers, "webhook-id": "another" }));
  });

  test("while keys change over, receivers with either key accept it", async () => {
    const body = '{"a":1}';
    const given = await signed(["old", "new"], body);
    assert.ok("headers" in given);
    assert.match(given.headers["webhook-signature"] ?? "", /^v1,\S+ v1,\S+$/);
    for (const name of ["old", "new"]) assert.deepEqual(verify(SECRETS[name] ?? "", body, given.headers), { a: 1 });
  });
});

suite("signing keys", () => {
  const of = (bytes: number): string => Buffer.alloc(bytes, 1).toString("base64");

  test("have 24 to 64 bytes in base64, with or without their prefix", () => {
    for (const bytes of [24, 32, 64]) {
      assert.equal(readSigningKey(`whsec_${of(bytes)}`)?.length, bytes);
      assert.equal(readSigningKey(of(bytes))?.length, bytes);
    }
    for (const text of [
      "",
      "whsec_",
      `whsec_${of(23)}`,
      `whsec_${of(65)}`,
      "whsec_not base64 at all, not at all",
      `whsk_${of(32)}`,
    ]) {
      assert.equal(readSigningKey(text), null, text);
    }
  });

  test("that are missing or unfit end the try, told by name and not by value", async () => {
    for (const [keys, code] of [
      [["nowhere"], "missing_secret"],
      [["short"], "invalid_auth"],
      [["old", "short"], "invalid_auth"],
      [[], "invalid_auth"],
    ] as const) {
      const given = await signed([...keys], "{}", { ...SECRETS, short: "whsec_c2hvcnQ=" });
      assert.ok("failed" in given);
      assert.deepEqual([given.failed.class, given.failed.code], ["permanent", code]);
      assert.doesNotMatch(given.failed.detail ?? "", /c2hvcnQ/);
    }
  });
});
