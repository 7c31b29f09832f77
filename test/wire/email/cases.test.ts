// Every folder here is a mail and what must come of it. A fault found in the field becomes a folder before it is mended.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { safeContentType, safeFileName } from "../../../src/core/attachment.ts";
import { createAttachments } from "../../../src/inbound/attachments.ts";
import type { MailFile } from "../../../src/inbound/email/mail-files.ts";
import { createMailParser, MAIL_LIMIT, type MailParser } from "../../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver } from "../../../src/inbound/email/receive.ts";
import { drawId } from "../../../src/lib/ids.ts";
import { makeMailMark, makeReplyToken, type TokenKey } from "../../../src/lib/reply-token.ts";
import type { Mailbox } from "../../../src/store/site.ts";
import type { EventView } from "../../../src/store/views/types.ts";
import { startApp, type TestApp } from "../../helpers/app.ts";
import { KEEPING } from "../../helpers/kept.ts";

interface Expected {
  /** What the case is about. */
  about: string;
  /** Number of a task that is with acme before the mail comes. */
  task: string;
  /** Whether acme has acknowledged it before, as INC0001. */
  acknowledged?: boolean;
  mailbox?: Partial<Mailbox>;
  outcome: string;
  reason: string | null;
  /** What is read of the mail as a file, under the names that are shown; of those taken there is an event too. */
  files?: { name: string; type: string; bytes: number; inline: boolean }[];
  /** The task's events that the mail led to, each with what matters of it. */
  events: Record<string, unknown>[];
}

const MAILBOX: Mailbox = {
  name: "desk",
  host: null,
  port: 143,
  security: "tls",
  user: "desk",
  password: "",
  folder: "INBOX",
  trust: { kind: "sender" },
  tagFormat: "[[LABEL]]: [[Value]]",
  taskPatterns: ["TicketId:\\s*(\\S+)"],
  pollMs: 60_000,
};

const KEY: TokenKey = { version: "a", key: new Uint8Array(32).fill(9) };

/** The mail of a case. `{{TOKEN}}` and `{{MARK}}` are the whole and the short token of its task, `{{OWN}}` the mark of our own mail. */
function mailOf(folder: string, task: string): Buffer {
  const claim = { provider: "acme", system: "acme-mail", task };
  const filled = readFileSync(path.join(folder, "mail.eml"), "latin1")
    .replaceAll("{{TOKEN}}", makeReplyToken(KEY, claim) ?? "")
    .replaceAll("{{MARK}}", makeReplyToken(KEY, claim, 27) ?? "")
    .replaceAll("{{OTHER}}", makeReplyToken(KEY, { ...claim, task: "T-OTHER" }) ?? "")
    .replaceAll("{{OWN}}", makeMailMark(KEY, "0190-event"));
  return Buffer.from(filled, "latin1");
}

const SYSTEM = { name: "acme-mail", provider: "acme" };

/** What a case may say of an event. */
function seen({ type, message, reason, closedByProvider, task, attachment }: EventView): Record<string, unknown> {
  const resolvedAt = typeof task?.resolvedAt === "number" ? new Date(task.resolvedAt).toISOString() : null;
  return {
    type,
    message: message?.text ?? null,
    reason,
    closed: closedByProvider,
    status: task?.status,
    group: task?.group,
    reference: task?.reference,
    solution: task?.solution ?? null,
    resolvedAt,
    file: attachment?.name ?? null,
  };
}

const shown = ({ name, contentType, content, inline }: MailFile): NonNullable<Expected["files"]>[number] => ({
  ...{ name: safeFileName(name), type: safeContentType(contentType), bytes: content.length, inline },
});

function only(event: Record<string, unknown>, wanted: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name === "type" || (wanted && name in wanted)));
}

suite("mails", () => {
  let app: TestApp;
  let parser: MailParser;
  let receiver: MailReceiver;
  let files: readonly MailFile[] = [];

  before(async () => {
    app = await startApp({ site: { systems: [SYSTEM] } });
    // Long enough for a busy machine, short enough for the one case that waits it out.
    parser = createMailParser(3_000);
    const read: MailParser["read"] = async (raw) => {
      const mail = await parser.read(raw);
      files = mail.ok ? mail.mail.files : [];
      return mail;
    };
    receiver = createMailReceiver({
      ...KEEPING,
      door: app.door,
      site: app.app.store.site,
      log: () => undefined,
      report: () => undefined,
      parser: { ...parser, read },
      attachments: createAttachments({ door: app.door, drawId, limitBytes: MAIL_LIMIT, taken: [] }),
      replyKeys: [KEY],
    });
  });
  after(async () => {
    await parser.close();
    await app.close();
  });

  const folder = import.meta.dirname;
  for (const name of readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))) {
    const expected: Expected = JSON.parse(readFileSync(path.join(folder, name, "expected.json"), "utf8"));
    test(`${name}: ${expected.about}`, async () => {
      await app.createTask({ number: expected.task });
      if (expected.acknowledged) {
        const command = { type: "acknowledge" as const, task: expected.task, reference: "INC0001" };
        await app.door.execute({ commands: [command], caller: app.callers.acme, channel: "soap" });
      }
      const raw = mailOf(path.join(folder, name), expected.task);
      const received = await receiver.receive({ ...MAILBOX, ...expected.mailbox }, { raw, position: null, requestId: name });
      assert.deepEqual(
        { outcome: received.outcome, reason: received.reason },
        { outcome: expected.outcome, reason: expected.reason },
      );
      assert.deepEqual(files.map(shown), expected.files ?? []);
      const events = await app.views.taskEvents(expected.task, 0, 100, { kind: "desk" });
      const fromMail = (events?.items ?? []).filter((event) => event.channel === "email");
      assert.deepEqual(
        fromMail.map((event, index) => only(seen(event), expected.events[index])),
        expected.events,
      );
      assert.deepEqual(
        received.events,
        fromMail.map((event) => event.id),
      );
    });
  }
});
