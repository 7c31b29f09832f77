// Admission: credentials, guessing, addresses, request ids; with a clock that stands still.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { beforeEach, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { type AdmitOptions, createAdmit } from "../../src/inbound/admit.ts";
import type { Admit, Visit } from "../../src/inbound/visit.ts";
import { hashPassword, makeApiKey } from "../../src/lib/credentials.ts";
import type { Credential, Site } from "../../src/store/site.ts";
import { DEFAULT_ALERTS } from "../../src/store/site-alerts.ts";
import { DEFAULT_TICKET_STATUSES } from "../../src/store/site-tickets.ts";

const key = makeApiKey("acme_key-1.x");
const desk = makeApiKey();
const PASSWORD = "correct: horse";
const passwordHash = await hashPassword(PASSWORD);
const ACME = { kind: "provider", provider: "acme" } as const;

const KEY: Credential = { id: key.id, holder: ACME, kind: "api_key", hash: key.hash };
const DESK: Credential = { id: desk.id, holder: { kind: "ticketing" }, kind: "api_key", hash: desk.hash };
const BASIC: Credential = { id: "acme-basic", holder: ACME, kind: "basic", user: "acme", hash: passwordHash };
const MAIL: Credential = { id: "acme-mail", holder: ACME, kind: "email", sender: "noc@acme.example" };

let now = 0;
let site: Site;
let lines: string[];

function siteWith(...credentials: Credential[]): Site {
  const version = (site?.version ?? 0) + 1;
  return {
    version,
    groups: new Map(),
    providers: new Map(),
    mailboxes: new Map(),
    systems: new Map(),
    mappings: new Map(),
    alerts: DEFAULT_ALERTS,
    ...{ ticketStatuses: DEFAULT_TICKET_STATUSES, issuers: new Map() },
    credentials: new Map(credentials.map((one) => [one.id, one])),
  };
}

beforeEach(() => {
  now = 1_000_000;
  lines = [];
  site = siteWith(KEY, DESK, BASIC, MAIL);
});

function admitWith(options: Partial<AdmitOptions> = {}): Admit {
  const log: AdmitOptions["log"] = (_level, event, fields) => void lines.push(`${event} ${JSON.stringify(fields)}`);
  return createAdmit({ site: () => site, clock: () => now, log, stopping: () => false, ...options });
}

function from(headers: Record<string, string>, address = "192.0.2.1"): IncomingMessage {
  return { headers, socket: { remoteAddress: address } } as unknown as IncomingMessage;
}

const basic = (user: string, password: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
const right = basic("acme", PASSWORD);
const wrong = basic("acme", "guess");

/** The code of the refusal, or `in`. */
async function tryOut(admit: Admit, request: IncomingMessage): Promise<string> {
  try {
    await admit(request);
    return "in";
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
}

async function tryTimes(times: number, once: () => Promise<string>): Promise<string[]> {
  const codes: string[] = [];
  for (let index = 0; index < times; index += 1) codes.push(await once());
  return codes;
}

test("an API key is let in at once, by its own header or as a bearer token", () => {
  const admit = admitWith();
  const ways: [string, string][] = [
    ["x-api-key", key.key],
    ["authorization", `Bearer ${key.key}`],
    ["authorization", `bearer  ${key.key}`],
  ];
  for (const [name, value] of ways) {
    const visit = admit(from({ [name]: value })) as Visit;
    assert.deepEqual(visit.caller, { ...ACME, credential: key.id });
    assert.equal(visit.address, "192.0.2.1");
  }
  assert.deepEqual((admit(from({ "x-api-key": desk.key })) as Visit).caller, { kind: "ticketing", credential: desk.id });
});

test("wrong credentials of every form are refused in the same words", async () => {
  const admit = admitWith({ failuresPerMinute: 1000 });
  const tries: Record<string, string>[] = [
    {},
    { "x-api-key": "" },
    { "x-api-key": `${key.key}x` },
    { "x-api-key": key.key.slice(0, -1) },
    { "x-api-key": key.key.replace("acme_key", "acme_kez") },
    { "x-api-key": makeApiKey(key.id).key },
    { "x-api-key": "cdk__" },
    { "x-api-key": `${key.key}, ${key.key}` },
    { authorization: "Bearer" },
    { authorization: `Basic ${key.key}` },
    { authorization: "Basic !!!" },
    { authorization: "Digest username=acme" },
    basic("", PASSWORD),
    basic("nobody", PASSWORD),
    basic("noc@acme.example", ""),
    basic(key.id, key.key),
    wrong,
  ];
  for (const headers of tries) assert.equal(await tryOut(admit, from(headers)), "unauthenticated", JSON.stringify(headers));
});

test("a key that is changed or taken away ends with the site's next version", async () => {
  const admit = admitWith();
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "in");
  site = siteWith({ ...KEY, hash: makeApiKey(key.id).hash });
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "unauthenticated");
  site = siteWith(KEY);
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "in");
  site = siteWith();
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "unauthenticated");
});

test("a password is worked out once and then remembered", async () => {
  const admit = admitWith();
  const first = admit(from(right));
  assert.ok(first instanceof Promise);
  assert.deepEqual((await first).caller, { ...ACME, credential: "acme-basic" });
  assert.ok(!(admit(from(right)) instanceof Promise));
  now += 9 * 60_000;
  assert.ok(!(admit(from(right)) instanceof Promise));
  now += 10 * 60_000;
  const later = admit(from(right));
  assert.ok(later instanceof Promise, "ten minutes after its last use it is worked out again");
  await later;
});

test("a remembered password ends when its credential is changed, moved to another holder, or taken away", async () => {
  const admit = admitWith();
  await admit(from(right));
  site = siteWith({ ...BASIC, holder: { kind: "provider", provider: "globex" } });
  assert.deepEqual((admit(from(right)) as Visit).caller, { kind: "provider", provider: "globex", credential: "acme-basic" });
  site = siteWith({ ...BASIC, hash: await hashPassword("another") });
  assert.equal(await tryOut(admit, from(right)), "unauthenticated");
  site = siteWith(BASIC);
  assert.equal(await tryOut(admit, from(right)), "in");
  site = siteWith();
  assert.equal(await tryOut(admit, from(right)), "unauthenticated");
});

test("a credential taken away while its password is worked out lets nobody in", async () => {
  const admit = admitWith();
  const pending = tryOut(admit, from(right));
  site = siteWith();
  assert.equal(await pending, "unauthenticated");
});

test("guessing from one address is told to wait, and only that address", async () => {
  const admit = admitWith();
  const guess = (index: number): Promise<string> => tryOut(admit, from(basic(`user${index}`, "guess")));
  const codes: string[] = [];
  for (let index = 0; index < 12; index += 1) codes.push(await guess(index));
  assert.deepEqual(codes, [...new Array(10).fill("unauthenticated"), "rate_limited", "rate_limited"]);
  assert.equal(await tryOut(admit, from(right)), "rate_limited");
  assert.equal(await tryOut(admit, from(right, "192.0.2.2")), "in");
  assert.deepEqual(lines, ['credentials.throttled {"address":"192.0.2.1"}']);
  now += 60_000;
  assert.equal(await tryOut(admit, from(right)), "in");
});

test("guessing at one name from many addresses is told to wait", async () => {
  const admit = admitWith();
  let last = 0;
  const guess = (): Promise<string> => tryOut(admit, from(wrong, `198.51.100.${++last}`));
  assert.deepEqual(await tryTimes(10, guess), new Array(10).fill("unauthenticated"));
  assert.equal(await guess(), "rate_limited");
  assert.equal(await tryOut(admit, from(right, "203.0.113.9")), "rate_limited");
});

test("who was let in before a stranger began to guess stays in, and so do valid keys", async () => {
  const admit = admitWith();
  await admit(from(right));
  assert.equal((await tryTimes(12, () => tryOut(admit, from(wrong)))).at(-1), "rate_limited");
  assert.equal(await tryOut(admit, from(right)), "in");
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "in");
});

test("guessing keys is told to wait as well", async () => {
  const admit = admitWith();
  const guess = (): Promise<string> => tryOut(admit, from({ "x-api-key": makeApiKey(key.id).key }));
  assert.deepEqual((await tryTimes(11, guess)).slice(-2), ["unauthenticated", "rate_limited"]);
});

test("the addresses of one IPv6 network count as one", async () => {
  const admit = admitWith();
  let last = 0;
  const guess = (): Promise<string> => tryOut(admit, from(basic(`user${++last}`, "x"), `2001:db8:1:2::${last.toString(16)}`));
  assert.equal((await tryTimes(11, guess)).at(-1), "rate_limited");
  assert.equal(await tryOut(admit, from(right, "2001:db8:1:3::1")), "in");
});

test("the same password asked for by many calls at once is worked out once", async () => {
  const admit = admitWith();
  const codes = await Promise.all(Array.from({ length: 64 }, () => tryOut(admit, from(right))));
  assert.deepEqual(codes, new Array(64).fill("in"));
});

test("more passwords at once than there is room for are told to come back", async () => {
  const admit = admitWith({ failuresPerMinute: 1000 });
  const tries = Array.from({ length: 40 }, (_one, index) => tryOut(admit, from(basic(`user${index}`, "x"), `192.0.2.${index}`)));
  const codes = await Promise.all(tries);
  assert.equal(codes.filter((code) => code === "busy").length, 6);
  assert.equal(codes.filter((code) => code === "unauthenticated").length, 34);
});

test("a demonstration refuses what came through a proxy", async () => {
  const admit = admitWith({ refuseForwarded: () => true });
  const others = admitWith({ refuseForwarded: () => false });
  assert.equal(await tryOut(others, from({ "x-api-key": key.key, via: "x" })), "in");
  assert.equal(await tryOut(admit, from({ "x-api-key": key.key })), "in");
  for (const name of ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"]) {
    assert.equal(await tryOut(admit, from({ "x-api-key": key.key, [name]: "x" })), "forbidden", name);
  }
});

test("nobody is let in on the way down", async () => {
  assert.equal(await tryOut(admitWith({ stopping: () => true }), from({ "x-api-key": key.key })), "stopping");
});

test("request ids are taken over when they are plain words", () => {
  const admit = admitWith();
  const idOf = (given: string): string => (admit(from({ "x-api-key": key.key, "x-request-id": given })) as Visit).requestId;
  assert.equal(idOf("abc-1._Z"), "abc-1._Z");
  for (const given of ["", "a b", "é", "x".repeat(129)]) assert.match(idOf(given), /^[0-9a-f-]{36}$/);
  assert.notEqual(idOf(""), idOf(""));
});
