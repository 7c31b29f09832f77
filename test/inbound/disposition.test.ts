// File names in Content-Disposition: as clients write them, and as the gateway does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dispositionOf, nameIn } from "../../src/inbound/rest/disposition.ts";

const latin = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

const GIVEN: readonly (readonly [string | undefined, string | null])[] = [
  ["attachment; filename=plan.pdf", "plan.pdf"],
  ['attachment; filename="floor plan.pdf"', "floor plan.pdf"],
  ['attachment; filename="a \\"b\\" \\\\ c.txt"', 'a "b" \\ c.txt'],
  ["attachment; filename=\"a; filename*=UTF-8''b.txt\"", "a; filename*=UTF-8''b.txt"],
  ["attachment; filename*=UTF-8''Pl%C3%A4ne.pdf", "Pläne.pdf"],
  ["attachment; filename*=utf-8'de'%E2%82%AC%20rates.txt; filename=\"euro rates.txt\"", "€ rates.txt"],
  ["attachment; FileName=x.txt; filename*=iso-8859-1'en'%A3%20rates", "£ rates"],
  [`attachment; filename="${latin("Pläne.pdf")}"`, "Pläne.pdf"],
  ['attachment; filename="caf\u00e9.txt"', "café.txt"],
  ["attachment; filename*=UTF-8''%FF%FE; filename=safe.txt", "safe.txt"],
  ["attachment; filename*=koi8-r''%C1; filename=safe.txt", "safe.txt"],
  ['inline; name="field"; filename="a.png"', "a.png"],
  ["attachment", null],
  ["attachment; filename=", null],
  ['attachment; filename="  "', null],
  ['attachment; filename="open', null],
  ["", null],
  [undefined, null],
];

for (const [given, name] of GIVEN) test(`the name in ${JSON.stringify(given)}`, () => assert.equal(nameIn(given), name));

test("what the gateway writes says the same to itself, and is plain ASCII", () => {
  for (const name of ["plan.pdf", "Pläne (neu).pdf", "写真.jpg", "🙂.png", '50% "off"\'*.txt', "a;b=c.txt", "back`tick~.txt"]) {
    const written = dispositionOf(name);
    assert.match(written, /^attachment; filename="[^"\\%]+"; filename\*=UTF-8''[!#$&+.^_`|~0-9A-Za-z%-]+$/);
    assert.equal(nameIn(written), name);
  }
});

test("a header of its full length is read at once", () => {
  for (const part of [";filename", ";filename=", '; filename="\\', "; \t \t", ';filename=""', "'", "%"])
    assert.doesNotThrow(() => nameIn(`attachment${part.repeat(16_000 / part.length)}`));
});
