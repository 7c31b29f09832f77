// Mail servers that promise what they do not keep: sizes that are too small, mails that are gone, answers that take for ever. No mail is
// lost by it, no mailbox held, and what is in memory at once stays bounded.
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { MailReceiver } from "../../src/inbound/email/receive.ts";
import { type ImapWire, startImapWire } from "../helpers/imap-wire.ts";
import { mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import { envelope, isAny, LONG, mailEvents, message, messages, onDovecot } from "./email-harness.ts";

suite("a mail server that does not keep its word", { skip: lacking("dovecot") }, () => {
  const here = onDovecot();
  const wireFor = async (t: TestContext): Promise<ImapWire> => {
    const wire = await startImapWire(here.dovecot.port);
    t.after(() => wire.close());
    return wire;
  };

  test("five hundred mails that are listed and gone hold up none behind them", async (t) => {
    const wire = await wireFor(t);
    await here.dovecot.skipUids(600);
    await here.dovecot.append(message("behind them"));
    const gone = Array.from({ length: 520 }, (_, index) => index + 1);
    let lists = 0;
    // As a server does that never hears what other clients deleted.
    const withGone = (_found: string, uid: string): string => {
      lists++;
      return `* SEARCH ${gone.join(" ")} ${uid}`;
    };
    wire.retell((said) => said.replace(/^\* SEARCH (600)/m, withGone));
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }));
    await reader.received.until(isAny);
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["behind them"]);
    assert.ok(lists > 0);
  });

  test("sizes that are too small lose no mail, and what came of them is bounded", async (t) => {
    const wire = await wireFor(t);
    const { texts, mails } = messages(12);
    const long = (text: string): Buffer =>
      mailOf(`[[TaskId]]: T-1\n[[Message]]: ${text}\n[[End]]:\n${"filler ".repeat(100_000)}`, envelope());
    // It is fetched alone, and by what it is said to have would be cut.
    const huge = Buffer.concat([message("huge"), Buffer.alloc(2 * 1024 * 1024, `${"x".repeat(76)}\r\n`)]);
    const all = [...mails.flatMap((mail, index) => (index % 3 === 0 ? [long(`long ${index}`), mail] : [mail])), huge];
    await here.dovecot.append(...all);
    wire.retell((said) => said.replaceAll(/RFC822\.SIZE \d{5,}/g, (told) => `RFC822.SIZE ${told.length > 18 ? 1_100_000 : 300}`));
    let [now, most] = [0, 0];
    const raws: Buffer[] = [];
    const around = (receiver: MailReceiver): MailReceiver => ({
      ...receiver,
      async prepare(mailbox, raw) {
        raws.push(raw);
        now += raw.length;
        most = Math.max(most, now);
        return receiver.prepare(mailbox, raw);
      },
      async receive(mailbox, arrival) {
        const end = await receiver.receive(mailbox, arrival);
        now -= arrival.raw.length;
        return end;
      },
    });
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }), around);
    await reader.received.until(isAny, all.length);
    await reader.stop();
    const wanted = texts.flatMap((text, index) => (index % 3 === 0 ? [`long ${index}`, text] : [text]));
    assert.deepEqual((await mailEvents(here.app, "T-1")).slice(0, wanted.length), wanted);
    assert.deepEqual(
      raws.map((raw, index) => raw.equals(all[index] ?? Buffer.alloc(0))),
      all.map(() => true),
    );
    assert.ok(most < huge.length + 2 * long("").length, `${most} bytes were in memory at once`);
  });

  test("an answer that comes byte by byte is given up in the end, told of, and asked for again", async (t) => {
    const wire = await wireFor(t);
    wire.drip(/^UID FETCH .*BODY\.PEEK/, 50);
    await here.dovecot.append(message("slow"));
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }), (one) => one, { silenceMs: 200 });
    await reader.lines.until((line) => line.event === "mailbox.failed");
    wire.drip(/./, 0);
    await reader.received.until(isAny);
    await reader.stop();
    const { says } = reader.lines.all.find((line) => line.event === "mailbox.failed")?.fields ?? {};
    assert.match(String(says), /longer than 1 s for one answer\. It sends, but too slowly/);
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["slow"]);
  });
});
