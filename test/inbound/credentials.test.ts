// Making and checking API keys and passwords.
import assert from "node:assert/strict";
import { test } from "node:test";
import { apiKeyId, hashKey, hashPassword, makeApiKey, verifyPassword } from "../../src/lib/credentials.ts";

test("keys differ, carry their id, and are stored as a hash", () => {
  const keys = Array.from({ length: 100 }, () => makeApiKey());
  assert.equal(new Set(keys.map(({ key }) => key)).size, 100);
  for (const { id, key, hash } of keys) {
    assert.match(key, /^cdk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/);
    assert.equal(apiKeyId(key), id);
    assert.equal(hash, hashKey(key));
    assert.match(hash, /^[0-9a-f]{64}$/);
  }
});

test("an id may hold everything a site name may", () => {
  for (const id of ["a", "acme_key", "_".padStart(3, "a_"), "A.b-c_d", "x".repeat(64)])
    assert.equal(apiKeyId(makeApiKey(id).key), id);
  for (const id of ["", "_a", "a b", "x".repeat(65)]) assert.throws(() => makeApiKey(id));
});

test("what has not the form of a key has no id", () => {
  const { key } = makeApiKey("a");
  for (const text of [
    "",
    "cdk_",
    "cdk_a",
    key.slice(1),
    key.slice(0, -1),
    `x${key}`,
    `cdk_${"x".repeat(65)}_${"y".repeat(43)}`,
  ]) {
    assert.equal(apiKeyId(text), null, text);
  }
});

test("a password is found right, another not", async () => {
  const stored = await hashPassword("grün: 1");
  assert.match(stored, /^scrypt\$16384\$8\$1\$/);
  assert.equal(await verifyPassword("grün: 1", stored), true);
  assert.equal(await verifyPassword("gru\u0308n: 1", stored), true, "the same letters written another way");
  assert.equal(await verifyPassword("grün: 2", stored), false);
  assert.notEqual(await hashPassword("grün: 1"), stored);
});

test("a stored text that was not made here is never right, and costs nothing", async () => {
  const salt = "AAAA$AAAA";
  for (const stored of [
    "",
    "plain",
    "scrypt$1$1$1$$",
    `scrypt$1073741824$8$1$${salt}`,
    `scrypt$3$8$1$${salt}`,
    `scrypt$16$99$1$${salt}`,
    `scrypt$16$8$1$${salt}$x`,
  ]) {
    assert.equal(await verifyPassword("", stored), false, stored);
  }
});
