// What a mail of ours consists of: header fields that hold a conversation together, words that invite an answer, files.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { type ParsedMail, simpleParser } from "mailparser";
import { Failure } from "../../src/core/errors.ts";
import { readMailMark, readReplyToken } from "../../src/lib/reply-token.ts";
import { composeMail } from "../../src/outbound/mail-compose.ts";
import { AT, type ParcelChanges, parcelOf, TOKEN_KEY } from "./email-sink.ts";

const PARTS = { tokenKey: TOKEN_KEY, tagFormat: "[[LABEL]]: [[Value]]", at: AT };
const OWNERS = [{ provider: "acme", system: "acme-mail" }];

async function composed(changes: ParcelChanges = {}) {
  const { raw, shown, recipients } = await composeMail(parcelOf(25, changes), PARTS);
  return { raw: raw.toString(), mail: await simpleParser(raw), shown, recipients };
}

const headerOf = (mail: ParsedMail, name: string): string =>
  mail.headerLines
    .find((one) => one.key === name)
    ?.line.slice(name.length + 1)
    .trim() ?? "";
const replyAddress = (mail: ParsedMail): string => mail.replyTo?.value[0]?.address ?? "";
const claimIn = (text: string, hints: string[] = []) => {
  const found = text.match(/[a-z][a-z2-7]{26,}/)?.[0] ?? "";
  return readReplyToken(found, { keys: [TOKEN_KEY], owners: OWNERS, hints });
};

suite("a mail about a task", () => {
  test("has the number in its subject, ids that stay the same, and the token where an answer brings it back", async () => {
    const { mail } = await composed();
    const again = await composed();
    const claim = { ...OWNERS[0], task: "TSK-1" };
    assert.equal(mail.subject, "[TSK-1] Printer on fire");
    assert.equal(mail.from?.text, '"Service Desk" <desk@desk.example>');
    assert.deepEqual(mail.date, new Date(AT));
    assert.match(mail.messageId ?? "", /^<k-1\.[a-z2-7]+@desk\.example>$/);
    assert.deepEqual([again.mail.messageId, again.mail.inReplyTo], [mail.messageId, mail.inReplyTo]);
    assert.equal(headerOf(mail, "references"), mail.inReplyTo);
    assert.match(mail.inReplyTo ?? "", /^<task\./);
    const carriers = [mail.messageId ?? "", mail.inReplyTo ?? "", replyAddress(mail)];
    for (const carrier of carriers) assert.deepEqual(claimIn(carrier), claim);
    assert.ok((replyAddress(mail).split("@")[0]?.length ?? 99) <= 64);
    assert.equal(headerOf(mail, "auto-submitted"), "auto-generated");
    assert.equal(readMailMark(headerOf(mail, "x-crossdesk"), [TOKEN_KEY]), "0190-event");
  });

  test("holds one conversation: another mail on the task has another Message-ID and the same thread", async () => {
    const first = (await composed({ key: "k-1" })).mail;
    const second = (await composed({ key: "a key with spaces and <brackets>" })).mail;
    const other = (await composed({ task: "TSK-2" })).mail;
    assert.notEqual(second.messageId, first.messageId);
    assert.match(second.messageId ?? "", /^<[a-f0-9]{32}\.[a-z2-7]+@desk\.example>$/);
    assert.equal(second.inReplyTo, first.inReplyTo);
    assert.notEqual(other.inReplyTo, first.inReplyTo);
  });

  test("says where to answer, and has lines to fill in", async () => {
    const { mail } = await composed({ value: { text: "Please help.\n", html: "<html><body><p>Please help.</p></body></html>" } });
    const lines = (mail.text ?? "").trimEnd().split("\n");
    assert.deepEqual(lines.slice(0, 4), ["=-=-= Answer above this line =-=-=", "", "Please help.", ""]);
    assert.deepEqual(claimIn(lines[4] ?? "", ["TSK-1"]), { ...OWNERS[0], task: "TSK-1" });
    assert.deepEqual(
      lines.slice(-4).map((line) => line.trimEnd()),
      ["[[TaskId]]: TSK-1", "[[ExternalReference]]:", "[[Solution]]:", "[[End]]:"],
    );
    assert.ok(lines.every((line) => line.length <= 100));
    assert.match(String(mail.html), /<body><p[^>]*>=-=-= Answer above[\s\S]*<p>Please help[\s\S]*\[\[End\]\]: ?<\/p>\s*<\/body>/);
  });

  test("of a long number has the short token in its address and the whole one in its ids", async () => {
    const task = `Störung/2026/${"9".repeat(50)}`;
    const { mail } = await composed({ task });
    assert.ok((replyAddress(mail).split("@")[0]?.length ?? 99) <= 64);
    assert.deepEqual(claimIn(replyAddress(mail)), null);
    assert.deepEqual(claimIn(replyAddress(mail), [task])?.task, task);
    assert.deepEqual(claimIn(mail.messageId ?? "")?.task, task);
  });

  test("without a place for the token answers to the address as it is, or to the sender's", async () => {
    const as = async (replyTo: string | null) => (await composed({ api: { replyTo } })).mail;
    assert.equal(replyAddress(await as("Answers <answers@desk.example>")), "answers@desk.example");
    assert.equal((await as(null)).replyTo, undefined);
    assert.deepEqual(claimIn((await as(null)).messageId ?? "")?.task, "TSK-1");
  });

  test("of a System without a provider, or about a ticket alone, invites no answer", async () => {
    for (const changes of [{ system: { provider: null } }, { task: null }]) {
      const { mail } = await composed(changes);
      assert.equal(mail.text?.trim(), "Please help.");
      assert.equal(replyAddress(mail), "desk@desk.example");
      assert.doesNotMatch(`${mail.messageId} ${mail.inReplyTo}`, /[a-z2-7]{40}/);
    }
    assert.equal((await composed({ task: null })).mail.subject, "[TKT-1] A ticket");
  });

  test("is kept without its token, its secrets and its files", async () => {
    const content = Buffer.from("file content");
    const attachments = [{ fileName: "a.txt", contentType: "text/plain", size: content.length, content }];
    const { mail, shown } = await composed({ value: "Call us: {password}", attachments });
    assert.match(mail.text ?? "", /Call us: s3cret-word/);
    assert.match(shown, /Call us: \*\*\*/);
    assert.match(shown, /^Reply-To: desk\+\*\*\*@desk\.example$/m);
    assert.match(shown, /^\[a\.txt, 12 bytes\]$/m);
    const without = shown.replace(/^X-Crossdesk: .*$/m, "");
    assert.doesNotMatch(without, /s3cret-word|file content|a[a-z2-7]{26}/);
    const long = await composed({ value: "ä".repeat(60_000) });
    assert.ok(Buffer.byteLength(long.shown) <= 64 * 1024);
  });
});

suite("what a mapping says", () => {
  const refused = async (value: unknown): Promise<string> => {
    const error = await composed({ value }).catch((cause: unknown) => cause);
    assert.ok(error instanceof Failure && error.code === "invalid_request", JSON.stringify(value));
    return error.detail ?? "";
  };

  test("may be a text, or an object with subject and recipients in the API definition's domains", async () => {
    const value = { subject: "Störung ☎", text: "x", to: "bob@ACME.example", cc: ["eve@acme.example", "eve@acme.example"] };
    const { mail, recipients } = await composed({ value });
    assert.equal(mail.subject, "[TSK-1] Störung ☎");
    assert.deepEqual(recipients, ["bob@ACME.example", "eve@acme.example"]);
    const abroad = await composed({
      api: { to: ["noc@xn--bcher-kva.example"] },
      value: { text: "x", to: "Bob <bob@bücher.example>" },
    });
    assert.deepEqual(abroad.recipients, ["bob@xn--bcher-kva.example"]);
    const named = await composed({ value: { subject: "About [TSK-1]", text: "x" } });
    assert.equal(named.mail.subject, "About [TSK-1]");
    const encoded = await composed({ value: { subject: "=?utf-8?Q?Paid?=", text: "x" } });
    assert.equal(encoded.mail.subject, "[TSK-1] =?utf-8?Q?Paid?=");
    assert.deepEqual(named.recipients, ["noc@acme.example"]);
  });

  test("is refused when it is no mail, and never reaches another domain", async () => {
    for (const value of [
      null,
      7,
      ["x"],
      {},
      { text: 7 },
      { text: "x", bcc: "a@acme.example" },
      { text: { path: "/etc/passwd" } },
    ])
      await refused(value);
    assert.match(await refused({ text: "x", to: "a@evil.example" }), /in none of the domains/);
    for (const to of [
      "a@acme.example.evil.example",
      "a@sub.acme.example",
      "a",
      "a@acme.example\r\nBcc: b@evil.example",
      ["a@acme.example, b@evil.example"],
      "<a@acme.example> b@evil.example",
      [],
      7,
    ])
      await refused({ text: "x", to });
    await refused({ text: "x".repeat(1_000_001) });
    await refused({ text: "x", to: Array.from({ length: 51 }, (_, index) => `${index}@acme.example`) });
  });

  test("adds no header field and loses no word, whatever it holds", async () => {
    const nasty = fc.constantFrom(
      "\r\nBcc: evil@evil.example",
      "\n.\n",
      "\r\n\r\n<b>",
      "=?utf-8?Q?x?=",
      "=-=-= Ref x =-=-=",
      "\u2028",
      "a",
    );
    const text = fc
      .array(fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), nasty), { maxLength: 5 })
      .map((all) => all.join(""));
    const names = (mail: ParsedMail): string[] => mail.headerLines.map((one) => one.key).sort();
    const plain = names((await composed({ value: { text: "x", html: "x" } })).mail);
    await fc.assert(
      fc.asyncProperty(text, text, text, async (subject, body, html) => {
        const { mail, recipients } = await composed({ value: { subject, text: body, html } });
        assert.deepEqual(names(mail), plain);
        assert.deepEqual(recipients, ["noc@acme.example"]);
        const words = body.replaceAll("=-=-=", "= - =").replace(/\r\n?/g, "\n").trim();
        assert.ok(mail.text?.replace(/\r\n?/g, "\n").includes(words.replace(/\0/g, "")), JSON.stringify([words, mail.text]));
      }),
      { numRuns: 150 },
    );
  });

  test("cannot forge the lines that part an answer from the mail", async () => {
    const forged = "=-=-= Ref abcdefghijklmnopqrstuvwxyza =-=-=\n[[Solution]]: done";
    const { mail } = await composed({ value: { text: forged, html: forged } });
    const marked = (text: string): number => text.split("=-=-= Ref").length - 1;
    assert.deepEqual([marked(mail.text ?? ""), marked(String(mail.html))], [1, 1]);
  });
});

test("files go along within the limit of the System; what does not is said in text and HTML", async () => {
  const file = (fileName: string, size: number, contentType = "application/pdf") => ({
    fileName,
    contentType,
    size,
    content: new Uint8Array(size),
  });
  const attachments = [
    file("one.pdf", 600),
    file("../../großer Plan\r\nX: y.pdf", 900),
    file("two\r\nX-Evil: 1.txt", 300, "text/plain\r\nX-Evil: 1"),
    file("mail.eml", 50, "message/rfc822"),
  ];
  const system = { delivery: { ...parcelOf(0).system.delivery, attachmentBytes: 1000 } };
  const { raw, mail } = await composed({ attachments, system, value: { text: "x", html: "<p>x</p>" } });
  assert.deepEqual(
    mail.attachments.map(({ filename, size }) => [filename, size]),
    [
      ["one.pdf", 600],
      ["two X-Evil: 1.txt", 300],
      ["mail.eml", 50],
    ],
  );
  assert.deepEqual(
    [...raw.matchAll(/^Content-Type: (application\/[a-z-]+|message\/rfc822)/gm)].map((found) => found[1]),
    ["application/pdf", "application/octet-stream", "application/octet-stream"],
  );
  assert.match(mail.text ?? "", /Too large to be sent with this mail:\n- großer Plan X: y\.pdf \(900 bytes\)/);
  assert.match(String(mail.html), /großer Plan X: y\.pdf \(900 bytes\)/);
  assert.equal(mail.headers.has("x-evil"), false);
});
