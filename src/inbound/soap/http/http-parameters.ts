// The parameters of a query or a form, as .NET gathers them: names in any case, a name that comes twice joined by commas, bytes decoded
// leniently. Never throws on an escape, and never takes more pairs than .NET does.
import { decodeAs } from "../reading/charset.ts";

/** Values by name. */
export interface Parameters {
  /** All values of a name, joined by commas; null where the name does not come. */
  get(name: string): string | null;
  /** What stands there without a name, such as the `wsdl` of `?wsdl`; null for nothing. */
  nameless: string | null;
}

/** The most pairs, as .NET has it since hashes of names were attacked (MS11-100). */
export const MOST_PAIRS = 1_000;

/** Reads `name=value` pairs joined by ampersands, from bytes in a charset (null for UTF-8); null when there are too many. */
export function readPairs(bytes: Buffer, charset: string | null): Parameters | null {
  // Every byte as one character, so that separators and escapes can be looked for before the charset counts.
  const pairs = bytes.toString("latin1").split("&", MOST_PAIRS + 1);
  if (pairs.length > MOST_PAIRS) return null;
  const named = new Map<string, string[]>();
  const nameless: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const value = unescaped(pair.slice(equals + 1), charset);
    if (equals < 0) nameless.push(value);
    else listAt(named, unescaped(pair.slice(0, equals), charset).toLowerCase()).push(value);
  }
  return {
    get: (name) => named.get(name.toLowerCase())?.join(",") ?? null,
    nameless: pairs.length === 1 && pairs[0] === "" ? null : joined(nameless),
  };
}

const joined = (values: readonly string[]): string | null => (values.length === 0 ? null : values.join(","));

function listAt(lists: Map<string, string[]>, name: string): string[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list: string[] = [];
  lists.set(name, list);
  return list;
}

const SPECIAL = /[%+\x80-\xff]/;
const PERCENT = 0x25;
const PLUS = 0x2b;
const SPACE = 0x20;
const SMALL_U = 0x75;

/**
 * Text of a component, `+` for a space and escapes resolved; what is no escape stays as it is. Each character of `raw` is a byte.
 * `%uXXXX` is no standard, but .NET and the `escape` of old scripts have it.
 */
export function unescaped(raw: string, charset: string | null): string {
  if (!SPECIAL.test(raw)) return raw;
  const bytes = Buffer.allocUnsafe(raw.length);
  const taken = (): string => decodeAs(bytes.subarray(0, length), charset ?? "utf-8");
  let text = "";
  let length = 0;
  for (let at = 0; at < raw.length; at++) {
    const byte = raw.charCodeAt(at);
    const isWide = byte === PERCENT && raw.charCodeAt(at + 1) === SMALL_U;
    const code = byte !== PERCENT ? null : isWide ? hexAt(raw, at + 2, 4) : hexAt(raw, at + 1, 2);
    if (code !== null) at += isWide ? 5 : 2;
    if (code !== null && isWide) {
      text += taken() + String.fromCharCode(code);
      length = 0;
    } else bytes[length++] = code ?? (byte === PLUS ? SPACE : byte);
  }
  return text + taken();
}

/** The number that so many hexadecimal digits make, or null where they are none. */
function hexAt(raw: string, at: number, digits: number): number | null {
  const text = raw.slice(at, at + digits);
  return text.length === digits && /^[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : null;
}
