// WS-Security UsernameToken: the digest against a published example, and the block as receivers read it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { suite, test } from "node:test";
import { SaxesParser } from "saxes";
import { passwordDigest, type UsernameToken, securityBlock } from "../../src/outbound/auth/wsse.ts";
import { NS_11, NS_12 } from "./soap-harness.ts";

interface Vector {
  source: string;
  nonce: string;
  created: string;
  password: string;
  digest: string;
}

const VECTORS: readonly Vector[] = JSON.parse(
  readFileSync(new URL("soap-vectors/password-digest.json", import.meta.url), "utf8"),
);
const TOKEN: UsernameToken = { user: "a<b", password: "p&ss", digest: false, nonce: new Uint8Array([1, 2, 3]), at: 0 };
const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";

/** Texts by `{namespace}name`, and attributes as `{namespace}name@name`. */
function read(xml: string): Map<string, string> {
  const found = new Map<string, string>();
  const parser = new SaxesParser({ xmlns: true });
  const open: string[] = [];
  parser.on("opentag", (tag) => {
    open.push(`{${tag.uri}}${tag.local}`);
    for (const { uri, local, value } of Object.values(tag.attributes)) found.set(`${open.at(-1)}@{${uri}}${local}`, value);
  });
  parser.on("text", (text) => found.set(open.at(-1) ?? "", text));
  parser.on("closetag", () => open.pop());
  parser.write(xml).close();
  return found;
}

suite("WS-Security UsernameToken", () => {
  for (const { source, nonce, created, password, digest } of VECTORS) {
    test(`the digest of ${source}`, () => {
      assert.equal(passwordDigest(Buffer.from(nonce, "base64"), created, password), digest);
    });
  }

  for (const namespace of [NS_11, NS_12]) {
    test(`the block for ${namespace} has to be understood and is fresh for five minutes`, () => {
      const block = read(securityBlock(TOKEN, namespace));
      assert.equal(block.get(`{${WSSE}}Security@{${namespace}}mustUnderstand`), "1");
      assert.equal(block.get(`{${WSU}}Created`), "1970-01-01T00:00:00.000Z");
      assert.equal(block.get(`{${WSU}}Expires`), "1970-01-01T00:05:00.000Z");
      assert.equal(block.get(`{${WSSE}}Username`), "a<b");
      assert.equal(block.get(`{${WSSE}}Password`), "p&ss");
      assert.match(block.get(`{${WSSE}}Password@{}Type`) ?? "", /#PasswordText$/);
      assert.equal(block.get(`{${WSSE}}Nonce`), "AQID");
    });
  }

  test("a digest stands in place of the password, and neither is shown", () => {
    const digest = { ...TOKEN, digest: true };
    const block = read(securityBlock(digest, NS_11));
    assert.match(block.get(`{${WSSE}}Password@{}Type`) ?? "", /#PasswordDigest$/);
    assert.equal(block.get(`{${WSSE}}Password`), passwordDigest(TOKEN.nonce, "1970-01-01T00:00:00.000Z", "p&ss"));
    for (const token of [TOKEN, digest]) {
      assert.equal(read(securityBlock(token, NS_11, "***")).get(`{${WSSE}}Password`), "***");
    }
  });
});
