// The scanner as a machine: limits, stopping, what it gives when asked, one document after another, and how its work grows.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { XmlAttribute } from "../../src/lib/xml/events.ts";
import { tellLimit, TRUSTED, type XmlLimits } from "../../src/lib/xml/limits.ts";
import { placeOf } from "../../src/lib/xml/place.ts";
import { XmlScanner } from "../../src/lib/xml/scanner.ts";
import { endingOf, Notes, toldByScanner } from "./xml-harness.ts";

/** A limit, a document that just keeps it, one that just does not. */
const LIMITS: readonly (readonly [limit: keyof XmlLimits, most: number, passes: string, fails: string])[] = [
  ["depth", 2, "<a><b/><b/></a>", "<a><b><c/></b></a>"],
  ["elements", 3, "<a><b/><c></c></a>", "<a><b/><c/><d/></a>"],
  ["attributes", 2, "<a b='' c=''><d e='' f=''/></a>", "<a b='' c='' d=''/>"],
  ["attributes", 2, "<a b='' xmlns='u'/>", "<a b='' xmlns='u' xmlns:p='u'/>"],
  ["namespaces", 2, "<a xmlns='u' xmlnsx='v'><b xmlns='v'/></a>", "<a xmlns='u'><b xmlns='u'/><b xmlns='u'/></a>"],
  ["name", 5, "<abcde fghij=''/>", "<abcdef/>"],
  ["name", 5, "<p:abc/>", "<p:abcd/>"],
  ["name", 5, "<abcde fghij=''/>", "<a bcdefg=''/>"],
  ["attributeValue", 3, "<a b='123'/>", "<a b='1234'/>"],
  ["attributeValue", 3, "<a b='&lt;\r\n&#x9;'/>", "<a b='&lt;&lt;&lt;&lt;'/>"],
  ["text", 3, "<a>123<b>123</b>123</a>", "<a>1234</a>"],
  ["text", 3, "<a>1<![CDATA[2]]>&#51;</a>", "<a>1<![CDATA[2]]>34</a>"],
  ["text", 3, "<a>1\r\n3</a>", "<a>1<!--x-->2<!--x-->3<!--x-->4</a>"],
  ["asides", 2, "<!--x--><a><?p?></a>", "<!--x--><a><![CDATA[]]></a><?p?>"],
  ["reference", 4, "<a>&#0065;&#x0041;</a>", "<a>&#00065;</a>"],
  ["reference", 4, "<a>&#0065;&#x0041;</a>", "<a b='&#x00041;'/>"],
];

suite("XML limits", () => {
  for (const [limit, most, passes, fails] of LIMITS) {
    test(`${tellLimit({ ...TRUSTED, [limit]: most }, limit)}: ${fails}`, () => {
      const limits = { ...TRUSTED, [limit]: most };
      assert.notEqual(endingOf(passes, new Notes(), limits).kind, "limit");
      assert.deepEqual(endingOf(fails, new Notes(), limits), { kind: "limit", limit });
    });
  }

  test("text that nobody wants has no limit", () => {
    const notes = new Notes();
    notes.wantsText = false;
    assert.equal(endingOf("<a>1234</a>", notes, { ...TRUSTED, text: 3 }).kind, "document");
  });

  test("what is wrong first ends the reading, be it a limit or a rule", () => {
    const limits = { ...TRUSTED, elements: 1 };
    assert.equal(endingOf("<a><b/>\0", new Notes(), limits).kind, "limit");
    assert.equal(endingOf("<a>\0<b/>", new Notes(), limits).kind, "malformed");
  });
});

/** Tells everything to a function, and stops when it says so. */
function telling(tell: (what: string, attributes?: readonly XmlAttribute[]) => boolean): Notes {
  const notes = new Notes();
  notes.open = (_, local, attributes) => tell(`<${local}`, attributes);
  notes.close = () => tell(">");
  notes.text = (text) => tell(`=${text}`);
  notes.aside = () => tell("!");
  return notes;
}

suite("XML scanner", () => {
  test("stops at every event when it is told to, and reads the next document as if nothing were", () => {
    const scanner = new XmlScanner(TRUSTED);
    const document = "<!--x--><p:a xmlns:p='u'>text<b xmlns='v'/><![CDATA[more]]><?p?></p:a><?p?>";
    const whole: string[] = [];
    assert.equal(
      scanner.read(
        document,
        telling((what) => whole.push(what) > 0),
      ).kind,
      "document",
    );
    for (let most = 1; most <= whole.length; most += 1) {
      const some: string[] = [];
      assert.equal(
        scanner.read(
          document,
          telling((what) => some.push(what) < most),
        ).kind,
        "stopped",
      );
      assert.deepEqual(some, whole.slice(0, most));
      assert.equal(scanner.read("<p:a/>", new Notes()).kind, "malformed", "no prefix is left from the document before");
    }
  });

  test("what a sink throws comes through, and the scanner is of use afterwards", () => {
    const scanner = new XmlScanner(TRUSTED);
    const failing = telling(() => {
      throw new RangeError("of the sink");
    });
    assert.throws(() => scanner.read("<a/>", failing), new RangeError("of the sink"));
    assert.equal(scanner.read("<a/>", new Notes()).kind, "document");
  });

  test("a prefix is told by its scope, also at the end of its element", () => {
    const scanner = new XmlScanner(TRUSTED);
    const told: (string | undefined)[][] = [];
    const scopes: ReadonlyMap<string, string>[] = [];
    const sink = telling(() => {
      told.push(["", "p", "q", "xml", "__proto__"].map((prefix) => scanner.namespaceOf(prefix)));
      return scopes.push(scanner.scope()) > 0;
    });
    scanner.read("<a xmlns:p='u'><b xmlns='d' xmlns:p='v' xmlns:q='w'/><c/></a>", sink);
    const xml = "http://www.w3.org/XML/1998/namespace";
    const [outer, inner] = [
      ["", "u", undefined, xml, undefined],
      ["d", "v", "w", xml, undefined],
    ];
    assert.deepEqual(told, [outer, inner, inner, outer, outer, outer]);
    assert.equal(scopes[0]?.get("p"), "u");
    assert.equal(scopes[1]?.get("p"), "v");
    assert.equal(scopes[1], scopes[2], "shared while nothing changes");
    assert.equal(scopes[3], scopes[5]);
  });

  test("elements without attributes share one empty list", () => {
    const lists: (readonly XmlAttribute[] | undefined)[] = [];
    endingOf(
      "<a xmlns='u'><b/></a>",
      telling((_, attributes) => attributes === undefined || lists.push(attributes) > 0),
    );
    assert.equal(lists[0], lists[1]);
    assert.deepEqual(lists[0], []);
  });

  test("the offset lies behind what was told", () => {
    const scanner = new XmlScanner(TRUSTED);
    const offsets: number[] = [];
    scanner.read(
      "<a b='1'>xy<c/></a >",
      telling(() => offsets.push(scanner.offset) > 0),
    );
    assert.deepEqual(offsets, [9, 11, 15, 15, 20]);
  });

  test("a malformed document is told with its place and the reason", () => {
    const rows: readonly (readonly [string, string, number])[] = [
      ["<a><b></a>", "an end tag that does not match", 8],
      ["<a>\0</a>", "a character that XML does not allow", 3],
      ["<!--\0--><a/>", "a character that XML does not allow", 4],
      ["<a/>\0", "a character that XML does not allow", 4],
      ["<a>", "unclosed tag: a", 3],
      ["<a>&x;</a>", "an & that begins no known reference", 3],
      ["<a b='1' b='2'/>", "an attribute that comes twice", 14],
    ];
    for (const [document, what, at] of rows) assert.deepEqual(endingOf(document), { kind: "malformed", what, at });
  });

  test("lines end as XML says, columns count UTF-16 units", () => {
    const text = "ab\r\nc\rd\n\ne😀f";
    const places = Array.from({ length: text.length + 1 }, (_, offset) => placeOf(text, offset));
    const told = places.map(({ line, column }) => `${line}:${column}`).join(" ");
    assert.equal(told, "1:1 1:2 1:3 1:4 2:1 2:2 3:1 3:2 4:1 5:1 5:2 5:3 5:4 5:5");
  });
});

/** Hostile documents by their size, each a trap for a reader that goes back, or looks ahead again and again. */
const HOSTILE: readonly (readonly [what: string, of: (size: number) => string])[] = [
  ["open tags", (size) => "<a>".repeat(size)],
  ["references", (size) => `<a>${"&amp;".repeat(size)}</a>`],
  ["brackets", (size) => `<a>${"]".repeat(size)}</a>`],
  ["attributes", (size) => `<a ${Array.from({ length: size }, (_, index) => `a${index}=''`).join(" ")}/>`],
  ["declarations", (size) => `<a ${Array.from({ length: size / 10 }, (_, index) => `xmlns:a${index}='u'`).join(" ")}/>`],
  ["nested declarations", (size) => `${"<a xmlns:p='u'>".repeat(size / 10)}${"</a>".repeat(size / 10)}`],
  ["quotes", (size) => `<a b='${'"'.repeat(size)}'>${"'".repeat(size)}</a>`],
  ["sections", (size) => `<a>${"<![CDATA[]]]>x".repeat(size)}</a>`],
];

/** Counts how many units are searched or looked at, by a string that counts. */
function unitsLookedAt(document: string): number {
  let count = 0;
  const { indexOf, charCodeAt } = String.prototype;
  String.prototype.indexOf = function (this: string, mark: string, from = 0) {
    const found = indexOf.call(this, mark, from);
    count += (found < 0 ? this.length : found) - from + 1;
    return found;
  };
  String.prototype.charCodeAt = function (this: string, at: number) {
    count += 1;
    return charCodeAt.call(this, at);
  };
  try {
    toldByScanner(document);
    return count;
  } finally {
    Object.assign(String.prototype, { indexOf, charCodeAt });
  }
}

suite("XML scanner on hostile documents", () => {
  for (const [what, of] of HOSTILE) {
    test(`${what}: twice as many cost twice as many looks, and few for each letter`, () => {
      const [small, large] = [of(1000), of(2000)];
      const [few, more] = [unitsLookedAt(small), unitsLookedAt(large)];
      assert.ok(few > 0 && more < 2.2 * few, `${few}, then ${more}`);
      assert.ok(more < 8 * large.length, `${more} looks at ${large.length} letters`);
    });
  }
});
