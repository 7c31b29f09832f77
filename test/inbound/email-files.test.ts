// Files that come with mails: what of a mail is a file, which are taken, and that they are stored with the mail's effect or not at all.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, suite, test } from "node:test";
import { chooseFiles } from "../../src/inbound/email/attach.ts";
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

test("limits name the file and what may come", () => {
  const one = (name: string, bytes: number, inline = false, contentType = "application/pdf") => ({
    ...{ name, inline, contentType, sha256: "", content: new Uint8Array(bytes) },
  });
  const files = [
    one("a.pdf", 10),
    one("logo.png", 100, true, "image/png"),
    one("shot.png", 9000, true, "image/png"),
    one("b.exe", 20),
  ];
  const chosen = (rules: Parameters<typeof chooseFiles>[1], limit = 1_000_000) => {
    const end = chooseFiles(files, rules, limit);
    return end.ok ? end.files.map((file) => file.name).join() : `${end.reason}: ${end.detail}`;
  };
  assert.equal(chosen(undefined), "a.pdf,shot.png,b.exe");
  assert.equal(chosen({ inlineImages: "leave" }), "a.pdf,b.exe");
  assert.equal(chosen({ most: 1 }), "too_many_files: A mail may bring 1 files here.");
  assert.equal(chosen({ most: 1, refused: "leave" }), "a.pdf");
  assert.equal(chosen({ mostBytes: 15 }), "file_too_large: b.exe has 20 bytes; 15 may come by mail.");
  assert.equal(chosen({}, 15), "file_too_large: b.exe has 20 bytes; 15 may come by mail.");
  assert.equal(chosen({ types: [".pdf"] }), "file_type_refused: b.exe is not of a kind that is taken: .pdf.");
  assert.equal(chosen({ types: [".pdf"], refused: "leave" }), "a.pdf");
});

suite("files of mails on a task", () => {
  let app: TestApp;
  const rules = { trust: { kind: "sender" }, taskPatterns: ["TicketId:\\s*(\\S+)"] } as const;
  before(async () => {
    const small = { most: 2, mostBytes: 1000, types: [".txt"] };
    app = await startApp({
      env: { CROSSDESK_ATTACHMENT_BYTES: "100000", CROSSDESK_ATTACHMENT_ALLOW: ".txt,.pdf,.exe" },
      site: {
        mailboxes: [
          { name: "desk", ...rules },
          { name: "strict", ...rules, attachments: small },
          { name: "lenient", ...rules, attachments: { ...small, refused: "leave" } },
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
    assert.deepEqual(await eventsOf(task), ["task.message Five.", "task.attachment a.txt"]);
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
