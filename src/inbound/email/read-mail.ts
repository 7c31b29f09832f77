// Turns the bytes of a mail into a small plain object. Runs in the parsing thread only: a hostile mail may make it slow.
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { type Attachment, MailParser } from "mailparser";
import { type AnswerMarks, answerMarks } from "./answer-header.ts";
import { type DeliveryReport, readDeliveryReport } from "./delivery-report.ts";
import { type Field, fromAddress, messageIdOf, readFields, valuesOf } from "./header.ts";
import { isByMachine, type MailKind, natureOf } from "./mail-kind.ts";

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
  /** SHA-256, base64url, over sender, subject, date, text and attachments: the same mail by another route has the same. */
  hash: string;
}

/** A mail, or why it cannot be read. */
export type ReadMail = { ok: true; mail: Mail } | { ok: false; reason: "too_large" | "unreadable"; detail: string };

/** Most parts, nested multiparts and characters of text; a mail beyond is for a person to look at. */
const MOST_PARTS = 500;
const MOST_MULTIPARTS = 100;
const MOST_TEXT = 1_000_000;
const MOST_RESULTS = 20;

/** Reads a whole mail. Rejects only for faults of ours; a broken mail is a result. */
export async function readMail(raw: Buffer): Promise<ReadMail> {
  const fields = readFields(raw);
  if (fields === null) return { ok: false, reason: "unreadable", detail: "The header is too long." };
  const excess = excessOf(raw);
  if (excess !== null) return { ok: false, reason: "unreadable", detail: excess };
  const parsed = await parse(raw);
  if (parsed === null) return { ok: false, reason: "unreadable", detail: "The mail is malformed." };
  if (parsed.text.length > MOST_TEXT) return { ok: false, reason: "too_large", detail: "The text of the mail is too long." };
  const mail = mailOf(fields, parsed);
  return { ok: true, mail: mail.kind === "bounce" ? { ...mail, report: readDeliveryReport(raw) } : mail };
}

function mailOf(fields: readonly Field[], { subject, text, attachments }: Parsed): Mail {
  const from = fromAddress(fields);
  const date = valuesOf(fields, "date")[0] ?? null;
  const { kind, answerable } = natureOf(fields, subject);
  const content = JSON.stringify([from ?? valuesOf(fields, "from"), subject, date, text, attachments]);
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
    hash: createHash("sha256").update(content).digest("base64url"),
  };
}

/** Counts what makes parsing costly, before any of it is parsed. */
function excessOf(raw: Buffer): string | null {
  const text = raw.toString("latin1");
  if (hits(text, /^content-type[ \t]*:/gim) > MOST_PARTS) return "The mail has too many parts.";
  return hits(text, /boundary[ \t]*\*?[0-9*]*=/gi) > MOST_MULTIPARTS ? "The parts of the mail are nested too deep." : null;
}

function hits(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count++;
  return count;
}

interface Parsed {
  subject: string;
  text: string;
  /** SHA-256 of each attachment, in order. */
  attachments: string[];
}

/** A node of the tree mailparser builds. It is not in its documented interface, so a test pins what is used of it. */
interface Part {
  contentType?: string | false;
  textContent?: string;
  isAttachment?: boolean;
  children: Part[];
}

const OPTIONS = { checksumAlgo: "sha256", skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true, skipTextLinks: true };

function parse(raw: Buffer): Promise<Parsed | null> {
  return new Promise((resolve) => {
    const parser = new MailParser(OPTIONS as object);
    const attachments: Attachment[] = [];
    let subject = "";
    parser.on("error", () => resolve(null));
    parser.on("headers", (headers: Map<string, unknown>) => {
      const value = headers.get("subject");
      if (typeof value === "string") subject = value;
    });
    parser.on("data", (data: { type: string } & Attachment & { content: NodeJS.ReadableStream; release(): void }) => {
      if (data.type !== "attachment") return;
      attachments.push(data);
      data.content.on("end", () => data.release());
      data.content.resume();
    });
    parser.on("end", () => {
      const tree = (parser as unknown as { tree: Part | false }).tree;
      resolve({
        subject: printable(subject),
        text: printable(tree ? textOf(tree) : ""),
        attachments: attachments.map((one) => one.checksum),
      });
    });
    parser.end(raw);
  });
}

/** NUL cannot be stored or sent on by everyone; a lone surrogate by no one. */
function printable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

/**
 * The text a reader would see: of alternatives the first that says anything (plain text comes first, RFC 2046 section
 * 5.1.4), of other parts all in turn. A forwarded message is an attachment, not the sender's words.
 */
function textOf(part: Part): string {
  if (part.isAttachment || part.contentType === "message/rfc822") return "";
  if (part.contentType === "text/plain") return part.textContent ?? "";
  if (part.contentType === "text/html") return htmlToText(part.textContent ?? "", HTML);
  const texts = part.children.map(textOf).filter((text) => text.trim() !== "");
  return part.contentType === "multipart/alternative" ? (texts[0] ?? "") : texts.join("\n");
}

// mailparser would wrap lines at 80 characters, which cuts tag values in two; the library it uses can be told not to.
const { htmlToText } = createRequire(import.meta.url)("html-to-text") as { htmlToText(html: string, options: object): string };
const plain = (selector: string): object => ({ selector, options: { uppercase: false } });
const HTML = {
  wordwrap: false,
  selectors: [
    { selector: "a", options: { ignoreHref: true } },
    { selector: "img", format: "skip" },
    ...["h1", "h2", "h3", "h4", "h5", "h6", "table"].map(plain),
  ],
};
