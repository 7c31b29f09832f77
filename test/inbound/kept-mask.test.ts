// What is kept of a message has no credential of it, wherever a partner's system writes them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { maskElements, maskKeys, maskMail, maskParameters } from "../../src/inbound/kept/mask.ts";

const NAMES = ["Security", "hash"];
const masked = (text: string): string => maskElements(Buffer.from(text), NAMES, () => text).bytes.toString();

test("elements are emptied under any prefix, and their declarations stay", () => {
  const cases: [string, string][] = [
    ['<a><w:Security xmlns:w="u" x:m="1"><P>s</P></w:Security><b/></a>', '<a><w:Security xmlns:w="u">***</w:Security><b/></a>'],
    ["<a><Security>s</Security></a>", "<a><Security>***</Security></a>"],
    ["<a><hash\n>s</hash ><hash>t</hash></a>", "<a><hash>***</hash ><hash>***</hash></a>"],
    ["<a><n:hash b=\">\" xmlns:n='v'>s</n:hash></a>", "<a><n:hash xmlns:n='v'>***</n:hash></a>"],
    ["<a><hash/><b>kept</b></a>", "<a><hash/><b>kept</b></a>"],
    ["<a><hashes>kept</hashes></a>", "<a><hashes>kept</hashes></a>"],
    ["<a><Security><P>s that never ends", "<a><Security>***"],
  ];
  for (const [text, wanted] of cases) assert.equal(masked(text), wanted);
});

test("a message in UTF-16 is looked into as well, and becomes UTF-8", () => {
  const text = "<a><Security>s</Security>ü</a>";
  const { bytes, masked: isMasked } = maskElements(Buffer.from(text, "utf16le"), NAMES, () => text);
  assert.deepEqual([bytes.toString(), isMasked], ["<a><Security>***</Security>ü</a>", true]);
});

test("what holds none stays byte for byte", () => {
  const bytes = Buffer.from([0x3c, 0x61, 0x3e, 0xe4, 0xff, 0x3c, 0x2f, 0x61, 0x3e]);
  assert.deepEqual(
    maskElements(bytes, NAMES, () => bytes.toString("latin1")),
    { bytes, masked: false },
  );
});

test("keys of ours, parameters of a form, and reply tokens in mails are taken out", () => {
  assert.equal(maskKeys(Buffer.from('{"a":"cdk_acme_AbC-_123"}')).bytes.toString(), '{"a":"cdk_***"}');
  assert.equal(maskParameters("a=1&p%5FHash=s&b", ["p_hash"], decodeURIComponent), "a=1&p%5FHash=***&b");
  const token = `a${"b2".repeat(20)}`;
  const mail = `To: desk+${token}@x\nReferences: <k.${token}@x>\n\n> =-=-= TSK-1 ${token} =-=-=\n${token}`;
  const kept = maskMail(Buffer.from(mail)).bytes.toString();
  assert.equal(kept, `To: desk+***@x\nReferences: <k.***@x>\n\n> =-=-= TSK-1 *** =-=-=\n${token}`);
});
