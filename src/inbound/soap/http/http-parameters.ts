// The parameters of a query or a form, as .NET gathers them: names in any case, a name that comes twice joined by commas, bytes decoded
// leniently. Never throws on an escape, and never takes more pairs than .NET does, nor longer texts than an envelope may have.
import { Failure } from "../../../core/errors.ts";
import { XML_LIMITS } from "../reading/limits.ts";
import { type Cost, unescaped } from "./escapes.ts";

/** Values by name. */
export interface Parameters {
  /** All values of a name, joined by commas; null where the name does not come. */
  get(name: string): string | null;
  /** What stands there without a name, such as the `wsdl` of `?wsdl`; null for nothing. */
  nameless: string | null;
}

/** The most pairs, as .NET has it since hashes of names were attacked (MS11-100). */
export const MOST_PAIRS = 1_000;

/** A parameter longer than one of an envelope may be, in a body that is not too long. */
export class ParameterTooLong extends Failure {
  constructor() {
    super("too_large", `The limit of one parameter is ${XML_LIMITS.text} characters.`);
  }
}

/** A character takes nine letters at most: three bytes of UTF-8, escaped. What is longer need not be looked at. */
const MOST_RAW = 9 * XML_LIMITS.text;

/**
 * Reads `name=value` pairs joined by ampersands, from bytes in a charset (null for UTF-8); null when there are too many. Throws
 * `ParameterTooLong` for a value, or the values of one name together, and for escapes that would take their time.
 */
export function readPairs(bytes: Buffer, charset: string | null): Parameters | null {
  // Every byte as one character, so that separators and escapes can be looked for before the charset counts.
  const pairs = bytes.toString("latin1").split("&", MOST_PAIRS + 1);
  if (pairs.length > MOST_PAIRS) return null;
  const named = new Map<string, string[]>();
  const nameless: string[] = [];
  const read = createReadText(charset);
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    const value = read(pair.slice(equals + 1));
    if (equals < 0) nameless.push(value);
    else listAt(named, read(pair.slice(0, equals)).toLowerCase()).push(value);
  }
  for (const values of named.values()) checkLength(values.reduce((sum, { length }) => sum + length, values.length - 1));
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

/** Reads the texts of one form. What their escapes cost is bounded for all of them together. */
function createReadText(charset: string | null): (raw: string) => string {
  const cost: Cost = { runs: 0 };
  return (raw) => {
    if (raw.length > MOST_RAW) throw new ParameterTooLong();
    const text = unescaped(raw, charset, cost);
    if (text === null) throw new ParameterTooLong();
    checkLength(text.length);
    return text;
  };
}

function checkLength(length: number): void {
  if (length > XML_LIMITS.text) throw new ParameterTooLong();
}
