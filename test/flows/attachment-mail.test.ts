// A file of the desk reaches a provider that has nothing but mail: with the mail that tells of it, and only there.
import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { after, before, suite, test } from "node:test";
import { type ParsedMail, simpleParser } from "mailparser";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { type Sink, startSink } from "../outbound/email-sink.ts";

const site = (port: number): SiteDocument => ({
  systems: [
    {
      ...{ name: "acme", provider: "acme", groups: ["acme-field"], delivery: { attachmentBytes: 1000 } },
      apis: {
        mail: { kind: "email", host: "127.0.0.1", port, security: "none", from: "desk@desk.example", to: ["noc@acme.example"] },
      },
    },
  ],
  mappings: [
    {
      ...{ name: "acme-mail", system: "acme", language: "liquid", body: "{{ event.requestType }}: {{ message }}" },
      trigger: { requests: ["Submit Request", "Update"].map((type) => ({ type, direction: "Out" })) },
    },
  ],
});

suite("files by mail", () => {
  let sink: Sink;
  let app: TestApp;
  const tries = new EventEmitter();
  let tried = 0;
  before(async () => {
    sink = await startSink();
    app = await startApp({
      env: { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${sink.port}` },
      site: site(sink.port),
      onLog(line) {
        if (line["event"] !== "delivery.tried") return;
        tried += 1;
        tries.emit("tried");
      },
    });
  });
  after(async () => {
    await app.close();
    await sink.close();
  });

  const mail = async (number: number): Promise<ParsedMail> => {
    while (tried < number) await once(tries, "tried");
    return simpleParser(sink.mails[number - 1]?.raw ?? "");
  };
  const upload = async (task: string, key: string, query: string, name: string, bytes: Buffer): Promise<void> => {
    const headers = { "x-api-key": key, "content-type": "text/plain", "content-disposition": `attachment; filename="${name}"` };
    const answer = await fetch(`${app.url}/v1/tasks/${task}/attachments${query}`, { method: "POST", headers, body: bytes });
    assert.equal(answer.status, 201, await answer.text());
  };
  const filesOf = ({ attachments }: ParsedMail) => attachments.map(({ filename, content }) => [filename, content.toString()]);

  test("the mail about a file carries it; what is too large is named; what is internal or came in is sent to nobody", async () => {
    const { ticketing, acme } = app.keys;
    const task = await app.createTask();
    assert.deepEqual(filesOf(await mail(1)), []);
    await upload(task, ticketing, "?visibility=internal", "note.txt", Buffer.from("among us"));
    await upload(task, acme, "", "theirs.txt", Buffer.from("theirs"));
    await upload(task, ticketing, "?visibility=provider", "plan.txt", Buffer.from("the plan"));
    const second = await mail(2);
    assert.match(second.text ?? "", /Update: Attachment: plan\.txt \(8 bytes\)/);
    assert.deepEqual(filesOf(second), [["plan.txt", "the plan"]]);
    await upload(task, ticketing, "?visibility=provider", "large.txt", Buffer.alloc(1001, "x"));
    const third = await mail(3);
    assert.deepEqual(filesOf(third), []);
    assert.match(third.text ?? "", /Too large to be sent with this mail:\s+- large\.txt \(1001 bytes\)/);
    await app.door.execute({
      ...{ caller: app.callers.ticketing, channel: "rest" },
      commands: [{ type: "add_message", task, text: "Look at the plan.", visibility: "provider" }],
    });
    assert.deepEqual(filesOf(await mail(4)), [], "not with every word again");
  });

  test("a task that comes back to its provider brings what the desk had sent it", async () => {
    const task = await app.createTask();
    const first = tried + 1;
    await mail(first);
    await upload(task, app.keys.ticketing, "?visibility=provider", "plan.txt", Buffer.from("the plan"));
    await mail(first + 1);
    await app.door.execute({
      caller: app.callers.acme,
      channel: "rest",
      commands: [{ type: "acknowledge", task, reference: "A-1" }],
    });
    await upload(task, app.keys.acme, "", "theirs.txt", Buffer.from("theirs"));
    for (const group of ["second-line", "acme-field"])
      await app.door.execute({
        caller: app.callers.ticketing,
        channel: "rest",
        commands: [{ type: "assign_task", task, group }],
      });
    assert.deepEqual(filesOf(await mail(first + 2)), [["plan.txt", "the plan"]]);
  });
});
