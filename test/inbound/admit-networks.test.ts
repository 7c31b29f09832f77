// Admission in two steps: who is let in by header or network at once, and who may read on as a stranger.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import type { Admission, Visit } from "../../src/inbound/visit.ts";
import {
  ACME,
  BOTH,
  KEY,
  OTHER,
  PASSWORD,
  SECRET,
  TOKEN,
  admitWith,
  codeOf,
  from,
  key,
  renew,
  setCredentials,
  text,
} from "./admit-harness.ts";

beforeEach(renew);

test("a header of HTTP counts first, and at once", async () => {
  const admit = admitWith();
  const visit = admit.orStranger(from("203.0.113.9", { "x-api-key": key.key }), BOTH);
  assert.deepEqual([(visit as Visit).caller, (visit as Visit).stranger], [{ ...ACME, credential: "acme" }, undefined]);
  const wrong = from("203.0.113.9", { "x-api-key": `${key.key}x` });
  assert.equal(await codeOf(() => admit.orStranger(wrong, BOTH)), "unauthenticated", "its network does not help it");
  const basic = from("192.0.2.1", { authorization: `Basic ${Buffer.from(`acme:${PASSWORD}`).toString("base64")}` });
  assert.equal(await codeOf(() => admit.orStranger(basic, BOTH)), "acme-basic");
});

test("an empty header shows nothing", async () => {
  const admit = admitWith({ failuresPerMinute: 1 });
  for (const name of ["authorization", "x-api-key"]) {
    for (const _again of [1, 2])
      assert.equal(await codeOf(() => admit.orStranger(from("192.0.2.1", { [name]: "" }), BOTH)), "stranger");
    assert.equal(await codeOf(() => admit.orStranger(from("203.0.113.9", { [name]: "" }), BOTH)), "acme-net");
    assert.equal(await codeOf(() => admit(from("192.0.2.1", { [name]: "" }))), "unauthenticated");
  }
  const both = from("192.0.2.1", { "x-api-key": "", authorization: `Bearer ${key.key}` });
  assert.equal(await codeOf(() => admit.orStranger(both, BOTH)), "acme");
});

test("a scheme that nobody is let in by is refused, but is no guess", async () => {
  const admit = admitWith({ failuresPerMinute: 1 });
  const sent = (authorization: string) => codeOf(() => admit.orStranger(from("192.0.2.1", { authorization }), BOTH));
  for (const foreign of ["Negotiate abc", "Digest username=acme", "Basically", "x"])
    assert.equal(await sent(foreign), "unauthenticated");
  assert.equal(await codeOf(() => admit.orStranger(from("192.0.2.1"), BOTH)), "stranger");
  for (const [ours, code] of [
    ["Bearer", "unauthenticated"],
    ["Basic !!!", "rate_limited"],
  ] as const)
    assert.equal(await sent(ours), code);
});

test("the strict way knows neither networks nor strangers", async () => {
  const admit = admitWith();
  for (const address of ["203.0.113.9", "192.0.2.1"]) assert.equal(await codeOf(() => admit(from(address))), "unauthenticated");
});

test("a stranger is let read only where the message may hold what the site knows", async () => {
  const admit = admitWith();
  const code = (token: boolean, secret: boolean) => codeOf(() => admit.orStranger(from("192.0.2.1"), { token, secret }));
  assert.deepEqual(
    [await code(true, false), await code(false, true), await code(false, false)],
    ["stranger", "stranger", "unauthenticated"],
  );
  setCredentials(KEY, SECRET);
  assert.deepEqual([await code(true, false), await code(false, true)], ["unauthenticated", "stranger"]);
  assert.equal(admit.takesTokens(), false);
  setCredentials(KEY, TOKEN);
  assert.deepEqual([await code(true, false), await code(false, true)], ["stranger", "unauthenticated"]);
  assert.equal(admit.takesTokens(), true);
  setCredentials(KEY, { ...OTHER, secret: "" });
  assert.equal(await code(true, true), "unauthenticated", "a secret that is to be given again");
  assert.equal(await codeOf(() => admitWith({ stopping: () => true }).orStranger(from("192.0.2.1"), BOTH)), "stopping");
});

test("a network lets in by itself, and leaves room for what the message shows", async () => {
  const admit = admitWith();
  const nowhere = { token: false, secret: false };
  for (const address of ["203.0.113.0", "203.0.113.255", "::ffff:203.0.113.9", "2001:db8:7::1"])
    assert.equal(await codeOf(() => admit.orStranger(from(address), nowhere)), "acme-net", address);
  for (const address of ["203.0.114.0", "2001:db8:8::1", "", "fe80::1%eth0"])
    assert.equal(await codeOf(() => admit.orStranger(from(address), nowhere)), "unauthenticated", address);
  const visit = (await admit.orStranger(from("203.0.113.9"), BOTH)) as Visit;
  assert.ok(visit.stranger);
  assert.equal((await admit.byToken(visit.stranger, text("globex", PASSWORD))).caller.credential, "globex-wss");
  setCredentials(KEY);
  assert.equal(await codeOf(() => admit.orStranger(from("203.0.113.9"), nowhere)), "unauthenticated", "off unless set");
});

test("a network is that of the client, and of a proxy only where it is not known as one", async () => {
  const forwarded = (by: string) => from(by, { "x-forwarded-for": "203.0.113.9" });
  const code = (admit: Admission, by: string) => codeOf(() => admit.orStranger(forwarded(by), { token: false, secret: false }));
  const trusting = admitWith({ trustedProxies: ["10.0.0.1"] });
  assert.equal(await code(trusting, "10.0.0.1"), "acme-net");
  assert.equal(await code(trusting, "10.0.0.2"), "unauthenticated", "anybody can write that header");
  assert.equal(await code(admitWith(), "10.0.0.1"), "unauthenticated");
});

test("a client whose address cannot be read is in no network, and is throttled apart from its proxy", async () => {
  const admit = admitWith({ trustedProxies: ["203.0.113.1"], failuresPerMinute: 2 });
  const sent = (headers: Record<string, string>) => codeOf(() => admit.orStranger(from("203.0.113.1", headers), BOTH));
  for (const [name, value] of [
    ["x-forwarded-for", "a client"],
    ["forwarded", "for=_hidden"],
    ["x-forwarded-for", "198.51.100.9:4711"],
  ] as const)
    assert.equal(await sent({ [name]: value }), "stranger", value);
  const guess = { "x-forwarded-for": "unknown", "x-api-key": `${key.key}x` };
  assert.deepEqual([await sent(guess), await sent(guess), await sent(guess)].at(-1), "rate_limited");
  assert.equal(await sent({ "x-forwarded-for": "198.51.100.9" }), "stranger");
  assert.equal(await sent({}), "acme-net", "the proxy itself");
});
