// The scanner of XML against the rules: what is well-formed and what is told of it, what is not.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { endingOf, toldByScanner } from "./xml-harness.ts";
import { DOCUMENT_TYPES, MALFORMED } from "./xml-malformed.ts";
import { WELL_FORMED } from "./xml-well-formed.ts";

suite("XML that is well-formed", () => {
  for (const [rule, document, told] of WELL_FORMED) {
    test(`${rule}: ${JSON.stringify(document)}`, () => {
      assert.deepEqual(toldByScanner(document), told);
      const tags = told.filter((line) => !line.startsWith("="));
      assert.deepEqual(toldByScanner(document, false), tags, "with text that nobody wants");
    });
  }
});

suite("XML that is not well-formed", () => {
  for (const [rule, document] of MALFORMED) {
    test(`${rule}: ${JSON.stringify(document)}`, () => {
      assert.equal(endingOf(document).kind, "malformed");
      assert.equal(toldByScanner(document, false), null, "with text that nobody wants");
    });
  }
});

suite("XML with a document type", () => {
  for (const document of DOCUMENT_TYPES) test(JSON.stringify(document), () => assert.equal(endingOf(document).kind, "doctype"));
});
