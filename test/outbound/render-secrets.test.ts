// Markers of secrets that an expression changed are noticed before anything leaves; whole ones are let through.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { makeRenderInput } from "../../src/outbound/input.ts";
import type { RenderInput, Rendered } from "../../src/outbound/ports.ts";
import { createChangeCheck, SECRET_CHANGED } from "../../src/outbound/render/changed.ts";
import { applyLimits } from "../../src/outbound/render/limits.ts";
import { packInput } from "../../src/outbound/render/pack.ts";
import { createDoer } from "../../src/outbound/render/work.ts";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";
import type { Language } from "../../src/store/outgoing.ts";
import { someEvent, someSystem } from "./render/subjects.ts";

const NONCE = "0f9e8d7c6b5a4938271605f4e3d2c1b0";
const { marker } = createSecretKeeper(NONCE);
const system = someSystem({ secrets: { token: "s3cret", tok: "other" } });
const input: RenderInput = makeRenderInput(someEvent(), system, marker);
const check = createChangeCheck(NONCE, Object.values(input.secrets));
const work = createDoer({ timeMs: 1000, resultBytes: 1_000_000 });

async function made(language: Language, body: string): Promise<unknown> {
  const rendered = JSON.parse(
    await work({ kind: "render", language, body, condition: null, input: packInput(input) }),
  ) as Rendered;
  assert.equal(rendered.kind, "body", JSON.stringify(rendered));
  return (rendered as { value: unknown }).value;
}

suite("secrets in what an expression made", () => {
  for (const [language, body] of [
    ["jsonata", '{"a": "Bearer " & secrets.token, secrets.tok: [secrets.token, task.number]}'],
    ["jsonata", "secrets.token & secrets.token & secrets.tok"],
    ["jsonata", "$encodeUrlComponent(secrets.token)"],
    ["jsonata", '"a secret-0f of " & event.id & " 0F9E8D7C6"'],
    ["liquid", "<a b='{{ secrets.tok }}'>{{ secrets.token | xml }}</a>"],
    ["liquid", '{"a": "{{ secrets.token | url_encode }}"}'],
  ] as const)
    test(`whole it may stand anywhere: ${body}`, async () => assert.equal(check(await made(language, body)), null));

  for (const [language, body] of [
    ["jsonata", "$uppercase(secrets.token)"],
    ["jsonata", "secrets.token & $uppercase(secrets.tok)"],
    ["jsonata", "$substring(secrets.token, 0, 20)"],
    ["jsonata", "$substring(secrets.token, 20)"],
    ["jsonata", '$substringBefore(secrets.token, "2716")'],
    ["jsonata", '{"a": {"b": [1, $replace(secrets.token, "-", "+")]}}'],
    ["jsonata", '{$uppercase(secrets.token): "a key"}'],
    ["jsonata", '$base64encode("user:" & secrets.token)'],
    ["jsonata", '$base64encode("a:" & secrets.token)'],
    ["jsonata", '$base64encode("b" & secrets.token)'],
    ["jsonata", '$replace(secrets.token, "746f6b", "6162")'],
    ["liquid", "{{ secrets.token | upcase }}"],
    ["liquid", "<a>{{ secrets.token | slice: 5, 20 }}</a>"],
    ["liquid", '{"a": "{{ secrets.token | truncate: 30 }}"}'],
  ] as const)
    test(`changed it is refused: ${body}`, async () => assert.equal(check(await made(language, body)), SECRET_CHANGED));

  test("one that a field limit cut is refused", async () => {
    const fitted = applyLimits(await made("jsonata", '{"key": secrets.token}'), {
      key: { length: 30, charset: "unicode", beyond: "cut" },
    });
    assert.equal("ok" in fitted && check(fitted.ok), SECRET_CHANGED);
  });

  test("a System without secrets has none to change", () => {
    assert.equal(createChangeCheck(NONCE, [])(`secret-${NONCE}-`), null);
  });

  test("no long stretch of a nonce gets through in any case, and no text without one is refused", () => {
    const whole = marker("token");
    fc.assert(
      fc.property(
        fc.string(),
        fc.nat(NONCE.length - 10),
        fc.integer({ min: 10, max: 32 }),
        fc.func(fc.boolean()),
        (text, from, length, upper) => {
          const part = [...NONCE.slice(from, from + length)].map((one, at) => (upper(at) ? one.toUpperCase() : one)).join("");
          assert.equal(check(`${text}${part}${text}`), SECRET_CHANGED);
          assert.equal(check([`${text}${whole}${text}`]), null);
        },
      ),
    );
  });
});
