// The scanner and saxes, which knows nothing of it, must find the same documents well-formed and tell the same of them.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { anyDocument, anyMutatedDocument, anyMutatedRequest, REQUESTS } from "./xml-generated.ts";
import { toldBySaxes, toldByScanner } from "./xml-harness.ts";
import { DOCUMENT_TYPES, MALFORMED } from "./xml-malformed.ts";
import { WELL_FORMED } from "./xml-well-formed.ts";

/** A rule that saxes does not keep. */
interface Mistake {
  rule: string;
  /** What stands in documents it is wrong about. */
  pattern: RegExp;
  example: string;
  /** Whether it only takes more than it should; else it may also tell something else, or take less. */
  takesMore: boolean;
}

const MISTAKES: readonly Mistake[] = [
  {
    rule: "a local name begins like a name (Namespaces 4, [4] NCName); saxes looks at the first letter of the whole name alone",
    pattern: /:(?:[-.0-9·]|[\u0300-\u036f]|[‿⁀])/,
    example: "<p:1 xmlns:p='u'/>",
    takesMore: true,
  },
  {
    rule: "white space or the end follow a target (XML 2.6, [16] PI); saxes goes on after <?p? whatever comes",
    pattern: /<\?[^\s?]+\?[^>]/,
    example: "<a><?p?x?></a>",
    takesMore: true,
  },
  {
    rule: "namespaces are compared letter for letter (Namespaces 2.3), spaces kept as in any value (XML 3.3.3); saxes trims them",
    pattern: /\bxmlns[^=<>]*=\s*(?:["'](?:\s|&#)|"[^"]*[\s;]"|'[^']*[\s;]')/,
    example: "<a xmlns=' u'/>",
    takesMore: false,
  },
];

function compare(text: string): void {
  const ours = toldByScanner(text);
  const theirs = toldBySaxes(text);
  const more = ours === null && theirs !== null;
  if (MISTAKES.some(({ pattern, takesMore }) => (more || !takesMore) && pattern.test(text))) return;
  assert.deepEqual(ours, theirs);
}

suite("XML beside saxes", () => {
  test("the documents of the tables", () => {
    const documents = [...WELL_FORMED, ...MALFORMED].map(([, document]) => document);
    for (const document of [...documents, ...DOCUMENT_TYPES]) compare(document);
  });

  test("the requests of the wire, whole and cut off at every place", () => {
    assert.ok(REQUESTS.length > 100, `${REQUESTS.length} requests`);
    for (const request of REQUESTS) compare(request);
    const whole = REQUESTS.find((request) => toldByScanner(request) !== null) ?? "";
    for (let end = 0; end <= whole.length; end += 1) compare(whole.slice(0, end));
  });

  for (const { rule, example, pattern } of MISTAKES) {
    test(`not so: ${rule}`, () => {
      assert.match(example, pattern);
      assert.notDeepEqual(toldByScanner(example), toldBySaxes(example));
    });
  }

  test("generated documents, a good part of them well-formed", () => {
    let good = 0;
    const counted = (text: string): void => {
      compare(text);
      if (toldByScanner(text) !== null) good += 1;
    };
    fc.assert(fc.property(anyDocument, counted), { numRuns: 1000 });
    assert.ok(good > 200, `${good} of 1000`);
  });

  test("generated documents that something was done to", () => {
    fc.assert(fc.property(anyMutatedDocument, compare), { numRuns: 3000 });
  });

  test("real requests that something was done to", () => {
    fc.assert(fc.property(anyMutatedRequest, compare), { numRuns: 3000 });
  });
});
