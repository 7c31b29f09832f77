// A parcel addressed anew for a test: it is marked, goes to nobody else, and carries neither a secret nor what ties an answer to
// its task.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { simpleParser } from "mailparser";
import { composeMail } from "../../src/outbound/mail-compose.ts";
import { addressed } from "../../src/outbound/operator-parcel.ts";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";
import { AT, parcelOf, TOKEN_KEY } from "./email-sink.ts";

const PARTS = { tokenKey: TOKEN_KEY, tagFormat: "[[LABEL]]: [[Value]]", at: AT };
const keeper = createSecretKeeper("n0nce");

suite("a test to another address", () => {
  test("of a mail goes to that address alone, with a marked subject, and nothing an answer could come back by", async () => {
    const value = { subject: "Printer", text: `Key ${keeper.marker("smtp")}`, cc: "boss@provider.example" };
    const plain = parcelOf(25, { value });
    const parcel = { ...plain, secrets: keeper.of(plain.system) };
    const { recipients, raw } = await composeMail(addressed(parcel, { email: "me@desk.example" }), PARTS);
    const mail = await simpleParser(raw);
    assert.deepEqual(recipients, ["me@desk.example"]);
    assert.match(mail.subject ?? "", /\[Test\] Printer$/);
    assert.equal(mail.replyTo, undefined);
    assert.match(mail.text ?? "", /Key \*\*\*/);
    assert.doesNotMatch(raw.toString(), /boss@provider\.example/);
    assert.doesNotMatch(mail.messageId ?? "", /\.[a-z][a-z2-7]{26,}@/);
  });

  test("of a mapping that makes a plain text keeps the words, under the task's own subject", async () => {
    const { raw } = await composeMail(addressed(parcelOf(25, { value: "Please help." }), { email: "me@desk.example" }), PARTS);
    const mail = await simpleParser(raw);
    assert.match(mail.text ?? "", /^Please help\./);
    assert.match(mail.subject ?? "", /\[Test\] Printer on fire$/);
  });

  test("needs an address of the kind the API definition has", () => {
    assert.throws(() => addressed(parcelOf(25), { url: "https://example.com" }), { code: "invalid_request" });
  });
});
