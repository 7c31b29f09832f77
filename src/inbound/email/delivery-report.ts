// What a mail server reports of a mail of ours: RFC 3464 as it is written, and as much as can be made out where it is not. Pure.
// It is read from the mail's bytes, bounded, and says nothing of whether the report is to be believed.
import { REPORT_ACTIONS, type RecipientReport } from "../../core/mail-effects.ts";
import { type Field, messageIdOf, readFields, valuesOf } from "./header.ts";

/** A report, and what it tells of the mail it reports on. */
export interface DeliveryReport {
  recipients: RecipientReport[];
  /** Message ids without angle brackets that may be that mail's, the surest first. */
  messageIds: string[];
  /** Values of our own mark in the header that came back. */
  marks: string[];
}

const MOST_BYTES = 512 * 1024;
const MOST_PARTS = 50;
const MOST_RECIPIENTS = 50;
const MOST_TEXT = 1_000;
const MOST_DEPTH = 4;

/** Reads the report out of a mail that is one. */
export function readDeliveryReport(raw: Buffer): DeliveryReport {
  const parts = partsOf(raw.toString("latin1", 0, MOST_BYTES), MOST_DEPTH);
  const fields = readFields(raw) ?? [];
  const returned = parts.filter(({ type }) => type === "message/rfc822" || type === "text/rfc822-headers").map(returnedFields);
  const said = parts.filter(({ type }) => type === "message/delivery-status" || type === "message/global-delivery-status");
  const recipients = said.flatMap(({ body }) => recipientsOf(body)).slice(0, MOST_RECIPIENTS);
  const text = parts.find(({ type }) => type.startsWith("text/") && type !== "text/rfc822-headers")?.body ?? "";
  const inText = fieldsIn(text);
  return {
    recipients: recipients.length > 0 ? recipients : guessed(fields, text),
    messageIds: [...new Set([...returned.flatMap(idsOf), ...idsOf(inText), ...idsNamed(fields)])].slice(0, 20),
    marks: [...returned, inText].flatMap((one) => valuesOf(one, "x-crossdesk")).slice(0, 5),
  };
}

interface Part {
  type: string;
  body: string;
}

/** The leaves of a mail in order, decoded. What is not closed or not well-formed ends where it ends. */
function partsOf(mail: string, depth: number): Part[] {
  const split = /\r?\n\r?\n/.exec(mail);
  const head = split ? mail.slice(0, split.index + 1) : mail;
  const body = split ? mail.slice(split.index + split[0].length) : "";
  const fields = readFields(Buffer.from(head, "latin1")) ?? [];
  const [value = ""] = valuesOf(fields, "content-type");
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(value)?.[0].toLowerCase() ?? "text/plain";
  const boundary = /;\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(value);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (type.startsWith("multipart/") && mark !== undefined && depth > 0) {
    const pieces = `\n${body}`.split(`\n--${mark}`).slice(1, MOST_PARTS);
    return pieces.filter((one) => !one.startsWith("--")).flatMap((one) => partsOf(one.replace(/^[^\n]*\n/, ""), depth - 1));
  }
  return [{ type, body: decoded(body, valuesOf(fields, "content-transfer-encoding")[0] ?? "") }];
}

function decoded(body: string, encoding: string): string {
  const way = encoding.toLowerCase();
  if (way === "base64") return Buffer.from(body, "base64").toString("latin1");
  if (way !== "quoted-printable") return body;
  return body
    .replace(/=\r?\n/g, "")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const returnedFields = ({ body }: Part): Field[] => readFields(Buffer.from(body, "latin1")) ?? [];

/** Header lines of the returned mail that stand in the text itself, as older servers write them. */
function fieldsIn(text: string): Field[] {
  return [...text.matchAll(/^[ \t>]*(message-id|x-crossdesk):[ \t]*(\S[^\r\n]*)/gim)]
    .slice(0, 10)
    .map(([, name = "", value = ""]) => ({ name: name.toLowerCase(), value }));
}

function idsOf(fields: readonly Field[]): string[] {
  const id = messageIdOf(fields);
  return id === null ? [] : [id.slice(1, -1)];
}

function idsNamed(fields: readonly Field[]): string[] {
  const values = ["in-reply-to", "references", "x-original-message-id", "original-message-id"].flatMap((name) =>
    valuesOf(fields, name),
  );
  return [
    ...values
      .join(" ")
      .slice(0, 16_384)
      .matchAll(/<([^<>\s]{1,900})>/g),
  ]
    .map((found) => found[1] as string)
    .reverse();
}

/** The blocks of a delivery-status part behind the first, one for each recipient. */
function recipientsOf(body: string): RecipientReport[] {
  const blocks = body
    .split(/\r?\n[ \t]*\r?\n/)
    .map((block) => readFields(Buffer.from(`${block.trim()}\r\n\r\n`, "latin1")) ?? []);
  return blocks.flatMap((fields) => {
    const action = valuesOf(fields, "action")[0]?.toLowerCase();
    const known = REPORT_ACTIONS.find((one) => one === action?.split(/[\s(;]/)[0]);
    if (known === undefined) return [];
    const recipient = typed(valuesOf(fields, "final-recipient")[0] ?? valuesOf(fields, "original-recipient")[0]);
    const status = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(valuesOf(fields, "status")[0] ?? "")?.[0] ?? null;
    return [{ recipient, action: known, status, diagnostic: typed(valuesOf(fields, "diagnostic-code")[0]) }];
  });
}

/** The value behind its type: `rfc822; noc@acme.example`, `smtp; 550 5.1.1 …`. */
function typed(value: string | undefined): string | null {
  const text = value
    ?.replace(/^[\w-]+\s*;\s*/, "")
    .replace(/\s+/g, " ")
    .trim();
  return text ? text.slice(0, MOST_TEXT) : null;
}

/** A server that writes no status part says by whom it could not be taken, or nothing at all: then only that it failed. */
function guessed(fields: readonly Field[], text: string): RecipientReport[] {
  const status = /\b[45]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0] ?? null;
  const line = /^.*\b[45]\d\d[ -][^\r\n]*$/m.exec(text)?.[0].trim().slice(0, MOST_TEXT) ?? null;
  const named = valuesOf(fields, "x-failed-recipients").flatMap((value) => value.split(/[\s,]+/));
  const recipients = named.filter((one) => one.includes("@")).slice(0, MOST_RECIPIENTS);
  const action = status?.startsWith("4") ? "delayed" : "failed";
  return (recipients.length > 0 ? recipients : [null]).map((recipient) => ({ recipient, action, status, diagnostic: line }));
}
