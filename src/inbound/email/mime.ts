// The parts of a mail, by mailparser: its subject, the text a reader would see, and its files. Runs in the parsing threads only: a hostile
// mail may make it slow.
import { createRequire } from "node:module";
import { type Attachment, MailParser } from "mailparser";
import { quickRead } from "./quick-read.ts";

/** A part that is no text of the mail, as it was sent. */
export interface MimeFile {
  /** As its sender names it; null for a part without a name. */
  name: string | null;
  contentType: string;
  /** A picture that stands in the text. */
  inline: boolean;
  /** As the text may name it; empty without one. */
  contentId: string;
  /** SHA-256, hex. */
  sha256: string;
  /** In memory of its own. */
  content: Uint8Array;
}

export interface Mime {
  subject: string;
  text: string;
  files: MimeFile[];
}

/** A node of the tree mailparser builds. It is not in its documented interface, so a test pins what is used of it. */
interface Part {
  contentType?: string | false;
  charset?: string;
  textContent?: string;
  isAttachment?: boolean;
  children: Part[];
}

/** Most parts and nested multiparts; a mail beyond is for a person to look at. */
const MOST_PARTS = 500;
const MOST_MULTIPARTS = 100;

/** Counts what makes parsing costly, before any of it is parsed. */
export function excessOf(raw: Buffer): string | null {
  const text = raw.toString("latin1");
  if (hits(text, /^content-type[ \t]*:/gim) > MOST_PARTS) return "The mail has too many parts.";
  return hits(text, /boundary[ \t]*\*?[0-9*]*=/gi) > MOST_MULTIPARTS ? "The parts of the mail are nested too deep." : null;
}

function hits(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count++;
  return count;
}

/** A message in a message is a file to mailparser, as one that is attached: neither its text nor its subject is the sender's. */
const OPTIONS = {
  checksumAlgo: "sha256",
  ignoreEmbedded: true,
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
};

type Streamed = Attachment & { content: NodeJS.ReadableStream; release(): void };
type Found = { part: Streamed; chunks: Buffer[] };

/** Reads a mail; null when it is malformed beyond reading. A mail of one text part is read the quick way where that does. */
export async function readMime(raw: Buffer): Promise<Mime | null> {
  const quick = quickRead(raw);
  if (quick === null) return readAnyMime(raw);
  const text = quick.html ? textOfHtml(quick.text) : quick.text;
  return text === null ? null : { subject: printable(quick.subject), text: printable(text), files: [] };
}

/** The same for every kind of mail. */
export function readAnyMime(raw: Buffer): Promise<Mime | null> {
  return new Promise((resolve) => {
    const parser = new MailParser(OPTIONS as object);
    const found: Found[] = [];
    let subject = "";
    parser.on("error", () => resolve(null));
    parser.on("headers", (headers: Map<string, unknown>) => {
      const value = headers.get("subject");
      if (typeof value === "string") subject = value;
    });
    parser.on("data", (part: { type: string } & Streamed) => {
      if (part.type !== "attachment") return;
      const chunks: Buffer[] = [];
      found.push({ part, chunks });
      part.content.on("data", (chunk: Buffer) => chunks.push(chunk));
      part.content.on("end", () => part.release());
    });
    parser.on("end", () => {
      const { tree } = parser as unknown as { tree: Part | false };
      const others = tree ? sortOut(tree, found) : found;
      const text = tree ? textOf(tree) : "";
      const html = tree ? htmlOf(tree) : "";
      const files = others.map((one) => fileOf(one, html));
      resolve(text === null ? null : { subject: printable(subject), text: printable(text), files });
    });
    parser.end(raw);
  });
}

interface Leaf {
  part: Part;
  /** It stands among the alternatives to a text. */
  isAlternative: boolean;
}

/** The parts that are no text to mailparser, in the order in which it hands them over. */
function leavesOf(part: Part, isAlternative = false): Leaf[] {
  if (part.isAttachment) return [{ part, isAlternative }];
  return part.children.flatMap((child) => leavesOf(child, part.contentType === "multipart/alternative"));
}

/** Gives the parts that are files. A part whose type is none is plain text (RFC 2045 section 5.2), and read with the others. */
function sortOut(tree: Part, found: readonly Found[]): Found[] {
  const leaves = leavesOf(tree);
  return found.filter((one, index) => {
    const { part, isAlternative = false } = leaves[index] ?? {};
    if (!part || !isBare(one.part)) return true;
    if (typeof part.contentType === "string" && !/^[^\s/]+\/[^\s/]+$/.test(part.contentType)) {
      Object.assign(part, { isAttachment: false, contentType: "text/plain", textContent: Buffer.concat(one.chunks).toString() });
      return false;
    }
    return !isAlternative || !isOtherForm(one.part);
  });
}

const isBare = ({ contentDisposition, filename }: Streamed): boolean =>
  contentDisposition === undefined && filename === undefined;

/** The same words once more for a program that shows them otherwise (AMP, a watch); an appointment is more than its words. */
const isOtherForm = ({ contentType }: Streamed): boolean => /^text\/(?!calendar)/.test(contentType || "");

function fileOf({ part, chunks }: Found, html: string): MimeFile {
  const contentType = `${part.contentType || "application/octet-stream"}${charsetOf(part)}`;
  const inText = part.related === true && part.contentDisposition !== "attachment";
  const named = part.cid !== undefined && part.cid !== "" && html.includes(`cid:${part.cid}`);
  return {
    name: part.filename ?? null,
    contentType,
    inline: contentType.startsWith("image/") && (inText || named),
    contentId: part.cid ?? "",
    sha256: part.checksum,
    content: ownMemory(chunks),
  };
}

/** A file of text is read by others in the charset it was sent in. */
function charsetOf({ contentType, headers }: Streamed): string {
  if (!/^text\//.test(contentType || "")) return "";
  const { params } = (headers.get("content-type") ?? {}) as { params?: { charset?: string } };
  return params?.charset ? `; charset=${params.charset}` : "";
}

function ownMemory(chunks: readonly Buffer[]): Uint8Array {
  const own = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    own.set(chunk, at);
    at += chunk.length;
  }
  return own;
}

/** NUL cannot be stored or sent on by everyone; a lone surrogate by no one. */
function printable(text: string): string {
  return text.replaceAll("\0", "\uFFFD").toWellFormed();
}

function htmlOf(part: Part): string {
  if (part.isAttachment) return "";
  const own = part.contentType === "text/html" ? (part.textContent ?? "") : "";
  return own + part.children.map(htmlOf).join("");
}

/**
 * The text a reader would see: of alternatives the first that says anything (plain text comes first, RFC 2046 section
 * 5.1.4), of other parts all in turn. A forwarded message is an attachment, not the sender's words. Null when it cannot be read.
 */
function textOf(part: Part): string | null {
  // What stands in a digest are messages, even where it does not say so (RFC 2046 section 5.1.5).
  if (part.isAttachment || part.contentType === "message/rfc822" || part.contentType === "multipart/digest") return "";
  // Letters that stand for others hide words from whoever looks at the mail before it is read.
  if (/utf-?7/i.test(part.charset ?? "")) return null;
  if (part.contentType === "text/plain") return part.textContent ?? "";
  if (part.contentType === "text/html") return textOfHtml(part.textContent ?? "");
  const read = part.children.map(textOf);
  if (read.includes(null)) return null;
  const texts = read.filter((text) => text?.trim());
  return part.contentType === "multipart/alternative" ? (texts[0] ?? "") : texts.join("\n");
}

// mailparser would wrap lines at 80 characters, which cuts tag values in two; the library it uses can be told not to.
const { htmlToText } = createRequire(import.meta.url)("html-to-text") as { htmlToText(html: string, options: object): string };
/** No mail program nests so deep, and what it costs grows with the square of the depth. */
const DEEPEST_HTML = 256;
/** Stands where something deeper was left out. */
const LEFT_OUT = "\u{FFFFF}";

/** What the library does before it knows the depth costs the square of it: so many elements that nobody closes are refused at once. */
const MOST_OPEN = 50_000;
const TAG = /<(\/?)([a-z][a-z0-9]*)/gi;
/** Without an end, or ended by the next of their kind. */
const NEVER_OPEN =
  /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr|p|li|td|th|tr|dt|dd|option|optgroup)$/i;

function isLeftOpen(html: string): boolean {
  let open = 0;
  for (const [, end, name = ""] of html.matchAll(TAG)) {
    if (!NEVER_OPEN.test(name)) open = Math.max(0, open + (end ? -1 : 1));
    if (open > MOST_OPEN) return true;
  }
  return false;
}

/** Null for HTML that is nested too deep to be read. */
function textOfHtml(html: string): string | null {
  if (html.length > MOST_OPEN && isLeftOpen(html)) return null;
  try {
    const text = htmlToText(html, HTML);
    return text.includes(LEFT_OUT) ? null : text;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** What no reader sees says nothing. */
const HIDDEN = ["display:none", "display: none", "visibility:hidden", "visibility: hidden"].map(
  (style) => `[style*="${style}" i]`,
);
const plain = (selector: string): object => ({ selector, options: { uppercase: false } });
const HTML = {
  wordwrap: false,
  limits: { maxDepth: DEEPEST_HTML, ellipsis: LEFT_OUT },
  selectors: [
    { selector: "a", options: { ignoreHref: true } },
    ...["img", "[hidden]", ...HIDDEN].map((selector) => ({ selector, format: "skip" })),
    // A row of a table is a line, as a template of a ticket system means it.
    { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    ...["td", "th"].map((selector) => ({ selector, format: "inlineSurround", options: { prefix: "", suffix: " " } })),
    ...["h1", "h2", "h3", "h4", "h5", "h6", "table"].map(plain),
  ],
};
