// The encodings of a plain text mail, each decoded in one pass when it is well-formed; null for whatever readers may differ about.

const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;
const EQUALS = 61;

/** Base64 (RFC 2045 section 6.8) of whole groups of four, with nothing in it but line ends. */
export function decodeBase64(bytes: Buffer): Buffer | null {
  const text = bytes.toString("latin1").replace(/[\r\n]+/g, "");
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text) ? Buffer.from(text, "base64") : null;
}

/** Quoted-printable (RFC 2045 section 6.7); an equals sign that encodes nothing stands for itself. */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  const lines = withoutBlanks(bytes);
  const decoded = Buffer.allocUnsafe(lines.length);
  let length = 0;
  for (let at = 0; at < lines.length; at++) {
    const byte = lines[at] as number;
    if (byte !== EQUALS) {
      decoded[length++] = byte;
      continue;
    }
    const value = byteAt(lines, at + 1);
    if (value === null) decoded[length++] = byte;
    else {
      decoded[length++] = value;
      at += 2;
    }
  }
  return decoded.subarray(0, length);
}

/** The bytes without blanks before a line end and without soft line ends. */
function withoutBlanks(bytes: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  let blanks = 0;
  const dropBlanks = (): void => {
    length -= blanks;
    blanks = 0;
  };
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === LF || byte === CR) dropBlanks();
    kept[length++] = byte;
    blanks = byte === SPACE || byte === TAB ? blanks + 1 : 0;
  }
  dropBlanks();
  return withoutSoftEnds(kept.subarray(0, length));
}

function withoutSoftEnds(bytes: Buffer): Buffer {
  const kept = Buffer.allocUnsafe(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    const end = byte === EQUALS ? softEnd(bytes, at + 1) : 0;
    if (byte === EQUALS && end >= 0) at += end;
    else kept[length++] = byte;
  }
  return kept.subarray(0, length);
}

/** Bytes of the line end there; 0 at the very end, -1 for none. */
function softEnd(bytes: Buffer, at: number): number {
  if (at === bytes.length) return 0;
  if (bytes[at] === LF) return 1;
  return bytes[at] === CR && bytes[at + 1] === LF ? 2 : -1;
}

function byteAt(bytes: Buffer, at: number): number | null {
  const high = digit(bytes[at]);
  const low = digit(bytes[at + 1]);
  return high === null || low === null ? null : high * 16 + low;
}

function digit(byte: number | undefined): number | null {
  if (byte === undefined) return null;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : null;
}

/**
 * Text whose lines were folded at their blanks (RFC 3676), marks of quoting left as they are. `delSp` takes the blank away with
 * the fold.
 */
export function decodeFlowed(bytes: Buffer, delSp: boolean): Buffer | null {
  const text = bytes.toString("latin1");
  if (/\r(?!\n)/.test(text)) return null;
  const paragraphs: string[][] = [];
  let open: string[] | null = null;
  const add = (piece: string): void => void (piece !== "" && open?.push(piece));
  for (const line of text.split(/\r?\n/)) {
    const last: string = (open as string[] | null)?.at(-1) ?? "";
    if (last.endsWith(" ") && !isSeparator(open)) {
      if (delSp) {
        (open as string[] | null)?.pop();
        add(last.slice(0, -1));
      }
    } else {
      open = [];
      paragraphs.push(open);
    }
    add(line);
  }
  const joined = paragraphs.map((pieces) => pieces.join(""));
  if (joined.at(-1) === "") joined.pop();
  return Buffer.from(joined.join("\n").replace(/^ /gm, ""), "latin1");
}

/** `-- ` before a signature ends with a blank that folds nothing (RFC 3676 section 4.3). */
function isSeparator(pieces: readonly string[] | null): boolean {
  return pieces !== null && pieces.length <= 3 && pieces.join("") === "-- ";
}

const WORD = /=\?utf-8\?([bq])\?([!->@-~]*)\?=/gi;

/** A header value with encoded words (RFC 2047) in UTF-8 alone, each whole in itself; null for any other that has the mark of one. */
export function decodeWords(value: string): string | null {
  if (!value.includes("=?")) return value;
  const words = [...value.matchAll(WORD)];
  const rest = value.replace(WORD, "\0");
  if (rest.includes("=?") || rest.includes("?=")) return null;
  let decoded = "";
  let at = 0;
  for (const { 0: whole, 1: kind = "", 2: content = "", index } of words) {
    const between = value.slice(at, index);
    const text = kind.toLowerCase() === "b" ? base64Word(content) : quotedWord(content);
    if (text === null) return null;
    // Blanks between two words only part them.
    decoded += (at > 0 && between.trim() === "" ? "" : between) + text;
    at = index + whole.length;
  }
  return decoded + value.slice(at);
}

function base64Word(content: string): string | null {
  const bytes = decodeBase64(Buffer.from(content, "latin1"));
  return bytes && whole(bytes.toString());
}

function quotedWord(content: string): string | null {
  if (/=(?![0-9A-Fa-f]{2})/.test(content)) return null;
  return whole(decodeQuotedPrintable(Buffer.from(content.replaceAll("_", "=20"), "latin1")).toString());
}

/** Letters cut in two by the end of a word are put together by some readers; what would be a word once decoded is read twice by some. */
function whole(text: string): string | null {
  return text.includes("\uFFFD") || text.includes("=?") || text.includes("?=") ? null : text;
}
