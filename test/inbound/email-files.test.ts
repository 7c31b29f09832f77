// Files that come with mails: what of a mail is a file, which are taken, and that they are stored with the mail's effect or not at all.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { createMailParser, type MailParser } from "../../src/inbound/email/parse.ts";
import type { EventView } from "../../src/store/views/types.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { file, html, type MimePart, mimeMail, multipart, text } from "../helpers/mime-mail.ts";

const PICTURE = Buffer.alloc(20_000, "p");
const picture = (name: string, content: Buffer, more: Partial<MimePart> = {}): MimePart => ({
  ...{ type: "image/png", content, name, disposition: "inline" },
  ...more,
});

let serial = 0;
/** A mail of acme about a task. */
function mailAbout(task: string, ...parts: readonly MimePart[]): Buffer {
  const header = [
    "From: noc@acme.example",
    "To: desk@crossdesk.example",
    `Message-ID: <file-${++serial}@acme.example>`,
    `Subject: TicketId: ${task}`,
  ];
  return mimeMail(multipart("mixed", ...parts), header);
}

suite("what of a mail is a file", () => {
  let parser: MailParser;
  before(() => {
    parser = createMailParser();
  });
  after(() => parser.close());

  const filesOf = async (raw: Buffer) => {
    const read = await parser.read(raw);
    assert.ok(read.ok, JSON.stringify(read));
    return read.mail;
  };
  const names = async (raw: Buffer) => (await filesOf(raw)).files.map((one) => `${one.name}${one.inline ? " (inline)" : ""}`);

  test("attached files with name, type and bytes; a text file keeps its charset", async () => {
    const { files } = await filesOf(
      mailAbout("T", text("hello"), file("a.txt", "grün", "text/plain; charset=utf-8"), file("photo.jpg", PICTURE)),
    );
    assert.deepEqual(
      files.map(({ name, contentType, inline, content }) => ({ name, contentType, inline, bytes: content.length })),
      [
        { name: "a.txt", contentType: "text/plain; charset=utf-8", inline: false, bytes: 5 },
        { name: "photo.jpg", contentType: "image/jpeg", inline: false, bytes: PICTURE.length },
      ],
    );
    assert.equal(files[1]?.sha256, createHash("sha256").update(PICTURE).digest("hex"));
  });

  test("a picture that stands in the text is told apart, by its place or because the text names it", async () => {
    const shown = html('<p>See <img src="cid:one"> and <img src="cid:two"></p>');
    const related = multipart("related", shown, picture("one.png", PICTURE, { id: "one" }));
    const raw = mailAbout(
      "T",
      related,
      picture("two.png", PICTURE, { id: "two", disposition: "attachment" }),
      picture("three.png", PICTURE),
    );
    assert.deepEqual(await names(raw), ["one.png (inline)", "two.png (inline)", "three.png"]);
  });

  test("an attached mail is a file, and so are its files; its words are not the sender's", async () => {
    const inner = mimeMail(multipart("mixed", text("[[Solution]]: not mine"), file("inner.pdf", "pdf")), ["Subject: Older mail"]);
    const outer = { type: "message/rfc822", content: inner, encoding: "8bit" } as const;
    const encoded = { type: "message/rfc822", content: inner, disposition: "attachment", name: "old.eml" } as const;
    const raw = mailAbout("T", text("mine"), { ...outer, disposition: "inline" }, encoded);
    assert.deepEqual(await names(raw), ["Older mail.eml", "inner.pdf", "old.eml", "inner.pdf"]);
    assert.equal((await filesOf(raw)).text.trim(), "mine");
  });

  test("mails within mails are opened a few deep; what is deeper stays in its mail", async () => {
    let inner = mimeMail(multipart("mixed", text("x"), file("deep.txt", "x")), ["Subject: 0"]);
    for (let depth = 1; depth <= 8; depth++)
      inner = mimeMail(multipart("mixed", { type: "message/rfc822", content: inner, disposition: "attachment" }), [
        `Subject: ${depth}`,
      ]);
    assert.deepEqual(await names(inner), ["7.eml", "6.eml", "5.eml", "4.eml", "message.eml"]);
  });

  test("an archive stays shut; what only signs a mail is no file; a part without a name gets one", async () => {
    const raw = mailAbout(
      "T",
      text("hello"),
      file("all.zip", Buffer.from("PK\x03\x04 whatever"), "application/zip"),
      { type: "application/pgp-signature", content: "-----BEGIN", name: "signature.asc", disposition: "attachment" },
      { type: "text/calendar", content: "BEGIN:VCALENDAR", disposition: "attachment" },
      { type: "application/x-thing", content: "x" },
    );
    assert.deepEqual(await names(raw), ["all.zip", "text.ics", "file"]);
  });
});

suite("files of mails on a task", () => {
  let app: TestApp;
  const rules = { trust: { kind: "sender" }, taskPatterns: ["TicketId:\\s*(\\S+)"] } as const;
  before(async () => {
    const small = { most: 2, mostBytes: 1000, types: [".txt"] };
    app = await startApp({
      env: { CROSSDESK_ATTACHMENT_BYTES: "100000", CROSSDESK_ATTACHMENT_ALLOW: ".txt,.pdf,.exe,.png" },
      site: {
        mailboxes: [
          { name: "desk", ...rules },
          { name: "strict", ...rules, attachments: small },
          { name: "lenient", ...rules, attachments: { ...small, refused: "leave" } },
          { name: "leaving", ...rules, attachments: { refused: "leave" } },
        ],
      },
    });
  });
  after(() => app.close());

  interface Answered {
    outcome?: string;
    reason?: string | null;
    events?: string[];
    messages?: { id: string }[];
  }
  const call = async (path: string, body?: Buffer | object): Promise<Answered> => {
    const isMail = body instanceof Buffer;
    const headers = { "x-api-key": app.keys.admin, "content-type": isMail ? "message/rfc822" : "application/json" };
    const sent = body === undefined ? {} : { method: "POST", body: isMail ? new Uint8Array(body) : JSON.stringify(body) };
    const answer = await fetch(`${app.url}${path}`, { headers, ...sent });
    const answered = (await answer.json()) as Answered;
    assert.equal(answer.status, 200, JSON.stringify(answered));
    return answered;
  };
  const receive = (raw: Buffer, mailbox = "desk") => call(`/v1/mailboxes/${mailbox}/mails`, raw);
  const eventsOf = async (task: string): Promise<string[]> => {
    const page = await app.views.taskEvents(task, 0, 100, { kind: "desk" });
    const told = ({ type, attachment, message }: EventView) => `${type} ${attachment?.name ?? message?.text ?? ""}`.trim();
    return (page?.items ?? []).filter((event) => event.channel === "email").map(told);
  };
  const bytesOf = async (task: string): Promise<string[]> => {
    const files = (await app.app.store.attachments.list(task, { kind: "desk" })) ?? [];
    return files.map((one) => `${one.name} ${one.size} ${one.sha256}`);
  };
  const noneIdle = async () => assert.deepEqual(await app.app.store.attachments.idle(Number.MAX_SAFE_INTEGER, 10), []);

  test("they are stored with the words of their mail, once, and told of by the feed", async () => {
    const task = await app.createTask();
    const raw = mailAbout(task, text("See the files."), file("a.txt", "one"), file("b.txt", "two"));
    const { outcome, events = [] } = await receive(raw);
    assert.equal(outcome, "applied");
    assert.equal(events.length, 3);
    assert.deepEqual(await eventsOf(task), ["task.message See the files.", "task.attachment a.txt", "task.attachment b.txt"]);
    const sha = (content: string) => createHash("sha256").update(content).digest("hex");
    assert.deepEqual(await bytesOf(task), [`a.txt 3 ${sha("one")}`, `b.txt 3 ${sha("two")}`]);
    assert.deepEqual(await receive(raw), { outcome: "repeated", events, reason: null });
    assert.equal((await bytesOf(task)).length, 2);
    await noneIdle();
  });

  test("a mail without words of its own brings its files to the task it names, and says nothing beside", async () => {
    const task = await app.createTask();
    const shot = picture("shot.png", PICTURE, { id: "shot@1" });
    const page = multipart("related", html('<img src="cid:shot@1">'), shot);
    assert.equal((await receive(mailAbout(task, page, file("a.txt", "one")))).outcome, "applied");
    assert.equal((await receive(mailAbout(task, text("> quoted"), file("b.txt", "two")))).outcome, "applied");
    assert.deepEqual(await eventsOf(task), ["task.attachment shot.png", "task.attachment a.txt", "task.attachment b.txt"]);
    const logo = multipart("related", html('<img src="cid:l">'), picture("logo.png", Buffer.from("tiny"), { id: "l" }));
    assert.equal((await receive(mailAbout(task, logo))).reason, "nothing_to_do");
    assert.equal((await receive(mailAbout(task, text(""), file("evil.bin", "x")), "leaving")).reason, "nothing_to_do");
    assert.equal(
      (await receive(mimeMail(multipart("mixed", text(""), file("a.txt", "x")), ["From: noc@acme.example"]))).reason,
      "no_task",
    );
    await noneIdle();
  });

  test("a picture in the text is told apart from files, with the id by which the text names it", async () => {
    const task = await app.createTask();
    const page = multipart("related", html('Look: <img src="cid:shot@1">'), picture("shot.png", PICTURE, { id: "shot@1" }));
    const { events = [] } = await receive(mailAbout(task, page, file("a.txt", "one")));
    type File = { name: string; inline: boolean; contentId: string | null };
    const wanted = [
      { name: "shot.png", inline: true, contentId: "shot@1" },
      { name: "a.txt", inline: false, contentId: null },
    ];
    const told = ({ name, inline, contentId }: File): File => ({ name, inline, contentId });
    const { attachments } = (await call(`/v1/tasks/${task}/attachments`)) as { attachments: File[] };
    assert.deepEqual(attachments.map(told), wanted);
    const inFeed = await Promise.all(events.slice(1).map((id) => call(`/v1/events/${id}`)));
    assert.deepEqual(
      (inFeed as unknown as { data: { attachment: File } }[]).map(({ data }) => told(data.attachment)),
      wanted,
    );
  });

  test("they come before a solution, which ends the sender's right to the task", async () => {
    const task = await app.createTask();
    await receive(mailAbout(task, text("[[Message]]: Done.\n[[Solution]]: New fan."), file("report.pdf", "pdf")));
    assert.deepEqual(await eventsOf(task), ["task.message Done.", "task.attachment report.pdf", "task.solved"]);
  });

  test("a mail whose command is refused stores none of them", async () => {
    const { outcome, reason } = await receive(mailAbout("T-NOWHERE", text("Hello."), file("a.txt", "one")));
    assert.deepEqual([outcome, reason], ["quarantined", "unknown_task"]);
    await noneIdle();
  });

  test("a mail with a file that is not taken is set aside whole, or carried out without it, as the mailbox says", async () => {
    const task = await app.createTask();
    const files = [file("big.txt", Buffer.alloc(2000, "x")), file("a.txt", "one"), file("evil.exe", "MZ")];
    assert.equal((await receive(mailAbout(task, text("One."), ...files), "strict")).reason, "file_too_large");
    assert.equal((await receive(mailAbout(task, text("Two."), ...files.slice(1)), "strict")).reason, "file_type_refused");
    assert.equal((await receive(mailAbout(task, text("Three."), ...Array(3).fill(files[1])), "strict")).reason, "too_many_files");
    assert.equal(
      (await receive(mailAbout(task, text("Four."), file("a.txt", Buffer.alloc(100_001, "x"))))).reason,
      "file_too_large",
    );
    assert.equal((await receive(mailAbout(task, text("No."), file("a.bin", "x")))).reason, "file_type_refused");
    assert.equal((await receive(mailAbout(task, text("Five."), ...files), "lenient")).outcome, "applied");
    // What the gateway takes from nobody is left like what the mailbox does not take.
    assert.equal((await receive(mailAbout(task, text("Six."), file("a.bin", "x")), "leaving")).outcome, "applied");
    assert.deepEqual(await eventsOf(task), ["task.message Five.", "task.attachment a.txt", "task.message Six."]);
    await noneIdle();
  });

  test("a mail that was set aside for a file is carried out by whoever runs it again, without that file", async () => {
    const task = await app.createTask();
    await receive(mailAbout(task, text("Once more."), file("a.txt", "one"), file("evil.exe", "MZ")), "strict");
    const { messages = [] } = await call("/v1/messages?state=open");
    const ran = await call(`/v1/messages/${messages[0]?.id}/runs`, {});
    assert.equal(ran.outcome, "done", JSON.stringify(ran));
    assert.deepEqual(await eventsOf(task), ["task.message Once more.", "task.attachment a.txt"]);
  });
});
