// Writes mails as a partner's program would: the tag block of docs/email.md, in UTF-8 and base64.
import type { TaskCommand } from "../../src/inbound/email/on-task.ts";
import { isSpecial, type TagRules } from "../../src/inbound/email/tags.ts";

export interface Envelope {
  from: string;
  to: string;
  /** Without angle brackets; null leaves the field out. */
  messageId: string | null;
  subject?: string;
  date?: string;
  /** More header lines, above the others. */
  headers?: readonly string[];
}

const RULES: TagRules = { formats: [{ before: "[[", middle: "]]:", after: "" }], labels: new Map() };

/** A whole mail whose tags stand for exactly this command, in the default tag format. */
export function mailFor(command: TaskCommand, envelope: Envelope): Buffer {
  return mailOf(`${tagLines(command).join("\n")}\n`, envelope);
}

/** A whole mail with this text. */
export function mailOf(text: string, { from, to, messageId, subject = "Task", date, headers = [] }: Envelope): Buffer {
  const encoded = Buffer.from(text.replaceAll("\n", "\r\n")).toString("base64").replace(/.{76}/g, "$&\r\n");
  const lines = [
    ...headers,
    `From: ${from}`,
    `To: ${to}`,
    ...(messageId === null ? [] : [`Message-ID: <${messageId}>`]),
    `Date: ${date ?? "Sat, 31 Jan 2026 14:00:00 +0000"}`,
    `Subject: =?utf-8?B?${Buffer.from(subject).toString("base64")}?=`,
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    encoded,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n`);
}

const ACTIONS = { acknowledge: "acknowledgement", update_message: "update", reassignment: "reassignment" } as const;

function tagLines(command: TaskCommand): string[] {
  const texts = command.type === "reassignment" ? reassignmentTags(command) : { Message: command.message };
  const tags = { Action: ACTIONS[command.type], TaskId: command.task, ExternalReference: command.reference, ...texts };
  const lines = Object.entries(tags).flatMap(([label, value]) => (value ? [`[[${label}]]: ${escaped(value)}`] : []));
  return [...lines, "[[End]]:"];
}

function reassignmentTags(command: Extract<TaskCommand, { type: "reassignment" }>): Record<string, string | null | undefined> {
  const resolvedAt = typeof command.resolvedAt === "number" ? new Date(command.resolvedAt).toISOString() : null;
  return { Status: command.outcome, ResolvedAt: resolvedAt, Solution: command.solution, Reason: command.reason };
}

/** Puts a backslash before each line but the first that would not be read as text as it stands. */
function escaped(value: string): string {
  const [first, ...more] = value.split("\n");
  return [first, ...more.map((line) => (isSpecial(line.replace(/^\\+/, ""), RULES) ? `\\${line}` : line))].join("\n");
}
