// The parsing thread: its limits in time and size, and that whoever asked goes on after it was killed.
import assert from "node:assert/strict";
import { after, suite, test } from "node:test";
import fc from "fast-check";
import { readFields, sketchOf } from "../../src/inbound/email/header.ts";
import { createMailParser, MAIL_LIMIT } from "../../src/inbound/email/parse.ts";
import { readMail } from "../../src/inbound/email/read-mail.ts";
import { verifySender } from "../../src/inbound/email/trust.ts";
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

test("a field that is nearly all blanks costs no more than one of letters", async () => {
  const header = ["From: noc@acme.example", `Content-Type: text/plain${" ".repeat(250_000)}x`, "", ""].join("\r\n");
  const parser = createMailParser(10_000, 1);
  const read = await parser.read(Buffer.from(`${header}hello\r\n`));
  await parser.close();
  assert.ok(read.ok, "it was read within the time of a mail");
});

test("a header block without end is not read", () => {
  assert.ok(readFields(Buffer.alloc(300 * 1024, "X-A: b\r\n")) === null);
  assert.deepEqual(readFields(Buffer.from("A: b\r\n c\r\nno colon\r\n\r\nB: d\r\n")), [{ name: "a", value: " b c" }]);
});

test("whose a sender is: an address before a domain, and two providers for one sender are none", () => {
  const credential = (id: string, provider: string, sender: string) =>
    ({ id, holder: { kind: "provider", provider }, kind: "email", sender }) as const;
  const known = [
    credential("1", "acme", "@acme.example"),
    credential("2", "acme-lab", "lab@acme.example"),
    credential("3", "acme", "shared@pool.example"),
    credential("4", "globex", "shared@pool.example"),
    credential("5", "bücher", "@xn--bcher-kva.example"),
    { id: "6", holder: { kind: "ticketing" }, kind: "email", sender: "desk@crossdesk.example" } as const,
  ];
  const holderOf = (from: string): string | null => {
    const verdict = verifySender({ from, authentication: [] }, { kind: "sender" }, known);
    return verdict.ok ? verdict.provider : null;
  };
  assert.deepEqual(
    [
      "noc@acme.example",
      "lab@acme.example",
      "shared@pool.example",
      "a@bücher.example",
      "desk@crossdesk.example",
      "a@x.acme.example",
    ].map(holderOf),
    ["acme", "acme-lab", null, "bücher", null, null],
  );
});

test("which Authentication-Results are believed", () => {
  const known = [{ id: "1", holder: { kind: "provider", provider: "acme" }, kind: "email", sender: "@acme.example" } as const];
  const passes = (...authentication: string[]): boolean =>
    verifySender({ from: "noc@acme.example", authentication }, { kind: "dmarc", authservId: "mx.desk.example" }, known).ok;
  const good = [
    "mx.desk.example; dmarc=pass header.from=acme.example",
    "MX.Desk.Example 1; dmarc = pass header.from=acme.example",
    '"mx.desk.example" 1 (ours); spf=none; dmarc/1=pass (p=none) policy.x=y header.from="acme.example"',
    "mx.desk.example; DMARC=Pass header.from=ACME.example",
    // As the great mail servers write it.
    `mx.desk.example; dkim=pass header.i=@acme.example header.s=s1 header.b=AbC; spf=pass (mx.desk.example: domain of noc@acme.example
      designates 192.0.2.1 as permitted sender) smtp.mailfrom=noc@acme.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=acme.example`,
    "mx.desk.example; dmarc=pass (p=reject dis=none) header.from=acme.example",
    "mx.desk.example; dmarc=pass(p=REJECT) header.from=acme.example;",
    "mx.desk.example;\tdkim=pass header.d=acme.example header.s=a header.b=b;\tdmarc=pass (policy=reject) header.from=acme.example;",
    "mx.desk.example; dmarc=pass policy.published-domain-policy=none policy.applied-disposition=none header.from=acme.example",
    "mx.desk.example; dmarc=pass header.from=noc@acme.example",
  ];
  for (const value of good) assert.equal(passes(value), true, value);
  const bad = [
    "mx.desk.example; dmarc=pass",
    "mx.desk.example; dmarc=pass (p=none) policy.x=y",
    "mx.desk.example; dmarc=pass header.from=",
    "mx.desk.example; dmarc=pass header.from=evil.example",
    "mx.desk.example; dmarc=pass header.from=acme.example header.from=evil.example",
    "mx.desk.example; dmarc=pass header.from=acme.example; dmarc=pass",
    'mx.desk.example; dmarc=pass reason="x header.from=acme.example"',
    "mx.desk.example; spf=pass header.from=acme.example; dmarc=pass",
    "mx.desk.example; none",
    "mx.desk.example",
    "",
    "mx.desk.example; dmarc=passed",
    "mx.desk.example; dmarc=pass-ish",
    "mx.desk.example; dmarc=pass; dmarc=fail",
    "mx.desk.example; dmarc=bestguesspass",
    "mx.desk.example; x-dmarc=pass",
    "mx.desk.example; spf=pass dmarc=pass",
    "mx.desk.example.evil.example; dmarc=pass",
    "evil.example mx.desk.example; dmarc=pass",
    "mx.desk.example; dmarc=pass (never closed",
    'mx.desk.example; dmarc=pass "never closed',
    "mx.desk.example; dmarc=pass header.from=acme.example.evil.example",
    "(mx.desk.example; dmarc=pass) evil.example; dmarc=pass",
  ];
  for (const value of bad) assert.equal(passes(value), false, value);
  assert.equal(passes("other.example; dmarc=fail", good[0] as string), true);
  assert.equal(passes(bad[0] as string, good[0] as string), false);
});

test("a server that writes no name into its Authentication-Results is believed where they stand above all others", () => {
  const known = [{ id: "1", holder: { kind: "provider", provider: "acme" }, kind: "email", sender: "@acme.example" } as const];
  const passes = (...authentication: string[]): boolean =>
    verifySender({ from: "noc@acme.example", authentication }, { kind: "dmarc", authservId: null }, known).ok;
  const from365 = (dmarc: string): string =>
    `spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=acme.example; desk.example; dkim=pass (signature was verified)
      header.d=acme.example;desk.example; ${dmarc};compauth=pass reason=100`;
  const good = from365("dmarc=pass action=none header.from=acme.example");
  assert.equal(passes(good), true);
  assert.equal(passes(good, from365("dmarc=fail action=none header.from=acme.example")), true);
  assert.equal(passes(from365("dmarc=fail action=none header.from=acme.example"), good), false);
  assert.equal(passes("mx.elsewhere.example; dmarc=pass header.from=acme.example", good), false);
  assert.equal(passes(from365("dmarc=bestguesspass action=none header.from=acme.example")), false);
  assert.equal(passes(from365("dmarc=pass action=none header.from=evil.example")), false);
  assert.equal(passes(from365("dmarc=pass action=none")), false);
  assert.equal(passes(), false);
});
