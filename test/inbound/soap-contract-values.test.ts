// How each simple type of a contract is read, leniently as ASMX does and strictly as the schema says, and in which words a fault tells
// that it cannot be.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { contractOf, makeScratch, readOp } from "../helpers/soap-contract.ts";

const scratch = makeScratch();

const NO_NUMBER = "Input string was not in a correct format.";
const beyond = (clr: string): string => `Value was either too large or too small for ${clr}.`;
const ENUMERATION =
  '<s:simpleType name="Own"><s:restriction base="s:string"><s:enumeration value="Low"/><s:enumeration value="High"/></s:restriction></s:simpleType>';
const NUMBERED =
  '<s:simpleType name="Own"><s:restriction base="s:int"><s:enumeration value="1"/><s:enumeration value="02"/></s:restriction></s:simpleType>';
const bounded = (base: string, facets: string): string =>
  `<s:simpleType name="Own"><s:restriction base="s:${base}">${facets}</s:restriction></s:simpleType>`;
const CODE = bounded("string", '<s:minLength value="2"/><s:maxLength value="3"/>');
const SHARE = bounded("decimal", '<s:minInclusive value="0"/><s:maxExclusive value="1"/><s:fractionDigits value="2"/>');
const MONTH = bounded("int", '<s:minExclusive value="0"/><s:maxInclusive value="12"/>');
const WORD = bounded("string", '<s:whiteSpace value="collapse"/><s:length value="3"/>');
const BYTES = bounded("base64Binary", '<s:maxLength value="2"/>');

/** What is read, or how a fault says that it cannot be; `strict` where it differs. */
type Expected = string | number | boolean | null | { wrong: string };
type Row = readonly [type: string, text: string, lenient: Expected, strict?: Expected];

const wrong = (text: string): { wrong: string } => ({ wrong: text });

const BUILT_IN: readonly Row[] = [
  ["string", " a\n b ", " a\n b "],
  ["string", "", ""],
  ["normalizedString", "\ta\nb", " a b"],
  ["token", " a \n b ", "a b"],
  ["anyURI", " http://a/ ", "http://a/"],
  ["boolean", " 1 ", true],
  ["boolean", "false", false],
  ["boolean", " True ", wrong("The string 'True' is not a valid Boolean value.")],
  ["boolean", "", wrong("The string '' is not a valid Boolean value.")],
  ["dateTime", "2026-01-15T12:00:00", Date.UTC(2026, 0, 15, 11)],
  ["dateTime", "2026-01-15T12:00:00.25Z", Date.UTC(2026, 0, 15, 12, 0, 0, 250)],
  ["dateTime", "0001-01-01T00:00:00", null],
  ["dateTime", "2026-01-15", Date.UTC(2026, 0, 14, 23), wrong("The string '2026-01-15' is not a valid AllXsd value.")],
  ["dateTime", "soon", wrong("The string 'soon' is not a valid AllXsd value.")],
  ["dateTime", "2026-02-30T00:00:00", wrong("The string '2026-02-30T00:00:00' is not a valid AllXsd value.")],
  ["date", "2026-01-15", Date.UTC(2026, 0, 14, 23)],
  ["date", "2026-01-15Z", Date.UTC(2026, 0, 15)],
  ["date", "2026-01-15T00:00:00", wrong("String was not recognized as a valid DateTime.")],
  ["byte", "-128", "-128"],
  ["byte", "128", wrong(beyond("a signed byte"))],
  ["short", "32767", "32767"],
  ["short", "-32769", wrong(beyond("an Int16"))],
  ["int", " +0042 ", "42"],
  ["int", "2147483647", "2147483647"],
  ["int", "-2147483648", "-2147483648"],
  ["int", "2147483648", wrong(beyond("an Int32"))],
  ["int", "-2147483649", wrong(beyond("an Int32"))],
  ["int", "1.0", wrong(NO_NUMBER)],
  ["int", "1e3", wrong(NO_NUMBER)],
  ["int", "", wrong(NO_NUMBER)],
  ["int", "1 2", wrong(NO_NUMBER)],
  ["int", "٣", wrong(NO_NUMBER)],
  ["long", "9223372036854775807", "9223372036854775807"],
  ["long", "9223372036854775808", wrong(beyond("an Int64"))],
  ["unsignedByte", "256", wrong(beyond("an unsigned byte"))],
  ["unsignedShort", "65535", "65535"],
  ["unsignedShort", "-1", wrong(beyond("a UInt16"))],
  ["unsignedInt", "4294967296", wrong(beyond("a UInt32"))],
  ["unsignedInt", "-0", "0"],
  ["unsignedLong", "18446744073709551615", "18446744073709551615"],
  ["unsignedLong", "18446744073709551616", wrong(beyond("a UInt64"))],
  ["integer", "123456789012345678901234567890", "123456789012345678901234567890"],
  ["integer", "many", wrong(NO_NUMBER)],
  ["nonNegativeInteger", "-1", wrong(beyond("a nonNegativeInteger"))],
  ["positiveInteger", "0", wrong(beyond("a positiveInteger"))],
  ["nonPositiveInteger", "1", wrong(beyond("a nonPositiveInteger"))],
  ["negativeInteger", "0", wrong(beyond("a negativeInteger"))],
  ["decimal", " -1.50 ", "-1.50"],
  ["decimal", ".5", ".5"],
  ["decimal", "1,5", wrong(NO_NUMBER)],
  ["decimal", "1e3", wrong(NO_NUMBER)],
  ["decimal", "79228162514264337593543950335", "79228162514264337593543950335"],
  ["decimal", "-79228162514264337593543950336", wrong(beyond("a Decimal"))],
  ["float", "1e38", "1e38"],
  ["float", "1e39", wrong(beyond("a Single"))],
  ["float", "-INF", "-INF"],
  ["double", "1e39", "1e39"],
  ["double", "NaN", "NaN"],
  ["double", "1e309", wrong(beyond("a Double"))],
  ["double", "ten", wrong(NO_NUMBER)],
  ["base64Binary", " aGk= \n", "aGk="],
  ["base64Binary", "a*b=", wrong("'a*b=' is not a valid Base64 text sequence.")],
  ["base64Binary", "aGk", wrong("'aGk' is not a valid Base64 text sequence.")],
  ["base64Binary", "a G\tk\r\n=\n", "aGk="],
  ["base64Binary", "aGk= aGk=", wrong("'aGk= aGk=' is not a valid Base64 text sequence.")],
  ["base64Binary", " aG\u016b=", wrong("' aG\u016b=' is not a valid Base64 text sequence.")],
  ["base64Binary", " aGk=\u00a0", wrong("' aGk=\u00a0' is not a valid Base64 text sequence.")],
  ["base64Binary", " \n", ""],
  ["base64Binary", "A ".repeat(1 << 20), "A".repeat(1 << 20)],
  ["hexBinary", "00fF", "00fF"],
  ["hexBinary", "0", wrong("The string '0' is not a valid hexBinary value.")],
  ["time", "12:00:00Z", "12:00:00Z"],
  ["duration", "P1DT2.5S", "P1DT2.5S"],
  ["duration", "P", wrong("The string 'P' is not a valid duration value.")],
  ["language", "de-CH", "de-CH"],
  ["NMTOKEN", "a b", wrong("The string 'a b' is not a valid NMTOKEN value.")],
  ["NCName", "a:b", wrong("The string 'a:b' is not a valid NCName value.")],
];

const OWN_TYPES: readonly (readonly [schema: string, text: string, lenient: Expected, strict?: Expected])[] = [
  [ENUMERATION, "High", "High"],
  [ENUMERATION, "high", wrong("Instance validation error: 'high' is not a valid value for Own.")],
  [ENUMERATION, " High", wrong("Instance validation error: ' High' is not a valid value for Own.")],
  [ENUMERATION, "", wrong("Instance validation error: '' is not a valid value for Own.")],
  [NUMBERED, " 2", "2"],
  [NUMBERED, "3", wrong("Instance validation error: '3' is not a valid value for Own.")],
  [NUMBERED, "x", wrong(NO_NUMBER)],
  [CODE, "abc", "abc"],
  [CODE, "😀😀😀", "😀😀😀"],
  [CODE, "a", "a", wrong("The value 'a' is not within the bounds of Own.")],
  [CODE, "abcd", "abcd", wrong("The value 'abcd' is not within the bounds of Own.")],
  [SHARE, "0.25", "0.25"],
  [SHARE, "0", "0"],
  [SHARE, "0.250", "0.250"],
  [SHARE, "0.255", "0.255", wrong("The value '0.255' is not within the bounds of Own.")],
  [SHARE, "1.0", "1.0", wrong("The value '1.0' is not within the bounds of Own.")],
  [SHARE, "-0.01", "-0.01", wrong("The value '-0.01' is not within the bounds of Own.")],
  [MONTH, "12", "12"],
  [MONTH, "13", "13", wrong("The value '13' is not within the bounds of Own.")],
  [MONTH, "00", "0", wrong("The value '00' is not within the bounds of Own.")],
  [WORD, " abc ", " abc ", "abc"],
  [BYTES, "aGk=", "aGk="],
  [BYTES, "aGkh", "aGkh", wrong("The value 'aGkh' is not within the bounds of Own.")],
];

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;" };

function check(reading: "lenient" | "strict", [schema, type, text]: readonly [string, string, string], expected: Expected): void {
  const request = `<s:sequence><s:element name="v" type="${type}"/></s:sequence>`;
  const contract = contractOf(scratch, { request, types: schema }, { paths: ["v"], table: { reading } });
  const value = text.replace(/[&<]/g, (letter) => ENTITIES[letter] ?? letter);
  const read = readOp(contract, `<Op xmlns="urn:own"><v>${value}</v></Op>`);
  if (typeof expected !== "object" || expected === null) {
    assert.deepEqual(typeof read === "string" ? read : read.values, [expected]);
    return;
  }
  assert.match(String(read), /^Server was unable to read request\. ---> There is an error in XML document \(\d+, \d+\)\. ---> /);
  assert.equal(String(read).split(" ---> ").slice(2).join(" ---> "), expected.wrong);
}

for (const reading of ["lenient", "strict"] as const) {
  suite(`the simple types of a contract, read ${reading === "strict" ? "strictly" : "leniently"}`, () => {
    for (const [type, text, lenient, strict = lenient] of BUILT_IN)
      test(`${type} ${JSON.stringify(text)}`, () =>
        check(reading, ["", `s:${type}`, text], reading === "strict" ? strict : lenient));
    for (const [schema, text, lenient, strict = lenient] of OWN_TYPES)
      test(`${/base="s:(\w+)/.exec(schema)?.[1]} narrowed, ${JSON.stringify(text)}`, () =>
        check(reading, [schema, "t:Own", text], reading === "strict" ? strict : lenient));
  });
}
