// Admission by what stands in the message: a UsernameToken of WS-Security, or a secret among the arguments.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, test } from "node:test";
import { tokenText } from "../../src/inbound/passwords.ts";
import type { Security, Visit } from "../../src/inbound/visit.ts";
import { hashPassword } from "../../src/lib/credentials.ts";
import {
  ACME,
  BASIC,
  BOTH,
  CREATED,
  GLOBEX,
  KEY,
  NOW,
  PASSWORD,
  REFUSED,
  TOKEN,
  admitWith,
  codeOf,
  digest,
  from,
  key,
  renew,
  setCredentials,
  stranger,
  text,
  world,
} from "./admit-harness.ts";

beforeEach(renew);

test("a text is compared as HTTP Basic is, worked out once and then remembered", async () => {
  const admit = admitWith();
  const first = admit.byToken(stranger(), text("acme", PASSWORD));
  assert.ok(first instanceof Promise);
  const grant = { scopes: null, until: null, mark: TOKEN.hash };
  assert.deepEqual(await first, { requestId: "r", address: "192.0.2.1", caller: { ...ACME, credential: "acme-wss" }, grant });
  assert.ok(!(admit.byToken(stranger(), text("acme", PASSWORD)) instanceof Promise));
  setCredentials({ ...TOKEN, hash: await hashPassword("another") });
  assert.equal(await codeOf(() => admit.byToken(stranger(), text("acme", PASSWORD))), "unauthenticated");
  setCredentials({ ...BASIC, id: "acme-wss" });
  assert.equal(await codeOf(() => admit.byToken(stranger(), text("acme", PASSWORD))), "unauthenticated", "Basic is no token");
});

test("what two tokens would spell alike together is not taken for the same", async () => {
  const admit = admitWith();
  await admit.byToken(stranger(), text("acme", PASSWORD));
  for (const [user, password] of [
    ["acmec", PASSWORD.slice(1)],
    ["acm", `e${PASSWORD}`],
  ] as const)
    assert.equal(await codeOf(() => admit.byToken(stranger(), text(user, password))), "unauthenticated");
});

test("a remembered token is not shown by a header that spells it", async () => {
  const admit = admitWith();
  await admit.byToken(stranger(), text("acme", PASSWORD));
  const header = { authorization: tokenText({ user: "acme", password: PASSWORD }) };
  assert.equal(await codeOf(() => admit(from("192.0.2.1", header))), "unauthenticated");
  assert.equal(await codeOf(() => admit.orStranger(from("192.0.2.1", header), BOTH)), "unauthenticated");
});

test("a digest lets in at once, with a nonce that is the same whoever reads it", () => {
  const [one, two] = [admitWith(), admitWith()].map((admit) =>
    admit.byToken(stranger(), digest("acme", PASSWORD, { nonce: Buffer.from("n") })),
  );
  assert.deepEqual(one, two);
  const { caller, nonce } = one as Visit;
  assert.equal(caller.credential, "acme-wss");
  assert.match(nonce?.id ?? "", /^[0-9a-f]{64}$/);
  assert.equal(nonce?.expiresAt, NOW + 600_000);
  const later = admitWith().byToken(stranger(), digest("acme", PASSWORD, { nonce: Buffer.from("m") })) as Visit;
  assert.notEqual(later.nonce?.id, nonce?.id);
});

test("bytes moved between nonce and time make no other nonce", () => {
  const admit = admitWith();
  const nonceOf = (nonce: string, created: string) =>
    (admit.byToken(stranger(), digest("acme", PASSWORD, { nonce: Buffer.from(nonce), created })) as Visit).nonce?.id;
  assert.equal(nonceOf("n2", CREATED.slice(1)), nonceOf("n", CREATED));
});

test("wrong tokens of every form are refused in the same words", async () => {
  const admit = admitWith({ failuresPerMinute: 1000 });
  const tries: Security[] = [
    { kind: "none" },
    REFUSED,
    text("acme", "guess"),
    text("acme", ""),
    text("nobody", PASSWORD),
    digest("acme", "guess"),
    digest("nobody", PASSWORD),
    digest("globex", PASSWORD),
    digest("globex", ""),
    digest("nobody", "0123456789abcdef"),
    digest("acme", PASSWORD, { digest: Buffer.alloc(20) }),
    digest("acme", PASSWORD, { digest: Buffer.alloc(0) }),
  ];
  for (const security of tries) assert.equal(await codeOf(() => admit.byToken(stranger(), security)), "unauthenticated");
  setCredentials({ ...TOKEN, password: "" });
  assert.equal(await codeOf(() => admit.byToken(stranger(), digest("acme", ""))), "unauthenticated");
});

const times = async (count: number, once: (index: number) => Promise<string>): Promise<string[]> => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1) codes.push(await once(index));
  return codes;
};

test("guessing from one address is told to wait, however it changes its ways, and its bodies are read no more", async () => {
  const admit = admitWith();
  const ways = [
    () => admit.byToken(stranger(), digest("acme", "guess")),
    () => admit.byToken(stranger(), text("globex", "guess")),
    () => admit.byToken(stranger(), REFUSED),
    () => admit.bySecret(stranger(), "guess", (secret) => secret),
    () => admit.orStranger(from("192.0.2.1", { "x-api-key": key.key.slice(1) }), BOTH),
  ];
  const guess = (index: number) => codeOf(ways[index % ways.length] as () => Visit);
  assert.deepEqual(await times(10, guess), new Array(10).fill("unauthenticated"));
  assert.equal(await codeOf(() => admit.orStranger(from("192.0.2.1"), BOTH)), "rate_limited");
  assert.equal(await codeOf(() => admit.byToken(stranger(), digest("acme", PASSWORD))), "rate_limited");
  assert.equal(await codeOf(() => admit.bySecret(stranger(), "a secret of acme", (secret) => secret)), "rate_limited");
  assert.equal(await codeOf(() => admit.orStranger(from("192.0.2.2"), BOTH)), "stranger");
  world.now += 60_000;
  assert.equal(await codeOf(() => admit.byToken(stranger(), digest("acme", PASSWORD))), "acme-wss");
});

test("guessing at one name from many addresses stops others, but not who was right before", async () => {
  const admit = admitWith();
  assert.equal(await codeOf(() => admit.byToken(stranger("203.0.113.9"), digest("acme", PASSWORD))), "acme-wss");
  await times(10, (index) => codeOf(() => admit.byToken(stranger(`198.51.100.${index}`), digest("acme", "guess"))));
  assert.equal(await codeOf(() => admit.byToken(stranger("198.51.100.99"), digest("acme", PASSWORD))), "rate_limited");
  assert.equal(await codeOf(() => admit.byToken(stranger("203.0.113.9"), digest("acme", PASSWORD))), "acme-wss");
  assert.equal(await codeOf(() => admit.byToken(stranger("203.0.113.9"), digest("acme", "guess"))), "unauthenticated");
});

test("a secret leads to its provider, as it is or in a hash", async () => {
  const admit = admitWith();
  const md5 = (secret: string): Buffer => createHash("md5").update(`TSK-1${secret}`).digest();
  assert.deepEqual(admit.bySecret(stranger(), "a secret of globex", (secret) => secret).caller, {
    ...GLOBEX,
    credential: "globex-hash",
  });
  assert.deepEqual(admit.bySecret(stranger(), md5("a secret of acme").toString("hex"), md5).caller, {
    ...ACME,
    credential: "acme-hash",
  });
  for (const given of ["", "a secret", "a secret of initech", md5("").toString("hex")])
    assert.equal(await codeOf(() => admit.bySecret(stranger(), given, md5)), "unauthenticated", given);
  assert.equal(await codeOf(() => admit.bySecret(stranger("192.0.2.2"), "", () => "")), "unauthenticated");
  setCredentials(KEY);
  assert.equal(
    await codeOf(() => admit.bySecret(stranger("192.0.2.3"), "a secret of acme", (secret) => secret)),
    "unauthenticated",
  );
});

test("nothing that was shown, right or wrong, is in a line of the log", async () => {
  const admit = admitWith();
  await admit.byToken(stranger(), text("acme", PASSWORD));
  await times(11, () => codeOf(() => admit.byToken(stranger(), text("acme", "a wrong guess"))));
  await codeOf(() => admit.byToken(stranger("192.0.2.9"), REFUSED));
  await codeOf(() => admit.bySecret(stranger("192.0.2.9"), "a wrong guess", (secret) => secret));
  assert.deepEqual(world.lines, [
    'credentials.throttled {"address":"192.0.2.1"}',
    'credentials.token_refused {"requestId":"r","address":"192.0.2.9","why":"a second token"}',
  ]);
});
