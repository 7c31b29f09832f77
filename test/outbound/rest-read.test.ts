// What the expressions of an API definition are given to read: the answer as it came, every digit of it, and a word to the operator when
// it was not what they were written for.
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { suite, test, type TestContext } from "node:test";
import type { RestApi } from "../../src/store/outgoing.ts";
import { never, parcelOf, restApi } from "./request-parcels.ts";
import { brief, noting, transportOf } from "./request-rest.ts";

const READS: RestApi["answer"] = { reference: "body.number", update: null };
const JSON_TYPE = { "Content-Type": "application/json" };

suite("what an answer gives to read", () => {
  const answered = async (
    t: TestContext,
    body: string | Buffer,
    {
      headers = JSON_TYPE,
      api = {},
      secrets,
    }: { headers?: object; api?: Partial<RestApi>; secrets?: Record<string, string> } = {},
  ) => {
    const partner = await noting(t, (response) => void response.writeHead(200, { ...headers }).end(body));
    const system = secrets === undefined ? {} : { secrets };
    const made = restApi(partner.url, { answer: READS, ...api });
    return transportOf(t).send(parcelOf(made, { a: 1 }, { system }), never);
  };

  test("a word that is a secret too is read as it came, and hidden only where it is kept", async (t) => {
    const headers = { ...JSON_TYPE, "X-Number": "INC0001" };
    const outcome = await answered(t, '{"number":"INC0001","INC":[{"INC":"xINC"}]}', { headers, secrets: { user: "INC" } });
    assert.deepEqual(outcome.parsed?.body, { number: "INC0001", INC: [{ INC: "xINC" }] });
    assert.equal(outcome.parsed?.headers["x-number"], "INC0001");
    assert.match(
      outcome.answer ?? "",
      /x-number: \*\*\*0001[\s\S]*\{"number":"\*\*\*0001","\*\*\*":\[\{"\*\*\*":"x\*\*\*"\}\]\}$/,
    );
    const text = await answered(t, "INC7", { headers: {}, secrets: { user: "INC" } });
    assert.equal(text.parsed?.body, "INC7");
  });

  test("numbers that would lose digits are texts as they were written", async (t) => {
    const body =
      '{"a":9007199254740993123,"b":[-12345678901234567890],"c":1e21,"d":1E400,"e":9007199254740993.5,"f":"9007199254740993123",' +
      '"g":42,"h":1e3,"i":0.1,"j":-7.25,"k":9007199254740991,"l":1.5e-9}';
    const { parsed } = await answered(t, body);
    assert.deepEqual(parsed?.body, {
      ...{ a: "9007199254740993123", b: ["-12345678901234567890"], c: "1e21", d: "1E400", e: "9007199254740993.5" },
      ...{ f: "9007199254740993123", g: 42, h: 1000, i: 0.1, j: -7.25, k: 9007199254740991, l: 1.5e-9 },
    });
  });

  test("a long answer is read up to 1 MiB when something is to be read, and kept up to 64 KiB", async (t) => {
    const body = JSON.stringify({ pad: "x".repeat(1_000_000), number: "BIG" });
    for (const bytes of [body, gzipSync(body)]) {
      const packed = typeof bytes === "string" ? JSON_TYPE : { ...JSON_TYPE, "Content-Encoding": "gzip" };
      const outcome = await answered(t, bytes, { headers: packed });
      assert.equal((outcome.parsed?.body as { number?: string } | undefined)?.number, "BIG");
      assert.deepEqual([...brief(outcome), outcome.detail], ["done", "http_200", null]);
      assert.ok(Buffer.byteLength(outcome.answer ?? "") <= 64 * 1024);
      assert.match(outcome.answer ?? "", /… \(cut\)$/);
    }
    const unread = await answered(t, body, { api: { answer: { reference: null, update: null } } });
    assert.deepEqual([unread.class, unread.detail, typeof unread.parsed?.body], ["done", null, "string"]);
  });

  test("an answer that is too long is told of, and is text", async (t) => {
    const outcome = await answered(t, JSON.stringify({ number: "HUGE", pad: "x".repeat(1_100_000) }));
    assert.deepEqual(brief(outcome), ["done", "http_200"]);
    assert.match(outcome.detail ?? "", /An answer in JSON was expected; this one is longer than 1 MiB/);
    assert.equal(typeof outcome.parsed?.body, "string");
    assert.match((await answered(t, " ".repeat(1_100_000))).detail ?? "", /longer than 1 MiB/);
  });

  test("an answer that is no JSON is told of, and is text", async (t) => {
    const page = "<h1>Log in, please</h1>";
    const cases: readonly (readonly [body: string, headers: object, says: RegExp])[] = [
      [page, { "Content-Type": "text/html; charset=utf-8" }, /^An answer in JSON was expected; text\/html came\.$/],
      [page, {}, /^An answer in JSON was expected; a text of no kind came\.$/],
      ['{"number":', JSON_TYPE, /^An answer in JSON was expected; what came is no valid JSON\.$/],
      ["[Tue] fine", { "Content-Type": "text/plain" }, /text\/plain came/],
      [`{"number":"D","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, JSON_TYPE, /more than 64 levels/],
    ];
    for (const [body, headers, says] of cases) {
      const outcome = await answered(t, body, { headers });
      assert.deepEqual([...brief(outcome), outcome.parsed?.body], ["done", "http_200", body]);
      assert.match(outcome.detail ?? "", says);
    }
  });

  test("nothing is told when no field of the body is read, when the answer is empty, or was no success", async (t) => {
    const reading = (reference: string | null, update: string | null = null) => ({ api: { answer: { reference, update } } });
    for (const expression of ["body", "$match(body, /INC\\d+/).match", "headers.location", "somebody.x"]) {
      const outcome = await answered(t, "INC0001", { headers: { "Content-Type": "text/plain" }, ...reading(expression) });
      assert.deepEqual([outcome.detail, outcome.parsed?.body], [null, "INC0001"], expression);
    }
    for (const expression of ["body.number", "$.body . number", "body[0].id", '$lookup(body, "a b")', "$$.body.number"]) {
      const outcome = await answered(t, "INC0001", { headers: { "Content-Type": "text/plain" }, ...reading(null, expression) });
      assert.match(outcome.detail ?? "", /text\/plain came/, expression);
    }
    assert.equal((await answered(t, "")).detail, null);
    const partner = await noting(t, (response) => void response.writeHead(404, { "Content-Type": "text/html" }).end("<p>"));
    const failed = await transportOf(t).send(parcelOf(restApi(partner.url, { answer: READS })), never);
    assert.match(failed.detail ?? "", /^The partner answered with status 404\.$/);
  });

  test("a name such as __proto__ is a name like others", async (t) => {
    const { parsed } = await answered(t, '{"__proto__":{"number":1},"big":90071992547409931}');
    assert.deepEqual(Object.keys(parsed?.body as object), ["__proto__", "big"]);
    assert.equal(({} as Record<string, unknown>)["number"], undefined);
  });
});
