// Field limits of a System: lengths and charsets, cut or refused, in JSON, XML and text.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { applyLimits } from "../../src/outbound/render/limits.ts";
import type { FieldLimit } from "../../src/store/outgoing.ts";

function limit(change: Partial<FieldLimit>): FieldLimit {
  return { length: null, charset: "unicode", beyond: "cut", ...change };
}

function fitted(value: unknown, path: string, change: Partial<FieldLimit>): unknown {
  const result = applyLimits(value, { [path]: limit(change) });
  assert.ok("ok" in result, JSON.stringify(result));
  return result.ok;
}

suite("field limits", () => {
  test("a text too long is cut, with a note inside the length", () => {
    assert.equal(fitted("0123456789ABCDEF", "$", { length: 12 }), "01234… [cut]");
    assert.equal(fitted("0123456789AB", "$", { length: 12 }), "0123456789AB");
    assert.equal(fitted("0123456789ABCDEF", "$", { length: 12, charset: "ascii" }), "012... [cut]");
    assert.equal(fitted("0123456789", "$", { length: 4 }), "0123");
  });

  test("characters are counted, not their halves", () => {
    assert.equal(fitted("😀😀😀", "$", { length: 3 }), "😀😀😀");
    assert.equal(fitted("😀😀😀😀", "$", { length: 3 }), "😀😀😀");
  });

  test("what a charset lacks becomes what is nearest, or a question mark", () => {
    assert.equal(fitted("Grüße – “née” 5 € 😀①ﬁ", "$", { charset: "latin1" }), 'Grüße - "née" 5 EUR ?1fi');
    assert.equal(fitted("Grüße, Œuvre, ǅ, 日", "$", { charset: "ascii" }), "Grusse, OEuvre, Dz, ?");
    assert.equal(fitted("e\u0301 a\uFE0F", "$", { charset: "latin1" }), "é a");
    assert.equal(fitted("日😀𝐀", "$", { charset: "bmp" }), "日?A");
  });

  test("with refuse nothing is changed, and the field is named", () => {
    const value = { incident: { title: "0123456789" } };
    const long = applyLimits(value, { "incident.title": limit({ length: 5, beyond: "refuse" }) });
    assert.deepEqual(long, { refused: 'The field "incident.title" has 10 characters, more than 5.' });
    const strange = applyLimits({ a: "x😀" }, { a: limit({ charset: "bmp", beyond: "refuse" }) });
    assert.deepEqual(strange, { refused: 'The field "a" holds the character "😀" (U+1F600), which is not in the charset bmp.' });
    assert.deepEqual(applyLimits(value, { "incident.title": limit({ length: 10, beyond: "refuse" }) }), { ok: value });
  });

  test("in JSON a path leads to fields, arrays stand for each of their elements", () => {
    const value = {
      list: [{ text: "long text" }, { text: "short" }, { other: 1 }],
      tags: ["abcdef", "ab", 7],
      text: "long text",
    };
    assert.deepEqual(fitted(value, "list.text", { length: 5 }), {
      ...value,
      list: [{ text: "long " }, { text: "short" }, { other: 1 }],
    });
    assert.deepEqual(fitted(value, "tags", { length: 3 }), { ...value, tags: ["abc", "ab", 7] });
    assert.deepEqual(fitted([value], "text", { length: 4 }), [{ ...value, text: "long" }]);
    assert.equal(value.text, "long text");
    for (const path of ["nothing.there", "__proto__.x", "constructor.name", "list.0.text"]) {
      assert.deepEqual(fitted(value, path, { length: 1 }), value, path);
    }
  });

  test("in XML the end of a path of elements is enough, and all else stays as it is", () => {
    const xml = `<?xml version="1.0"?>\n<s:E xmlns:s="u"><!-- long text --><s:B a="long text"><t>long &amp; &#116;ext</t><u><t><![CDATA[<long>]]></t></u><t/></s:B></s:E>`;
    assert.equal(fitted(xml, "t", { length: 6 }), xml.replace("long &amp; &#116;ext", "long &amp;"));
    assert.equal(fitted(xml, "u.t", { length: 3 }), xml.replace("<![CDATA[<long>]]>", "&lt;lo"));
    assert.equal(fitted(xml, "E.B.u.t", { length: 3 }), xml.replace("<![CDATA[<long>]]>", "&lt;lo"));
    assert.equal(fitted(xml, "x.t", { length: 3 }), xml);
    assert.deepEqual(applyLimits("<a><b>123</b></a>", { b: limit({ length: 2, beyond: "refuse" }) }), {
      refused: 'The field "b" has 3 characters, more than 2.',
    });
    assert.equal(fitted("<not xml", "t", { length: 1 }), "<not xml");
    const deep = "<a>".repeat(100_000) + "</a>".repeat(100_000);
    assert.equal(fitted(deep, "a", { length: 1 }), deep);
  });

  test("nothing is ever longer than its limit or outside its charset", () => {
    const limits = fc.record({
      length: fc.integer({ min: 1, max: 20 }),
      charset: fc.constantFrom("unicode", "bmp", "latin1", "ascii"),
    });
    const highest = { unicode: 0x10ffff, bmp: 0xffff, latin1: 0xff, ascii: 0x7f };
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), limits, (text, { length, charset }) => {
        const { a } = fitted({ a: text }, "a", { length, charset }) as { a: string };
        const characters = [...a];
        assert.ok(characters.length <= length);
        assert.ok(characters.every((one) => (one.codePointAt(0) ?? 0) <= highest[charset as "bmp"]));
      }),
    );
  });
});
