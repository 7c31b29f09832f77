// What comes in broken, hostile, oversized or from the wrong hands gets a clear answer, changes nothing, and harms nobody else.
import assert from "node:assert/strict";
import { after, before, beforeEach, afterEach, suite, test } from "node:test";
import { startApp, type TestApp } from "../helpers/app.ts";
import { type TestDovecot, startDovecot } from "../helpers/dovecot.ts";
import { lacking } from "../helpers/packages.ts";
import {
  mailboxDocument,
  mailBytes,
  postMail,
  postSoap,
  type ProviderCommand,
  soapRequest,
  type Told,
  tellByRest,
  tellBySoap,
} from "../helpers/story.ts";

const FROM = "noc@acme.example";
const MIB = 1024 * 1024;

let app: TestApp;
let head = 0;
const headNow = async (): Promise<number> => (await app.views.events(0, 1)).head;

before(async () => {
  app = await startApp({ site: { mailboxes: [{ name: "desk", trust: { kind: "sender" } }] } });
  const desk = { url: app.url, key: app.keys.ticketing };
  for (const number of ["OPEN", "CLOSED", "TWIN-1", "TWIN-2"]) await app.createTask({ number });
  await app.createTask({ number: "FOREIGN", group: "globex-net" });
  await tellByRest(desk, { type: "close_task", task: "CLOSED" });
  for (const task of ["TWIN-1", "TWIN-2"]) await rest({ type: "acknowledge", task, reference: "INC-TWIN" });
});
after(() => app.close());

// Each case leaves the ledger as it was, and the gateway answering.
beforeEach(async () => {
  head = await headNow();
});
afterEach(async () => {
  assert.equal(await headNow(), head, "no event");
  const alive = await rest({ type: "update_message", task: "OPEN", message: "Still there?" });
  assert.equal(alive.code, "done");
});

function rest(command: ProviderCommand, key = app.keys.acme): Promise<Told> {
  return tellByRest({ url: app.url, key }, command);
}

function soap(command: ProviderCommand, key = app.keys.acme): Promise<Told> {
  return tellBySoap({ url: app.url, key }, command);
}

function mail(raw: Buffer | string): Promise<Told> {
  return postMail({ url: app.url, key: app.keys.admin, mailbox: "desk" }, Buffer.from(raw));
}

/** A proper call whose bytes are then spoiled. */
function spoiled(spoil: (body: string) => string | Buffer): Promise<Told> {
  const { headers, body } = soapRequest({ type: "update_message", task: "OPEN", message: "Text." }, app.keys.acme);
  return postSoap(app.url, headers, spoil(body));
}

async function json(body: string): Promise<Told> {
  const headers = { "x-api-key": app.keys.acme, "content-type": "application/json" };
  const answer = await fetch(`${app.url}/v1/tasks/OPEN/messages`, { method: "POST", headers, body });
  const text = await answer.text();
  return { status: answer.status, code: (JSON.parse(text) as { code: string }).code, event: null, text };
}

function assertTold({ status, code, text, event }: Told, wanted: { status: number; code: string }): void {
  assert.deepEqual({ status, code, event }, { ...wanted, event: null }, text);
  assert.doesNotMatch(text, /node_modules|\.ts:\d|at .+ \(|select |insert /, "nothing of the inside is told");
}

suite("by SOAP", () => {
  const invalid = { status: 500, code: "invalid_request" };
  const cases: { name: string; send: () => Promise<Told>; wanted: { status: number; code: string } }[] = [
    { name: "malformed XML", send: () => spoiled((body) => body.slice(0, -9)), wanted: { status: 400, code: "invalid_request" } },
    {
      name: "a DOCTYPE",
      send: () => spoiled((body) => body.replace("<soap:", "<!DOCTYPE x [<!ENTITY a 'b'>]><soap:")),
      wanted: { status: 400, code: "invalid_request" },
    },
    {
      name: "a thousand elements inside each other",
      send: () => spoiled((body) => body.replace("Text.", `${"<a>".repeat(1000)}${"</a>".repeat(1000)}`)),
      wanted: { status: 400, code: "invalid_request" },
    },
    {
      name: "a body of 10 MB",
      send: () => spoiled((body) => body.replace("Text.", "x".repeat(10 * MIB))),
      wanted: { status: 500, code: "too_large" },
    },
    {
      name: "a time that is none",
      send: () => {
        const command = { type: "reassignment", task: "OPEN", outcome: "solved", solution: "Done." } as const;
        const { headers, body } = soapRequest(command, app.keys.acme);
        return postSoap(app.url, headers, body.replace("1970-01-01T00:00:00Z", "tomorrow"));
      },
      wanted: invalid,
    },
    { name: "another root", send: () => spoiled(() => "<hello/>"), wanted: invalid },
    { name: "no body", send: () => spoiled(() => ""), wanted: { status: 400, code: "invalid_request" } },
  ];
  for (const { name, send, wanted } of cases) test(name, async () => assertTold(await send(), wanted));
});

suite("by REST", () => {
  const invalid = { status: 400, code: "invalid_request" };
  const cases: { name: string; body: () => string; wanted: { status: number; code: string } }[] = [
    { name: "malformed JSON", body: () => `{"message": "Text."`, wanted: invalid },
    {
      name: "a thousand objects inside each other",
      body: () => `{"message": ${'{"a":'.repeat(1000)}1${"}".repeat(1000)}}`,
      wanted: invalid,
    },
    {
      name: "a body of 10 MB",
      body: () => JSON.stringify({ message: "x".repeat(10 * MIB) }),
      wanted: { status: 413, code: "too_large" },
    },
    { name: "a number for a text", body: () => `{"message": 7}`, wanted: invalid },
    { name: "a field nobody knows", body: () => `{"message": "Text.", "status": "closed"}`, wanted: invalid },
    { name: "no body", body: () => "", wanted: invalid },
  ];
  for (const { name, body, wanted } of cases) test(name, async () => assertTold(await json(body()), wanted));
});

suite("by either, about a task", () => {
  const cases: { name: string; task: string; code: string; rest: number }[] = [
    { name: "that there is not", task: "NO-SUCH", code: "unknown_task", rest: 404 },
    { name: "of another provider", task: "FOREIGN", code: "unknown_task", rest: 404 },
    { name: "that is closed", task: "CLOSED", code: "task_closed", rest: 409 },
  ];
  for (const { name, task, code, rest: status } of cases) {
    test(`a message about a task ${name}`, async () => {
      const command = { type: "update_message", task, message: "Text." } as const;
      assertTold(await soap(command), { status: 500, code });
      assertTold(await rest(command), { status, code });
      const told = await mail(mailBytes(command, FROM, `${task}@acme.example`));
      assert.deepEqual([told.status, told.code, told.event], [200, code, null]);
    });
  }

  test("a reference that two tasks carry", async () => {
    const command = { type: "update_message", reference: "INC-TWIN", message: "Which?" } as const;
    assertTold(await soap(command), { status: 500, code: "ambiguous_reference" });
    assert.equal((await mail(mailBytes(command, FROM, "twin@acme.example"))).code, "ambiguous_reference");
  });
});

suite("from the wrong hands", () => {
  const command = { type: "update_message", task: "OPEN", message: "Let me in." } as const;
  for (const key of ["", "cdk_acme_wrong", "nonsense"]) {
    test(`the key "${key}"`, async () => {
      assertTold(await soap(command, key), { status: 401, code: "unauthenticated" });
      assertTold(await rest(command, key), { status: 401, code: "unauthenticated" });
    });
  }

  test("another provider's key", async () => {
    assertTold(await soap(command, app.keys.globex), { status: 500, code: "unknown_task" });
    assertTold(await rest(command, app.keys.globex), { status: 404, code: "unknown_task" });
  });

  test("a mail from a stranger", async () => {
    const told = await mail(mailBytes(command, "mallory@elsewhere.example", "stranger@elsewhere.example"));
    assert.deepEqual([told.code, told.event], ["sender_unknown", null]);
  });

  test("a mail that another provider sends", async () => {
    const told = await mail(mailBytes(command, "noc@globex.example", "other@globex.example"));
    assert.deepEqual([told.code, told.event], ["unknown_task", null]);
  });
});

suite("by mail", () => {
  test("a mail cut off in the middle of a part", async () => {
    const whole = `From: ${FROM}\r\nSubject: x\r\nMessage-ID: <cut@acme.example>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/pl`;
    const told = await mail(whole);
    assert.deepEqual([told.status, told.event], [200, null], told.text);
    assert.notEqual(told.code, "done");
  });

  test("a mail of 50 MB handed in over HTTP", async () => {
    const told = await mail(
      Buffer.concat([
        mailBytes({ type: "update_message", task: "OPEN", message: "x" }, FROM, "large@acme.example"),
        Buffer.alloc(50 * MIB, "x"),
      ]),
    );
    assertTold(told, { status: 413, code: "too_large" });
  });
});

test("a mail of 50 MB in a mailbox is set aside and the next one is read", { skip: lacking("dovecot") }, async (t) => {
  const dovecot: TestDovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const outcomes: unknown[] = [];
  const both = Promise.withResolvers<void>();
  const reader = await startApp({
    site: { mailboxes: [mailboxDocument(dovecot)] },
    onLog: ({ event, channel, outcome }) => {
      if (event === "message.answered" && channel === "email" && outcomes.push(outcome) === 2) both.resolve();
    },
  });
  t.after(() => reader.close());
  await reader.createTask({ number: "OPEN" });
  const small = (message: string, id: string) => mailBytes({ type: "update_message", task: "OPEN", message }, FROM, id);
  await dovecot.append(Buffer.concat([small("Large.", "large"), Buffer.alloc(50 * MIB, "x\r\n")]), small("Small.", "small"));
  await both.promise;
  assert.deepEqual(outcomes, ["too_large", "done"]);
  const page = await reader.views.taskEvents("OPEN", 0, 100, { kind: "desk" });
  assert.deepEqual(
    page?.items.flatMap(({ message }) => message?.text ?? []),
    ["Small."],
  );
});
