// References to half characters, as Axis 1.4 writes them, become the characters they stand for; nothing else is touched.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { joinHalves } from "../../src/inbound/soap/reading/charset.ts";

suite("halves of characters", () => {
  const texts: readonly (readonly [string, string])[] = [
    ["&#xD83D;&#xDE00;", "😀"],
    ["a&#xd83d;&#xde00;&#xD83D;&#xDE01;b", "a😀😁b"],
    ["&#55357;&#56832;", "😀"],
    ["&#55296;&#56320; &#56319;&#57343;", "\u{10000} \u{10ffff}"],
    ["&#xD83D;&#56832;", "😀"],
    ["&#xD83D;", "&#xD83D;"],
    ["&#xDE00;&#xD83D;", "&#xDE00;&#xD83D;"],
    ["&#xD83D; &#xDE00;", "&#xD83D; &#xDE00;"],
    ["&#55295;&#56320;", "&#55295;&#56320;"],
    ["&#56320;&#56320;", "&#56320;&#56320;"],
    ["&#55357;&#57344;", "&#55357;&#57344;"],
    ["<![CDATA[&#xD83D;&#xDE00;]]>", "<![CDATA[&#xD83D;&#xDE00;]]>"],
    ["&#x1F600;&amp;#xD83D;&#xE4;", "&#x1F600;&amp;#xD83D;&#xE4;"],
  ];
  for (const [text, joined] of texts) test(text, () => assert.equal(joinHalves(text), joined));
});
