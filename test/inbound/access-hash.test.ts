// The argument that shows a secret: templates as contracts have them, and the finding of whose secret it is.
import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { test } from "node:test";
import { findSecret } from "../../src/inbound/shared-secret.ts";
import { LONGEST_HASHED, parseAccessHash } from "../../src/inbound/soap/contract/access-hash.ts";

const ELEMENTS = new Set(["p_strTaskId", "p_strText"]);
const VALUES: Record<string, string> = { p_strTaskId: "TSK-1", p_strText: "grün" };
const textOf = (element: string): string => VALUES[element] ?? "";
const parse = (template: string, algorithm = "sha1") => parseAccessHash({ algorithm, template }, ELEMENTS);
const expected = (template: string, algorithm: string): string | undefined =>
  parse(template, algorithm).expectedOf(textOf)("s3cret")?.toString("hex");

test("a template is filled with values of the call and the secret, and hashed as UTF-8", () => {
  const of = (algorithm: string, text: string) => createHash(algorithm).update(text, "utf8").digest("hex");
  assert.equal(expected("{p_strTaskId}{secret}", "md5"), of("md5", "TSK-1s3cret"));
  assert.equal(expected("{secret}|{p_strText}|{secret}", "sha1"), of("sha1", "s3cret|grün|s3cret"));
  assert.equal(expected("{{{p_strTaskId}}}-{secret}", "sha256"), of("sha256", "{TSK-1}-s3cret"));
  assert.equal(
    expected("{p_strTaskId};{p_strText}", "hmac-sha256"),
    createHmac("sha256", "s3cret").update("TSK-1;grün").digest("hex"),
  );
  assert.deepEqual(parse("{p_strText}{p_strTaskId}{p_strText}{secret}").elements, ["p_strText", "p_strTaskId"]);
  const empty = parse("{p_strTaskId}{secret}").expectedOf(() => "");
  assert.equal(empty("s")?.toString("hex"), of("sha1", "s"));
});

test("a value that looks like a place-holder stays a value", () => {
  const made = parse("{p_strTaskId}{secret}").expectedOf(() => "{secret}$&");
  assert.equal(made("s")?.toString("hex"), createHash("sha1").update("{secret}$&s").digest("hex"));
});

test("what stands before the secret is the same for every secret", () => {
  const of = parse("{p_strTaskId}{secret}{p_strText}", "sha256").expectedOf(textOf);
  for (const secret of ["one", "two", "one"])
    assert.equal(of(secret)?.toString("hex"), createHash("sha256").update(`TSK-1${secret}grün`).digest("hex"));
});

test("values that are too long together fit to no secret, whatever is given", () => {
  const half = "x".repeat(LONGEST_HASHED / 2);
  for (const algorithm of ["md5", "sha1", "sha256", "hmac-sha256"]) {
    const hash = parse("{p_strTaskId}-{secret}-{p_strText}", algorithm);
    assert.ok(hash.expectedOf(() => half)("first-secret"), algorithm);
    const tooLong = hash.expectedOf((element) => (element === "p_strText" ? `${half}x` : half));
    assert.equal(tooLong("first-secret"), null, algorithm);
    for (const given of ["", "00".repeat(32), "null"])
      assert.equal(findSecret([{ secret: "first-secret" }], given, tooLong), null);
  }
});

test("an element that comes twice in a template counts twice", () => {
  const of = parse("{p_strText}{p_strText}{secret}").expectedOf(() => "x".repeat(LONGEST_HASHED / 2 + 1));
  assert.equal(of("s"), null);
});

const WRONG: readonly [string, string, RegExp][] = [
  ["{secret}", "sha512", /algorithm: must be one of md5, sha1, sha256, hmac-sha256/],
  ["{secret}", "constructor", /algorithm: must be one of/],
  ["{p_strTask}{secret}", "md5", /template: the operation has no element p_strTask$/],
  ["{p_strTaskId}", "md5", /template: it needs \{secret\}/],
  ["", "sha256", /template: it needs \{secret\}/],
  ["fixed", "hmac-sha256", /template: it needs an element/],
  ["{p_strTaskId{secret}", "md5", /template: a \{ has no other half; write \{\{/],
  ["p_strTaskId}{secret}", "md5", /template: a \} has no other half; write \}\}/],
  ["{}{secret}", "md5", /template: \{\} names no element/],
  ["{ p_strTaskId }{secret}", "md5", /template: \{ p_strTaskId \} names no element/],
];
for (const [template, algorithm, says] of WRONG) {
  test(`a mistake is named: ${algorithm} ${template}`, () => assert.throws(() => parse(template, algorithm), says));
}

test("an element called secret cannot stand beside the secret", () => {
  const spec = { algorithm: "md5", template: "{secret}" };
  assert.throws(() => parseAccessHash(spec, new Set(["secret"])), /both the secret and an element/);
});

const CANDIDATES = ["first-secret", "second-secret", "third-secret"].map((secret) => ({ secret }));
const [, SECOND] = CANDIDATES;
const asIs = (secret: string): string => secret;

test("a secret given as it is leads to its owner, and nothing like it does", () => {
  assert.equal(findSecret(CANDIDATES, "second-secret", asIs), SECOND);
  for (const given of ["second-secre", "second-secret ", "SECOND-SECRET", "x".repeat(5000)])
    assert.equal(findSecret(CANDIDATES, given, asIs), null, given.slice(0, 20));
  assert.equal(findSecret([], "second-secret", asIs), null);
});

test("a digest is taken in hex of either case and in base64, with or without padding", () => {
  for (const algorithm of ["md5", "sha1", "sha256", "hmac-sha256"]) {
    const expectedOf = parse("{p_strTaskId}{secret}", algorithm).expectedOf(textOf);
    const right = expectedOf("second-secret");
    assert.ok(right);
    const base64 = right.toString("base64");
    for (const given of [
      right.toString("hex"),
      right.toString("hex").toUpperCase(),
      base64,
      base64.replace(/=+$/, ""),
      ` ${base64}\n`,
    ])
      assert.equal(findSecret(CANDIDATES, given, expectedOf), SECOND, `${algorithm} ${given}`);
    for (const given of [
      "second-secret",
      right.toString("hex").slice(2),
      `${base64}AA`,
      right.toString("base64url").replace(/^./, "-"),
      "0x",
    ])
      assert.equal(findSecret(CANDIDATES, given, expectedOf), null, `${algorithm} ${given}`);
  }
});

test("every candidate is looked at, and what fits to two fits to none", () => {
  const asked: string[] = [];
  const counting = (secret: string): string => {
    asked.push(secret);
    return secret;
  };
  assert.ok(findSecret(CANDIDATES, "first-secret", counting));
  assert.equal(asked.length, CANDIDATES.length);
  assert.equal(
    findSecret(CANDIDATES, "same", () => "same"),
    null,
  );
});
