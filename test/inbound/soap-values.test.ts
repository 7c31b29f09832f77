// How values of a SOAP request are read: times with and without offset, booleans, and bytes in many encodings.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { decode } from "../../src/inbound/soap/reading/charset.ts";
import { readMediaType } from "../../src/inbound/soap/media-type.ts";
import { readDateTime } from "../../src/inbound/soap/types/times.ts";
import { VALUE_TYPES } from "../../src/inbound/soap/types/values.ts";

const BERLIN = "Europe/Berlin";

/** Text, time zone of the provider, the moment in UTC. */
const TIMES: readonly (readonly [text: string, zone: string, utc: string])[] = [
  ["2024-05-06T07:08:09Z", BERLIN, "2024-05-06T07:08:09.000Z"],
  ["2024-05-06T07:08:09.1234567+02:00", BERLIN, "2024-05-06T05:08:09.123Z"],
  ["2024-05-06T07:08:09.9999999Z", BERLIN, "2024-05-06T07:08:09.999Z"],
  ["2024-05-06T07:08:09.5Z", BERLIN, "2024-05-06T07:08:09.500Z"],
  ["2024-05-06T07:08:09-05:30", BERLIN, "2024-05-06T12:38:09.000Z"],
  ["2024-05-06T07:08:09+14:00", BERLIN, "2024-05-05T17:08:09.000Z"],
  ["\r\n 2024-05-06T07:08:09Z\t", BERLIN, "2024-05-06T07:08:09.000Z"],
  ["2024-12-31T24:00:00Z", BERLIN, "2025-01-01T00:00:00.000Z"],
  ["2024-02-29T00:00:00Z", BERLIN, "2024-02-29T00:00:00.000Z"],
  ["0099-01-01T00:00:00Z", BERLIN, "0099-01-01T00:00:00.000Z"],
  ["2024-05-06", "UTC", "2024-05-06T00:00:00.000Z"],
  ["2024-05-06Z", BERLIN, "2024-05-06T00:00:00.000Z"],
  // Without offset: winter, summer, and zones of other rules.
  ["2026-01-15T12:00:00", BERLIN, "2026-01-15T11:00:00.000Z"],
  ["2026-07-15T12:00:00", BERLIN, "2026-07-15T10:00:00.000Z"],
  ["2026-07-15T12:00:00.25", BERLIN, "2026-07-15T10:00:00.250Z"],
  ["2026-07-15T12:00:00", "UTC", "2026-07-15T12:00:00.000Z"],
  ["2026-01-15T12:00:00", "Australia/Lord_Howe", "2026-01-15T01:00:00.000Z"],
  ["2026-07-15T12:00:00", "Australia/Lord_Howe", "2026-07-15T01:30:00.000Z"],
  ["2026-07-15T12:00:00", "America/St_Johns", "2026-07-15T14:30:00.000Z"],
  ["2024-12-31T24:00:00", BERLIN, "2024-12-31T23:00:00.000Z"],
  // Spring 2026 in Berlin: 02:00 to 03:00 on 29 March does not exist and counts forward.
  ["2026-03-29T01:59:59", BERLIN, "2026-03-29T00:59:59.000Z"],
  ["2026-03-29T02:30:00", BERLIN, "2026-03-29T01:30:00.000Z"],
  ["2026-03-29T03:00:00", BERLIN, "2026-03-29T01:00:00.000Z"],
  // Autumn 2026: 02:00 to 03:00 on 25 October comes twice and means the first.
  ["2026-10-25T01:59:59", BERLIN, "2026-10-24T23:59:59.000Z"],
  ["2026-10-25T02:30:00", BERLIN, "2026-10-25T00:30:00.000Z"],
  ["2026-10-25T03:00:00", BERLIN, "2026-10-25T02:00:00.000Z"],
];

const NO_TIMES = [
  "",
  "yesterday",
  "2024-05-06 07:08:09",
  "2024-05-06T07:08",
  "2024-05-06T07:08:09z",
  "2024-05-06T07:08:09+0200",
  "2024-05-06T07:08:09+14:01",
  "2024-05-06T07:08:09+02:60",
  "2024-05-06T07:08:60Z",
  "2024-05-06T24:00:01Z",
  "2024-05-06T25:00:00Z",
  "2024-02-30T00:00:00Z",
  "2023-02-29T00:00:00Z",
  "2024-13-01T00:00:00Z",
  "2024-00-01T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "-2024-05-06T07:08:09Z",
  "2024-05-06T07:08:09.Z",
  `2024-05-06T07:08:09Z${" ".repeat(100)}`,
];

suite("SOAP dateTime", () => {
  for (const [text, zone, utc] of TIMES) {
    test(`${JSON.stringify(text)} in ${zone} is ${utc}`, () => {
      const read = readDateTime(text, zone);
      assert.equal(typeof read === "number" ? new Date(read).toISOString() : read, utc);
    });
  }

  for (const text of NO_TIMES)
    test(`${JSON.stringify(text.slice(0, 40))} is none`, () => assert.equal(readDateTime(text, BERLIN), undefined));

  test("the year 1 is no value", () => {
    assert.equal(readDateTime("0001-01-01T00:00:00", BERLIN), null);
    assert.equal(readDateTime("0001-01-01T00:00:00Z", BERLIN), null);
  });
});

suite("SOAP boolean", () => {
  const read = VALUE_TYPES.find((type) => type.name === "boolean")?.read;
  const expected = {
    true: true,
    "1": true,
    false: false,
    "0": false,
    " true\n": true,
    True: undefined,
    "": undefined,
    yes: undefined,
    "2": undefined,
  };
  for (const [text, value] of Object.entries(expected)) {
    test(`${JSON.stringify(text)} is ${value}`, () => assert.equal(read?.(text, "UTC"), value));
  }
});

suite("SOAP content type", () => {
  test("usual and unusual spellings", () => {
    assert.deepEqual(readMediaType("text/xml; charset=utf-8"), { type: "text/xml", charset: "utf-8", action: null });
    assert.deepEqual(readMediaType('TEXT/XML;Charset="UTF-8"'), { type: "text/xml", charset: "utf-8", action: null });
    assert.deepEqual(readMediaType("text/xml"), { type: "text/xml", charset: null, action: null });
    assert.deepEqual(readMediaType(undefined), { type: "", charset: null, action: null });
    assert.deepEqual(readMediaType('application/soap+xml; action="urn:a;b"; charset=utf-8'), {
      type: "application/soap+xml",
      charset: "utf-8",
      action: "urn:a;b",
    });
  });
});

suite("SOAP encodings", () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");
  const cases: readonly (readonly [what: string, bytes: Buffer, charset: string | null, text: string])[] = [
    ["UTF-8", Buffer.from("<é"), "utf-8", "<é"],
    ["a byte order mark is no character", Buffer.from("\ufeff<é"), "utf-8", "<é"],
    ["a UTF-16 mark beats the header", Buffer.concat([Buffer.from([0xff, 0xfe]), utf16("<é")]), "utf-8", "<é"],
    ["UTF-16, big-endian, with a mark", Buffer.concat([Buffer.from([0xfe, 0xff]), utf16("<é").swap16()]), null, "<é"],
    ["UTF-16 without a mark", utf16("<é"), "utf-16", "<é"],
    ["UTF-16, big-endian, without a mark", utf16("<é").swap16(), null, "<é"],
    ["a header that says utf-16 over UTF-8", Buffer.from("<é"), "utf-16", "<é"],
    ["ISO-8859-1", Buffer.from("<é\x80", "latin1"), "iso-8859-1", "<é\x80"],
    ["windows-1252", Buffer.from("<é\x80", "latin1"), "windows-1252", "<é€"],
    ["ISO-8859-15 has the euro at another place", Buffer.from("<\xa4", "latin1"), "iso-8859-15", "<€"],
    ["US-ASCII is read as UTF-8", Buffer.from("<é"), "us-ascii", "<é"],
    ["an unknown charset is read as UTF-8", Buffer.from("<é"), "foo-8", "<é"],
    ["a charset named after an object member", Buffer.from("<é"), "constructor", "<é"],
    ["bytes that are no UTF-8", Buffer.from("<é>", "latin1"), "utf-8", "<\ufffd>"],
    ["half a surrogate pair", Buffer.concat([Buffer.from([0xff, 0xfe, 0x00, 0xd8]), utf16("x")]), null, "\ufffdx"],
    [
      "the declaration counts without a header",
      Buffer.from("<?xml version='1.0' encoding='ISO-8859-1'?>é", "latin1"),
      null,
      "<?xml version='1.0' encoding='ISO-8859-1'?>é",
    ],
    ["nothing", Buffer.alloc(0), null, ""],
  ];
  for (const [what, bytes, charset, text] of cases) test(what, () => assert.equal(decode(bytes, charset), text));
});
