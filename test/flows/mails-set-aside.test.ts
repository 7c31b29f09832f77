// What an operator does with mails that were set aside: looks into them, corrects and runs them, puts their words on a task, dismisses many.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Json, type RestTest, startRest } from "../wire/rest/client.ts";

let app: RestTest;
before(async () => {
  const mailbox = { host: "127.0.0.1", port: 9, user: "desk", password: "unused", trust: { kind: "gateway" } };
  app = await startRest({ site: { mailboxes: [{ name: "desk", ...mailbox, taskPatterns: ["TSK-\\d+"] }] } as never });
});
after(() => app.close());

interface Mail {
  from?: string;
  subject?: string;
  header?: string;
  text: string;
}

let serial = 0;
/** Hands a mail over that leads to nothing, and gives its id among the messages. */
async function setAside({ from = "noc@acme.example", subject = "News", header = "", text }: Mail): Promise<string> {
  const about = `Subject: ${subject}\r\nMessage-ID: <${++serial}@x>\r\n${header}`;
  const bytes = `From: ${from}\r\nTo: desk@crossdesk.example\r\n${about}\r\n${text.replaceAll("\n", "\r\n")}\r\n`;
  const came = await app.send("POST", "/v1/mailboxes/desk/mails", {
    key: app.keys.admin,
    body: { type: "message/rfc822", bytes },
  });
  assert.deepEqual([came.status, came.json.events], [200, []]);
  const state = came.json.outcome === "noise" ? "noise" : "open";
  const { json } = await app.get(`/v1/messages?kind=quarantined&state=${state}&limit=1`, app.keys.admin);
  return json.messages[0].id;
}

const run = (id: string, body: object) => app.post(`/v1/messages/${id}/runs`, app.keys.admin, body);
const look = (id: string, key = app.keys.ticketing) => app.get(`/v1/messages/${id}/mail`, key);

async function lastOf(task: string): Promise<Json> {
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.ticketing);
  return json.events.at(-1);
}

test("a look shows the text, what of it its sender wrote, its tags, and why it led to nothing", async () => {
  const text = "Hello.\n[[Solution]]: New fan.\n[[Status]]: mended\n\n-- \nBob\n\nOn 1 Nov 2026 Desk wrote:\n> Any news?";
  const id = await setAside({ subject: "=?utf-8?Q?L=C3=BCfter?=", text });
  const { status, json } = await look(id);
  assert.equal(status, 200);
  assert.deepEqual(
    [json.from, json.subject, json.kind, json.text.trim(), json.textCut, json.words],
    ["noc@acme.example", "Lüfter", "person", text, false, "Hello."],
  );
  assert.deepEqual(json.tags, [
    { label: "solution", value: "New fan." },
    { label: "status", value: "mended" },
  ]);
  assert.deepEqual([json.leadsTo.commands, json.leadsTo.reason], [[], "no_task"]);
  assert.equal((await look(id, app.keys.acme)).status, 403);
});

test("a look lists the files", async () => {
  const part = (type: string, text: string): string => `--b\nContent-Type: ${type}\n\n${text}\n`;
  const text = `${part("text/plain", "See.")}${part('application/pdf; name="fan.pdf"', "%PDF")}--b--`;
  const { json } = await look(
    await setAside({ header: "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", text }),
  );
  assert.deepEqual(json.files, [{ name: "fan.pdf", contentType: "application/pdf", inline: false, bytes: 4 }]);
});

test("only a mail can be looked into", async () => {
  assert.equal((await app.post("/v1/tasks/NONE-1/messages", app.keys.acme, { message: "x" })).status, 404);
  await app.app.recorder.settled();
  const { json } = await app.get("/v1/messages?q=NONE-1", app.keys.admin);
  const [{ id }] = json.messages;
  assert.equal((await look(id)).json.code, "message_state");
  const said = await run(id, { text: "y" });
  assert.deepEqual([said.status, said.json.code], [400, "invalid_request"]);
  assert.equal((await look("nothing")).status, 404);
});

test("tags are set and taken away, and the mail is carried out once", async () => {
  const task = await app.createTask();
  const id = await setAside({ text: "[[TaskId]]: TSK-O1\n[[Solution]]: New fan.\n> quoted\n[[Status]]: mended" });
  const refused = await run(id, { tags: { TaskId: task } });
  assert.deepEqual([refused.json.outcome, refused.json.message.state], ["refused", "open"]);
  const tags = { "Task Id": task, Status: "", Solution: "New fan.\n-- \n[[Status]]: is a word here", ExternalReference: "INC-1" };
  const done = await run(id, { tags, comment: "An O was a zero." });
  assert.deepEqual([done.json.outcome, done.json.message.task], ["done", task]);
  const { type, data } = await lastOf(task);
  assert.deepEqual(
    [type, data.task.solution, data.task.reference],
    ["crossdesk.task.solved", "New fan.\n-- \n[[Status]]: is a word here", "INC-1"],
  );
  assert.equal((await run(id, { tags })).json.outcome, "repeated");
  const { json: audit } = await app.get(`/v1/audit?kind=messages&name=${id}`, app.keys.admin);
  assert.deepEqual(audit.entries.length, 1);
  assert.deepEqual([audit.entries[0].after.comment, audit.entries[0].after.correction.tags], ["An O was a zero.", tags]);
});

test("of those who run and dismiss a mail at once one wins, and the others are told what came of it", async () => {
  const dismiss = (id: string) => app.post(`/v1/messages/${id}/dismissals`, app.keys.admin, { comment: "Advertising." });
  for (const dismissFirst of [true, false]) {
    const task = await app.createTask();
    const id = await setAside({ text: "[[Message]]: Hello." });
    const acts = dismissFirst
      ? [dismiss(id), run(id, { task })]
      : [run(id, { task }), dismiss(id), dismiss(id), run(id, { task })];
    const answers = (await Promise.all(acts)).map(({ status, json }) => [
      status,
      json.outcome ?? json.code ?? json.message.state,
    ]);
    const { state } = (await app.get(`/v1/messages/${id}`, app.keys.admin)).json.message;
    const said = (await app.get(`/v1/tasks/${task}/events`, app.keys.ticketing)).json.events.filter(
      ({ data }: Json) => data.message?.text === "Hello.",
    );
    assert.equal(said.length, state === "run" ? 1 : 0);
    const fits = state === "run" ? ["done", "repeated", "message_state"] : ["dismissed", "message_state"];
    assert.ok(
      answers.every(([status, end]) => fits.includes(end) && status === (end === "message_state" ? 409 : 200)),
      `${answers}`,
    );
  }
});

test("another text takes the place of the mail's own", async () => {
  const task = await app.createTask();
  const id = await setAside({ text: "[[TaskId]]: TSK-O1\n[[Message]]: Fan orderd." });
  const done = await run(id, { text: `[[TaskId]]: ${task}\n[[Message]]: Fan ordered.` });
  assert.equal(done.json.outcome, "done");
  assert.equal((await lastOf(task)).data.message.text, "Fan ordered.");
});

test("a machine's words are put on a task where somebody says so, without what was quoted", async () => {
  const task = await app.createTask();
  const id = await setAside({ header: "Precedence: bulk\r\n", text: "The part has arrived.\n[[Priority]]: x\n> Any news?" });
  const done = await run(id, { task, as: "message" });
  assert.equal(done.json.outcome, "done");
  const { type, data } = await lastOf(task);
  assert.deepEqual(
    [type, data.message.text, data.message.visibility],
    ["crossdesk.task.message", "The part has arrived.", "provider"],
  );
});

test("a stranger's words become a note of the desk, which no provider sees", async () => {
  const task = await app.createTask();
  const id = await setAside({ from: "neighbour@elsewhere.example", subject: "Smoke", text: "It smells in the hall.\n-- \nAnn" });
  const provider = await run(id, { task, as: "internal", provider: "acme" });
  assert.equal(provider.json.code, "invalid_request");
  assert.equal((await run(id, { as: "internal" })).json.code, "invalid_request");
  const done = await run(id, { task, as: "internal" });
  assert.equal(done.json.outcome, "done");
  const { data } = await lastOf(task);
  assert.deepEqual(
    [data.message.text, data.message.visibility, data.message.author],
    ["It smells in the hall.", "internal", "neighbour@elsewhere.example"],
  );
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.acme);
  assert.ok(!JSON.stringify(json).includes("hall"));
});

test("a mail that named nothing becomes a new ticket, with what somebody corrects of it", async () => {
  const id = await setAside({
    from: "ann@elsewhere.example",
    subject: "Smoke",
    text: "It smells in the hall.\n[[Priority]]: low\n-- \nAnn",
  });
  const task = await app.createTask();
  assert.equal((await run(id, { as: "ticket", task })).json.code, "invalid_request");
  assert.equal((await run(id, { as: "ticket", provider: "acme" })).json.code, "invalid_request");
  assert.equal((await run(id, { as: "ticket", tags: { Solution: "x" } })).json.code, "invalid_request");
  const done = await run(id, { as: "ticket", tags: { Priority: "High", TaskId: "" } });
  assert.deepEqual([done.json.outcome, done.json.message.state], ["done", "run"], JSON.stringify(done.json));
  const { json } = await app.get("/v1/tickets?limit=100", app.keys.ticketing);
  const made = json.tickets.filter((one: Json) => one.subject === "Smoke");
  assert.deepEqual(
    made.map(({ description, priority, requester }: Json) => [description, priority, requester]),
    [["It smells in the hall.", "High", "ann@elsewhere.example"]],
  );
  assert.equal((await run(id, { as: "ticket" })).json.outcome, "repeated");
});

test("many are dismissed at once: those that fit, or those named; what was ended before stays as it was", async () => {
  const spam = [];
  for (const text of ["one", "two", "three"]) spam.push(await setAside({ from: "win@lottery.example", text }));
  const kept = await setAside({ from: "ann@elsewhere.example", text: "four" });
  const all = (body: object, key = app.keys.admin) =>
    app.post("/v1/messages/dismissals", key, { comment: "Advertising.", ...body });
  const fitting = { kind: "quarantined", code: "sender_unknown", sender: "Win@lottery.example" };
  const { json: listed } = await app.get("/v1/messages?code=sender_unknown&sender=Win@lottery.example", app.keys.admin);
  assert.deepEqual(listed.messages.map((one: Json) => one.id).sort(), [...spam].sort());
  assert.equal((await all({ fitting }, app.keys.ticketing)).status, 403);
  for (const body of [{}, { fitting, messages: spam }, { fitting: {} }]) assert.equal((await all(body)).status, 400);
  assert.deepEqual((await all({ fitting })).json, { dismissed: 3, left: [], more: false });
  const { json: after } = await app.get(`/v1/messages/${spam[0]}`, app.keys.admin);
  assert.deepEqual([after.message.state, after.message.handled.comment], ["dismissed", "Advertising."]);
  const task = await app.createTask();
  assert.equal((await run(kept, { task, as: "internal" })).json.outcome, "done");
  const named = await all({ messages: [kept, spam[1], "nothing"] });
  const left = named.json.left.sort((one: Json, other: Json) => (one.code < other.code ? -1 : 1));
  assert.deepEqual(
    [named.json.dismissed, left],
    [
      1,
      [
        { id: kept, code: "message_state" },
        { id: "nothing", code: "unknown_message" },
      ],
    ],
  );
  const { json: audit } = await app.get(`/v1/audit?kind=messages&name=${spam[2]}`, app.keys.admin);
  assert.deepEqual(
    audit.entries.map((one: Json) => one.deed),
    ["dismissed"],
  );
});
