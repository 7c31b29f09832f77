// The mailbox loop against a real Dovecot: how mails are noticed, taken once and marked, alone and beside others.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { MailReceiver } from "../../src/inbound/email/receive.ts";
import { startApp } from "../helpers/app.ts";
import { startDovecot } from "../helpers/dovecot.ts";
import { mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import {
  envelope,
  happenings,
  isAny,
  LONG,
  MARKED,
  mailEvents,
  message,
  messages,
  onDovecot,
  startReader,
  startWire,
} from "./email-harness.ts";

const skip = lacking("dovecot");

suite("a mailbox", { skip }, () => {
  const here = onDovecot();

  test("mails that are there, and ones that come later, are taken at once by IDLE and marked", async () => {
    await here.dovecot.append(message("was there"));
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }));
    await reader.received.until(isAny);
    for (const [index, text] of ["one", "two", "three"].entries()) {
      await here.dovecot.append(message(text));
      await reader.received.until(isAny, index + 2);
    }
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["was there", "one", "two", "three"]);
    assert.deepEqual(
      (await here.dovecot.mails()).map((mail) => mail.flags),
      [MARKED, MARKED, MARKED, MARKED],
    );
    assert.equal(reader.lines.all.filter((line) => line.event === "mailbox.connected").length, 1);
  });

  test("a mailbox that was made anew is read anew, without a second effect", async () => {
    const { texts, mails } = messages(3);
    await here.dovecot.append(...mails);
    const mailbox = here.dovecot.mailbox({ pollMs: 100 });
    const reader = here.read(mailbox);
    await reader.received.until(isAny, 3);
    const before = await here.app.app.store.positions.read(mailbox.name);
    await here.dovecot.recreate();
    await here.dovecot.append(...mails, message("another"));
    await reader.received.until(isAny, 7);
    await reader.stop();
    assert.deepEqual(
      reader.received.all.slice(3).map((one) => one.outcome),
      ["repeated", "repeated", "repeated", "applied"],
    );
    assert.deepEqual(await mailEvents(here.app, "T-1"), [...texts, "another"]);
    const after = await here.app.app.store.positions.read(mailbox.name);
    assert.equal(after?.lastUid, 4);
    assert.notEqual(after?.uidValidity, before?.uidValidity);
  });

  test("stopping finishes the mail under way, marks it, and leaves the rest for the next start", async () => {
    const { texts, mails } = messages(10);
    await here.dovecot.append(...mails);
    let stopped: Promise<void> | undefined;
    const first = here.read(here.dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        stopped ??= first.stop();
        return await receiver.receive(...all);
      },
    }));
    await first.received.until(isAny);
    await stopped;
    assert.equal(first.received.all.length, 1);
    assert.deepEqual(
      (await here.dovecot.mails()).map((mail) => mail.flags.length),
      [2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    const second = here.read(here.dovecot.mailbox({ pollMs: LONG }));
    await second.received.until(isAny, 9);
    assert.deepEqual(await mailEvents(here.app, "T-1"), texts);
  });

  test("a large mail comes whole, though it is fetched in pieces, also where it ends with one", async () => {
    const mails = [0, 1, 700_000].map((more) => {
      const mail = message("large");
      const length = 2 * 1024 * 1024 + more - mail.length;
      return Buffer.concat([mail, Buffer.alloc(length, `${"x".repeat(76)}\r\n`)]);
    });
    await here.dovecot.append(...mails);
    const raws: Buffer[] = [];
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(mailbox, arrival) {
        raws.push(arrival.raw);
        return receiver.receive(mailbox, arrival);
      },
    }));
    await reader.received.until(isAny, mails.length);
    await reader.stop();
    assert.deepEqual(
      raws.map((raw, index) => raw.equals(mails[index] ?? Buffer.alloc(0))),
      mails.map(() => true),
    );
  });

  test("a mail of 50 MB is not fetched, only its header", async () => {
    const large = Buffer.concat([
      mailOf("large\n", { ...envelope(), subject: "T-1" }),
      Buffer.alloc(50 * 1024 * 1024, `${"x".repeat(70)}\r\n`),
    ]);
    await here.dovecot.append(large, message("good"));
    const wire = await startWire(here.dovecot.port);
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }));
    await reader.received.until(isAny, 2);
    await reader.stop();
    await wire.close();
    assert.deepEqual(
      reader.received.all.map((one) => one.reason),
      ["too_large", null],
    );
    assert.ok(wire.bytes() < 100_000, `${wire.bytes()} bytes came over the wire`);
  });

  test("two readers of one mailbox, as in two processes, apply each mail once", async () => {
    const { texts, mails } = messages(30);
    await here.dovecot.append(...mails);
    const mailbox = here.dovecot.mailbox({ pollMs: 50 });
    const applied = happenings<string>();
    const around = (receiver: MailReceiver): MailReceiver => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        if (end.outcome === "applied") applied.add(end.outcome);
        return end;
      },
    });
    const both = [here.read(mailbox, around), here.read(mailbox, around)];
    await applied.until(isAny, 30);
    await Promise.all(both.map((one) => one.stop()));
    assert.equal(applied.all.length, 30);
    assert.deepEqual(await mailEvents(here.app, "T-1"), texts);
  });

  test("without the lease nothing is read; with it reading begins", async () => {
    await here.dovecot.append(message("one"));
    let asked = 0;
    const reader = here.read(here.dovecot.mailbox({ pollMs: 20 }), (one) => one, { lease: async () => ++asked > 3 });
    await reader.received.until(isAny);
    await reader.stop();
    assert.ok(asked > 3);
    assert.equal(reader.lines.all[0]?.event, "mailbox.connected");
  });

  test("the lease is renewed while nothing comes; who lost it reads no more", async () => {
    const asked = happenings<boolean>();
    let mine = true;
    const lease = async (): Promise<boolean> => {
      asked.add(mine);
      return mine;
    };
    await here.dovecot.append(message("one"));
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), (one) => one, { lease, renewMs: 20 });
    await reader.received.until(isAny);
    await asked.until(isAny, asked.all.length + 3);
    mine = false;
    // The renewal that fails leads to a look, which hears the same and closes; then it is asked for only now and then.
    await asked.until((one) => !one, 2);
    await here.dovecot.append(message("two"));
    const other = here.read(here.dovecot.mailbox({ pollMs: LONG }));
    await other.received.until(isAny);
    await Promise.all([reader.stop(), other.stop()]);
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["one", "two"]);
    assert.equal(reader.received.all.length, 1);
  });

  test("without TLS no other machine is spoken to, and no log line holds the password", async () => {
    const far = here.read(here.dovecot.mailbox({ host: "192.0.2.1", pollMs: LONG }));
    const wrong = here.read(here.dovecot.mailbox({ password: "sesame-4711", pollMs: LONG }));
    await far.lines.until((line) => line.event === "mailbox.failed");
    await wrong.lines.until((line) => line.event === "mailbox.failed");
    assert.match(String(far.lines.all[0]?.fields["cause"]), /without TLS/);
    assert.doesNotMatch(JSON.stringify(wrong.lines.all), /sesame/);
  });
});

suite("a mail server without IDLE", { skip }, () => {
  test("is polled", async () => {
    const dovecot = await startDovecot({ idle: false });
    const app = await startApp();
    await app.createTask({ number: "T-1" });
    const reader = startReader(app, dovecot.mailbox({ pollMs: 50 }));
    await reader.lines.until((line) => line.event === "mailbox.connected");
    for (const text of ["one", "two"]) await dovecot.append(message(text));
    await reader.received.until(isAny, 2);
    await reader.stop();
    assert.deepEqual(await mailEvents(app, "T-1"), ["one", "two"]);
    await app.close();
    await dovecot.remove();
  });
});
