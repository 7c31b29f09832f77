// The tree of an operator's XML file knows where each element stands in the text, so that the text can be edited there.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { readTree, type XmlElement } from "../../src/inbound/soap/contract/tree.ts";

function spans(text: string, element: XmlElement): string[] {
  return [text.slice(element.start, element.end), ...element.children.flatMap((child) => spans(text, child))];
}

suite("where elements stand", () => {
  for (const mark of ["", "\ufeff"]) {
    test(`${mark === "" ? "without" : "with"} a byte order mark`, () => {
      const c = "<c ><![CDATA[<d/>]]><d/></c >";
      const a = `<a x="1>2">\u{1f600}\r\n<b\n y='' />&lt;${c}</a >`;
      const text = `${mark}<?xml version="1.0"?>\r\n<!-- <no> -->${a}\n`;
      assert.deepEqual(spans(text, readTree(text, "x.xml")), [a, "<b\n y='' />", c, "<d/>"]);
    });
  }
});
