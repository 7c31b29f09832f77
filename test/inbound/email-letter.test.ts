// The letter that answers a mail, made of what a stranger may have put into it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { simpleParser } from "mailparser";
import { writeLetter } from "../../src/inbound/email/answers/letter.ts";
import { composeAnswer } from "../../src/outbound/mail-answers.ts";
import { parseAddress } from "../../src/outbound/mail-content.ts";
import type { MailAnswers } from "../../src/store/site.ts";
import { TOKEN_KEY } from "../outbound/email-sink.ts";

test("nothing of a mail adds a field to its answer, fills a place-holder, or is more than servers take in a header", async () => {
  const answers = { language: "en", languages: {}, texts: {} } as unknown as MailAnswers;
  const evil = "x\r\nBcc: victim@elsewhere.example\r\n\r\n<b>{{ reason | upcase }}{{how}}$&\u2028\u0085";
  const references = ["first@acme.example", "nul\0@acme.example", "ü@acme.example", "bell\u0007", "last@acme.example"];
  const about = { subject: evil, answers: { references, inReplyTo: [], details: [], marks: [] } };
  const said = {
    kind: "refused",
    answers,
    provider: "acme",
    tagFormat: "[[LABEL]]: [[Value]]",
    commands: [{ task: evil }],
  } as const;
  for (const messageId of ["<1@acme.example>", "<nul\0\u0085@acme.example>"]) {
    const letter = writeLetter({ ...said, reason: "bad_tag", detail: evil, mail: { ...about, messageId } });
    const parts = { tokenKey: TOKEN_KEY, clock: () => 0 };
    const sent = { id: "01a22135-60f3-769f-9626-7ecd3f02a79e", recipient: "noc@acme.example", letter };
    const raw = (await composeAnswer(sent, parseAddress("Desk <desk@desk.example>"), parts)).toString("latin1");
    const head = raw.slice(0, raw.indexOf("\r\n\r\n"));
    assert.match(head, /^[\r\n\t -~]+$/);
    assert.doesNotMatch(head, /^bcc/im);
    const ids = [...letter.references, letter.inReplyTo];
    const own = messageId.includes("\0") ? [null] : [messageId, messageId];
    assert.deepEqual(ids, ["<first@acme.example>", "<last@acme.example>", ...own]);
    assert.match(letter.text, /\{\{ reason \| upcase \}\}\{\{how\}\}\$&/);
  }
});

test("a subject that looks encoded, or holds half of it, is read as it was written", async () => {
  const parts = { tokenKey: TOKEN_KEY, clock: () => 0 };
  const read = async (subject: string): Promise<string | undefined> => {
    const letter = { subject, text: "x", inReplyTo: null, references: [] };
    const raw = await composeAnswer({ id: "1", recipient: "noc@acme.example", letter }, parseAddress("desk@desk.example"), parts);
    assert.ok(
      raw
        .toString("latin1")
        .split("\r\n")
        .every((line) => line.length <= 78),
    );
    return (await simpleParser(raw)).subject;
  };
  const long = `Re: =?utf-8?B?${"YWxsIGlzIHBhaWQ".repeat(8)}?= ☎ =?iso-8859-1?Q?=E4?=`;
  for (const subject of ["Re: =?utf-8?Q?All_is_paid?=", "Why =? and ?=", "=?utf-8?B?", long, "Re: Störung"])
    assert.equal(await read(subject), subject);
});
