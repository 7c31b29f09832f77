// Mails and what is written back: confirmations, refusals, and what reports of mail servers do to deliveries. A real gateway, and a real
// mail server that takes what it sends.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { TestApp } from "../helpers/app.ts";
import { type Happenings, happenings } from "../inbound/email-harness.ts";
import { startScript } from "../outbound/email-sink.ts";
import { DESK, get, hand, mailbox, openPost, PEOPLE, type Post, startDesk, textOf, write } from "../helpers/mail-desk.ts";
import { mailOf } from "../helpers/mail.ts";

suite("answers to mails", () => {
  let post: Post;
  let app: TestApp;
  const lines: Happenings<Record<string, unknown>> = happenings();

  before(async () => {
    post = await openPost();
    app = await startDesk(post.sink, {}, { onLog: lines.add, env: { CROSSDESK_OUTGOING_ALLOW: "127.0.0.1:*" } });
    for (const number of ["T-1", "T-2"]) await app.createTask({ number });
    await post.next();
    await post.next();
  });
  after(async () => {
    await app.close();
    await post.sink.close();
  });

  test("what was understood is confirmed in the thread, marked as a machine's, and once", async () => {
    const raw = write("[[TaskId]]: T-1\n[[ExternalReference]]: INC0042\n", { subject: "Re: RE: Printer {{understood}}" });
    assert.equal((await hand(app, raw)).outcome, "applied");
    const sent = await post.next();
    const mail = await textOf(sent);
    assert.deepEqual(sent.to, [PEOPLE]);
    assert.equal(mail.headers.get("auto-submitted"), "auto-replied");
    assert.equal(mail.headers.get("x-auto-response-suppress"), "All");
    assert.equal(mail.inReplyTo, /^Message-ID: (.*)$/m.exec(String(raw))?.[1]?.trim());
    assert.equal(mail.subject, "Re: Printer {{understood}}");
    assert.match(mail.text ?? "", /T-1: your reference is INC0042/);
    assert.equal((await hand(app, raw)).outcome, "repeated");
    // The confirmation itself coming back is known, and leads to nothing.
    assert.deepEqual(await hand(app, sent.raw), { outcome: "noise", events: [], reason: "own_mail" });
  });

  test("what was refused is told with the reason and how to write it", async () => {
    assert.equal((await hand(app, write("Hello?", { subject: "Hello" }))).reason, "no_task");
    const { text = "" } = await textOf(await post.next());
    assert.match(text, /does not say which task/);
    assert.match(text, /\[\[TaskId\]\]:/);
    assert.equal((await hand(app, write("[[TaskId]]: T-99\n[[Message]]: x\n"))).reason, "unknown_task");
    assert.match((await textOf(await post.next())).text ?? "", /no task with this number[\s\S]*\[\[TaskId\]\]: T-99/);
  });

  test("a mail with a file that is too large is told so", async () => {
    await app.app.store.admin.apply({ mailboxes: [mailbox(post.sink, { attachments: { mostBytes: 1024 } })] });
    await app.app.store.refresh();
    const head = [`From: ${PEOPLE}`, `To: ${DESK}`, "Message-ID: <large@acme.example>", "Subject: T-1", "MIME-Version: 1.0"];
    const file = ["--b", 'Content-Type: text/plain; name="log.txt"', "Content-Disposition: attachment; filename=log.txt", ""];
    const body = ["--b", "Content-Type: text/plain", "", "T-1 see the log", ...file, "x".repeat(2000), "--b--", ""];
    const raw = [...head, "Content-Type: multipart/mixed; boundary=b", "", ...body].join("\r\n");
    assert.equal((await hand(app, Buffer.from(raw))).reason, "file_too_large");
    assert.match((await textOf(await post.next())).text ?? "", /too large[\s\S]*log\.txt has 2000 bytes/);
  });

  test("a provider is answered in its language", async () => {
    await hand(app, write("Hallo?", { from: "noc@globex.example", subject: "Grüße" }));
    const mail = await textOf(await post.next());
    assert.equal(mail.subject, "Re: Grüße");
    assert.match(mail.text ?? "", /um welchen Auftrag es geht/);
  });

  test("machines, strangers, lists and who asks for silence are not answered", async () => {
    const silent: [string, Buffer][] = [
      ["automatic", write("[[TaskId]]: T-1\n[[Message]]: by cron\n", { headers: ["Auto-Submitted: auto-generated"] })],
      ["suppressed", write("T-1 hello", { headers: ["X-Auto-Response-Suppress: All"] })],
      ["list", write("T-1 hello list", { headers: ["List-Id: <l.acme.example>"] })],
      ["ticket system", write("T-1 hello from RT", { headers: ["RT-Ticket: acme #7"] })],
      ["stranger", write("T-1 hello", { from: "who@else.example" })],
      ["ourselves", write("T-1 hello", { from: DESK })],
    ];
    const before = post.sink.mails.length;
    for (const [, raw] of silent) await hand(app, raw);
    await hand(app, write("T-1 the next one is answered"));
    await post.next();
    assert.equal(post.sink.mails.length, before + 1);
    const { mails } = app.app.store;
    assert.equal(
      (await mails.list({ mailbox: "desk", limit: 200 })).items.length,
      (await mails.answersTo("desk", PEOPLE, 0)) + 1,
    );
  });

  test("what was written back is listed with what became of it, by state, address and page", async () => {
    type Answer = { id: string; kind: string; recipient: string; subject: string; state: string; tries: number };
    type List = { answers: Answer[]; next: string | null };
    const list = (query: string) => get<List>(app, `/v1/mailboxes/desk/answers?${query}`);
    const all = await list("limit=200");
    assert.ok(all.answers.length >= 4 && all.next === null);
    assert.ok(new Set(all.answers.map(({ kind }) => kind)).size === 3);
    const sent = all.answers.filter(({ state }) => state === "sent");
    assert.deepEqual((await list("state=sent&limit=200")).answers, sent);
    const german = await list("recipient=NOC@globex.example");
    assert.deepEqual(
      german.answers,
      all.answers.filter(({ recipient }) => recipient === "noc@globex.example"),
    );
    assert.equal(german.answers.length, 1);
    const first = await list("limit=2");
    const second = await list(`limit=200&after=${first.next}`);
    assert.deepEqual([...first.answers, ...second.answers], all.answers);
    assert.deepEqual((await list("until=2020-01-01T00:00:00Z")).answers, []);
    const refused = async (path: string, key = app.keys.admin) =>
      (await fetch(app.url + path, { headers: { "x-api-key": key } })).status;
    assert.equal(await refused("/v1/mailboxes/nowhere/answers"), 404);
    assert.equal(await refused("/v1/mailboxes/desk/answers", app.keys.acme), 403);
  });

  test("who has a token of ours and the address of somebody else acts for its task alone, and has nobody written to", async () => {
    const [mine, others] = await Promise.all(["T-1", "T-2"].map((number) => app.views.task(number, { kind: "desk" })));
    const sent =
      post.sink.mails.find(({ raw }) => /^Subject: .*T-1\b/im.test(raw.toString("latin1")))?.raw.toString("latin1") ?? "";
    const to = /desk\+[a-z0-9]+@desk\.example/.exec(sent.replaceAll(/\r\n[ \t]+/g, ""))?.[0] ?? assert.fail();
    const reply = (text: string, from: string): Buffer =>
      mailOf(text, { from, to, messageId: `token.${text.length}.${from}`, subject: "Re: T-1" });
    await app.app.store.admin.apply({ mailboxes: [mailbox(post.sink, { openTickets: "providers" })] });
    await app.app.store.refresh();
    const before = post.sink.mails.length;
    assert.equal((await hand(app, reply("On our way.", "victim@elsewhere.example"))).outcome, "applied");
    assert.equal((await hand(app, reply("[[Status]]: broken", "victim@elsewhere.example"))).reason, "bad_tag");
    const onTicket = (ticket = ""): string => `[[TicketId]]: ${ticket}\n[[TicketMessage]]: x`;
    assert.equal((await hand(app, reply(onTicket(others?.ticket), "victim@elsewhere.example"))).reason, "names_differ");
    assert.equal((await hand(app, reply(onTicket(mine?.ticket), PEOPLE))).outcome, "applied");
    assert.deepEqual((await post.next()).to, [PEOPLE]);
    assert.equal(post.sink.mails.length, before + 1);
  });

  test("a mail that came back makes its delivery a dead letter that tells why", async () => {
    const { deliveries } = await get<{ deliveries: { id: string; status: string }[] }>(app, "/v1/deliveries?task=T-2");
    const id = deliveries[0]?.id ?? "";
    type Detail = { delivery: { status: string; code: string; note: string }; messageId: string; reports: { action: string }[] };
    const path = `/v1/deliveries/${id}`;
    const mine = post.sink.mails.find((one) => one.raw.includes(`<${id}.`));
    const sent = mine?.raw.toString("latin1") ?? "";
    const messageId = /^Message-ID:\s*(<.*?>)/im.exec(sent)?.[1] ?? "";
    assert.match((await get<Detail>(app, path)).messageId, new RegExp(`^<${id}\\.\\*\\*\\*@desk.example>$`));
    let reported = 0;
    const bounce = (action: string, returned: string, mark = ""): Buffer =>
      Buffer.from(
        [
          ...[
            "Return-Path: <>",
            "From: MAILER-DAEMON@mx.example",
            `To: ${DESK}`,
            `Message-ID: <${action}.${++reported}@mx.example>`,
          ],
          ...["Subject: Delivery report", "MIME-Version: 1.0"],
          ...[
            "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
            "",
            "--b",
            "Content-Type: text/plain",
            "",
          ],
          ...["Your mail.", "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", ""],
          ...[
            `Final-Recipient: rfc822; ${PEOPLE}`,
            `Action: ${action}`,
            "Status: 5.1.1",
            "Diagnostic-Code: smtp; 550 nobody here",
          ],
          ...[
            "",
            "--b",
            "Content-Type: message/rfc822",
            "",
            `Message-ID: ${returned}`,
            ...(mark ? [mark] : []),
            "",
            "x",
            "--b--",
            "",
          ],
        ].join("\r\n"),
      );
    // Somebody who knows the id but not the token is not believed.
    await hand(app, bounce("failed", `<${id}.nabcdefghijklmnopqrstuvwxyz234567@desk.example>`));
    assert.deepEqual((await get<Detail>(app, path)).reports, []);
    // Nor is somebody who has another mail of ours, with its token and its mark.
    const other = post.sink.mails.find(
      (one) => /^Message-ID:\s*<[0-9a-f-]{36}\./im.test(one.raw.toString("latin1")) && one !== mine,
    );
    const others = other?.raw.toString("latin1").replaceAll(/\r\n[ \t]+/g, " ") ?? "";
    const token = /^Message-ID:\s*<[0-9a-f-]{36}\.(.*?)@/im.exec(others)?.[1] ?? "";
    const mark = /^X-Crossdesk: .*$/im.exec(others)?.[0] ?? "";
    assert.ok(token.length > 26 && mark !== "");
    await hand(app, bounce("failed", `<${id}.${token}@desk.example>`));
    await hand(app, bounce("failed", `<${id}.nabcdefghijklmnopqrstuvwxyz234567@desk.example>`, mark));
    assert.deepEqual((await get<Detail>(app, path)).reports, []);
    assert.deepEqual(await hand(app, bounce("delayed", messageId)), { outcome: "noise", events: [], reason: "bounce" });
    assert.equal((await get<Detail>(app, path)).delivery.status, "done");
    await hand(app, bounce("failed", messageId));
    const { delivery, reports } = await get<Detail>(app, path);
    assert.equal(delivery.status, "rejected");
    assert.equal(delivery.code, "bounced");
    assert.match(delivery.note, /noc@acme\.example: 550 nobody here/);
    assert.deepEqual(
      reports.map(({ action }) => action),
      ["failed", "delayed"],
    );
    const open = await get<{ messages: { code: string }[] }>(app, "/v1/messages?kind=quarantined&state=open");
    assert.ok(open.messages.every(({ code }) => code !== "bounce"));
  });

  /** A mailbox of this name whose answers go to such a server, when one was tried. */
  const answerBy = async (name: string, server: { port: number }): Promise<void> => {
    await app.app.store.admin.apply({ mailboxes: [mailbox(server, { name })] });
    await app.app.store.refresh();
    await hand(app, write("Which task?", { subject: "Hello" }), name);
    await lines.until(({ event, mailbox }) => event === "answer.tried" && mailbox === name);
  };

  test("an answer whose server hangs up after the last byte may have arrived: it is not sent again", async (t) => {
    let inData = false;
    const script = await startScript((line) => {
      if (inData) return line === "." ? "end" : null;
      inData = line === "DATA";
      return inData ? "354 go on" : "250 ok";
    });
    t.after(() => script.close());
    await answerBy("hangs", script);
    const { mails } = app.app.store;
    const [answer] = (await mails.list({ mailbox: "hangs", limit: 10 })).items;
    assert.deepEqual([answer?.state, answer?.code, answer?.tries], ["unknown", "unanswered", 1]);
    assert.deepEqual(await mails.take(Date.now() + 1e9, 10), []);
  });

  test("one that surely did not go out is tried again, and given up when its process died over it", async (t) => {
    const script = await startScript((line) => (line.startsWith("MAIL") ? "451 later" : "250 ok"));
    t.after(() => script.close());
    await answerBy("later", script);
    const { mails } = app.app.store;
    const state = async (): Promise<unknown> =>
      (await mails.list({ mailbox: "later", limit: 10 })).items.map((one) => [one.state, one.code]);
    assert.deepEqual(await state(), [["ready", "smtp_451"]]);
    const later = Date.now() + 60 * 60_000;
    assert.equal((await mails.take(later, 10)).length, 1);
    assert.deepEqual(await mails.take(later, 10), [], "nobody else is given it");
    assert.equal(await mails.abandon(later + 1, later + 1), 1);
    assert.deepEqual(await state(), [["unknown", "abandoned"]]);
  });
});
