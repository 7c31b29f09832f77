// Bytes to characters: byte order mark, then the header's charset, then the XML declaration, then what is usual. Never fails on a byte.

const FIXED: Readonly<Record<string, "utf8" | "latin1">> = {
  "utf-8": "utf8",
  utf8: "utf8",
  // ASCII is a part of UTF-8; reading it strictly would turn every other letter into a question mark.
  "us-ascii": "utf8",
  ascii: "utf8",
  // Browsers take this label for windows-1252; partners mean what it says.
  "iso-8859-1": "latin1",
  latin1: "latin1",
};

const DECLARED = /^<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/;
const LESS = 0x3c;

/** Decoders by label. Only labels that exist get in, so it stays small. */
const decoders = new Map<string, TextDecoder>();

/**
 * The text of a body. `charset` is the one of the Content-Type header, lower case, or null; `usual` that of a partner whose XML
 * names none, or null for UTF-8. An unknown charset is read as
 * UTF-8, and bytes that are none in the charset become U+FFFD, as ASMX does.
 */
export function decode(body: Buffer, charset: string | null, usual: string | null = null): string {
  const [first, second, third] = body;
  if (first === 0xef && second === 0xbb && third === 0xbf) return body.toString("utf8", 3);
  if (first === 0xff && second === 0xfe) return decodeAs(body, "utf-16le");
  if (first === 0xfe && second === 0xff) return decodeAs(body, "utf-16be");
  if (first === LESS && second === 0) return decodeAs(body, "utf-16le");
  if (first === 0 && second === LESS) return decodeAs(body, "utf-16be");
  const label = charset ?? declaredIn(body) ?? usual ?? "utf-8";
  return label === "utf-8" ? body.toString("utf8") : decodeEightBit(body, label);
}

const LONGEST_JOINED = 256 * 1024;
const HALVES = /&#(xd[89ab][0-9a-f]{2}|5\d{4});&#(xd[c-f][0-9a-f]{2}|5\d{4});/gi;

/**
 * Axis 1.4 writes a character beyond U+FFFF as two references, one for each half of its surrogate pair (its UTF8Encoder). That is no
 * XML (section 4.1), but has one reading only. A CDATA section knows no references: a text with one stays as it is. So does a text
 * longer than any of Axis with such characters, as a hostile one would take its time here.
 */
export function joinHalves(text: string): string {
  if (!text.includes("&#") || text.length > LONGEST_JOINED || text.includes("<![CDATA[")) return text;
  return text.replace(HALVES, (whole, ...halves) => {
    const codes = halves.slice(0, 2).map((half: string) => Number(half.startsWith("5") ? half : `0${half}`));
    const joined = String.fromCharCode(...codes);
    // Two halves in the right order make one character; anything else stays, and is malformed.
    return joined.length === 2 && [...joined].length === 1 ? joined : whole;
  });
}

function declaredIn(body: Buffer): string | null {
  return DECLARED.exec(body.toString("latin1", 0, 160))?.[1]?.toLowerCase() ?? null;
}

/** The bytes are known not to be UTF-16, whatever the label says: MSXML declares utf-16 over UTF-8 bytes. */
function decodeEightBit(body: Buffer, label: string): string {
  return body[0] === LESS && label.startsWith("utf-16") ? body.toString("utf8") : decodeAs(body, label);
}

/** The text of bytes in a charset, by its label in lower case; UTF-8 for an unknown one. */
export function decodeAs(body: Buffer, label: string): string {
  const fixed = Object.hasOwn(FIXED, label) ? FIXED[label] : undefined;
  if (fixed !== undefined) return body.toString(fixed);
  const decoder = decoders.get(label) ?? makeDecoder(label);
  return decoder === null ? body.toString("utf8") : decoder.decode(body);
}

function makeDecoder(label: string): TextDecoder | null {
  try {
    const decoder = new TextDecoder(label);
    decoders.set(label, decoder);
    return decoder;
  } catch {
    return null;
  }
}
