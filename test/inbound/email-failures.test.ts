// The mailbox loop when something breaks: nothing is lost, nothing has a second effect, and no mail holds up the next.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { pauseAfter } from "../../src/inbound/email/mailbox.ts";
import type { MailReceiver } from "../../src/inbound/email/receive.ts";
import { startImapWire } from "../helpers/imap-wire.ts";
import { mailFor, mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import { envelope, isAny, LONG, MARKED, mailEvents, message, messages, onDovecot, startWire } from "./email-harness.ts";

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

suite("a mailbox", { skip: lacking("dovecot") }, () => {
  const here = onDovecot();

  test("a server that dies in the middle is waited for", async () => {
    const { texts, mails } = messages(40);
    await here.dovecot.append(...mails);
    let count = 0;
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        if (++count === 5) await here.dovecot.kill();
        return end;
      },
    }));
    await reader.lines.until((line) => line.event === "mailbox.failed");
    await here.dovecot.start();
    await reader.received.until(isAny, 40);
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), texts);
    assert.deepEqual(new Set((await here.dovecot.mails()).map((mail) => mail.flags.join())), new Set([MARKED.join()]));
  });

  test("a connection that is cut while mails are fetched loses and doubles none", async () => {
    const { texts, mails } = messages(20, ` ${"x".repeat(5000)}`);
    await here.dovecot.append(...mails);
    const wire = await startWire(here.dovecot.port, [700, 3_000, 30_000]);
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }));
    await reader.received.until(isAny, 20);
    await reader.stop();
    await wire.close();
    assert.deepEqual(await mailEvents(here.app, "T-1"), texts);
    assert.deepEqual(new Set(reader.received.all.map((one) => one.outcome)), new Set(["applied"]));
    assert.equal(reader.lines.all.filter((line) => line.event === "mailbox.failed").length, 3);
  });

  test("a connection that goes silent without breaking is noticed, while it waits and in the middle of a mail", async (t) => {
    const wire = await startImapWire(here.dovecot.port);
    t.after(() => wire.close());
    const mailbox = here.dovecot.mailbox({ pollMs: LONG, port: wire.port });
    const reader = here.read(mailbox, (one) => one, { silenceMs: 200 });
    await here.dovecot.append(message("heard"));
    await reader.received.until(isAny);
    wire.goSilent();
    await here.dovecot.append(message("after a silence"));
    await reader.received.until(isAny, 2);
    const stopped = wire.stopAt({ command: /^UID FETCH .*BODY\.PEEK/, when: "within" });
    await here.dovecot.append(message("in the middle"));
    await stopped;
    await reader.received.until(isAny, 3);
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["heard", "after a silence", "in the middle"]);
    assert.deepEqual(new Set(reader.received.all.map((one) => one.outcome)), new Set(["applied"]));
  });

  test("what a server tells of other mails meanwhile is no mail to read, and cuts none short", async (t) => {
    const wire = await startImapWire(here.dovecot.port);
    t.after(() => wire.close());
    await here.dovecot.append(message("old"), message("handled"));
    const sizes: number[] = [];
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }), (receiver) => ({
      ...receiver,
      receive(mailbox, arrival) {
        sizes.push(arrival.raw.length);
        return receiver.receive(mailbox, arrival);
      },
    }));
    await reader.received.until(isAny, 2);
    wire.interrupt(/^UID FETCH/, "* 1 FETCH (UID 1 FLAGS (\\Flagged))");
    const large = mailOf(`[[TaskId]]: T-1\n${"a line of many\n".repeat(100_000)}`, envelope());
    await here.dovecot.append(message("new"));
    await reader.received.until(isAny, 3);
    await here.dovecot.append(large);
    await reader.received.until(isAny, 4);
    await here.dovecot.append(message("last"));
    await reader.received.until(isAny, 5);
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["old", "handled", "new", "last"]);
    assert.deepEqual(
      reader.received.all.map((one) => one.outcome),
      ["applied", "applied", "applied", "quarantined", "applied"],
    );
    assert.equal(sizes[3], large.length);
  });

  test("a server that does not move mails holds up no mail, and the operator hears of it", async () => {
    // Nothing can have so long a name there, and nothing at all at first.
    const folder = `Done${"x".repeat(300)}`;
    await here.dovecot.append(message("one"));
    const reader = here.read(here.dovecot.mailbox({ pollMs: 50, handled: { kind: "move", folder } }));
    await reader.lines.until((line) => line.event === "mailbox.unfinished", 2);
    await here.dovecot.append(message("two"));
    await reader.received.until(isAny, 2);
    await reader.stop();
    assert.match(String(reader.lines.all.find((line) => line.event === "mailbox.unfinished")?.fields["says"]), /server refused/);
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["one", "two"]);
    assert.deepEqual((await here.dovecot.mails()).length, 2);
  });

  test("deleted is what was kept whole; what was set aside and is large, or was not even fetched, stays and is marked", async () => {
    const stranger = (filler: number): Buffer =>
      mailOf(`[[TaskId]]: T-1\n${"x ".repeat(filler)}`, { ...envelope(), from: "nobody@stranger.example" });
    await here.dovecot.append(stranger(10), message("one"), stranger(50_000), message("two"));
    const wire = await startWire(here.dovecot.port);
    const first = here.read(here.dovecot.mailbox({ pollMs: LONG, handled: { kind: "delete" }, port: wire.port }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        const end = await receiver.receive(...all);
        if (first.received.all.length === 3) wire.cut();
        return end;
      },
    }));
    await first.received.until(isAny, 4);
    await first.stop();
    await wire.close();
    const second = here.read(here.dovecot.mailbox({ pollMs: LONG, handled: { kind: "delete" } }));
    await here.dovecot.append(message("three"));
    await second.received.until(isAny);
    await second.stop();
    assert.deepEqual(await here.dovecot.mails(), [{ uid: 3, flags: MARKED }]);
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["one", "two", "three"]);
  });

  test("a mail committed but not marked is marked at the next connection", async () => {
    const [uid = 0] = await here.dovecot.append(message("one"), message("two"));
    const wire = await startWire(here.dovecot.port);
    const first = here.read(here.dovecot.mailbox({ pollMs: LONG, port: wire.port }), (receiver) => ({
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
    assert.deepEqual((await here.dovecot.mails())[0], { uid, flags: [] });
    const second = here.read(here.dovecot.mailbox({ pollMs: LONG }));
    await second.lines.until((line) => line.event === "mailbox.swept");
    await second.stop();
    assert.deepEqual((await here.dovecot.mails())[0], { uid, flags: MARKED });
    const handled = [...first.received.all, ...second.received.all];
    assert.deepEqual((await mailEvents(here.app, "T-1")).length, handled.length);
  });

  test("a passing failure of the store moves nothing on; an answer lost after the commit has no second effect", async () => {
    await here.dovecot.append(message("one"), message("two"), message("three"));
    let calls = 0;
    const troubles = ["store_unavailable", "outcome_unknown"] as const;
    const met: string[] = [];
    const meet = (trouble: (typeof troubles)[number]): void => {
      if (met.length !== troubles.indexOf(trouble)) return;
      met.push(trouble);
      throw new Failure(trouble);
    };
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        if (++calls === 2) meet("store_unavailable");
        const end = await receiver.receive(...all);
        if (calls > 3) meet("outcome_unknown");
        return end;
      },
    }));
    await reader.lines.until((line) => line.event === "mailbox.failed", 2);
    await reader.received.until((one) => one.outcome === "applied", 2);
    await reader.stop();
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["one", "two", "three"]);
    assert.deepEqual(met, troubles);
  });

  test("a mail about which much is looked up turns back none of those behind it", async () => {
    await here.app.createTask({ number: "T-2" });
    await here.dovecot.append(message("slow"), mailFor({ type: "update_message", task: "T-2", message: "quick" }, envelope()));
    const behind = Promise.withResolvers<void>();
    let calls = 0;
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), (receiver) => ({
      ...receiver,
      async receive(...all) {
        const isFirst = ++calls === 1;
        if (isFirst) await behind.promise;
        const end = receiver.receive(...all);
        if (!isFirst) setImmediate(behind.resolve);
        return end;
      },
    }));
    await reader.received.until((one) => one.outcome === "applied", 2);
    await reader.stop();
    assert.deepEqual([await mailEvents(here.app, "T-1"), await mailEvents(here.app, "T-2")], [["slow"], ["quick"]]);
    assert.equal(calls, 2);
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
    await here.dovecot.append(message("fails"), message("fails too"), Buffer.from([0, 255, 13, 10, 13, 10, 0]), message("good"));
    const reader = here.read(here.dovecot.mailbox({ pollMs: LONG }), around);
    await reader.received.until(isAny, 4);
    await reader.stop();
    assert.deepEqual(
      reader.received.all.map((one) => one.reason),
      ["failed", "failed", "sender_not_verified", null],
    );
    assert.deepEqual(await mailEvents(here.app, "T-1"), ["good"]);
    assert.equal(
      (await here.dovecot.mails()).every((mail) => mail.flags.includes("$Crossdesk")),
      true,
    );
  });
});
