// Reads a mail that is a single plain text, as most partners' systems write them, many times faster than a reader of every kind of mail. It
// gives exactly what that one gives, or null for whatever is not plainly well-formed: then that one reads it.
import { decodeBase64, decodeFlowed, decodeQuotedPrintable, decodeWords } from "./quick-decode.ts";

/** What is read of a mail of one part. `html` says that `text` is HTML still. */
export interface QuickMail {
  subject: string;
  text: string;
  html: boolean;
}

const CR = 13;
const LF = 10;
/** Longer ones are rare, and read by a reader that takes them piece by piece. */
const MOST_BYTES = 1024 * 1024;
/** Tabs, line ends and what can be printed. */
const PLAIN = /^[\t\r\n -~]*$/;

/** Reads a mail of one text part. */
export function quickRead(raw: Buffer): QuickMail | null {
  if (raw.length > MOST_BYTES) return null;
  const end = headerEnd(raw);
  if (end === null) return null;
  const header = headerOf(raw.subarray(0, end.header).toString("latin1"));
  const kind = header && kindOf(header);
  if (!kind) return null;
  const subject = header.subject === undefined ? "" : decodeWords(header.subject);
  const bytes = DECODERS[kind.encoding]?.(raw.subarray(end.body));
  if (subject === null || !bytes) return null;
  const unfolded = kind.flowed ? decodeFlowed(bytes, kind.delSp) : bytes;
  const text = unfolded && textOf(unfolded, kind.charset);
  return text === null ? null : { subject, text: text.replace(/\r?\n/g, "\n"), html: kind.html };
}

/** Where the header ends and the body begins: at the first line with nothing in it. */
function headerEnd(raw: Buffer): { header: number; body: number } | null {
  if (raw[0] === LF || raw[0] === CR) return null;
  for (let at = raw.indexOf(LF); at !== -1; at = raw.indexOf(LF, at + 1)) {
    if (raw[at + 1] === LF) return { header: at + 1, body: at + 2 };
    if (raw[at + 1] === CR && raw[at + 2] === LF) return { header: at + 1, body: at + 3 };
  }
  return null;
}

const WANTED = ["subject", "content-type", "content-transfer-encoding", "content-disposition"] as const;
type Header = Partial<Record<(typeof WANTED)[number], string>>;

/** The fields that matter, unfolded; null when one is there twice, or a line is not plainly a field. */
function headerOf(block: string): Header | null {
  if (!PLAIN.test(block) || /\r(?!\n)/.test(block)) return null;
  const header: Header = {};
  for (const line of block.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    if (line === "") continue;
    const found = /^([!-9;-~]+):(.*)$/.exec(line);
    if (!found) return null;
    const name = (found[1] as string).toLowerCase() as (typeof WANTED)[number];
    if (!WANTED.includes(name)) continue;
    if (header[name] !== undefined) return null;
    header[name] = (found[2] as string).trim();
  }
  return header;
}

interface Kind {
  html: boolean;
  charset: string;
  encoding: string;
  flowed: boolean;
  delSp: boolean;
}

/** A name and a value that need no second look: no escapes, no continuations (RFC 2231), no comments. */
const PARAMETER = /[ \t]*;[ \t]*([a-z-]+)=(?:"([^"\\%?=]*)"|([!#$&+.0-9A-Z^_`a-z{|}~-]+))[ \t]*/y;
const TYPE = /^text\/(plain|html)/i;

function kindOf(header: Header): Kind | null {
  if (!/^(?:inline)?$/i.test(header["content-disposition"] ?? "")) return null;
  const encoding = (header["content-transfer-encoding"] ?? "").toLowerCase();
  const type = header["content-type"] ?? "text/plain";
  const [whole = "", subtype = ""] = TYPE.exec(type) ?? [];
  const parameters = subtype === "" ? null : parametersOf(type.toLowerCase(), whole.length);
  if (parameters === null) return null;
  const { charset = "utf-8", format = "", delsp = "" } = parameters;
  const flowed = format.trim() === "flowed";
  return { html: subtype.toLowerCase() === "html", charset: charset || "utf-8", encoding, flowed, delSp: delsp.trim() === "yes" };
}

/** The parameters of a type, or null when they do not end with the field, one is there twice, or one says that there are parts. */
function parametersOf(type: string, from: number): Record<string, string> | null {
  const parameters: Record<string, string> = {};
  PARAMETER.lastIndex = from;
  let at = from;
  for (let found = PARAMETER.exec(type); found; found = PARAMETER.exec(type)) {
    const [, name = "", quoted, plain = ""] = found;
    if (Object.hasOwn(parameters, name) || name === "boundary" || name === "name") return null;
    parameters[name] = quoted ?? plain;
    at = PARAMETER.lastIndex;
  }
  return ["", ";"].includes(type.slice(at).trim()) ? parameters : null;
}

const asItIs = (bytes: Buffer): Buffer => bytes;
const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer | null>> = {
  "": asItIs,
  "7bit": asItIs,
  "8bit": asItIs,
  binary: asItIs,
  base64: decodeBase64,
  "quoted-printable": decodeQuotedPrintable,
};

/** Charsets that are read as UTF-8, those that are windows-1252 in truth, and others whose first half is ASCII. */
const UTF8: readonly string[] = ["utf-8", "utf8", "us-ascii", "ascii"];
const WESTERN: readonly string[] = ["iso-8859-1", "windows-1252"];
const ASCII_BELOW: readonly string[] = ["iso-8859-15", "iso-8859-2", "windows-1250", "windows-1251", "koi8-r"];
const WESTERN_TEXT = new TextDecoder("windows-1252");

function textOf(bytes: Buffer, charset: string): string | null {
  if (UTF8.includes(charset)) return bytes.toString();
  const isAscii = !bytes.some((byte) => byte > 0x7f);
  if (isAscii) return WESTERN.includes(charset) || ASCII_BELOW.includes(charset) ? bytes.toString("latin1") : null;
  // Five bytes mean nothing in it; readers differ in what they make of them.
  if (!WESTERN.includes(charset) || bytes.some((byte) => UNDEFINED.includes(byte))) return null;
  return WESTERN_TEXT.decode(bytes);
}

const UNDEFINED: readonly number[] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];
