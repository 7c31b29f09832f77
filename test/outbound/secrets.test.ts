// Secrets stand for themselves only in what leaves.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";

suite("secrets of a System", () => {
  const keeper = createSecretKeeper("n0nce");
  const { fill, mask } = keeper.of({ secrets: { token: 'a"<b>&c d', "name.with-dots": "$&" } });

  test("a marker becomes the secret, whatever characters it has", () => {
    assert.equal(fill(`x ${keeper.marker("token")} y ${keeper.marker("name.with-dots")}`), 'x a"<b>&c d y $&');
    assert.equal(fill("nothing here"), "nothing here");
    assert.equal(fill(`[${keeper.marker("another System's")}]`), "[]");
  });

  test("no spelling of a secret, nor its marker, is shown", () => {
    const secret = 'a"<b>&c d';
    const spellings = [
      ...[secret, JSON.stringify(secret), "a&quot;&lt;b&gt;&amp;c d", encodeURIComponent(secret)],
      ...[Buffer.from(secret).toString("base64"), keeper.marker("token")],
    ];
    for (const one of spellings) assert.equal(mask(`before ${one} after`).replaceAll('"', ""), "before *** after", one);
    assert.equal(mask("nothing here"), "nothing here");
  });
});
