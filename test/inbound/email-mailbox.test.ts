// The mailbox loop against a real Dovecot: nothing is lost, nothing has a second effect, whatever breaks in between.
import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { pauseAfter } from "../../src/inbound/email/mailbox.ts";
import type { MailReceiver } from "../../src/inbound/email/receive.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startDovecot, type TestDovecot } from "../helpers/dovecot.ts";
import { mailFor, mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import { happenings, mailEvents, type Reader, startReader, startWire } from "./email-harness.ts";

const LONG = 10 * 60_000;
const skip = lacking("dovecot");

let serial = 0;
const envelope = () => ({ from: "noc@acme.example", to: "desk@crossdesk.example", messageId: `${++serial}@acme.example` });
const message = (text: string): Buffer => mailFor({ type: "update_message", task: "T-1", message: text }, envelope());
const messages = (count: number, filler = ""): { texts: string[]; mails: Buffer[] } => {
  const texts = Array.from({ length: count }, (_, index) => `message ${index + 1}${filler}`);
  return { texts, mails: texts.map(message) };
};
const MARKED = ["$Crossdesk", "\\Seen"];
const isAny = () => true;

test("pauses grow from half a second to a minute and are spread", () => {
  assert.deepEqual(
    [1, 2, 3, 7, 8, 1000].map((failures) => pauseAfter(failures, 0)),
    [500, 1000, 2000, 30_000, 30_000, 30_000],
  );
  assert.deepEqual(
    [1, 7, 1000].map((failures) => pauseAfter(failures, 1)),
    [1000, 60_000, 60_000],
  );
});

suite("a mailbox", { skip }, () => {
  let dovecot: TestDovecot;
  let app: TestApp;
  const readers: Reader[] = [];
  const read = (...args: Parameters<typeof startReader> extends [unknown, ...infer Rest] ? Rest : never): Reader => {
    const reader = startReader(app, ...args);
    readers.push(reader);
    return reader;
  };

  before(async () => {
    dovecot = await startDovecot();
  });
  after(() => dovecot.remove());
  beforeEach(async () => {
    app = await startApp();
    await app.createTask({ number: "T-1" });
  });
  afterEach(async () => {
    await Promise.all(readers.splice(0).map((reader) => reader.stop()));
    await app.close();
    await dovecot.start();
    await dovecot.recreate();
  });

  test("mails that are there, and ones that come later, are taken at once by IDLE and marked", async () => {
    await dovecot.append(message("was there"));
    const reader = read(dovecot.mailbox({ pollMs: LONG }));
    await reader.received.until(isAny);
    for (const [index, text] of ["one", "two", "three"].entries()) {
      await dovecot.append(message(text));
      await reader.received.until(isAny, index + 2);
    }
    await reader.stop();
    assert.deepEqual(await mailEvents(app, "T-1"), ["was there", "one", "two", "three"]);
    assert.deepEqual(
      (await dovecot.mails()).map((mail) => mail.flags),
      [MARKED, MARKED, MARKED, MARKED],
    );
    assert.equal(reader.lines.all.filter((line) => line.event === "mailbox.connected").length, 1);
  });

  test("a server that dies in the middle is waited for", async () => {
    const { texts, mails } = messages(40);
    await dovecot.append(...mails);
    let count = 0;
    const reader = read(dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        if (++count === 5) await dovecot.kill();
        return end;
      },
    }));
    await reader.lines.until((line) => line.event === "mailbox.failed");
    await dovecot.start();
    await reader.received.until(isAny, 40);
    await reader.stop();
    assert.deepEqual(await mailEvents(app, "T-1"), texts);
    assert.deepEqual(new Set((await dovecot.mails()).map((mail) => mail.flags.join())), new Set([MARKED.join()]));
  });

  test("a connection that is cut while mails are fetched loses and doubles none", async () => {
    const { texts, mails } = messages(20, ` ${"x".repeat(5000)}`);
    await dovecot.append(...mails);
    const wire = await startWire(dovecot.port, [700, 3_000, 30_000]);
    const reader = read(dovecot.mailbox({ pollMs: LONG, port: wire.port }));
    await reader.received.until(isAny, 20);
    await reader.stop();
    await wire.close();
    assert.deepEqual(await mailEvents(app, "T-1"), texts);
    assert.deepEqual(new Set(reader.received.all.map((one) => one.outcome)), new Set(["applied"]));
    assert.equal(reader.lines.all.filter((line) => line.event === "mailbox.failed").length, 3);
  });

  test("a mailbox that was made anew is read anew, without a second effect", async () => {
    const { texts, mails } = messages(3);
    await dovecot.append(...mails);
    const mailbox = dovecot.mailbox({ pollMs: 100 });
    const reader = read(mailbox);
    await reader.received.until(isAny, 3);
    const before = await app.app.store.positions.read(mailbox.name);
    await dovecot.recreate();
    await dovecot.append(...mails, message("another"));
    await reader.received.until(isAny, 7);
    await reader.stop();
    assert.deepEqual(
      reader.received.all.slice(3).map((one) => one.outcome),
      ["repeated", "repeated", "repeated", "applied"],
    );
    assert.deepEqual(await mailEvents(app, "T-1"), [...texts, "another"]);
    const after = await app.app.store.positions.read(mailbox.name);
    assert.equal(after?.lastUid, 4);
    assert.notEqual(after?.uidValidity, before?.uidValidity);
  });

  test("a mail committed but not marked is marked at the next connection", async () => {
    const [uid = 0] = await dovecot.append(message("one"), message("two"));
    const wire = await startWire(dovecot.port);
    const first = read(dovecot.mailbox({ pollMs: LONG, port: wire.port }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        wire.cut();
        return end;
      },
    }));
    await first.received.until(isAny);
    await first.stop();
    await wire.close();
    assert.deepEqual((await dovecot.mails())[0], { uid, flags: [] });
    const second = read(dovecot.mailbox({ pollMs: LONG }));
    await second.lines.until((line) => line.event === "mailbox.swept");
    await second.stop();
    assert.deepEqual((await dovecot.mails())[0], { uid, flags: MARKED });
    const handled = [...first.received.all, ...second.received.all];
    assert.deepEqual((await mailEvents(app, "T-1")).length, handled.length);
  });

  test("stopping finishes the mail under way, marks it, and leaves the rest for the next start", async () => {
    const { texts, mails } = messages(10);
    await dovecot.append(...mails);
    let stopped: Promise<void> | undefined;
    const first = read(dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
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
      (await dovecot.mails()).map((mail) => mail.flags.length),
      [2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    );
    const second = read(dovecot.mailbox({ pollMs: LONG }));
    await second.received.until(isAny, 9);
    assert.deepEqual(await mailEvents(app, "T-1"), texts);
  });

  test("a passing failure of the store moves nothing on; an answer lost after the commit has no second effect", async () => {
    await dovecot.append(message("one"), message("two"), message("three"));
    let call = 0;
    const reader = read(dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        call++;
        if (call === 2) throw new Failure("store_unavailable");
        const end = await receiver.receive(...all);
        if (call === 3) throw new Failure("outcome_unknown");
        return end;
      },
    }));
    await reader.received.until((one) => one.outcome === "applied", 2);
    await reader.stop();
    assert.deepEqual(await mailEvents(app, "T-1"), ["one", "two", "three"]);
    assert.deepEqual(reader.lines.all.filter((line) => line.event === "mailbox.failed").length, 2);
  });

  test("a mail on which handling fails for good does not hold up the next", async () => {
    const breaks: (() => never)[] = [
      () => {
        throw new Failure("internal");
      },
      () => {
        throw new TypeError("a fault of ours");
      },
    ];
    const around = (receiver: MailReceiver): MailReceiver => ({
      ...receiver,
      receive: async (...all) => breaks.shift()?.() ?? (await receiver.receive(...all)),
    });
    await dovecot.append(message("fails"), message("fails too"), Buffer.from([0, 255, 13, 10, 13, 10, 0]), message("good"));
    const reader = read(dovecot.mailbox({ pollMs: LONG }), around);
    await reader.received.until(isAny, 4);
    await reader.stop();
    assert.deepEqual(
      reader.received.all.map((one) => one.reason),
      ["failed", "failed", "sender_not_verified", null],
    );
    assert.deepEqual(await mailEvents(app, "T-1"), ["good"]);
    assert.equal(
      (await dovecot.mails()).every((mail) => mail.flags.includes("$Crossdesk")),
      true,
    );
  });

  test("a mail of 50 MB is not fetched, only its header", async () => {
    const large = Buffer.concat([
      mailOf("large\n", { ...envelope(), subject: "T-1" }),
      Buffer.alloc(50 * 1024 * 1024, `${"x".repeat(70)}\r\n`),
    ]);
    await dovecot.append(large, message("good"));
    const wire = await startWire(dovecot.port);
    const reader = read(dovecot.mailbox({ pollMs: LONG, port: wire.port }));
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
    await dovecot.append(...mails);
    const mailbox = dovecot.mailbox({ pollMs: 50 });
    const applied = happenings<string>();
    const around = (receiver: MailReceiver): MailReceiver => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        if (end.outcome === "applied") applied.add(end.outcome);
        return end;
      },
    });
    const both = [read(mailbox, around), read(mailbox, around)];
    await applied.until(isAny, 30);
    await Promise.all(both.map((one) => one.stop()));
    assert.equal(applied.all.length, 30);
    assert.deepEqual(await mailEvents(app, "T-1"), texts);
  });

  test("without the lease nothing is read; with it reading begins", async () => {
    await dovecot.append(message("one"));
    let asked = 0;
    const reader = read(
      dovecot.mailbox({ pollMs: 20 }),
      (one) => one,
      async () => ++asked > 3,
    );
    await reader.received.until(isAny);
    await reader.stop();
    assert.ok(asked > 3);
    assert.equal(reader.lines.all[0]?.event, "mailbox.connected");
  });

  test("without TLS no other machine is spoken to, and no log line holds the password", async () => {
    const far = read(dovecot.mailbox({ host: "192.0.2.1", pollMs: LONG }));
    const wrong = read(dovecot.mailbox({ password: "sesame-4711", pollMs: LONG }));
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
