// The whole circle by mail: ours leaves over SMTP, is answered as mail programs do it, and the answer becomes an event.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type ParsedMail, simpleParser } from "mailparser";
import { createMailParser, type MailParser } from "../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver } from "../../src/inbound/email/receive.ts";
import { createEmailTransport } from "../../src/outbound/transports/email.ts";
import type { Mailbox } from "../../src/store/site.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import { AT, type ParcelChanges, parcelOf, type Sink, startSink, TOKEN_KEY } from "../outbound/email-sink.ts";
import { isAny, LONG, mailEvents, onDovecot } from "./email-harness.ts";
import { KEEPING } from "../helpers/kept.ts";

const MAILBOX: Mailbox = {
  ...{ name: "desk", host: null, port: 143, security: "tls", user: "", password: "", folder: "INBOX", pollMs: 60_000 },
  ...{ trust: { kind: "sender" }, tagFormat: "[[LABEL]]: [[Value]]", taskPatterns: ["\\[([^\\]]+)\\]"] },
};

/** Sends a mail of ours to a sink and gives it as the provider's mail program has it. */
async function ours(sink: Sink, changes: ParcelChanges): Promise<ParsedMail> {
  const checkHost = async (host: string, port: number) => ({ ok: true as const, host, port, addresses: ["127.0.0.1"] });
  const transport = createEmailTransport({ checkHost, tokenKey: TOKEN_KEY, clock: () => AT });
  const outcome = await transport.send(parcelOf(sink.port, changes), new AbortController().signal);
  await transport.close();
  assert.equal(outcome.class, "done", outcome.detail ?? "");
  return simpleParser(sink.mails.at(-1)?.raw ?? "");
}

const quoted = (text: string): string => text.trimEnd().replace(/^/gm, "> ").replaceAll("\n> \n", "\n>\n");
const textOf = (mail: ParsedMail): string => (mail.text ?? "").replaceAll("\r\n", "\n");

/** How mail programs put their user's words and the mail answered together, as plain text or HTML. */
const PROGRAMS: Record<
  string,
  { html: boolean; write(words: string, mail: ParsedMail, fill: (text: string) => string): string }
> = {
  Thunderbird: {
    html: false,
    write: (words, mail, fill) => `${words}\n\nOn 31/01/2026 15:00, Service Desk wrote:\n${fill(quoted(textOf(mail)))}\n`,
  },
  Gmail: {
    html: false,
    write: (words, mail, fill) =>
      `${words}\n\nOn Sat, Jan 31, 2026 at 3:00 PM Service Desk <\ndesk@desk.example> wrote:\n\n${fill(quoted(textOf(mail)))}\n`,
  },
  "Gmail in German": {
    html: false,
    write: (words, mail, fill) =>
      `${words}\n\nAm Sa., 31. Jan. 2026 um 15:00 Uhr schrieb Service Desk <\ndesk@desk.example>:\n\n${fill(quoted(textOf(mail)))}\n`,
  },
  "Apple Mail": {
    html: false,
    write: (words, mail, fill) =>
      `${words}\n\n${fill(quoted(`On 31. Jan 2026, at 15:00, Service Desk <desk@desk.example> wrote:\n\n${textOf(mail)}`))}\n`,
  },
  Outlook: {
    html: false,
    write: (words, mail, fill) =>
      `${words}\n\n-----Original Message-----\nFrom: Service Desk <desk@desk.example> \nSent: Saturday, January 31, 2026 3:00 PM\nTo: noc@acme.example\nSubject: ${mail.subject}\n\n${fill(textOf(mail))}\n`,
  },
  "Outlook in French, HTML alone": {
    html: true,
    write: (words, mail, fill) =>
      `<html><body><p>${words}</p><div style="border-top:solid 1pt"><p><b>De&nbsp;:</b> Service Desk &lt;desk@desk.example&gt;<br><b>Envoyé&nbsp;:</b> samedi 31 janvier 2026 15:00<br><b>À&nbsp;:</b> noc@acme.example<br><b>Objet&nbsp;:</b> ${mail.subject}</p></div>${fill(String(mail.html))}</body></html>`,
  },
  "a program with a block quote, HTML alone": {
    html: true,
    write: (words, mail, fill) =>
      `<div>${words}</div><div>Il giorno sab 31 gen 2026 alle ore 15:00 Service Desk &lt;desk@desk.example&gt; ha scritto:</div><blockquote>${fill(String(mail.html))}</blockquote>`,
  },
  "a phone that quotes nothing": { html: false, write: (words, _mail, fill) => `${words}\n${fill("[[ExternalReference]]:")}\n` },
};

let serial = 0;

/** The answer as it arrives: to where it was asked, with the ids a mail program sets (RFC 5322 section 3.6.4). */
function answer(mail: ParsedMail, body: string, html: boolean, headers: readonly string[] = []): Buffer {
  const ids = [...[mail.references ?? []].flat(), mail.messageId];
  const reply = mailOf(body, {
    from: "Bob <noc@acme.example>",
    to: mail.replyTo?.text ?? mail.from?.text ?? "",
    messageId: `${++serial}@acme.example`,
    subject: `Re: ${mail.subject}`,
    headers: [...headers, `In-Reply-To: ${mail.messageId}`, `References: ${ids.join("\r\n ")}`],
  });
  return html ? Buffer.from(reply.toString("latin1").replace("text/plain", "text/html"), "latin1") : reply;
}

const nothing = (text: string): string => text;
const withReference = (text: string): string => text.replace("[[ExternalReference]]:", "[[ExternalReference]]: INC0042");
const VALUE = { text: "Please help.\n\nThe desk", html: "<p>Please help.</p><p>The desk</p>" };

suite("answers to mails of ours", () => {
  let app: TestApp;
  let sink: Sink;
  let parser: MailParser;
  let receiver: MailReceiver;
  before(async () => {
    app = await startApp({ site: { systems: [{ name: "acme-mail", provider: "acme" }] } });
    sink = await startSink();
    parser = createMailParser();
    const parts = { door: app.door, site: app.app.store.site, log: () => undefined, report: () => undefined, parser };
    receiver = createMailReceiver({ ...KEEPING, ...parts, replyKeys: [TOKEN_KEY] });
  });
  after(() => Promise.all([parser.close(), app.close(), sink.close()]));

  const receive = (raw: Buffer) => receiver.receive(MAILBOX, { raw, position: null, requestId: "r" });

  for (const [program, { html, write }] of Object.entries(PROGRAMS)) {
    test(`${program}: acknowledges, updates, and sets the reference`, async () => {
      const task = await app.createTask();
      const first = await ours(sink, { task, value: VALUE });
      await receive(answer(first, write("We are on our way.", first, nothing), html));
      assert.equal((await app.views.task(task, { kind: "desk" }))?.status, "acknowledged");
      const next = await ours(sink, { task, value: VALUE, key: "k-2" });
      await receive(answer(next, write("The part is ordered.", next, nothing), html));
      await receive(answer(next, write("", next, withReference), html));
      assert.deepEqual(await mailEvents(app, task), ["We are on our way.", "The part is ordered.", "task.acknowledged"]);
      assert.equal((await app.views.task(task, { kind: "desk" }))?.reference, "INC0042");
    });
  }

  test("a task whose number has every kind of character is found again", async () => {
    const task = await app.createTask({ number: `Störung 2026/01 (${"9".repeat(40)})` });
    const mail = await ours(sink, { task });
    await receive(answer(mail, "Understood.", false));
    const bare = answer(mail, "Again.", false)
      .toString()
      .replace(/^(In-Reply-To|References):.*\r\n(?: .*\r\n)*/gm, "");
    await receive(Buffer.from(bare));
    assert.deepEqual(await mailEvents(app, task), ["Understood.", "Again."]);
  });

  test("the same answer twice has no second effect; the mail itself, coming back, has none", async () => {
    const task = await app.createTask();
    const mail = await ours(sink, { task });
    const reply = answer(mail, "Understood.", false);
    assert.equal((await receive(reply)).outcome, "applied");
    assert.equal((await receive(reply)).outcome, "repeated");
    assert.equal((await receive(sink.mails.at(-1)?.raw ?? Buffer.alloc(0))).reason, "own_mail");
    assert.deepEqual(await mailEvents(app, task), ["Understood."]);
  });

  test("an out-of-office note that quotes ours does nothing", async () => {
    const task = await app.createTask();
    const mail = await ours(sink, { task });
    const note = answer(mail, `I am away.\n\n${quoted(textOf(mail))}`, false, ["Auto-Submitted: auto-replied"]);
    assert.equal((await receive(note)).reason, "automatic");
    assert.deepEqual(await mailEvents(app, task), []);
  });

  test("a System that is gone has no say any more; its provider's known senders still have", async () => {
    const task = await app.createTask();
    const gone = await startApp();
    const mail = await ours(sink, { task });
    const reply = answer(mail, "Understood.", false);
    const parts = { door: gone.door, site: gone.app.store.site, log: () => undefined, report: () => undefined, parser };
    const other = createMailReceiver({ ...KEEPING, ...parts, replyKeys: [TOKEN_KEY] });
    await gone.createTask({ number: task });
    const fromStranger = Buffer.from(reply.toString().replace("Bob <noc@acme.example>", "bob@private.example"));
    const arrival = (raw: Buffer) => ({ raw, position: null, requestId: "r" });
    assert.equal((await other.receive(MAILBOX, arrival(fromStranger))).reason, "sender_unknown");
    assert.equal((await other.receive(MAILBOX, arrival(reply))).outcome, "applied");
    await gone.close();
  });
});

suite("answers through a mail server", { skip: lacking("dovecot") }, () => {
  const here = onDovecot();

  test("a mail leaves by SMTP, its answers come by IMAP: acknowledged, updated, solved", async () => {
    const sink = await startSink();
    const first = await ours(sink, { task: "T-1", value: VALUE });
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }));
    const gmail = PROGRAMS["Gmail"];
    assert.ok(gmail);
    await here.dovecot.append(answer(first, gmail.write("", first, nothing), false));
    await reader.received.until(isAny);
    await here.dovecot.append(answer(first, gmail.write("Bob is with you.", first, withReference), false));
    await reader.received.until(isAny, 2);
    const solved = (text: string): string => text.replace("[[Solution]]:", "[[Solution]]: Replaced the fuse.");
    await here.dovecot.append(answer(first, gmail.write("", first, solved), false), sink.mails[0]?.raw ?? "");
    await reader.received.until(isAny, 4);
    await reader.stop();
    await sink.close();
    assert.deepEqual(
      reader.received.all.map((one) => one.reason),
      [null, null, null, "own_mail"],
    );
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["task.acknowledged", "Bob is with you.", "task.solved"]);
    const task = await here.app.views.task("T-1", { kind: "desk" });
    assert.deepEqual([task?.status, task?.reference], ["solved", "INC0042"]);
  });
});
