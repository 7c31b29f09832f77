// Escapes of URLs and forms, resolved as .NET does it, in one pass. Never throws on what is no escape, and never lets the charset be
// asked more often than honest texts need.
import { decodeAs } from "../reading/charset.ts";

/** How often the charset was asked for a few bytes between two `%uXXXX`. */
export interface Cost {
  runs: number;
}

/** Scripts that escape so mix both kinds only where a text has Latin-1 letters among others: some thousand at most. */
export const MOST_RUNS = 10_000;

const SPECIAL = /[%+\x80-\xff]/;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const SMALL_U = 0x75;

/**
 * Text of a component, `+` for a space and escapes resolved; what is no escape stays as it is. Each character of `raw` is a byte.
 * `%uXXXX` is no standard, but .NET and the `escape` of old scripts have it. Null when it would cost too much.
 */
export function unescaped(raw: string, charset: string | null, cost: Cost = { runs: 0 }): string | null {
  if (!SPECIAL.test(raw)) return raw;
  const bytes = Buffer.allocUnsafe(raw.length);
  const label = charset ?? "utf-8";
  let length = 0;
  let units: Units | null = null;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw.charCodeAt(at);
    const isWide = byte === PERCENT && raw.charCodeAt(at + 1) === SMALL_U;
    const code = byte !== PERCENT ? -1 : isWide ? hexAt(raw, at + 2, 4) : hexAt(raw, at + 1, 2);
    if (code >= 0) at += isWide ? 5 : 2;
    if (code >= 0 && isWide) {
      units ??= createUnits(raw.length, label, cost);
      units.addBytes(bytes, length);
      units.add(code);
      length = 0;
      if (cost.runs > MOST_RUNS) return null;
    } else bytes[length++] = code >= 0 ? code : byte === PLUS ? SPACE : byte;
  }
  if (units === null) return decodeAs(bytes.subarray(0, length), label);
  units.addBytes(bytes, length);
  return units.text();
}

/** Text by its UTF-16 units, for what comes in many small pieces. */
interface Units {
  add(unit: number): void;
  addBytes(bytes: Buffer, length: number): void;
  text(): string;
}

/** No charset makes more than one unit of a byte, so that there is room for `most` bytes. */
function createUnits(most: number, label: string, cost: Cost): Units {
  const kept = new Uint16Array(most);
  const isAsciiAlike = decodeAs(ASCII, label) === ASCII.toString("latin1");
  let count = 0;
  return {
    add(unit) {
      kept[count++] = unit;
    },
    addBytes(bytes, length) {
      if (length === 0) return;
      if (isAsciiAlike && isAscii(bytes, length)) {
        for (let at = 0; at < length; at++) kept[count++] = bytes[at] ?? 0;
        return;
      }
      cost.runs += 1;
      const text = decodeAs(bytes.subarray(0, length), label);
      for (let at = 0; at < text.length; at++) kept[count++] = text.charCodeAt(at);
    },
    text: () => Buffer.from(kept.buffer, 0, count * 2).toString("utf16le"),
  };
}

const ASCII = Buffer.from(Array.from({ length: 128 }, (_, byte) => byte));

function isAscii(bytes: Buffer, length: number): boolean {
  for (let at = 0; at < length; at++) if ((bytes[at] ?? 0) >= 0x80) return false;
  return true;
}

/** The number that so many hexadecimal digits make, or -1 where they are none. */
function hexAt(raw: string, at: number, digits: number): number {
  let number = 0;
  for (let index = at; index < at + digits; index++) {
    const digit = index < raw.length ? digitOf(raw.charCodeAt(index)) : -1;
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const small = code | 0x20;
  return small >= 0x61 && small <= 0x66 ? small - 0x57 : -1;
}
