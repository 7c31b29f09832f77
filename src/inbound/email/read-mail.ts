// Turns the bytes of a mail into a plain object. Runs in the parsing threads only: a hostile mail may make it slow.
import { createHash } from "node:crypto";
import { sharedAtOnce } from "../../lib/shared-bytes.ts";
import { maskMail } from "../kept/mask.ts";
import { type AnswerMarks, answerMarks } from "./answer-header.ts";
import { type DeliveryReport, readDeliveryReport } from "./delivery-report.ts";
import { type Field, fromAddress, messageIdOf, readFields, valuesOf } from "./header.ts";
import { filesOf, type MailFile } from "./mail-files.ts";
import { isByMachine, type MailKind, natureOf } from "./mail-kind.ts";
import { excessOf, type Mime, readMime } from "./mime.ts";
import { readableText } from "./readable.ts";

/** What Crossdesk keeps of a mail. */
export interface Mail {
  /** The one From address in lower case, or null when there is not exactly one. */
  from: string | null;
  subject: string;
  messageId: string | null;
  /** The Date field as it stands. */
  date: string | null;
  /** The body as text with line feeds, from HTML when there is no plain text. */
  text: string;
  kind: MailKind;
  /** Whether a machine wrote it. */
  automatic: boolean;
  /** Whether its sender may be written to without being asked. */
  answerable: boolean;
  /** Of a bounce: what a mail server says of a mail of ours. */
  report: DeliveryReport | null;
  /** Authentication-Results fields from the top. */
  authentication: string[];
  /** What may show that it answers a mail of ours. */
  answers: AnswerMarks;
  files: MailFile[];
  /** SHA-256, base64url, over sender, subject, date, text and attachments: the same mail by another route has the same. */
  hash: string;
  /** Its bytes without keys and reply tokens; null where there are none in it. */
  masked: Uint8Array | null;
}

/** A mail, or why it cannot be read. */
export type ReadMail = { ok: true; mail: Mail } | { ok: false; reason: "too_large" | "unreadable"; detail: string };

/** Most characters of text; a mail beyond is for a person to look at. */
const MOST_TEXT = 1_000_000;
const MOST_RESULTS = 20;

/** Reads a whole mail. Rejects only for faults of ours; a broken mail is a result. */
export async function readMail(raw: Buffer): Promise<ReadMail> {
  const fields = readFields(raw);
  if (fields === null) return { ok: false, reason: "unreadable", detail: "The header is too long." };
  const excess = excessOf(raw);
  if (excess !== null) return { ok: false, reason: "unreadable", detail: excess };
  const mime = await readMime(raw);
  if (mime === null) return { ok: false, reason: "unreadable", detail: "The mail is malformed, or in UTF-7, which is not read." };
  if (mime.text.length > MOST_TEXT) return { ok: false, reason: "too_large", detail: "The text of the mail is too long." };
  const mail = mailOf(fields, mime, await filesOf(mime.files), raw);
  return { ok: true, mail: mail.kind === "bounce" ? { ...mail, report: readDeliveryReport(raw) } : mail };
}

function mailOf(fields: readonly Field[], mime: Mime, files: MailFile[], raw: Buffer): Mail {
  const { subject } = mime;
  const text = readableText(mime.text);
  const from = fromAddress(fields);
  const date = valuesOf(fields, "date")[0] ?? null;
  const { kind, answerable } = natureOf(fields, subject);
  const attachments = mime.files.map((one) => one.sha256);
  const content = JSON.stringify([from ?? valuesOf(fields, "from"), subject, date, text, attachments]);
  const { bytes, masked } = maskMail(raw);
  return {
    from,
    subject,
    messageId: messageIdOf(fields),
    date,
    text,
    kind,
    automatic: isByMachine(kind),
    answerable,
    report: null,
    authentication: valuesOf(fields, "authentication-results").slice(0, MOST_RESULTS),
    answers: answerMarks(fields),
    files,
    hash: createHash("sha256").update(content).digest("base64url"),
    masked: masked ? sharedAtOnce(bytes) : null,
  };
}
