// Mails nobody would send out, by a fixed seed: no crash, no hang, and both readers say the same. A failure tells the mail in base64: it
// becomes a case.
import assert from "node:assert/strict";
import { test } from "node:test";
import { quickRead } from "../../src/inbound/email/quick-read.ts";
import { mailFor, mailOf } from "../helpers/mail.ts";
import { compareReaders, fuzzMails } from "../helpers/mail-fuzz.ts";

test("five thousand changed mails: each gives a mail or a reason", async () => {
  const { mails, read, recognised } = await fuzzMails({ mails: 5000, seed: 1 });
  assert.equal(mails, 5000);
  assert.ok(read > 4000 && recognised > 500, `${read} read, ${recognised} recognised`);
});

test("what the quick reader reads is what the other reader reads", async () => {
  const { mails, quick } = await compareReaders({ mails: 3000, seed: 7 });
  assert.ok(quick > mails / 5, `${quick} of ${mails}`);
});

test("the quick reader does not step aside before what partners' systems write", () => {
  const envelope = { from: "noc@acme.example", to: "desk@crossdesk.example", messageId: "1@acme.example" };
  const tagged = mailFor({ type: "update_message", task: "T-1", message: "Größe\n\n-- \nok" }, envelope);
  assert.match(quickRead(tagged)?.text ?? "", /\[\[Message\]\]: Größe/);
  const words = mailOf("Hello.\n", { ...envelope, subject: "Größe" });
  assert.deepEqual(quickRead(words), { subject: "Größe", text: "Hello.\n", html: false });
  const quoted =
    'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\nContent-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=C3=9Fe\n';
  assert.deepEqual(quickRead(Buffer.from(quoted)), { subject: "Grüße", text: "Grüße\n", html: false });
});
