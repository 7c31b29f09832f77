// Nothing that a partner said is lost: what was refused or set aside is found by any name, read as it came without credentials, corrected
// and run again, once; what was accepted is found beside it, with its answer.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { contractsWithHttp } from "../helpers/http-contracts.ts";
import { SERVICE_PATH } from "../helpers/service-path.ts";
import { envelope, tokenHeader } from "../helpers/soap-message.ts";
import { type Json, type RestTest, startRest } from "../wire/rest/client.ts";

const PASSWORD = "a horse with a battery";

const contracts = contractsWithHttp();
let folder = "";
let app: RestTest;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-vanish-"));
  app = await startRest({
    env: { CROSSDESK_CONTRACTS: contracts.folder },
    databaseUrl: `sqlite:${join(folder, "crossdesk.db")}`,
    site: {
      credentials: [{ id: "acme-token", provider: "acme", usernameToken: { user: "acme-old", password: PASSWORD } }],
      mailboxes: [
        {
          name: "desk",
          host: "127.0.0.1",
          port: 9,
          user: "desk",
          password: "unused",
          trust: { kind: "gateway" },
          taskPatterns: ["TSK-\\d+"],
        },
      ],
    } as never,
  });
});
after(async () => {
  await app.close();
  contracts.remove();
  await rm(folder, { recursive: true, force: true });
});

const messagesOf = async (q: string): Promise<Json> => {
  await app.app.recorder.settled();
  const { status, json } = await app.get(`/v1/messages?q=${encodeURIComponent(q)}`, app.keys.ticketing);
  assert.equal(status, 200);
  return json;
};
/** But for the desk's own call that made the task. */
const ofPartner = ({ messages }: Json): Json[] => messages.filter((one: Json) => one.caller?.kind !== "ticketing");
const kindsOf = (found: Json): string[] => ofPartner(found).map((one: Json) => `${one.channel} ${one.kind}`);

async function soap(fields: Record<string, string>, headers = tokenHeader({ user: "acme-old", password: PASSWORD })) {
  const response = await fetch(app.url + SERVICE_PATH, {
    method: "POST",
    headers: { "content-type": "text/xml; charset=utf-8" },
    body: envelope({ operation: "UpdateMessage", fields, headers }),
  });
  return { status: response.status, text: await response.text() };
}

const textsOf = async (task: string): Promise<string[]> => {
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.ticketing);
  return json.events.flatMap((one: Json) => one.data.message?.text ?? []);
};

test("a SOAP call that named no task is found by its reference, corrected and run once", async () => {
  const task = await app.createTask();
  const sent = await soap({ taskId: "TSK-O1", externalReference: "INC-7", message: "The part came." });
  assert.equal(sent.status, 500);
  const [found] = (await messagesOf("TSK-O1")).messages;
  assert.deepEqual(
    [found.kind, found.state, found.code, found.status, found.masked],
    ["refused", "open", "unknown_task", 500, true],
  );
  assert.deepEqual(found.caller, { kind: "provider", provider: "acme", credential: "acme-token" });
  assert.equal((await messagesOf("INC-7")).messages[0].id, found.id);
  const { json: detail } = await app.get(`/v1/messages/${found.id}`, app.keys.ticketing);
  assert.equal(detail.answer.body, sent.text);
  const raw = await fetch(`${app.url}/v1/messages/${found.id}/raw`, { headers: { "x-api-key": app.keys.admin } });
  const text = await raw.text();
  assert.match(text, /<taskId[^>]*>TSK-O1<\/taskId>/);
  assert.doesNotMatch(text, /acme-old|horse/);
  const run = await app.post(`/v1/messages/${found.id}/runs`, app.keys.admin, { task, comment: "A zero was an O." });
  assert.deepEqual([run.status, run.json.outcome, run.json.message.state, run.json.message.task], [200, "done", "run", task]);
  const again = await app.post(`/v1/messages/${found.id}/runs`, app.keys.admin, { task });
  assert.deepEqual([again.json.outcome, again.json.message.event], ["repeated", run.json.message.event]);
  assert.deepEqual(await textsOf(task), ["The part came."]);
  const { json: audit } = await app.get("/v1/audit?kind=messages", app.keys.admin);
  assert.deepEqual(
    audit.entries.map((one: Json) => [one.name, one.deed]),
    [[found.id, "run"]],
  );
});

test("a REST call that came too early is run as it was, and its sender's next try counts once", async () => {
  const headers = { "idempotency-key": "early-1" };
  const call = () => app.post("/v1/tasks/EARLY-1/messages", app.keys.acme, { message: "On my way." }, headers);
  assert.equal((await call()).status, 404);
  const [found] = (await messagesOf("EARLY-1")).messages;
  assert.deepEqual([found.kind, found.code, found.named.task], ["refused", "unknown_task", "EARLY-1"]);
  const before = await app.post(`/v1/messages/${found.id}/runs`, app.keys.admin, {});
  assert.deepEqual([before.json.outcome, before.json.code, before.json.message.state], ["refused", "unknown_task", "open"]);
  await app.createTask({ number: "EARLY-1" });
  const run = await app.post(`/v1/messages/${found.id}/runs`, app.keys.admin, {});
  assert.equal(run.json.outcome, "done");
  const next = await call();
  assert.deepEqual([next.status, next.json.event], [201, run.json.message.event]);
  assert.deepEqual(await textsOf("EARLY-1"), ["On my way."]);
  assert.deepEqual(kindsOf(await messagesOf("EARLY-1")).sort(), ["rest accepted", "rest refused", "rest repeated"]);
});

test("a call whose path is longer than what is kept of it is never taken for another, and says so", async () => {
  const sent = await app.post(`/v1/tasks/${"9".repeat(3000)}/messages`, app.keys.acme, { message: "Long ago." });
  assert.equal(sent.status, 400);
  const found = await newest();
  const ran = await run(found.id, { task: await app.createTask() });
  assert.deepEqual([ran.status, ran.json.outcome, ran.json.code], [200, "refused", "message_state"]);
  assert.match(ran.json.detail, /longer than what is kept/);
});

const lastOf = async (q: string): Promise<Json> => (await messagesOf(q)).messages.at(-1);
const newest = async (): Promise<Json> => {
  await app.app.recorder.settled();
  return (await app.get("/v1/messages?kind=refused&limit=1", app.keys.admin)).json.messages[0];
};
const run = (id: string, correction: object) => app.post(`/v1/messages/${id}/runs`, app.keys.admin, correction);

test("a message whose sender is known is run in nobody else's name", async () => {
  assert.equal((await app.post("/v1/tasks/WHOSE-1/messages", app.keys.acme, { message: "Mine." })).status, 404);
  const { id } = await lastOf("WHOSE-1");
  const task = await app.createTask({ group: "globex-net" });
  const ran = await run(id, { provider: "globex", task });
  assert.deepEqual([ran.status, ran.json.code], [400, "invalid_request"]);
  assert.deepEqual(await textsOf(task), []);
});

test("a call about a ticket is not run for a task", async () => {
  await app.post("/v1/tickets/LOST-1/closure", app.keys.ticketing, {});
  const ran = await run((await newest()).id, { task: await app.createTask() });
  assert.deepEqual([ran.json.outcome, ran.json.code], ["refused", "invalid_request"]);
  assert.match(ran.json.detail, /task:/);
});

test("a SOAP 1.2 call with a token is run as the operation that its action names, and no other", async () => {
  const task = await app.createTask();
  const action = "http://tempuri.org/ProcessInstanceTaskExternalAcknowledgement";
  const sent = await fetch(app.url + SERVICE_PATH, {
    method: "POST",
    headers: { "content-type": `application/soap+xml; charset=utf-8; action="${action}"` },
    body: envelope({
      version: "1.2",
      operation: "UpdateMessage",
      fields: { taskId: task, message: "Another thing." },
      headers: tokenHeader({ user: "acme-old", password: PASSWORD }),
    }),
  });
  assert.equal(sent.status, 500);
  const ran = await run((await newest()).id, {});
  assert.deepEqual([ran.json.outcome, ran.json.code], ["refused", "invalid_request"]);
  assert.deepEqual(await textsOf(task), []);
});

test("an acknowledgement that is given to a task by GET, however its operation is escaped, keeps its reference", async () => {
  const task = await app.createTask();
  const { user, password } = app.basic.acme;
  const operation = "%u0050rocessInstanceTaskExternalAcknowledgement";
  const sent = await fetch(`${app.url}${SERVICE_PATH}/${operation}?taskId=ESC-1&externalReference=INC-ESC`, {
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
  });
  assert.equal(sent.status, 500);
  const ran = await run((await lastOf("ESC-1")).id, { task });
  assert.deepEqual([ran.status, ran.json.outcome], [200, "done"], JSON.stringify(ran.json));
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.ticketing);
  assert.equal(json.events.at(-1).data.task.reference, "INC-ESC");
});

test("a mail that was set aside is given to a task, and another is dismissed", async () => {
  const task = await app.createTask();
  const mail = (from: string, text: string): string =>
    `From: ${from}\r\nTo: desk@crossdesk.example\r\nSubject: News\r\nMessage-ID: <${text.length}@x>\r\n\r\n${text}\r\n`;
  const hand = (bytes: string) =>
    app.send("POST", "/v1/mailboxes/desk/mails", { key: app.keys.admin, body: { type: "message/rfc822", bytes } });
  assert.equal((await hand(mail("noc@acme.example", "It rains in."))).json.reason, "no_task");
  assert.equal((await hand(mail("win@lottery.example", "You have won a prize."))).json.outcome, "quarantined");
  const { json: open } = await app.get("/v1/messages?kind=quarantined", app.keys.admin);
  const [stranger, partner] = open.messages;
  assert.deepEqual(
    [stranger.sender, stranger.code, partner.sender],
    ["win@lottery.example", "sender_unknown", "noc@acme.example"],
  );
  const nobody = await app.post(`/v1/messages/${stranger.id}/runs`, app.keys.admin, { task });
  assert.deepEqual([nobody.status, nobody.json.code], [409, "message_state"]);
  const ran = await run(partner.id, { task });
  assert.deepEqual([ran.json.outcome, ran.json.message.state], ["done", "run"]);
  const gone = await app.post(`/v1/messages/${stranger.id}/dismissals`, app.keys.admin, { comment: "Advertising." });
  assert.deepEqual([gone.json.message.state, gone.json.message.handled.comment], ["dismissed", "Advertising."]);
  assert.deepEqual(await textsOf(task), ["It rains in."]);
  assert.deepEqual(kindsOf(await messagesOf(task)), ["email quarantined", "email accepted"]);
});

test("what was accepted is found by every reference it ever had, with the very answer it was given", async () => {
  const task = await app.createTask();
  const url = `/v1/tasks/${task}/acknowledgement`;
  const first = await app.post(url, app.keys.acme, { externalReference: "OLD-1" });
  const second = await app.post(url, app.keys.acme, { externalReference: "NEW-1" });
  const said = await soap({ taskId: task, message: "Nearly done." });
  assert.deepEqual([first.status, second.status, said.status], [201, 201, 200]);
  for (const name of ["OLD-1", "NEW-1", task]) {
    const found = await messagesOf(name);
    assert.deepEqual([found.tasks, kindsOf(found)], [[task], ["rest accepted", "rest accepted", "soap accepted"]], name);
  }
  const answers: string[] = [];
  for (const { id } of ofPartner(await messagesOf(task)))
    answers.push((await app.get(`/v1/messages/${id}`, app.keys.ticketing)).json.answer.body);
  assert.deepEqual(answers, [JSON.stringify(first.json), JSON.stringify(second.json), said.text]);
});

test("pages follow one another, and a provider sees none of it", async () => {
  const task = await app.createTask();
  for (const text of ["one", "two"]) await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: text });
  const pages: string[] = [];
  for (let after = ""; ; ) {
    const { json } = await app.get(`/v1/messages?q=${task}&limit=2${after}`, app.keys.ticketing);
    pages.push(json.messages.length);
    if (json.next === null) break;
    after = `&after=${encodeURIComponent(json.next)}`;
  }
  assert.deepEqual(pages, [2, 1]);
  const [{ id }] = (await messagesOf(task)).messages;
  for (const path of [`/v1/messages?q=${task}`, `/v1/messages/${id}`, `/v1/messages/${id}/raw`])
    assert.equal((await app.get(path, app.keys.acme)).status, 403);
  assert.equal((await app.post(`/v1/messages/${id}/runs`, app.keys.ticketing, {})).status, 403);
});

test("no credential that was shown stands anywhere in the database", async () => {
  await app.post("/v1/tasks/NONE/messages", app.keys.acme, { message: `my key is ${app.keys.globex}` });
  await app.post(`/v1/tasks/${app.keys.acme}/acknowledgement`, app.keys.acme, { externalReference: app.keys.globex });
  await app.post("/v1/tasks/NONE/acknowledgement", app.keys.acme, { [app.keys.acme]: "x" });
  const bytes = `From: noc@acme.example\r\nSubject: News ${app.keys.acme}\r\n\r\n[[TaskId]]: ${app.keys.acme}\r\n`;
  await app.send("POST", "/v1/mailboxes/desk/mails", { key: app.keys.admin, body: { type: "message/rfc822", bytes } });
  await app.app.recorder.settled();
  const files = readdirSync(folder).filter((name) => name.startsWith("crossdesk.db"));
  const stored = Buffer.concat(files.map((name) => readFileSync(join(folder, name))));
  assert.ok(stored.includes("my key is cdk_***"));
  for (const secret of [PASSWORD, app.keys.acme, app.keys.globex, app.keys.admin]) assert.ok(!stored.includes(secret));
});
