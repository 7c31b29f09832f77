// What the answer of a REST API is taken for, and that no secret a partner echoes is kept.
import assert from "node:assert/strict";
import { suite, test, type TestContext } from "node:test";
import type { RestApi } from "../../src/store/outgoing.ts";
import { cannedPartner } from "./request-harness.ts";
import { never, parcelOf, restApi } from "./request-parcels.ts";
import { assertMasked, brief, noting, transportOf } from "./request-rest.ts";

suite("what an answer is taken for", () => {
  const answered = async (
    t: TestContext,
    status: number,
    headers: Record<string, string>,
    body: string | Buffer,
    api: Partial<RestApi> = {},
  ) => {
    const partner = await noting(t, (response) => void response.writeHead(status, headers).end(body));
    return transportOf(t).send(parcelOf(restApi(partner.url, api)), never);
  };

  test("JSON is parsed, other answers are text in their charset", async (t) => {
    const json = await answered(t, 201, { "Content-Type": "application/problem+json" }, '{"number":"INC1","list":[{"a":1}]}');
    assert.deepEqual(json.parsed?.body, { number: "INC1", list: [{ a: 1 }] });
    assert.deepEqual([json.parsed?.status, json.parsed?.headers["content-type"]], [201, "application/problem+json"]);
    assert.match(json.answer ?? "", /^HTTP 201\n[\s\S]*\n\n\{"number":"INC1"/);
    const plain = await answered(t, 200, { "Content-Type": "text/plain; charset=iso-8859-1" }, Buffer.from("grün", "latin1"));
    assert.equal(plain.parsed?.body, "grün");
    const unlabelled = await answered(t, 200, {}, ' {"a":1}');
    assert.deepEqual(unlabelled.parsed?.body, { a: 1 });
    const broken = await answered(t, 200, { "Content-Type": "application/json" }, '{"a":');
    assert.equal(broken.parsed?.body, '{"a":');
    const deep = await answered(t, 200, {}, "[".repeat(20_000) + "]".repeat(20_000));
    assert.equal(typeof deep.parsed?.body, "string");
  });

  test("statuses lead where the schedule says, with the partner's wish to wait", async (t) => {
    const busy = await answered(t, 429, { "Retry-After": "120" }, "slow down");
    assert.deepEqual([...brief(busy), busy.retryAfterMs], ["transient", "http_429", 120_000]);
    assert.deepEqual(brief(await answered(t, 410, {}, "")), ["gone", "http_410"]);
    assert.deepEqual(brief(await answered(t, 404, {}, "")), ["permanent", "http_404"]);
    assert.deepEqual(brief(await answered(t, 409, {}, "", { success: "200-299,409" })), ["done", "http_409"]);
    const redirect = await answered(t, 307, { Location: "http://169.254.169.254/" }, "");
    assert.deepEqual(brief(redirect), ["permanent", "redirect_refused"]);
  });

  test("half an answer is enough unless something is to be read from it", async (t) => {
    const half = await cannedPartner(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", (socket) => socket.end());
    const send = (answer: RestApi["answer"]) => transportOf(t).send(parcelOf(restApi(half.url, { answer })), never);
    assert.deepEqual(brief(await send({ reference: null, update: null })), ["done", "http_200"]);
    assert.deepEqual(brief(await send({ reference: "body.number", update: null })), ["transient", "answer_reset"]);
  });

  test("no answer at all is tried again, as the partner knows the id", async (t) => {
    const silent = await cannedPartner(t, "");
    const parcel = parcelOf(restApi(silent.url));
    const system = { ...parcel.system, delivery: { ...parcel.system.delivery, timeoutMs: 50 } };
    assert.deepEqual(brief(await transportOf(t).send({ ...parcel, system }, never)), ["transient", "timeout"]);
  });

  test("a long answer is kept in part, and says so", async (t) => {
    const long = await answered(t, 200, {}, "x".repeat(500_000));
    assert.equal(long.class, "done");
    assert.ok(Buffer.byteLength(long.answer ?? "") <= 64 * 1024);
    assert.match(long.answer ?? "", /… \(cut\)$/);
  });

  test("a partner that echoes what it got gives no secret away", async (t) => {
    const partner = await noting(t, (response, { headers, body }) => {
      response.writeHead(200, { "X-Echo": String(headers["x-api-key"]), "Set-Cookie": "session=abc" });
      response.end(JSON.stringify({ headers, body }));
    });
    const { input } = parcelOf(restApi("http://x/"));
    const basic = { kind: "basic", user: "desk", password: "password" } as const;
    for (const auth of [basic, { kind: "apiKey", header: "X-Api-Key", key: "path" } as const]) {
      const outcome = await transportOf(t).send(parcelOf(restApi(partner.url, { auth }), { p: input.secrets["path"] }), never);
      assert.equal(outcome.class, "done");
      assertMasked(outcome);
      assert.doesNotMatch(
        JSON.stringify({ ...outcome, parsed: null }),
        new RegExp(`${Buffer.from("desk:pass w").toString("base64").slice(0, 12)}|session=abc"?$`),
      );
    }
  });
});

suite("tokens", () => {
  const oauth2 = (tokenUrl: string) =>
    ({ kind: "oauth2", tokenUrl, clientId: "c", clientSecret: "password", scope: null }) as const;

  test("a refused token is fetched anew and the call made once more, not twice", async (t) => {
    let tokens = 0;
    const server = await noting(t, (response) => {
      tokens += 1;
      response.end(JSON.stringify({ access_token: `token-number-${tokens}`, token_type: "bearer" }));
    });
    const seen: (string | undefined)[] = [];
    let accept = "Bearer token-number-2";
    const partner = await noting(t, (response, { headers }) => {
      seen.push(headers.authorization);
      response.writeHead(headers.authorization === accept ? 200 : 401).end(String(headers.authorization));
    });
    const transport = transportOf(t);
    const parcel = parcelOf(restApi(partner.url, { auth: oauth2(`${server.url}/token`) }));
    const good = await transport.send(parcel, never);
    assert.deepEqual(brief(good), ["done", "http_200"]);
    assert.deepEqual(seen, ["Bearer token-number-1", "Bearer token-number-2"]);
    assert.doesNotMatch(JSON.stringify({ ...good, parsed: null }), /token-number/);
    accept = "nothing";
    assert.deepEqual(brief(await transport.send(parcel, never)), ["permanent", "http_401"]);
    assert.deepEqual([seen.length, tokens], [4, 3]);
  });

  test("without a token nothing is sent", async (t) => {
    const server = await noting(t, (response) => void response.writeHead(503).end());
    const partner = await noting(t);
    const outcome = await transportOf(t).send(parcelOf(restApi(partner.url, { auth: oauth2(server.url) })), never);
    assert.deepEqual([...brief(outcome), partner.arrived.length], ["transient", "token_http_503", 0]);
    assertMasked(outcome);
  });
});
