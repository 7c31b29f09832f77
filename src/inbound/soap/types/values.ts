// The simple types of XML Schema that a contract may use: how their text is read, as part 2 spells them, and the words in which .NET
// says that it cannot be read. Never guesses a value it cannot read.
import { NUMBERS } from "./numbers.ts";
import { readDate, readDateTime, trim } from "./times.ts";
import { BASE, short, type ValueType } from "./value-type.ts";

const asIs = (text: string): string => text;

/** White space as `xs:token` has it (part 2, section 4.3.6). */
export const collapse = (text: string): string => trim(text).replace(/[ \t\r\n]+/g, " ");

/** White space as `xs:normalizedString` has it. */
export const replaceSpace = (text: string): string => text.replace(/[\t\r\n]/g, " ");

/** As `XmlConvert` says it. */
const notValid = (text: string, says: string): string => `The string '${short(text)}' is not a valid ${says} value.`;

function texts(name: string, read: (text: string) => string): ValueType {
  return { ...BASE, name, isValueType: false, read, wrong: (text) => notValid(text, name) };
}

/** A text of a certain shape. .NET has it as a string of any shape, so that the words are ours. */
function shaped(name: string, shape: RegExp): ValueType {
  const read = (text: string): string | undefined => {
    const value = trim(text);
    return value.length <= LONGEST_SHAPED && shape.test(value) ? value : undefined;
  };
  return { ...BASE, name, isValueType: false, read, wrong: (text) => notValid(text, name) };
}

/** Enough for every name and time; hexBinary has as much as any text. */
const LONGEST_SHAPED = 250_000;
const OFFSET = "(?:Z|[+-]\\d\\d:\\d\\d)?";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BASE64_SPACED = /^[A-Za-z0-9+/= \t\r\n]*$/;

/** Base64 without its white space, checked; who uses it decodes it. .NET drops what an unpadded end leaves over; here it is an error. */
function readBase64(text: string): string | undefined {
  const packed = withoutSpace(text);
  return packed.length % 4 === 0 && BASE64.test(packed) ? packed : undefined;
}

/** In bytes, in place: replacing makes a piece of text for every gap, and a stranger may send millions of gaps. */
function withoutSpace(text: string): string {
  if (BASE64.test(text) || !BASE64_SPACED.test(text)) return text;
  const bytes = Buffer.from(text, "latin1");
  let length = 0;
  // Of the letters allowed only white space lies that low.
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    bytes[length] = byte;
    if (byte > 0x20) length += 1;
  }
  return bytes.toString("latin1", 0, length);
}

/** The types of the XML Schema namespace that a contract may use. */
export const VALUE_TYPES: readonly ValueType[] = [
  texts("string", asIs),
  texts("normalizedString", replaceSpace),
  texts("token", collapse),
  texts("anyURI", collapse),
  { ...BASE, name: "boolean", kind: "flag", read: readBoolean, wrong: (text) => notValid(trim(text), "Boolean") },
  { ...BASE, name: "dateTime", kind: "time", read: readDateTime, wrong: (text) => notValid(text, "AllXsd") },
  { ...BASE, name: "date", kind: "time", read: readDate, wrong: () => "String was not recognized as a valid DateTime." },
  ...NUMBERS,
  {
    ...BASE,
    name: "base64Binary",
    kind: "bytes",
    isValueType: false,
    longest: Number.POSITIVE_INFINITY,
    read: readBase64,
    // The words of the reader that decodes while it reads, not those of Convert.FromBase64String.
    wrong: (text) => `'${short(text)}' is not a valid Base64 text sequence.`,
  },
  shaped("hexBinary", /^(?:[0-9a-fA-F]{2})*$/),
  shaped("time", new RegExp(`^\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?${OFFSET}$`)),
  shaped("duration", /^-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/),
  shaped("language", /^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$/),
  shaped("NMTOKEN", /^[\p{L}\p{N}\p{M}._:-]+$/u),
  shaped("Name", /^[\p{L}_:][\p{L}\p{N}\p{M}._:-]*$/u),
  shaped("NCName", /^[\p{L}_][\p{L}\p{N}\p{M}._-]*$/u),
];

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

/** A dateTime without its time is one to .NET, and none to the schema. */
const WITH_TIME: Pick<ValueType, "read"> = {
  read: (text, timeZone) => (text.includes("T") ? readDateTime(text, timeZone) : undefined),
};

/** A type of the XML Schema namespace by its name, or undefined. */
export function builtInType(name: string, strictly: boolean): ValueType | undefined {
  const type = VALUE_TYPES.find((known) => known.name === name);
  return strictly && type?.name === "dateTime" ? { ...type, ...WITH_TIME } : type;
}
