// The numbers of a contract: how their text is read, within which bounds, and the words of .NET for one that cannot be read. They
// stay text, so that no digit is lost.
import { BASE, type ValueType } from "./value-type.ts";
import { trim } from "./times.ts";

/** Longer than any number that has a meaning here; unbounded ones end there too. */
const LONGEST = 64;

const WHOLE = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const FLOAT = /^(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?|NaN|-?INF)$/;

/** As `Int32.Parse` and its like say it; .NET Core from version 7 on repeats the text as well. */
const NO_NUMBER = "Input string was not in a correct format.";
const beyond = (clr: string): string => `Value was either too large or too small for ${clr}.`;

const matches = (shape: RegExp, text: string): boolean => text.length <= LONGEST && shape.test(text);

type Bounds = readonly [least: bigint | null, most: bigint | null];

function isWithin(number: bigint, [least, most]: Bounds): boolean {
  return (least === null || number >= least) && (most === null || number <= most);
}

const compareWhole = (one: string, other: string): number => sign(BigInt(one) - BigInt(other));

const sign = (difference: bigint): number => (difference < 0n ? -1 : difference > 0n ? 1 : 0);

/** A whole number within bounds, without leading zeros and plus. `clr` names it in .NET. */
function whole(name: string, bounds: Bounds, clr: string): ValueType {
  const read = (text: string): string | undefined => {
    const digits = trim(text);
    if (!matches(WHOLE, digits)) return undefined;
    const number = BigInt(digits.replace(/^\+/, ""));
    return isWithin(number, bounds) ? String(number) : undefined;
  };
  const wrong = (text: string): string => (matches(WHOLE, trim(text)) ? beyond(clr) : NO_NUMBER);
  return { ...BASE, name, read, wrong, compare: compareWhole };
}

/** A number with a point as a whole one, by so many digits behind the point. */
function scaled(text: string, digits: number): bigint {
  const [before = "", behind = ""] = text.replace(/^[+-]/, "").split(".");
  const number = BigInt(`${before}${behind.padEnd(digits, "0")}` || "0");
  return text.startsWith("-") ? -number : number;
}

function compareDecimal(one: string, other: string): number {
  return sign(scaled(one, LONGEST) - scaled(other, LONGEST));
}

/** The most of System.Decimal, 2^96 - 1; XML Schema has no bound, .NET has no other type for it. */
const MOST_DECIMAL = "79228162514264337593543950335";

const decimal: ValueType = {
  ...BASE,
  name: "decimal",
  compare: compareDecimal,
  read(text) {
    const number = trim(text);
    if (!matches(DECIMAL, number)) return undefined;
    return compareDecimal(number.replace(/^[+-]/, ""), MOST_DECIMAL) > 0 ? undefined : number;
  },
  wrong: (text) => (matches(DECIMAL, trim(text)) ? beyond("a Decimal") : NO_NUMBER),
};

const numberOf = (text: string): number => Number(text.replace("INF", "Infinity"));

/** A number of floating point. One that is too large is an error, as it was before .NET Core 3; XML Schema would read infinity. */
function floating(name: string, round: (number: number) => number, clr: string): ValueType {
  const fits = (text: string): boolean => text.includes("INF") || Math.abs(round(numberOf(text))) !== Number.POSITIVE_INFINITY;
  const read = (text: string): string | undefined => {
    const number = trim(text);
    return matches(FLOAT, number) && fits(number) ? number : undefined;
  };
  const wrong = (text: string): string => (matches(FLOAT, trim(text)) ? beyond(clr) : NO_NUMBER);
  return { ...BASE, name, read, wrong, compare: (one, other) => numberOf(one) - numberOf(other) };
}

const bits = (count: bigint): Bounds => [-(1n << (count - 1n)), (1n << (count - 1n)) - 1n];
const unsigned = (count: bigint): Bounds => [0n, (1n << count) - 1n];

/**
 * Numbers of the XML Schema namespace. The five without a size are text to .NET, which takes anything for them; they are checked
 * here all the same, in words that are ours.
 */
export const NUMBERS: readonly ValueType[] = [
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
  decimal,
  floating("float", Math.fround, "a Single"),
  floating("double", (number) => number, "a Double"),
];
