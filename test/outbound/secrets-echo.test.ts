// Partners that answer with what they were sent, spelled as their language spells it: nothing of a secret is kept.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createMask } from "../../src/outbound/secrets-mask.ts";

const SECRETS = ["Zm9v/bar+baz==\"<&'ü|KEY1", "p/w+word2é", "cs/third3+%", "se&cr%t/fourth", "a%41b\\u0041c/\\d", "with space/5"];
const mask = createMask(SECRETS);

const php = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll("/", "\\/");
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const unicode = (text: string): string =>
  Array.from({ length: text.length }, (_, at) => `\\u${hex4(text.charCodeAt(at))}`).join("");
const hex4 = (code: number): string => code.toString(16).padStart(4, "0");
const ascii = (text: string): string => json(text).replace(/[^\x20-\x7e]/g, (one) => `\\u${hex4(one.charCodeAt(0))}`);
const xml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Ways in which what was sent may come back. */
const SPELLINGS: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  json,
  php,
  "json in json": (text) => json(json(text)),
  "json of PHP in json of PHP": (text) => php(php(text)),
  "escapes of every character": unicode,
  "json in ASCII": ascii,
  xml: (text) => xml(text).replaceAll("'", "&apos;").replaceAll(">", "&gt;"),
  "decimal references": (text) => text.replace(/[&<>"'/ü]/g, (one) => `&#${one.charCodeAt(0)};`),
  "decimal references with zeros": (text) => xml(text).replaceAll("'", "&#039;"),
  "hexadecimal references": (text) => text.replace(/[&<>"'/]/g, (one) => `&#x${one.charCodeAt(0).toString(16).toUpperCase()};`),
  "named references": (text) => xml(text).replaceAll("ü", "&uuml;").replaceAll("é", "&eacute;").replaceAll("/", "&sol;"),
  "xml in xml": (text) => xml(xml(text)),
  percent: encodeURIComponent,
  "percent in lower case": (text) => encodeURIComponent(text).replace(/%../g, (one) => one.toLowerCase()),
  "percent twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams([["", text]]).toString().slice(1),
  "percent of Latin-1": (text) => text.replace(/[^\w]/g, (one) => `%${Buffer.from(one, "latin1").toString("hex")}`),
  "form in json in xml": (text) => xml(php(`"${new URLSearchParams([["", text]])}"`)),
  "UTF-8 taken for Latin-1": (text) => Buffer.from(text).toString("latin1"),
  hexadecimal: (text) => Buffer.from(text).toString("hex"),
  base64,
  "base64 without padding": (text) => base64(text).replace(/=+$/, ""),
  "base64 in json of PHP": (text) => php(base64(text)),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 of json": (text) => base64(JSON.stringify({ key: text })),
  "base64 of json of PHP": (text) => base64(`{"key":"${php(text)}"}`),
  "base64 of json in ASCII": (text) => base64(`{"key":"${ascii(text)}"}`),
  "base64 of a form": (text) => base64(`k=${encodeURIComponent(text)}&x=1`),
  "base64 in lines": (text) => base64(`${"x".repeat(70)}${text}${"y".repeat(50)}`).replace(/.{76}/g, "$&\r\n"),
  "base64 percent-encoded": (text) => encodeURIComponent(base64(`user:${text}`)),
  ...Object.fromEntries(
    ["", "a", "ab", "abc"].flatMap((before) =>
      ["", "z", "yz"].map((after) => [`base64 of ${before}…${after}`, (text: string) => base64(before + text + after)]),
    ),
  ),
};

/** What a reader could make of a text by decoding all he finds, the base64 at every place it could begin. */
function readings(text: string): string[] {
  const letters = text.replace(/[^\w+/-]/g, "");
  return [text, ...["", "A", "AA", "AAA"].map((shift) => Buffer.from(shift + letters, "base64").toString("latin1"))];
}

suite("a secret that comes back", () => {
  for (const [name, spell] of Object.entries(SPELLINGS)) {
    test(`spelled as ${name} is not kept`, () => {
      for (const secret of SECRETS) {
        const spelled = spell(secret);
        const masked = mask(`before-"${spelled}" after`);
        assert.match(masked, /^before-".*\*\*\*.*" after$/s, `${secret} as ${spelled}`);
        assert.ok(!masked.includes(spelled), masked);
        const inner = Buffer.from(secret).toString("latin1");
        for (const reading of readings(masked)) assert.ok(!reading.includes(inner), `${masked} reads ${reading}`);
      }
    });
  }

  test("takes nothing with it that stands around it", () => {
    const body = JSON.stringify({ number: "INC1", echo: `x ${SECRETS[0]} y`, path: "a/b", more: ['"q"', "ü"] });
    assert.equal(mask(body), body.replace(json(SECRETS[0] ?? ""), "***"));
    const escaped = php(body);
    assert.equal(mask(escaped), escaped.replace(php(json(SECRETS[0] ?? "")), "***"));
    assert.equal(mask(`Basic ${base64(`user:${SECRETS[1]}`)} end`), "Basic dXNlc*** end".replace("dXNlc", "dXNlcj"));
    for (const text of ["", "nothing here", '{"a":"\\u00e4\\/\\n","b":"&amp;%41"}', "YWJjZGVmZ2g="])
      assert.equal(mask(text), text);
  });

  test("of many, each is taken out, and overlapping ones too", () => {
    const together = createMask(["abcdef", "defghi", "xyz", ""]);
    assert.equal(together("1 abcdefghi 2 xyz 3 xyz"), "1 *** 2 *** 3 ***");
    assert.equal(createMask([])("abc"), "abc");
  });

  test("if it is a short one, hides words but not what base64 says by chance", () => {
    const short = createMask(["INC"]);
    assert.equal(short("INC0001 and \\u0049NC"), "***0001 and ***");
    assert.equal(short(base64("xxINCxx")), base64("xxINCxx"));
    assert.equal(createMask(["%20"])("a b c %2520"), "a b c %2520".replace("%2520", "***"));
  });

  test("leaves nothing of a text in which the mask itself would spell another", () => {
    const odd = createMask(["abc", "x***y"]);
    assert.match(odd("1 xabcy 2"), /^This text held a secret in a spelling .* not kept/);
  });

  test("in a text made to be slow, costs no more than its length", () => {
    const size = 64 * 1024;
    const bombs = [
      ...["\\", "%25", "&amp;", "\\u005c", "a", "+", "=", "Zm9v", "&", "%", "\\u00", "%ff", "%ed%a0%80", "\n", "\n ", "%0a"].map(
        (unit) => unit.repeat(size / unit.length),
      ),
      `%${"25".repeat(size / 2)}41`,
      php(`${SECRETS[0]}`).repeat(1000),
      base64(SECRETS.join(" ")).repeat(400),
    ];
    for (const bomb of bombs) assert.ok(mask(bomb).length <= bomb.length, bomb.slice(0, 20));
    assert.equal(mask(php(SECRETS[0] ?? "").repeat(1000)), "***");
  });
});
