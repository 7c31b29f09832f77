// From a mail to the store: one commit for its effect and its position, one effect for the same mail, a reason for the rest.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import Database from "better-sqlite3";
import { createMailParser, MAIL_LIMIT, type MailParser } from "../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailPosition, type MailReceiver } from "../../src/inbound/email/receive.ts";
import type { Answered } from "../../src/inbound/visit.ts";
import type { LogFields } from "../../src/lib/log.ts";
import type { Mailbox } from "../../src/store/site.ts";
import { startApp, type TestApp } from "../helpers/app.ts";
import { startDovecot } from "../helpers/dovecot.ts";
import { type Envelope, mailFor, mailOf } from "../helpers/mail.ts";
import { lacking } from "../helpers/packages.ts";
import { happenings, mailEvents } from "./email-harness.ts";
import { KEEPING } from "../helpers/kept.ts";

const MAILBOX: Mailbox = {
  name: "desk",
  host: null,
  port: 143,
  security: "tls",
  user: "",
  password: "",
  folder: "INBOX",
  trust: { kind: "sender" },
  tagFormat: "[[LABEL]]: [[Value]]",
  taskPatterns: [],
  pollMs: 60_000,
};

interface QuarantineRow {
  reason: string;
  detail: string | null;
  sender: string | null;
  about: string;
  bytes: number;
}

suite("receiving mails", () => {
  let folder: string;
  let app: TestApp;
  let parser: MailParser;
  let receiver: MailReceiver;
  const answered: Answered[] = [];
  let lastUid = 0;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crossdesk-mail-"));
    app = await startApp({ databaseUrl: `sqlite:${path.join(folder, "test.db")}` });
    parser = createMailParser();
    const report = (_visit: unknown, answer: Answered): void => void answered.push(answer);
    receiver = createMailReceiver({ ...KEEPING, door: app.door, site: app.app.store.site, log: () => undefined, report, parser });
  });
  after(async () => {
    await parser.close();
    await app.close();
    await rm(folder, { recursive: true });
  });

  const quarantined = (subject: string): QuarantineRow[] => {
    const database = new Database(path.join(folder, "test.db"), { readonly: true });
    try {
      return database
        .prepare("select m.*, code as reason from messages m where subject = ? order by at")
        .all(subject) as QuarantineRow[];
    } finally {
      database.close();
    }
  };
  const next = (): MailPosition => ({ uidValidity: "7", before: lastUid, after: ++lastUid });
  const receive = (raw: Buffer, position: MailPosition | null = null) =>
    receiver.receive(MAILBOX, { raw, position, requestId: "r" });
  const from = (more: Partial<Envelope> = {}): Envelope => ({
    from: "noc@acme.example",
    to: "desk@crossdesk.example",
    messageId: "1@acme.example",
    ...more,
  });
  const update = (task: string, message: string, more: Partial<Envelope> = {}): Buffer =>
    mailFor({ type: "update_message", task, message }, from(more));

  test("the same mail again, by another route, with or without Message-ID, has no second effect", async () => {
    const task = await app.createTask();
    const first = await receive(update(task, "one"));
    const again = await receive(update(task, "one", { headers: ["Received: from elsewhere"] }));
    assert.deepEqual(again, { ...first, outcome: "repeated" });
    const nameless = await receive(update(task, "two", { messageId: null }));
    assert.deepEqual(await receive(update(task, "two", { messageId: null })), { ...nameless, outcome: "repeated" });
    assert.deepEqual(await mailEvents(app, task), ["one", "two"]);
  });

  test("another Message-ID, or another text under the same one, is another mail", async () => {
    const task = await app.createTask();
    await receive(update(task, "one"));
    await receive(update(task, "one", { messageId: "2@acme.example" }));
    await receive(update(task, "two"));
    assert.deepEqual(await mailEvents(app, task), ["one", "one", "two"]);
  });

  test("the position moves with every outcome, and a stale one changes nothing at all", async () => {
    const task = await app.createTask();
    const mail = update(task, "one");
    assert.equal((await receive(mail, next())).outcome, "applied");
    assert.equal((await receive(mail, next())).outcome, "repeated");
    assert.equal((await receive(update("nowhere", "x"), next())).outcome, "quarantined");
    assert.equal((await receive(update(task, "x", { from: "someone@else.example" }), next())).outcome, "quarantined");
    assert.deepEqual(await app.app.store.positions.read("desk"), { uidValidity: "7", lastUid });
    const stale = { uidValidity: "7", before: 1, after: 2 };
    await assert.rejects(receive(update(task, "stale"), stale), { code: "guard_lost" });
    await assert.rejects(receive(update("nowhere", "x", { subject: "stale" }), stale), { code: "guard_lost" });
    assert.deepEqual(await mailEvents(app, task), ["one"]);
    assert.deepEqual(quarantined("stale"), []);
  });

  test("two commands of one mail happen together or not at all", async () => {
    const task = await app.createTask();
    const tags = (status: string): string => `[[TaskId]]: ${task}\n[[Message]]: Took two hours.\n[[Status]]: ${status}\n`;
    const refused = await receive(mailOf(tags("returned"), from({ messageId: "a@x" })));
    assert.equal(refused.reason, "reason_required");
    assert.deepEqual(await mailEvents(app, task), []);
    const done = await receive(mailOf(tags("closed"), from({ messageId: "b@x" })));
    assert.equal(done.events.length, 2);
    assert.deepEqual(await mailEvents(app, task), ["Took two hours.", "task.closed"]);
  });

  test("what is set aside is kept with its reason; of a stranger's mail only the beginning", async () => {
    const long = "x".repeat(200_000);
    await receive(mailOf(`[[TaskId]]: nowhere\n[[Message]]: ${long}\n`, from({ subject: "partner" })));
    await receive(mailOf(long, from({ from: "Some One <someone@else.example>", subject: "stranger", messageId: "s@x" })), next());
    const [partner] = quarantined("partner");
    const [stranger] = quarantined("stranger");
    assert.equal(partner?.reason, "unknown_task");
    assert.ok((partner?.bytes ?? 0) > 200_000);
    const { key, ...about } = JSON.parse(stranger?.about ?? "{}");
    assert.equal(key.scope, "mail:desk");
    assert.deepEqual(
      { ...about, reason: stranger?.reason, detail: stranger?.detail, sender: stranger?.sender },
      {
        ...{ operation: "mail", place: "desk", requestId: "r", messageId: "<s@x>", uidValidity: "7", uid: lastUid },
        keptBytes: 65_536,
        reason: "sender_unknown",
        detail: "No provider has this sender.",
        sender: "someone@else.example",
      },
    );
  });

  test("a refused mail that comes again later, when it fits, is applied", async () => {
    const mail = update("LATER-1", "one");
    assert.equal((await receive(mail)).reason, "unknown_task");
    await app.createTask({ number: "LATER-1" });
    assert.equal((await receive(mail)).outcome, "applied");
  });

  test("a mail above 25 MiB is set aside unread", async () => {
    const raw = Buffer.concat([mailOf("x\n", from({ subject: "huge" })), Buffer.alloc(MAIL_LIMIT, "x")]);
    assert.equal((await receive(raw)).reason, "too_large");
  });

  test("each mail gives one line with its ids, outcome and size, and nothing of its text", async () => {
    const task = await app.createTask();
    answered.length = 0;
    const raw = update(task, "secret words");
    const { events } = await receive(raw);
    await receive(raw);
    await receive(update("nowhere", "secret words"));
    const about = { channel: "email", bytes: raw.length };
    const event = events[0] ?? null;
    const known = answered.map(({ queueMs, ...one }) => one);
    assert.deepEqual(known, [
      { ...about, operation: "update_message", status: 200, outcome: "done", task, event },
      { ...about, operation: "update_message", status: 200, outcome: "repeated", task, event },
      {
        channel: "email",
        operation: "update_message",
        status: 422,
        outcome: "unknown_task",
        task: null,
        event: null,
        bytes: answered[2]?.bytes,
      },
    ]);
  });

  test("a revoked sender is a stranger at once", async () => {
    const task = await app.createTask({ group: "globex-net" });
    const mail = update(task, "one", { from: "noc@globex.example" });
    await app.app.store.admin.apply({ credentials: [{ id: "globex-mail", provider: "globex", email: "@elsewhere.example" }] });
    await app.app.store.refresh();
    assert.equal((await receive(mail)).reason, "sender_unknown");
    assert.deepEqual(await mailEvents(app, task), []);
  });
});

test("a mailbox of the site is read by the running gateway", { skip: lacking("dovecot") }, async () => {
  const dovecot = await startDovecot();
  const lines = happenings<LogFields>();
  const app = await startApp({ onLog: (line) => lines.add(line as LogFields) });
  const task = await app.createTask();
  const { host, port, security, user, password, folder } = dovecot.mailbox();
  const settings = { name: "desk", port, security, user, password, folder, trust: { kind: "sender" as const } };
  await app.app.store.admin.apply({ mailboxes: [{ ...settings, host: host ?? "" }] });
  const envelope = { from: "noc@acme.example", to: "desk@crossdesk.example", messageId: "1@x" };
  await dovecot.append(mailFor({ type: "acknowledge", task, reference: "INC0042" }, envelope));
  await lines.until((line) => line["event"] === "message.answered" && line["channel"] === "email");
  assert.equal((await app.views.task(task, { kind: "desk" }))?.reference, "INC0042");
  assert.doesNotMatch(JSON.stringify(lines.all), new RegExp(password));
  await app.close();
  await dovecot.remove();
});
