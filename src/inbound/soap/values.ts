// The simple types of a contract: how their text is read, as XML Schema part 2 spells them, and the words in which .NET says that
// it cannot be read. Never guesses a value it cannot read.
import { readDate, readDateTime, trim } from "./times.ts";

/** A value of a parameter: text, milliseconds UTC, true or false, or null where a client filled in "no value". */
export type Value = string | number | boolean | null;

/** What a value may be used for: a field of a command takes one kind. */
export type ValueKind = "text" | "flag" | "time" | "bytes";

/** A simple type. `read` gives undefined for a text that is no such value. */
export interface ValueType {
  /** Local name of the type, in the XML Schema namespace or the contract's own. */
  name: string;
  kind: ValueKind;
  /** Whether a client can leave out the value only by leaving out the element: .NET has no null for it. */
  isValueType: boolean;
  /** The words that may stand here, where the type lists them. */
  words: readonly string[] | null;
  /** The most characters its text may have; null for the reader's own limit. */
  longest: number | null;
  read(text: string, timeZone: string): Value | undefined;
  /** What a fault says of a text that cannot be read. */
  wrong(text: string): string;
}

const asIs = (text: string): string => text;

/** White space as `xs:token` has it (part 2, section 4.3.6). */
const collapse = (text: string): string => trim(text).replace(/[ \t\r\n]+/g, " ");

const replaceSpace = (text: string): string => text.replace(/[\t\r\n]/g, " ");

/** What a fault repeats of a text is cut short. */
export function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

const BASE: Omit<ValueType, "name" | "read" | "wrong"> = { kind: "text", isValueType: true, words: null, longest: null };

const notValid = (text: string, says: string): string => `The string '${short(text)}' is not a valid ${says} value.`;

function texts(name: string, read: (text: string) => string): ValueType {
  return { ...BASE, name, isValueType: false, read, wrong: (text) => notValid(text, "String") };
}

/** A whole number within bounds. It stays text, so that none of its digits is lost. `clr` names it in .NET. */
function whole(name: string, bounds: readonly [least: bigint | null, most: bigint | null], clr: string): ValueType {
  const [least, most] = bounds;
  const isNumber = (text: string): boolean => text.length <= 64 && /^[+-]?\d+$/.test(text);
  const read = (text: string): string | undefined => {
    const digits = trim(text);
    if (!isNumber(digits)) return undefined;
    const number = BigInt(digits.replace(/^\+/, ""));
    return (least !== null && number < least) || (most !== null && number > most) ? undefined : String(number);
  };
  const wrong = (text: string): string =>
    isNumber(trim(text)) ? `Value was either too large or too small for ${clr}.` : "Input string was not in a correct format.";
  return { ...BASE, name, read, wrong };
}

/** A number with a point; in the two of floating point also an exponent and the special values. */
function broken(name: string, shape: RegExp): ValueType {
  const read = (text: string): string | undefined => {
    const number = trim(text);
    return number.length <= 64 && shape.test(number) ? number : undefined;
  };
  return { ...BASE, name, read, wrong: () => "Input string was not in a correct format." };
}

const FLOAT = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?|NaN|-?INF)$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Base64 without its white space, checked; who uses it decodes it. */
function readBase64(text: string): string | undefined {
  const packed = text.replace(/[ \t\r\n]+/g, "");
  return packed.length % 4 === 0 && BASE64.test(packed) ? packed : undefined;
}

const bits = (count: bigint): readonly [bigint, bigint] => [-(1n << (count - 1n)), (1n << (count - 1n)) - 1n];
const unsigned = (count: bigint): readonly [bigint, bigint] => [0n, (1n << count) - 1n];

/** The types of the XML Schema namespace that a contract may use. */
export const VALUE_TYPES: readonly ValueType[] = [
  texts("string", asIs),
  texts("normalizedString", replaceSpace),
  texts("token", collapse),
  texts("anyURI", collapse),
  { ...BASE, name: "boolean", kind: "flag", read: readBoolean, wrong: (text) => notValid(trim(text), "Boolean") },
  { ...BASE, name: "dateTime", kind: "time", read: readDateTime, wrong: (text) => notValid(text, "AllXsd") },
  { ...BASE, name: "date", kind: "time", read: readDate, wrong: () => "String was not recognized as a valid DateTime." },
  whole("byte", bits(8n), "a signed byte"),
  whole("short", bits(16n), "an Int16"),
  whole("int", bits(32n), "an Int32"),
  whole("long", bits(64n), "an Int64"),
  whole("unsignedByte", unsigned(8n), "an unsigned byte"),
  whole("unsignedShort", unsigned(16n), "a UInt16"),
  whole("unsignedInt", unsigned(32n), "a UInt32"),
  whole("unsignedLong", unsigned(64n), "a UInt64"),
  whole("integer", [null, null], "an integer"),
  whole("nonNegativeInteger", [0n, null], "a nonNegativeInteger"),
  whole("positiveInteger", [1n, null], "a positiveInteger"),
  whole("nonPositiveInteger", [null, 0n], "a nonPositiveInteger"),
  whole("negativeInteger", [null, -1n], "a negativeInteger"),
  broken("decimal", /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/),
  broken("float", FLOAT),
  broken("double", FLOAT),
  {
    ...BASE,
    name: "base64Binary",
    kind: "bytes",
    isValueType: false,
    longest: Number.POSITIVE_INFINITY,
    read: readBase64,
    wrong: () =>
      "The input is not a valid Base-64 string as it contains a non-base 64 character, more than two padding characters, or an illegal character among the padding characters.",
  },
];

/** What a type of the contract's own narrows of another: the words it lists, and how long it may be. */
export interface Facets {
  words: readonly string[] | null;
  least: number;
  most: number;
}

/** A simple type that restricts another (part 2, section 4.3). `strictly` counts lengths as well; .NET does not. */
export function restrict(base: ValueType, name: string, { words, least, most }: Facets, strictly: boolean): ValueType {
  const fits = (value: Value): boolean => {
    if (words !== null && !words.includes(String(value))) return false;
    return !strictly || typeof value !== "string" || (value.length >= least && value.length <= most);
  };
  return {
    ...base,
    name,
    words: words ?? base.words,
    isValueType: base.isValueType || words !== null,
    read(text, timeZone) {
      const value = base.read(words === null ? text : trim(text), timeZone);
      return value === undefined || !fits(value) ? undefined : value;
    },
    wrong: (text) => (base.read(text, "UTC") === undefined ? base.wrong(text) : notOne(text, name, words)),
  };
}

function notOne(text: string, name: string, words: readonly string[] | null): string {
  return words === null
    ? `The value '${short(text)}' has not the length that ${name} asks for.`
    : `Instance validation error: '${short(trim(text))}' is not a valid value for ${name}.`;
}

/** The four spellings of XML Schema part 2, section 3.2.2; `True` is none of them. */
function readBoolean(text: string): boolean | undefined {
  switch (text.length > 32 ? text : trim(text)) {
    case "true":
    case "1":
      return true;
    case "false":
    case "0":
      return false;
    default:
      return undefined;
  }
}
