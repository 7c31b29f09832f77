// Entity and character references (XML 1.0, 4.1 and 4.6). Only the five predefined entities exist: without a document type
// no other can be declared (4.1, "Entity Declared"), so nothing ever expands to more than one character.
import { isChar, SEMICOLON } from "./chars.ts";
import type { Cursor } from "./cursor.ts";

const PREDEFINED: readonly (readonly [rest: string, code: number])[] = [
  ["lt;", 0x3c],
  ["gt;", 0x3e],
  ["amp;", 0x26],
  ["quot;", 0x22],
  ["apos;", 0x27],
];

/** The first code beyond Unicode: as far as a number is counted. */
const BEYOND = 0x110000;

/** Reads the reference that begins at the cursor and steps behind it. Gives its code point. */
export function takeReference(cursor: Cursor): number {
  const start = cursor.at;
  cursor.at += 1;
  if (cursor.take("#")) return takeNumber(cursor, start);
  for (const [rest, code] of PREDEFINED) if (cursor.take(rest)) return code;
  return cursor.fail("an & that begins no known reference", start);
}

/** The rest of a character reference (production [66] CharRef). What it stands for must be a Char ("Legal Character"). */
function takeNumber(cursor: Cursor, start: number): number {
  const base = cursor.take("x") ? 16 : 10;
  const first = cursor.at;
  let code = 0;
  for (let digit = digitOf(cursor.ahead(), base); digit >= 0; digit = digitOf(cursor.ahead(), base)) {
    code = Math.min(code * base + digit, BEYOND);
    cursor.at += 1;
  }
  cursor.count("reference", cursor.at - first);
  if (cursor.at === first || cursor.ahead() !== SEMICOLON || !isChar(code)) cursor.fail("a wrong character reference", start);
  cursor.at += 1;
  return code;
}

/** The value of a digit, or -1 if it is none. Letters are told apart by the bit that makes them lower case. */
function digitOf(unit: number, base: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const letter = unit | 0x20;
  return base === 16 && letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
