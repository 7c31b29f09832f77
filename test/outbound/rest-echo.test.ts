// A partner that sends back what it was sent, in the spelling of its language: nothing secret is in what is kept of the try.
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: place-holders of URLs and headers are written so
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { TryOutcome } from "../../src/outbound/ports.ts";
import type { Auth, RestApi } from "../../src/store/outgoing.ts";
import { never, parcelOf, restApi } from "./request-parcels.ts";
import { type Arrived, noting, transportOf } from "./request-rest.ts";

const SECRETS = { word: "p/w+SECRET2é", key: 'K/y"SECRET/3', sign: "SECRET4" };
/** In every secret, so that it shows in base64 that begins anywhere. */
const LEAK = /SECRET/;

/** Headers, address and body as PHP's json_encode writes them, with each header in base64 too. */
function php({ line, headers, body }: Arrived): string {
  const packed = Object.values(headers).map((value) => Buffer.from(String(value)).toString("base64"));
  return JSON.stringify({ line, headers, body, packed }).replaceAll("/", "\\/");
}

function assertClean({ parsed: _read, ...kept }: TryOutcome): void {
  const text = JSON.stringify(kept);
  assert.doesNotMatch(text, LEAK);
  const letters = text.replace(/[^\w+/-]/g, "");
  for (const shift of ["", "A", "AA", "AAA"]) {
    assert.doesNotMatch(Buffer.from(shift + letters, "base64").toString("latin1"), LEAK);
  }
}

suite("a partner's echo", () => {
  const echoed = async (t: TestContext, api: Partial<RestApi>, status = 200, value?: unknown) => {
    const partner = await noting(t, (response, arrived) => {
      response.writeHead(status, { "X-Echo": String(arrived.headers.authorization), "Content-Type": "application/json" });
      response.end(php(arrived));
    });
    const made = restApi(`${partner.url}/x?key=\${secret:key}`, api);
    const { input } = parcelOf(made, null, { system: { secrets: SECRETS } });
    const sent = value ?? { a: input.secrets["word"], b: `x${input.secrets["key"]}` };
    return transportOf(t).send(parcelOf(made, sent, { system: { secrets: SECRETS } }), never);
  };

  const basic = { kind: "basic", user: "user", password: "word" } as const;

  test("of body, address and headers has no secret, in success and in failure", async (t) => {
    const auths: Auth[] = [{ kind: "none" }, basic, { kind: "apiKey", header: "X-Key", key: "key" }];
    for (const auth of auths) {
      for (const body of ["json", "form"] as const) {
        for (const status of [200, 400, 503])
          assertClean(await echoed(t, { auth, body, headers: { "X-Own": "a ${secret:key}" } }, status));
      }
    }
  });

  test("of what the authentication made has none either", async (t) => {
    const server = await noting(t, (response) => {
      response.end(JSON.stringify({ access_token: "SECRET6/a+b==", token_type: "Bearer" }));
    });
    const oauth2 = { kind: "oauth2", tokenUrl: `${server.url}/token`, clientId: "c", clientSecret: "sign", scope: null } as const;
    const outcome = await echoed(t, { auth: oauth2 });
    assert.match(JSON.stringify(outcome.parsed), /SECRET6/, "it was sent back");
    assertClean(outcome);
    const shown = (await echoed(t, { auth: basic }, 200, {})).answer ?? "";
    assert.ok(!shown.includes(Buffer.from("user:p/w").toString("base64").slice(0, 8)), shown);
  });

  test("that is cut does not end in half a secret", async (t) => {
    for (const length of [65_300, 65_400, 65_500, 65_530, 65_536]) {
      const partner = await noting(
        t,
        (response) => void response.end("x".repeat(length - 20) + "SECRET-of-forty-letters".repeat(5000)),
      );
      const system = { secrets: { long: "SECRET-of-forty-letters" } };
      const outcome = await transportOf(t).send(parcelOf(restApi(partner.url), {}, { system }), never);
      assert.doesNotMatch(outcome.answer ?? "", /SECRET|xS/);
      assert.match(outcome.answer ?? "", /… \(cut\)$/);
    }
    const api = restApi("http://127.0.0.1:9/", { body: "text" });
    const long = parcelOf(api, `${"x".repeat(65_400)}${"SECRET-of-forty-letters".repeat(20_000)}`, {
      system: { secrets: { long: "SECRET-of-forty-letters" } },
    });
    assert.doesNotMatch(await transportOf(t).show(long), /SECRET|xS/);
  });
});
