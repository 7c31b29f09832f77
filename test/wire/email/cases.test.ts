// Every folder here is a mail and what must come of it. A fault found in the field becomes a folder before it is mended.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, suite, test } from "node:test";
import { createMailParser, type MailParser } from "../../../src/inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver } from "../../../src/inbound/email/receive.ts";
import type { Mailbox } from "../../../src/store/site.ts";
import type { EventView } from "../../../src/store/views/types.ts";
import { startApp, type TestApp } from "../../helpers/app.ts";

interface Expected {
  /** What the case is about. */
  about: string;
  /** Number of a task that is with acme before the mail comes. */
  task: string;
  mailbox?: Partial<Mailbox>;
  outcome: string;
  reason: string | null;
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

/** What a case may say of an event. */
function seen({ type, message, reason, closedByProvider, task }: EventView): Record<string, unknown> {
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
  };
}

function only(event: Record<string, unknown>, wanted: Record<string, unknown> | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name === "type" || (wanted && name in wanted)));
}

suite("mails", () => {
  let app: TestApp;
  let parser: MailParser;
  let receiver: MailReceiver;

  before(async () => {
    app = await startApp();
    // Long enough for a busy machine, short enough for the one case that waits it out.
    parser = createMailParser(3_000);
    receiver = createMailReceiver({
      door: app.door,
      site: app.app.store.site,
      log: () => undefined,
      report: () => undefined,
      parser,
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
      const raw = readFileSync(path.join(folder, name, "mail.eml"));
      const received = await receiver.receive({ ...MAILBOX, ...expected.mailbox }, { raw, position: null, requestId: name });
      assert.deepEqual(
        { outcome: received.outcome, reason: received.reason },
        { outcome: expected.outcome, reason: expected.reason },
      );
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
