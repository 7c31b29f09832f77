// Parameters of a query or form: how .NET gathers, decodes and reads them, and its words for what it cannot read.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { parseClrDate } from "../../src/inbound/soap/types/clr-dates.ts";
import { readClr } from "../../src/inbound/soap/types/clr-values.ts";
import { MOST_RUNS, unescaped } from "../../src/inbound/soap/http/escapes.ts";
import { MOST_PAIRS, ParameterTooLong, readPairs } from "../../src/inbound/soap/http/http-parameters.ts";
import { restrict } from "../../src/inbound/soap/contract/facets.ts";
import { readTree } from "../../src/inbound/soap/contract/tree.ts";
import type { Value, ValueType } from "../../src/inbound/soap/types/value-type.ts";
import { VALUE_TYPES } from "../../src/inbound/soap/types/values.ts";

const pairsOf = (text: string, charset: string | null = null) => readPairs(Buffer.from(text), charset);

suite("pairs of a query or form", () => {
  test("names in any case, the same name joined by commas, in order", () => {
    const pairs = pairsOf("a=1&B=2&A=3&b=&c");
    assert.equal(pairs?.get("A"), "1,3");
    assert.equal(pairs?.get("b"), "2,");
    assert.equal(pairs?.get("c"), null);
    assert.equal(pairs?.nameless, "c");
  });

  test("a value may have an equals sign, a name may be escaped, names of objects are only names", () => {
    assert.equal(pairsOf("a=b=c")?.get("a"), "b=c");
    assert.equal(pairsOf("%61+b=c")?.get("a b"), "c");
    assert.equal(pairsOf("a=1")?.get("__proto__"), null);
    assert.equal(pairsOf("__proto__=1&constructor=2")?.get("constructor"), "2");
  });

  test("nothing at all has no names and nothing nameless", () => {
    assert.equal(pairsOf("")?.nameless, null);
    assert.equal(pairsOf("&")?.nameless, ",");
    assert.equal(pairsOf("=x")?.get(""), "x");
  });

  test("more pairs than .NET takes are too many", () => {
    assert.ok(pairsOf("a&".repeat(MOST_PAIRS - 1)));
    assert.equal(pairsOf("a&".repeat(MOST_PAIRS)), null);
  });

  const texts: readonly (readonly [string, string, string?])[] = [
    ["a+b%20c%2B", "a b c+"],
    ["%C3%A4%e4%BD%a0", "ä你"],
    ["%E4", "ä", "iso-8859-1"],
    ["%80", "€", "windows-1252"],
    ["%82%A0", "あ", "shift_jis"],
    ["%E4", "\ufffd"],
    ["%C3%A4", "ä", "no-such"],
    ["%u00e4%u4F60", "ä你"],
    ["%ud83d%ude00", "\u{1f600}"],
    ["%C3%u0041%A4", "\ufffdA\ufffd"],
    ["100%", "100%"],
    ["%", "%"],
    ["%%41", "%A"],
    ["%4", "%4"],
    ["%g1%1g%u123%u12g4", "%g1%1g%u123%u12g4"],
    ["%00", "\0"],
    ["%u00e4bc%u4F60d%e4+%ud83d", "äbc你dä \ud83d", "iso-8859-1"],
    ["a%00%u0041b%00", "aAb", "utf-16le"],
  ];
  for (const [raw, text, charset] of texts)
    test(`${raw} in ${charset ?? "no charset"}`, () => assert.equal(unescaped(raw, charset ?? null), text));

  test("a value may be as long as in an envelope, the values of one name together too", () => {
    const most = 250_000;
    for (const one of ["a", "+", "%41", "%C3%A4", "%e4%bd%a0", "%u4f60", "%u4f60a"]) {
      const units = unescaped(one, null)?.length ?? 0;
      assert.equal(pairsOf(`a=${one.repeat(most / units)}`)?.get("a")?.length, most);
      assert.throws(() => pairsOf(`a=${one.repeat(most / units)}a`), ParameterTooLong, one);
    }
    assert.equal(pairsOf(`a=${"b".repeat(most - 2)}&A=c`)?.get("a")?.length, most);
    assert.throws(() => pairsOf(`a=${"b".repeat(most - 1)}&A=c`), ParameterTooLong);
    assert.throws(() => pairsOf("b".repeat(most + 1)), ParameterTooLong);
    assert.throws(() => pairsOf(`${"b".repeat(most + 1)}=`), ParameterTooLong);
  });

  test("the charset is asked so many times for bytes between wide escapes, of all pairs together", () => {
    const half = `a=${"%E4%u4f60".repeat(MOST_RUNS / 2)}`;
    assert.equal(
      pairsOf(`${half}&${half}`, "windows-1252")?.get("a"),
      `${"ä你".repeat(MOST_RUNS / 2)},${"ä你".repeat(MOST_RUNS / 2)}`,
    );
    assert.throws(() => pairsOf(`${half}&${half}&b=%E4%u4f60`, "windows-1252"), ParameterTooLong);
    assert.equal(pairsOf(`a=${"b%u4f60".repeat(MOST_RUNS * 2)}`)?.get("a")?.length, MOST_RUNS * 4, "ASCII needs no charset");
  });

  test("what encodeURIComponent escapes comes back, and nothing throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => assert.equal(unescaped(encodeURIComponent(text), null), text)),
    );
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void readPairs(Buffer.from(bytes), null)));
  });
});

const typeNamed = (name: string): ValueType => VALUE_TYPES.find((type) => type.name === name) as ValueType;
const WORDS = '<restriction><enumeration value="Red" /><enumeration value="Blue" /></restriction>';
const color = restrict(typeNamed("string"), "Color", readTree(WORDS, "Color.xsd"), false);

suite("values as .NET reads them", () => {
  const read: readonly (readonly [string | ValueType, string, Value])[] = [
    ["string", "", ""],
    ["string", " a ", " a "],
    ["boolean", "TRUE", true],
    ["boolean", "\t false\0 ", false],
    ["int", " +42 ", "42"],
    ["int", "-2147483648", "-2147483648"],
    ["unsignedByte", "255", "255"],
    ["long", "9223372036854775807", "9223372036854775807"],
    ["decimal", "1.50", "1.50"],
    ["double", "1e3", "1e3"],
    ["double", "-Infinity", "-INF"],
    [color, " Red ", "Red"],
  ];
  for (const [type, text, value] of read) {
    const known = typeof type === "string" ? typeNamed(type) : type;
    test(`${JSON.stringify(text)} as ${known.name}`, () => assert.deepEqual(readClr(known, text, "UTC"), { value }));
  }

  const NUMBER = "Input string was not in a correct format.";
  const BOOLEAN = "String was not recognized as a valid Boolean.";
  const wrong: readonly (readonly [string | ValueType, string, string, string])[] = [
    ["boolean", "1", "System.Boolean", BOOLEAN],
    ["boolean", "", "System.Boolean", BOOLEAN],
    ["int", "", "System.Int32", NUMBER],
    ["int", "1.0", "System.Int32", NUMBER],
    ["int", "2147483648", "System.Int32", "Value was either too large or too small for an Int32."],
    ["byte", "128", "System.SByte", "Value was either too large or too small for a signed byte."],
    ["unsignedByte", "-1", "System.Byte", "Value was either too large or too small for an unsigned byte."],
    ["decimal", "1,5", "System.Decimal", NUMBER],
    ["dateTime", "", "System.DateTime", "String was not recognized as a valid DateTime."],
    ["dateTime", "2026-13-01", "System.DateTime", "String was not recognized as a valid DateTime."],
    [
      "dateTime",
      "on 1/2/2026",
      "System.DateTime",
      "The string was not recognized as a valid DateTime. There is an unknown word starting at index 0.",
    ],
    [
      "date",
      "5 Mai 2026",
      "System.DateTime",
      "The string was not recognized as a valid DateTime. There is an unknown word starting at index 2.",
    ],
    [color, "red", "Color", "Requested value 'red' was not found."],
    [color, " ", "Color", "Must specify valid information for parsing in the string."],
  ];
  for (const [type, text, clr, why] of wrong) {
    const known = typeof type === "string" ? typeNamed(type) : type;
    test(`${JSON.stringify(text)} is no ${known.name}`, () => {
      const about = `Cannot convert ${text} to ${clr}.\nParameter name: type`;
      assert.deepEqual(readClr(known, text, "UTC"), { wrong: [about, why] });
    });
  }
});

suite("dates of the invariant culture", () => {
  const read: readonly (readonly [string, string | null])[] = [
    ["2026-01-05", "2026-01-05T00:00:00.000+01:00"],
    ["2026-1-5 9:30", "2026-01-05T09:30:00.000+01:00"],
    ["2026-01-05T09:30:00", "2026-01-05T09:30:00.000+01:00"],
    ["2026-01-05T09:30:00.1234567", "2026-01-05T09:30:00.123+01:00"],
    ["2026-01-05T09:30:00Z", "2026-01-05T09:30:00.000Z"],
    ["2026-01-05T09:30:00-05:00", "2026-01-05T09:30:00.000-05:00"],
    ["2026/07/04 21:05:06", "2026-07-04T21:05:06.000+02:00"],
    ["07/04/2026 09:05:06 PM", "2026-07-04T21:05:06.000+02:00"],
    ["7/4/2026 12:00 AM", "2026-07-04T00:00:00.000+02:00"],
    ["7/4/2026 12:00 pm", "2026-07-04T12:00:00.000+02:00"],
    ["07-04-2026", "2026-07-04T00:00:00.000+02:00"],
    ["Sat, 04 Jul 2026 10:00:00 GMT", "2026-07-04T10:00:00.000Z"],
    ["Saturday, 04 July 2026", "2026-07-04T00:00:00.000+02:00"],
    ["4 Jul 2026", "2026-07-04T00:00:00.000+02:00"],
    ["July 4, 2026 10:00 +0130", "2026-07-04T10:00:00.000+01:30"],
    ["  2026-07-04   10:00 +2 ", "2026-07-04T10:00:00.000+02:00"],
    ["0001-01-01T00:00:00", null],
    ["01/01/0001 00:00:00", null],
  ];
  for (const [text, moment] of read) {
    test(text, () => assert.equal(parseClrDate(text, "Europe/Berlin"), moment === null ? null : Date.parse(moment)));
  }

  const none = [
    "07/04/26",
    "10:00",
    "2026-02-30",
    "13/01/2026",
    "Fri, 04 Jul 2026",
    "7/4/2026 13:00 PM",
    "2026-07-04 24:00",
    "2026-07-04 10:60",
    "2026",
    "x".repeat(100_000),
  ];
  for (const text of none) test(`${text.slice(0, 40)} is none`, () => assert.equal(parseClrDate(text, "UTC"), undefined));

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseClrDate(text, "UTC")));
    const digits = fc.array(fc.constantFrom(..."0123456789-/:. TZ+APM"), { maxLength: 40 }).map((list) => list.join(""));
    fc.assert(fc.property(digits, (text) => void parseClrDate(text, "Europe/Berlin")));
  });
});
