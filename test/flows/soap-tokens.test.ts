// A UsernameToken over the running gateway: what is refused, what a nonce is good for, and that a partner known by its token alone is
// read as its site entry says.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startMariadb } from "../helpers/mariadb.ts";
import { lacking } from "../helpers/packages.ts";
import { startProcess, writeSite } from "../helpers/process.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import {
  type Answered,
  envelope,
  type Message,
  security,
  send,
  sendEnvelope,
  tokenHeader,
  usernameToken,
} from "../helpers/soap-message.ts";

const ACME = { user: "acme-wss", password: "a password of acme", digest: true };
const GLOBEX = { user: "globex-wss", password: "a password of globex", digest: true };
const DENIED = "The call carries no valid credentials.";
const MINUTE = 60_000;

const tokens = [
  { id: "acme-wss", provider: "acme", usernameToken: ACME },
  { id: "globex-wss", provider: "globex", usernameToken: GLOBEX },
];

/** Wrong tries come from many addresses: ten from one would close it. */
let address = 0;
const elsewhere = (): Record<string, string> => ({ "X-Forwarded-For": `2001:db8:${(address++).toString(16)}::1` });
const note = (task: string, headers: string, more: Partial<Message> = {}): Message => ({
  fields: { taskId: task, message: "x" },
  headers,
  ...more,
});

function refused(answer: Answered): void {
  assert.deepEqual([answer.status, answer.code, answer.fault], [401, "unauthenticated", DENIED], answer.body);
}

async function incoming(app: TestApp, task: string) {
  const page = await app.views.taskEvents(task, 0, 50, { kind: "desk" });
  return page?.items.filter((event) => event.direction === "In") ?? [];
}

suite("a UsernameToken", () => {
  let app: TestApp;
  let task = "";
  const log: Record<string, unknown>[] = [];
  before(async () => {
    const onLog = (line: Record<string, unknown>): void => void log.push(line);
    app = await startApp({ onLog, env: { CROSSDESK_TRUSTED_PROXIES: "127.0.0.1" }, site: { credentials: tokens } });
  });
  after(() => app.close());
  const give = (message: Message): Promise<Answered> => send(app.url, message, elsewhere());
  const replay = (bytes: string): Promise<Answered> => sendEnvelope(app.url, bytes, elsewhere());

  const wrong: readonly (readonly [string, () => string])[] = [
    ["a wrong password", () => tokenHeader({ ...ACME, password: "wrong" })],
    ["a wrong password as text", () => tokenHeader({ ...ACME, password: "wrong", digest: false })],
    ["an unknown user", () => tokenHeader({ ...ACME, user: "nobody" })],
    ["an unknown user, as text", () => tokenHeader({ ...ACME, user: "nobody", digest: false })],
    ["another's password", () => tokenHeader({ ...ACME, password: GLOBEX.password })],
    ["an old one", () => tokenHeader({ ...ACME, at: Date.now() - 6 * MINUTE })],
    ["one of the future", () => tokenHeader({ ...ACME, at: Date.now() + 6 * MINUTE })],
    ["two tokens", () => security(usernameToken(ACME) + usernameToken(ACME))],
    ["two Security headers", () => tokenHeader(ACME) + tokenHeader(ACME)],
    ["two Security headers, the second without a token", () => tokenHeader(ACME) + security("")],
    ["a Security header without a token", () => security("")],
    ["none at all", () => ""],
  ];
  for (const [what, headers] of wrong)
    test(`refused: ${what}`, async () => {
      task = await app.createTask();
      for (const version of ["1.1", "1.2"] as const) refused(await give(note(task, headers(), { version })));
      assert.deepEqual(await incoming(app, task), []);
    });

  test("a wrong one is refused before anything is said of what stands in the body", async () => {
    const header = tokenHeader({ ...ACME, password: "wrong" });
    const operation = "Reassignment";
    refused(await give({ operation, fields: { taskId: "T", resolvedAt: "no time" }, headers: header }));
    refused(await give({ operation, fields: { taskId: "T", resolvedAt: "no time" } }));
    refused(await give(note("T", header, { element: "Other" })));
  });

  test("nothing is read of who sends no envelope and shows nothing", async () => {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch(`${app.url}${SERVICE_PATH}`, { method: "POST", headers, body: "{}" });
    assert.deepEqual([answer.status, answer.headers.get("x-crossdesk-code")], [401, "unauthenticated"]);
  });

  test("the bytes of an answered call are no second call", async () => {
    task = await app.createTask();
    const bytes = envelope(note(task, tokenHeader(ACME)));
    const first = await replay(bytes);
    assert.equal(first.status, 200, first.body);
    refused(await replay(bytes));
    assert.deepEqual(
      (await incoming(app, task)).map(({ id }) => id),
      [first.event],
    );
    const [refusal, ...more] = log.filter(({ event, why }) => event === "credentials.token_refused" && /nonce/.test(String(why)));
    assert.deepEqual([refusal?.["why"], more], ["a nonce that was used before", []], "the operator is told");
    assert.match(String(refusal?.["address"]), /^2001:db8:/);
  });

  test("of many at once one is let in", async () => {
    task = await app.createTask();
    const bytes = envelope(note(task, tokenHeader(ACME)));
    const answers = await Promise.all(Array.from({ length: 12 }, () => replay(bytes)));
    const [one, ...others] = answers.toSorted((a, b) => a.status - b.status);
    assert.equal(one?.status, 200);
    for (const other of others) refused(other);
    assert.equal((await incoming(app, task)).length, 1);
  });

  const ADDRESSING = "http://www.w3.org/2005/08/addressing";
  const failing: readonly (readonly [string, Message, string])[] = [
    ["the core refused it", note("NO-SUCH-TASK", ""), "unknown_task"],
    ["a value could not be read", { operation: "Reassignment", fields: { taskId: "T", resolvedAt: "x" } }, "invalid_request"],
    ["its body was another's", note("T", "", { element: "Other" }), "invalid_request"],
    ["a header was not understood", note("T", '<x s:mustUnderstand="1"/>'), "invalid_request"],
    [
      "its message id was too long",
      note("T", `<a:MessageID xmlns:a="${ADDRESSING}">${"x".repeat(1025)}</a:MessageID>`),
      "invalid_request",
    ],
  ];
  for (const [what, message, code] of failing)
    test(`its nonce is used up when ${what}`, async () => {
      const header = tokenHeader(ACME);
      const first = await give({ ...message, headers: header + (message.headers ?? "") });
      assert.deepEqual([first.status, first.code], [500, code], first.body);
      refused(await give({ ...message, headers: header + (message.headers ?? "") }));
      task = await app.createTask();
      refused(await give(note(task, header)));
      assert.deepEqual(await incoming(app, task), []);
    });

  test("another provider's task is not there for it", async () => {
    task = await app.createTask({ group: "globex-net" });
    const [other, none] = [await give(note(task, tokenHeader(ACME))), await give(note("NO-SUCH-TASK", tokenHeader(ACME)))];
    assert.deepEqual([other.status, other.code, other.body], [none.status, "unknown_task", none.body]);
    assert.equal((await give(note(task, tokenHeader(GLOBEX)))).status, 200);
  });
});

test("without a UsernameToken on the site the header is an unknown one", async () => {
  const app = await startApp();
  try {
    const answer = await send(app.url, note("T", tokenHeader(ACME)), { "X-Api-Key": app.keys.acme });
    assert.deepEqual([answer.status, answer.fault], [500, "SOAP header Security was not understood."]);
    refused(await send(app.url, note("T", tokenHeader(ACME))));
  } finally {
    await app.close();
  }
});

test("a nonce is good once for two gateways of one database", { skip: lacking("mariadb") }, async (t) => {
  const mariadb = await startMariadb();
  t.after(() => mariadb.stop());
  const site = await writeSite();
  t.after(() => site.remove());
  await site.write({ ...site.document, credentials: [...(site.document.credentials ?? []), ...tokens] });
  const databaseUrl = await mariadb.createDatabase();
  const gateways = [await startProcess({ databaseUrl, site }), await startProcess({ databaseUrl, site })];
  t.after(() => Promise.all(gateways.map((gateway) => gateway.kill())));
  const urls = gateways.map(({ url }) => url);
  for (const order of [urls, urls.toReversed()]) {
    const bytes = envelope(note("NO-SUCH-TASK", tokenHeader(ACME)));
    const [first, second] = order;
    assert.equal((await sendEnvelope(first ?? "", bytes)).code, "unknown_task");
    refused(await sendEnvelope(second ?? "", bytes));
  }
  const bytes = envelope(note("NO-SUCH-TASK", tokenHeader(ACME)));
  const codes = (await Promise.all([...urls, ...urls].map((url) => sendEnvelope(url, bytes)))).map(({ code }) => code);
  assert.deepEqual(codes.toSorted(), ["unauthenticated", "unauthenticated", "unauthenticated", "unknown_task"]);
});
