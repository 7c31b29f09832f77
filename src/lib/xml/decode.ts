// From text as it is written to the text it means: references (XML 1.0, 4.4), line ends (2.11), white space in attribute
// values (3.3.3). Works in a buffer of UTF-16: a string grown piece by piece costs several times as much.
import { AMPERSAND, CARRIAGE_RETURN, LINE_FEED, SPACE, TAB } from "./chars.ts";
import type { Cursor } from "./cursor.ts";
import { takeReference } from "./references.ts";

/** How the kinds of text differ. */
export interface TextRules {
  readonly references: boolean;
  /** What a line end becomes, and a tab. */
  readonly lineEnd: number;
  readonly tab: number;
}

export const CONTENT: TextRules = { references: true, lineEnd: LINE_FEED, tab: TAB };
/** In a CDATA section nothing but line ends is more than it looks (2.7). */
export const SECTION: TextRules = { references: false, lineEnd: LINE_FEED, tab: TAB };
/** White space as it is written becomes spaces; written as a reference it stays what it is (3.3.3). */
export const ATTRIBUTE: TextRules = { references: true, lineEnd: SPACE, tab: SPACE };

/** What is decoded, and the most characters that are wanted of it. */
export interface Wanted {
  rules: TextRules;
  most: number;
}

/** So many runs between references are joined as strings; a text with more is decoded letter by letter, which does not depend on them. */
const MOST_RUNS = 2_048;

/**
 * Decodes the text of an element from the cursor to `end` and steps there, run by run: what stands between references and line ends
 * is taken whole, and stays a string of one byte a letter where it was one. Of a text beyond `most` a little more than that is given.
 */
export function takeRuns(cursor: Cursor, end: number, { rules, most }: Wanted): string {
  const { source } = cursor;
  let text = "";
  for (let runs = 0; cursor.at < end && runs < MOST_RUNS && text.length <= most; runs += 1) {
    const reference = rules.references ? cursor.ampersand.from(cursor.at) : end;
    const next = Math.min(reference, cursor.carriageReturn.from(cursor.at), end);
    text += cursor.takeUntil(next);
    if (next === end) return text;
    if (next === reference) text += String.fromCodePoint(takeReference(cursor));
    else {
      cursor.at += source.charCodeAt(next + 1) === LINE_FEED ? 2 : 1;
      text += "\n";
    }
  }
  return text + takeDecoded(cursor, end, { rules, most: most - text.length });
}

/** For short text, which most is. Filled and emptied within one call. */
const SHARED = Buffer.alloc(8192);

/**
 * Decodes the text from the cursor to `end` and steps there. Text beyond its limit is given a little longer than that, no
 * more: its reader refuses it, so the rest is not worth the work.
 */
export function takeDecoded(cursor: Cursor, end: number, { rules, most: wanted }: Wanted): string {
  const { source } = cursor;
  // Nothing decodes to more units than it was written with; at two bytes each, with room for the pair that passes the limit.
  const most = 2 * Math.max(0, Math.min(end - cursor.at, wanted));
  const units = most + 4 <= SHARED.length ? SHARED : Buffer.allocUnsafe(most + 4);
  let length = 0;
  for (let at = cursor.at; at < end && length <= most; ) {
    const unit = source.charCodeAt(at);
    // Most letters, and nothing that needs a second look, come behind the & in Unicode.
    if (unit > AMPERSAND) {
      length = putUnit(units, length, unit);
      at += 1;
      continue;
    }
    if (unit === AMPERSAND && rules.references) {
      cursor.at = at;
      length = putCode(units, length, takeReference(cursor));
      at = cursor.at;
      continue;
    }
    at += unit === CARRIAGE_RETURN && source.charCodeAt(at + 1) === LINE_FEED ? 2 : 1;
    if (unit > CARRIAGE_RETURN) length = putUnit(units, length, unit);
    else length = putUnit(units, length, unit === TAB ? rules.tab : rules.lineEnd);
  }
  cursor.at = end;
  return units.toString("utf16le", 0, length);
}

/** Writes one unit byte by byte, so that the machine's own byte order does not matter. Gives the new length. */
function putUnit(units: Buffer, length: number, unit: number): number {
  units[length] = unit;
  units[length + 1] = unit >> 8;
  return length + 2;
}

/** Writes a code point, as a surrogate pair where it needs one. Gives the new length. */
function putCode(units: Buffer, length: number, code: number): number {
  if (code < 0x10000) return putUnit(units, length, code);
  return putUnit(units, putUnit(units, length, 0xd7c0 + (code >> 10)), 0xdc00 + (code & 0x3ff));
}
