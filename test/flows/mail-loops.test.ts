// Programs that answer each other go quiet within the budget, whatever their mails say of themselves; and an answer is sent once or
// never, whatever breaks while it is sent.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { suite, test } from "node:test";
import { type Ended, get, hand, openPost, PEOPLE, type Post, startDesk, write } from "../helpers/mail-desk.ts";
import type { TestApp } from "../helpers/app.ts";
import { mailOf } from "../helpers/mail.ts";
import { happenings, type Line } from "../inbound/email-harness.ts";
import { startScript, type SunkMail } from "../outbound/email-sink.ts";

const BUDGET = { mails: 4, minutes: 60 };
let serial = 0;

/** What a naive program writes back to any mail: no header says that it is one. */
function autoAnswer(to: SunkMail): Buffer {
  const header = to.raw.toString("latin1").replaceAll(/\r\n[ \t]+/g, " ");
  const of = (name: string): string => new RegExp(`^${name}: (.*)$`, "im").exec(header)?.[1] ?? "";
  return mailOf(`We have received your mail, number ${++serial}.`, {
    ...{ from: PEOPLE, to: "desk@desk.example", messageId: `auto-${serial}@acme.example`, subject: `Re: ${of("Subject")}` },
    headers: [`In-Reply-To: ${of("Message-ID")}`, `References: ${of("References")} ${of("Message-ID")}`],
  });
}

/** The same mail after a relay that takes every mark of a machine off it, under the address its receiver knows. */
function stripped({ raw }: SunkMail, from: string): Buffer {
  const text = raw.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const lines = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const kept = lines.filter((line) => !/^(auto-submitted|x-auto-response-suppress|x-crossdesk|from):/i.test(line));
  return Buffer.from([`From: ${from}`, ...kept].join("\r\n") + text.slice(end), "latin1");
}

/** Gateways of two companies have nothing in common. */
const secret = (index: number): string => Buffer.alloc(32, index + 1).toString("base64");

const openLoops = async (app: TestApp): Promise<number> => {
  const { messages } = await get<{ messages: { code: string }[] }>(app, "/v1/messages?kind=quarantined&state=open");
  return messages.filter(({ code }) => code === "loop").length;
};

suite("loops", () => {
  test("an auto-responder without a mark is quiet after the budget, also after a restart, and people on other tasks are not", async (t) => {
    const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-loop-"));
    const databaseUrl = `sqlite:${path.join(folder, "crossdesk.db")}`;
    const post = await openPost();
    let app = await startDesk(post.sink, { budget: BUDGET }, { databaseUrl });
    t.after(async () => {
      await app.close();
      await post.sink.close();
      await rm(folder, { recursive: true, force: true });
    });
    for (const number of ["T-1", "T-2"]) await app.createTask({ number });
    let last = await post.next();
    await post.next();
    const ends: Ended[] = [];
    for (let count = 0; count < BUDGET.mails; count++) {
      ends.push(await hand(app, autoAnswer(last)));
      last = await post.next();
    }
    const { admin } = app.keys;
    await app.close();
    app = await startDesk(post.sink, { budget: BUDGET }, { databaseUrl });
    app.keys.admin = admin;
    const before = post.sink.mails.length;
    for (let count = 0; count < 3; count++) ends.push(await hand(app, autoAnswer(last)));
    assert.deepEqual(
      ends.map(({ outcome, reason }) => reason ?? outcome),
      ["applied", "applied", "applied", "applied", "loop", "loop", "loop"],
    );
    assert.deepEqual(
      ends.slice(4).map(({ outcome }) => outcome),
      ["quarantined", "noise", "noise"],
    );
    assert.equal(await openLoops(app), 1);
    assert.equal((await hand(app, write("T-2 by hand, on another task"))).outcome, "applied");
    assert.match((await post.next()).raw.toString(), /T-2/);
    assert.equal(post.sink.mails.length, before + 1, "nothing was written to the program any more");
  });

  test("who only claims an address spends nothing of the budget of who is believed", async (t) => {
    const post = await openPost();
    const trust = { kind: "dmarc", authservId: "mx.desk.example" } as const;
    const app = await startDesk(post.sink, { budget: { mails: 2, minutes: 60 }, trust, untrusted: "message" });
    t.after(async () => {
      await app.close();
      await post.sink.close();
    });
    await app.createTask({ number: "T-1" });
    const verified = { headers: ["Authentication-Results: mx.desk.example; dmarc=pass header.from=acme.example"] };
    for (const subject of ["T-1", "Hello"]) {
      for (let count = 0; count < 4; count++) await hand(app, write("Forged", { subject }));
    }
    assert.equal((await hand(app, write("By hand", { subject: "T-1", ...verified }))).outcome, "applied");
    assert.equal((await hand(app, write("By hand", { subject: "Hello", ...verified }))).reason, "no_task");
  });

  test("mails on a ticket beyond the budget are noise, and none is answered", async (t) => {
    const post = await openPost();
    const budget = { mails: 2, minutes: 60 };
    const app = await startDesk(post.sink, { budget, ticketPatterns: ["\\b(TCK-\\d+)\\b"] });
    t.after(async () => {
      await app.close();
      await post.sink.close();
    });
    await app.createTask({ number: "T-1" });
    await post.next();
    const { ticket } = await get<{ ticket: string }>(app, "/v1/tasks/T-1");
    const ends: Ended[] = [];
    for (let count = 0; count < 4; count++)
      ends.push(await hand(app, write(`[[TicketId]]: ${ticket}\n[[TicketMessage]]: ${count}`)));
    assert.deepEqual(
      ends.map(({ outcome, reason }) => `${outcome} ${reason}`),
      ["applied null", "applied null", "quarantined loop", "noise loop"],
    );
  });

  test("two gateways that answer each other are quiet at once by their marks, and within the budget without them", async (t) => {
    const posts = await Promise.all([openPost(), openPost()]);
    const answering = { budget: BUDGET };
    const apps = await Promise.all(
      posts.map((post, index) => startDesk(post.sink, answering, { env: { CROSSDESK_SECRET_KEY: secret(index) } })),
    );
    t.after(async () => {
      for (const app of apps) await app.close();
      for (const { sink } of posts) await sink.close();
    });
    const [here, there] = apps as [TestApp, TestApp];
    const [ours, theirs] = posts as [Post, Post];
    for (const app of apps) await app.createTask({ number: "T-1" });
    const first = await ours.next();
    await theirs.next();
    // As it is: a mail of a machine, which leads to nothing and is not answered.
    assert.equal((await hand(there, first.raw)).outcome, "noise");
    assert.equal(theirs.sink.mails.length, 1);
    const sides = [
      { app: there, post: theirs },
      { app: here, post: ours },
    ];
    let mail = first;
    let rounds = 0;
    for (; rounds < 50; rounds++) {
      const side = sides[rounds % 2] as (typeof sides)[number];
      const { outcome, reason } = await hand(side.app, stripped(mail, PEOPLE));
      if (reason === "loop") break;
      assert.notEqual(outcome, "noise");
      mail = await side.post.next();
    }
    assert.equal(rounds, 2 * BUDGET.mails, "each took its budget and no more");
    assert.equal((await openLoops(here)) + (await openLoops(there)), 1);
  });
});

suite("answers that cannot be sent", () => {
  test("a server that hangs up after the last byte may have it: it is not sent again", async (t) => {
    let inData = false;
    const script = await startScript((line) => {
      if (inData) return line === "." ? "end" : null;
      inData = line === "DATA";
      return inData ? "354 go on" : "250 ok";
    });
    t.after(() => script.close());
    const lines = happenings<Line>();
    const app = await startDesk(
      script,
      {},
      { onLog: (line) => lines.add({ event: String(line["event"]), fields: line as never }) },
    );
    t.after(() => app.close());
    await hand(app, write("Which task?", { subject: "Hello" }));
    await lines.until(({ event }) => event === "answer.tried");
    const { mails } = app.app.store;
    const [answer] = (await mails.list({ mailbox: "desk", limit: 10 })).items;
    assert.deepEqual([answer?.state, answer?.code, answer?.tries], ["unknown", "unanswered", 1]);
    assert.deepEqual(await mails.take(Date.now() + 1e9, 10), []);
  });

  test("one whose process died while it was sent is given up; one that surely did not go out is tried again", async (t) => {
    const script = await startScript((line) => (line.startsWith("MAIL") ? "451 later" : "250 ok"));
    t.after(() => script.close());
    const lines = happenings<Line>();
    const app = await startDesk(
      script,
      {},
      { onLog: (line) => lines.add({ event: String(line["event"]), fields: line as never }) },
    );
    t.after(() => app.close());
    await hand(app, write("Which task?", { subject: "Hello" }));
    await lines.until(({ event }) => event === "answer.tried");
    const { mails } = app.app.store;
    const state = async (): Promise<unknown> =>
      (await mails.list({ mailbox: "desk", limit: 10 })).items.map((one) => [one.state, one.code]);
    assert.deepEqual(await state(), [["ready", "smtp_451"]]);
    const later = Date.now() + 60 * 60_000;
    assert.equal((await mails.take(later, 10)).length, 1);
    assert.deepEqual(await mails.take(later, 10), [], "nobody else is given it");
    assert.equal(await mails.abandon(later + 1, later + 1), 1);
    assert.deepEqual(await state(), [["unknown", "abandoned"]]);
  });
});
