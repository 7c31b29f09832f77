// Values of a query or form: .NET reads them as its own types do, not as XML Schema spells them (`True` is a boolean here, `1` is none).
// Never guesses a value it cannot read.
import { clrDateWrong, parseClrDate } from "./clr-dates.ts";
import { short, type Value, type ValueType } from "./value-type.ts";

/** How .NET reads a type. `wrong` is its own word on a text that it cannot read. */
interface ClrType {
  name: string;
  read(text: string, timeZone: string): Value | undefined;
  wrong(text: string): string;
}

const STRING: ClrType = { name: "System.String", read: (text) => text, wrong: () => "" };

/** Boolean.Parse: both words in any case, white space and NUL around them. */
const BOOLEAN: ClrType = {
  name: "System.Boolean",
  read(text) {
    const word = text.length > 64 ? "" : text.replace(/^[\s\0]+|[\s\0]+$/g, "").toLowerCase();
    return word === "true" || word === "false" ? word === "true" : undefined;
  },
  wrong: () => "String was not recognized as a valid Boolean.",
};

const DATE_TIME: ClrType = { name: "System.DateTime", read: parseClrDate, wrong: clrDateWrong };

/** The types of numbers by their name in XML Schema. Those without a type in .NET are texts there. */
const NUMBERS: Readonly<Record<string, string>> = {
  byte: "System.SByte",
  short: "System.Int16",
  int: "System.Int32",
  long: "System.Int64",
  unsignedByte: "System.Byte",
  unsignedShort: "System.UInt16",
  unsignedInt: "System.UInt32",
  unsignedLong: "System.UInt64",
  decimal: "System.Decimal",
  float: "System.Single",
  double: "System.Double",
};

const INFINITY = /^\s*(-?)Infinity\s*$/;

function number(type: ValueType, name: string): ClrType {
  const isFloat = type.name === "float" || type.name === "double";
  return {
    name,
    read: (text, zone) => type.read(isFloat ? text.slice(0, 80).replace(INFINITY, "$1INF") : text, zone),
    wrong: (text) => type.wrong(text),
  };
}

/** Enum.Parse. It takes numbers and lists too, which mean nothing to a table of words. */
function words(name: string, list: readonly string[]): ClrType {
  return {
    name,
    read: (text) => list.find((word) => word === text.trim()),
    wrong: (text) =>
      text.trim() === ""
        ? "Must specify valid information for parsing in the string."
        : `Requested value '${short(text.trim())}' was not found.`,
  };
}

function clrTypeOf(type: ValueType): ClrType {
  if (type.words !== null) return words(type.name, type.words);
  if (type.kind === "flag") return BOOLEAN;
  if (type.kind === "time") return DATE_TIME;
  const name = Object.hasOwn(NUMBERS, type.name) ? NUMBERS[type.name] : undefined;
  if (name !== undefined) return number(type, name);
  return type.isValueType ? { ...number(type, STRING.name) } : { ...STRING, read: (text, zone) => type.read(text, zone) };
}

/** Reads a value; what cannot be read is told in the words of .NET. */
export function readClr(type: ValueType, text: string, timeZone: string): { value: Value } | { wrong: readonly string[] } {
  const clr = clrTypeOf(type);
  const value = clr.read(text, timeZone);
  if (value !== undefined) return { value };
  // ScalarFormatter: an ArgumentException about its parameter `type`, around the reason.
  return { wrong: [`Cannot convert ${short(text)} to ${clr.name}.\nParameter name: type`, clr.wrong(text)] };
}
