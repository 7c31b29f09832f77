// Bodies of the worst kinds, as large as a request may be: each tries to make the reader of XML work long or hold much. Made when
// asked for, as together they are large.
import { gzipSync } from "node:zlib";
import { NAMESPACE, OPERATION } from "./soap-channel.ts";

export interface HostileBody {
  name: string;
  make(bytes: number): { body: Buffer; headers?: Readonly<Record<string, string>> };
}

const OPEN = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>';
const CLOSE = "</s:Body></s:Envelope>";

/** A whole envelope of `bytes` in which `piece` comes again and again inside the first parameter. */
function inValue(bytes: number, piece: string, before = "", after = ""): Buffer {
  const start = `${OPEN}<${OPERATION} xmlns="${NAMESPACE}"><taskId>${before}`;
  const end = `${after}</taskId></${OPERATION}>${CLOSE}`;
  return filled(bytes, start, piece, end);
}

function filled(bytes: number, start: string, piece: string, end: string): Buffer {
  const times = Math.max(0, Math.floor((bytes - start.length - end.length) / Buffer.byteLength(piece)));
  return Buffer.from(start + piece.repeat(times) + end);
}

/** Different pieces by number until `bytes` are reached. */
function counted(bytes: number, start: string, piece: (index: number) => string, end: string): Buffer {
  const pieces: string[] = [start];
  for (let index = 0, left = bytes - start.length - end.length; ; index++) {
    const next = piece(index);
    left -= next.length;
    if (left < 0) return Buffer.from(pieces.join("") + end);
    pieces.push(next);
  }
}

const plain =
  (make: (bytes: number) => Buffer): HostileBody["make"] =>
  (bytes) => ({ body: make(bytes) });

const before = `${OPEN}<${OPERATION} xmlns="${NAMESPACE}"><taskId`;
const ELEMENT_END = `>T</taskId></${OPERATION}>${CLOSE}`;

/** The kinds. A new one is a row of the list. */
export const HOSTILE_BODIES: readonly HostileBody[] = [
  { name: "one long value", make: plain((bytes) => inValue(bytes, "x")) },
  { name: "a value of emoji", make: plain((bytes) => inValue(bytes, "😀")) },
  { name: "a value of references", make: plain((bytes) => inValue(bytes, "&#x41;")) },
  { name: "a value of entities", make: plain((bytes) => inValue(bytes, "&amp;")) },
  { name: "a value of line ends", make: plain((bytes) => inValue(bytes, "\r")) },
  { name: "a value of half characters", make: plain((bytes) => inValue(bytes, "&#xD83D;&#xDE00;")) },
  { name: "a value of first halves", make: plain((bytes) => inValue(bytes, "&#xD83D;")) },
  { name: "CDATA sections", make: plain((bytes) => inValue(bytes, "<![CDATA[x]]>")) },
  { name: "brackets in CDATA", make: plain((bytes) => inValue(bytes, "]", "<![CDATA[", "]]>")) },
  { name: "a comment of dashes", make: plain((bytes) => filled(bytes, `${OPEN}<!--`, " -", `-->${CLOSE}`)) },
  { name: "comments", make: plain((bytes) => filled(bytes, OPEN, "<!---->", CLOSE)) },
  { name: "elements", make: plain((bytes) => filled(bytes, OPEN, "<a/>", CLOSE)) },
  { name: "depth", make: plain((bytes) => filled(bytes, OPEN, "<a>", "")) },
  { name: "attributes", make: plain((bytes) => counted(bytes, before, (index) => ` a${index}=""`, ELEMENT_END)) },
  { name: "one attribute again", make: plain((bytes) => filled(bytes, before, ' a=""', ELEMENT_END)) },
  {
    name: "namespaces",
    make: plain((bytes) => counted(bytes, before, (index) => ` xmlns:a${index}="u"`, ELEMENT_END)),
  },
  { name: "a long attribute", make: plain((bytes) => filled(bytes, `${before} a="`, "x", `"${ELEMENT_END}`)) },
  {
    name: "a long attribute of references",
    make: plain((bytes) => filled(bytes, `${before} a="`, "&lt;", `"${ELEMENT_END}`)),
  },
  { name: "a long name", make: plain((bytes) => filled(bytes, `${OPEN}<`, "x", `/>${CLOSE}`)) },
  { name: "a long prefix", make: plain((bytes) => filled(bytes, `${OPEN}<`, "x", `:y/>${CLOSE}`)) },
  { name: "white space", make: plain((bytes) => filled(bytes, OPEN, " ", CLOSE)) },
  { name: "white space before all", make: plain((bytes) => filled(bytes, "", "\n", `${OPEN}${CLOSE}`)) },
  { name: "white space in a tag", make: plain((bytes) => filled(bytes, before, " ", ELEMENT_END)) },
  { name: "a document type", make: plain((bytes) => filled(bytes, "<!DOCTYPE a [", '<!ENTITY a "b">', "]><a/>")) },
  { name: "a processing instruction", make: plain((bytes) => filled(bytes, `${OPEN}<?p `, "?", `?>${CLOSE}`)) },
  { name: "a declaration without end", make: plain((bytes) => filled(bytes, '<?xml version="1.0" ', " ", "")) },
  { name: "less-than signs", make: plain((bytes) => Buffer.alloc(bytes, "<")) },
  { name: "ampersands", make: plain((bytes) => inValue(bytes, "&")) },
  { name: "bytes that are no UTF-8", make: plain((bytes) => Buffer.alloc(bytes, 0xff)) },
  { name: "zeros", make: plain((bytes) => Buffer.alloc(bytes)) },
  {
    name: "UTF-16",
    make: (bytes) => ({
      body: Buffer.from(inValue(bytes / 2, "x").toString(), "utf16le"),
      headers: { "Content-Type": "text/xml; charset=utf-16" },
    }),
  },
  {
    name: "shift_jis",
    make: (bytes) => ({ body: inValue(bytes, "x"), headers: { "Content-Type": "text/xml; charset=shift_jis" } }),
  },
  {
    name: "a header that must be understood",
    make: plain((bytes) => filled(bytes, OPEN.replace("<s:Body>", "<s:Header>"), '<h s:mustUnderstand="1"/>', "")),
  },
  {
    name: "a bomb",
    make: (bytes) => ({ body: gzipSync(Buffer.alloc(bytes * 16)), headers: { "Content-Encoding": "gzip" } }),
  },
  {
    name: "empty members of gzip",
    make: (bytes) => {
      const member = gzipSync("");
      return {
        body: Buffer.concat(Array.from({ length: bytes / member.length }, () => member)),
        headers: { "Content-Encoding": "gzip" },
      };
    },
  },
];
