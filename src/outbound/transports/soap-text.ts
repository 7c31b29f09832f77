// Bytes of an answer to text: byte order mark, then the header's charset, then the XML declaration, then UTF-8. Takes the first
// part of a multipart answer. Never fails on a byte.

const DECLARED = /^<\?xml[^>]{0,100}?\sencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/;
const CHARSET = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i;
const BOUNDARY = /^multipart\/related\s*;.*?\bboundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i;

/** The XML of an answer. `contentType` is the header as it came, empty for none. */
export function answerText(body: Buffer, contentType: string): string {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return decode(body, CHARSET.exec(contentType)?.[1]);
  const part = rootPart(body, boundary);
  return decode(part.body, CHARSET.exec(/^content-type:(.*)$/im.exec(part.head)?.[1] ?? "")?.[1]);
}

/** Servers with MTOM switched on answer so even when nothing is attached (XOP, MTOM section 3.2); the first part is the envelope. */
function rootPart(body: Buffer, boundary: string): { head: string; body: Buffer } {
  const line = body.indexOf(`--${boundary}`);
  const start = body.indexOf("\r\n\r\n", line);
  if (line < 0 || start < 0) return { head: "", body };
  const end = body.indexOf(`\r\n--${boundary}`, start + 2);
  const head = body.toString("latin1", line, Math.min(start, line + 4096));
  return { head, body: body.subarray(start + 4, end < 0 ? body.length : end) };
}

function decode(body: Buffer, charset: string | undefined): string {
  const label = marked(body) ?? charset ?? DECLARED.exec(body.toString("latin1", 0, 160))?.[1] ?? "utf-8";
  // Known not to be UTF-16 without a mark or a zero byte: MSXML declares utf-16 over UTF-8 bytes.
  return decodeAs(body, /^utf-?16/i.test(label) && marked(body) === null ? "utf-8" : label);
}

function marked([first, second, third]: Buffer): string | null {
  if (first === 0xef && second === 0xbb && third === 0xbf) return "utf-8";
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return "utf-16be";
  return null;
}

function decodeAs(body: Buffer, label: string): string {
  try {
    return new TextDecoder(label).decode(body);
  } catch {
    // A charset nobody knows.
    return new TextDecoder().decode(body);
  }
}
