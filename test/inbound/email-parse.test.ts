// The parsing thread: its limits in time and size, and that whoever asked goes on after it was killed.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { readFields, sketchOf } from "../../src/inbound/email/header.ts";
import { createMailParser, MAIL_LIMIT } from "../../src/inbound/email/parse.ts";
import { readMail } from "../../src/inbound/email/read-mail.ts";
import { mailOf } from "../helpers/mail.ts";

const MAIL = mailOf("hello\n", { from: "a@x.example", to: "b@y.example", messageId: "1@x.example" });
const RULES = { tagFormat: "[[LABEL]]: [[Value]]", timeZone: "UTC" };

suite("the parsing thread", () => {
  const parser = createMailParser(500);
  after(() => parser.close());

  test("is killed when a pattern runs on, and the mails behind still get their turn", async () => {
    const slow = parser.recognise(
      { subject: `${"a".repeat(60)}!`, text: "x", automatic: false },
      { ...RULES, taskPatterns: ["^(a+)+$"] },
    );
    const next = parser.read(MAIL);
    const found = await slow;
    assert.equal(!found.ok && found.reason, "timeout");
    const read = await next;
    assert.equal(read.ok && read.mail.text.trim(), "hello");
  });

  test("reads mails asked for at once in their order", async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `mail ${index}`);
    const reads = await Promise.all(
      texts.map((text) => parser.read(mailOf(text, { from: "a@x.example", to: "b@y.example", messageId: null }))),
    );
    assert.deepEqual(
      reads.map((one) => one.ok && one.mail.text),
      texts,
    );
  });

  test("is not given a mail above the limit", async () => {
    const read = await parser.read(Buffer.alloc(MAIL_LIMIT + 1, "x"));
    assert.equal(!read.ok && read.reason, "too_large");
  });

  test("says busy when too many wait, and works on", async () => {
    const asked = Array.from({ length: 300 }, () => parser.read(MAIL));
    const ends = await Promise.allSettled(asked);
    const refused = ends.filter((one) => one.status === "rejected");
    assert.equal(refused.length, 300 - 256);
    assert.ok(refused.every((one) => one.reason.code === "busy"));
  });

  test("a process that stood still for longer than a mail may take sets it not aside for that", async () => {
    const own = createMailParser(3_000, 1);
    await own.read(MAIL);
    const large = Buffer.concat([MAIL, Buffer.alloc(1_000_000, "aGVsbG8gdGhlcmU=\r\n")]);
    const asked = Array.from({ length: 8 }, () => own.read(large));
    spawn("/bin/sh", ["-c", `sleep 0.1; kill -STOP ${process.pid}; sleep 3.5; kill -CONT ${process.pid}`], { stdio: "ignore" });
    const reads = await Promise.all(asked);
    await own.close();
    assert.deepEqual(new Set(reads.map((read) => (read.ok ? "read" : read.reason))), new Set(["read"]));
  });

  test("may be closed while it works; who asked is answered", async () => {
    const own = createMailParser(60_000);
    const asked = own.recognise(
      { subject: `${"a".repeat(60)}!`, text: "x", automatic: false },
      { ...RULES, taskPatterns: ["^(a+)+$"] },
    );
    setImmediate(() => void own.close());
    const found = await asked;
    assert.equal(!found.ok && found.reason, "timeout");
  });
});

test("HTML that is nested as no mail program does it is not read, whatever it is made of", async () => {
  const html = (text: string): Buffer => Buffer.from(`From: a@b.example\r\nContent-Type: text/html\r\n\r\n${text}`);
  for (const open of ["<b>", "<blockquote>a", "<ol><li>a"]) {
    const read = await readMail(html(`<p>T-1</p>${open.repeat(600)}`));
    assert.equal(!read.ok && read.reason, "unreadable", open);
    const usual = await readMail(html(`<p>T-1</p>${open.repeat(60)}`));
    assert.match((usual.ok && usual.mail.text) || "", /^T-1/, open);
  }
});

test("any bytes at all give a mail or a reason", async () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        "\r\n",
        "\r\n\r\n",
        "\n\n",
        "--b",
        "--b--\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n",
        "Content-Type: multipart/alternative; boundary=\r\n",
        "Content-Type: text/html; charset=utf-16\r\n",
        "Content-Type: text/plain; charset=iso-2022-jp\r\n",
        "Content-Type: message/rfc822\r\n",
        "Content-Transfer-Encoding: base64\r\n",
        "Content-Transfer-Encoding: quoted-printable\r\n",
        "From: =?utf-8?B?####?= <a@x.example>\r\n",
        "Subject: =?x?Q?=FF?=\r\n",
        "Content-Disposition: attachment\r\n",
      )
      .map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(chunk, { maxLength: 30 }), async (chunks) => {
      const raw = Buffer.concat(chunks);
      const read = await readMail(raw);
      if (read.ok) assert.equal(read.mail.text, read.mail.text.toWellFormed().replaceAll("\0", ""));
      sketchOf(raw);
    }),
    { numRuns: 500 },
  );
});

test("a mail has the same hash by another route, and another when its content differs", async () => {
  const hashOf = async (raw: Buffer): Promise<string> => {
    const read = await readMail(raw);
    assert.ok(read.ok);
    return read.mail.hash;
  };
  const envelope = { from: "a@x.example", to: "b@y.example", messageId: "1@x.example" };
  const first = await hashOf(mailOf("hello\n", envelope));
  assert.equal(await hashOf(mailOf("hello\n", { ...envelope, headers: ["Received: from elsewhere", "X-Spam: no"] })), first);
  const others = [
    mailOf("hello!\n", envelope),
    mailOf("hello\n", { ...envelope, from: "c@x.example" }),
    mailOf("hello\n", { ...envelope, subject: "Another" }),
    mailOf("hello\n", { ...envelope, date: "Sun, 1 Feb 2026 14:00:00 +0000" }),
  ];
  for (const other of others) assert.notEqual(await hashOf(other), first);
});

test("a field of blanks, and elements that nobody closes, are done with long before the time of a mail is over", async () => {
  const header = ["From: noc@acme.example", `Content-Type: text/plain${" ".repeat(250_000)}x`, "", ""].join("\r\n");
  const parser = createMailParser(10_000, 1);
  const read = await parser.read(Buffer.from(`${header}hello\r\n`));
  const open = await parser.read(Buffer.from(`Content-Type: text/html\r\n\r\n${"<b>".repeat(340_000)}`));
  await parser.close();
  assert.ok(read.ok, "it was read within the time of a mail");
  assert.match(open.ok ? "" : open.detail, /malformed/);
});

test("a header block without end is not read", () => {
  assert.ok(readFields(Buffer.alloc(300 * 1024, "X-A: b\r\n")) === null);
  assert.deepEqual(readFields(Buffer.from("A: b\r\n c\r\nno colon\r\n d\r\n\r\nB: d\r\n")), [{ name: "a", value: " b c" }]);
});
