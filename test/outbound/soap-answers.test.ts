// What a partner answers to a SOAP call, and what becomes of the delivery: results, faults of both versions, and every kind of
// trouble, over real sockets.
import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import type { Transport, TryOutcome } from "../../src/outbound/ports.ts";
import type { SoapApi } from "../../src/store/outgoing.ts";
import {
  envelope,
  NS_12,
  OPERATION,
  OWN_WSDLS,
  openTransport,
  type Partner,
  parcelOf,
  soapApi,
  startPartner,
} from "./soap-harness.ts";

const NEVER = new AbortController().signal;
const RESULT = `<${OPERATION}Response xmlns="http://tempuri.org/"><${OPERATION}Result>id-1</${OPERATION}Result></${OPERATION}Response>`;

const fault11 = (code: string, text = "No") =>
  envelope(
    `<s:Fault><faultcode>s:${code}</faultcode><faultstring>${text}</faultstring><detail><code>7</code></detail></s:Fault>`,
  );
const fault12 = (code: string, sub = "") =>
  envelope(
    `<s:Fault><s:Code><s:Value>s:${code}</s:Value>${sub}</s:Code><s:Reason><s:Text xml:lang="en">No</s:Text></s:Reason></s:Fault>`,
    NS_12,
  );
const subcode = (name: string) => `<s:Subcode><s:Value xmlns:p="urn:p">p:${name}</s:Value></s:Subcode>`;

/** Status, headers and body of the answer; class and code of the outcome; what its detail says. */
type Row = readonly [
  name: string,
  answer: readonly [status: number, headers: Record<string, string>, body: string | Buffer],
  expected: readonly [kind: TryOutcome["class"], code: string],
  says: RegExp,
];

const ROWS: readonly Row[] = [
  ["a fault of the sender", [500, {}, fault11("Client")], ["permanent", "soap_fault"], /^Client: No$/],
  ["a fault of the receiver", [500, {}, fault11("Server")], ["permanent", "soap_fault"], /^Server: No$/],
  ["a fault with status 200", [200, {}, fault11("Server")], ["permanent", "soap_fault"], /^Server: No$/],
  ["a sender's fault of 1.2", [400, {}, fault12("Sender", subcode("Bad"))], ["permanent", "soap_fault"], /^Sender\.Bad: No$/],
  ["a fault with status 503", [503, {}, fault12("Receiver")], ["transient", "soap_fault"], /^Receiver: No$/],
  ["a fault with Retry-After", [500, { "retry-after": "7" }, fault11("Server")], ["transient", "soap_fault"], /No/],
  ["a server too busy", [500, {}, fault12("Receiver", subcode("ServerTooBusy"))], ["transient", "soap_fault"], /TooBusy/],
  ["a narrower code of 1.1", [500, {}, fault11("Server.Busy")], ["transient", "soap_fault"], /^Server\.Busy: No$/],
  ["a busy Crossdesk", [500, { "x-crossdesk-code": "busy" }, fault11("Server")], ["transient", "soap_fault"], /No/],
  ["a refusing Crossdesk", [503, { "x-crossdesk-code": "task_closed" }, fault11("Server")], ["permanent", "soap_fault"], /No/],
  [
    "a doubtful Crossdesk",
    [503, { "x-crossdesk-code": "outcome_unknown" }, fault11("Server")],
    ["ambiguous", "soap_fault"],
    /No/,
  ],
  [
    "a fault without words",
    [500, {}, envelope("<s:Fault/>")],
    ["permanent", "soap_fault"],
    /^Fault: the partner gave no reason$/,
  ],
  [
    "a page of HTML",
    [200, { "content-type": "text/html" }, "<html><body>Hi</body></html>"],
    ["permanent", "bad_answer"],
    /page of HTML/,
  ],
  ["words", [200, {}, "OK"], ["permanent", "bad_answer"], /not XML/],
  ["nothing", [200, {}, ""], ["permanent", "bad_answer"], /it is empty/],
  [
    "XML without its end",
    [200, {}, envelope(RESULT).slice(0, -9)],
    ["permanent", "bad_answer"],
    /not well-formed XML, or was cut/,
  ],
  ["another root", [200, {}, RESULT], ["permanent", "bad_answer"], /its root is .*, not Envelope/],
  ["an envelope of nobody", [200, {}, envelope(RESULT, "urn:x")], ["permanent", "bad_answer"], /no namespace of SOAP/],
  ["no body", [200, {}, envelope("").replaceAll("s:Body", "s:Header")], ["permanent", "bad_answer"], /has no Body/],
  [
    "a body of another version",
    [200, {}, envelope(RESULT).replaceAll("s:Body", "Body")],
    ["permanent", "bad_answer"],
    /has no Body/,
  ],
  [
    "a bomb",
    [200, {}, `<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${envelope("<r>&b;</r>")}`],
    ["permanent", "bad_answer"],
    /document type/,
  ],
  ["an unknown entity", [200, {}, envelope("<r>&b;</r>")], ["permanent", "bad_answer"], /not well-formed/],
  ["many levels", [200, {}, envelope(`${"<r>".repeat(100)}${"</r>".repeat(100)}`)], ["permanent", "bad_answer"], /levels deep/],
  [
    "many elements",
    [200, {}, envelope(`<r>${"<a/>".repeat(6_000)}</r>`)],
    ["permanent", "bad_answer"],
    /more than 5000 elements/,
  ],
  [
    "many attributes",
    [200, {}, envelope(`<r ${Array.from({ length: 40 }, (_, n) => `a${n}="1"`).join(" ")}/>`)],
    ["permanent", "bad_answer"],
    /attributes/,
  ],
  ["a megabyte", [200, {}, envelope(`<r>${"x".repeat(1_000_000)}</r>`)], ["permanent", "bad_answer"], /larger than the limit/],
  ["a proxy's page", [502, {}, "<html/>"], ["ambiguous", "http_502"], /502/],
  ["a server's page", [500, {}, "<html/>"], ["ambiguous", "http_500"], /500/],
  ["not now", [503, { "retry-after": "9" }, ""], ["transient", "http_503"], /503/],
  ["too many", [429, {}, ""], ["transient", "http_429"], /429/],
  ["a fault with status 410", [410, {}, fault11("Client")], ["gone", "soap_fault"], /^Client: No$/],
  ["never again", [410, {}, ""], ["gone", "http_410"], /410/],
  ["not found", [404, {}, "<html/>"], ["permanent", "http_404"], /404/],
  ["a redirect", [307, { location: "http://169.254.169.254/" }, ""], ["permanent", "redirect_refused"], /not followed/],
  ["another media type asked", [415, { "x-crossdesk-code": "invalid_request" }, ""], ["permanent", "http_415"], /415/],
];

suite("answers to SOAP calls", () => {
  let partner: Partner;
  let transport: Transport;
  before(async () => {
    partner = await startPartner();
    transport = openTransport(OWN_WSDLS);
  });
  after(async () => {
    await transport.close();
    partner.close();
  });
  beforeEach(() => {
    partner.received.length = 0;
  });

  function call(more: Partial<SoapApi> = {}, signal = NEVER, secrets = {}): Promise<TryOutcome> {
    const api = soapApi({ url: partner.url, ...more });
    return transport.send(parcelOf({ api, value: { taskId: "T" }, secrets }), signal);
  }

  function answered(status: number, headers: Record<string, string>, body: string | Buffer): Promise<TryOutcome> {
    partner.answer = (_request, response) => void response.writeHead(status, headers).end(body);
    return call();
  }

  for (const [name, answer, expected, says] of ROWS) {
    test(`${name}: ${expected.join(" ")}`, async () => {
      const outcome = await answered(...answer);
      assert.deepEqual([outcome.class, outcome.code], expected, outcome.detail ?? "");
      assert.match(outcome.detail ?? "", says);
      assert.equal(partner.received.length, 1, "one call, no repeat");
      assert.ok((outcome.answer?.length ?? 0) <= 65_536);
    });
  }

  test("how long the partner asks to wait is passed on", async () => {
    assert.equal((await answered(500, { "retry-after": "7" }, fault11("Server"))).retryAfterMs, 7_000);
    assert.equal((await answered(503, { "retry-after": "9" }, "")).retryAfterMs, 9_000);
    assert.equal((await answered(500, {}, fault11("Server"))).retryAfterMs, null);
  });

  test("a fault can be read by expressions", async () => {
    const { parsed } = await answered(500, {}, fault11("Server", "Closed &amp; gone"));
    const Fault = (parsed?.body as Record<string, Record<string, unknown>> | undefined)?.["Fault"] ?? {};
    assert.deepEqual(
      [parsed?.status, Fault["faultstring"], JSON.stringify(Fault["detail"])],
      [500, "Closed & gone", '{"code":"7"}'],
    );
  });

  test("a result becomes a plain tree", async () => {
    const xml =
      '<!-- x --><?pi?><p:R xmlns:p="urn:p" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="p:R" p:id="1">\n' +
      "<p:One> a <![CDATA[<b>]]>&amp;&#xE4; </p:One><Many>1</Many><Many/><Many i:nil='true'/><Mixed k='v'> t </Mixed>" +
      "<__proto__><polluted>1</polluted></__proto__><constructor>c</constructor></p:R><after/>";
    const outcome = await answered(200, {}, `\r\n${envelope(xml)}`);
    assert.equal(outcome.class, "done", outcome.detail ?? "");
    const body = outcome.parsed?.body as { R: Record<string, unknown> };
    assert.equal(Object.getPrototypeOf(body), null);
    assert.equal(Object.getPrototypeOf(body.R), null);
    assert.deepEqual(Object.keys(body.R), ["@id", "One", "Many", "Mixed", "__proto__", "constructor"]);
    assert.equal(JSON.stringify(body.R["One"]), '"a <b>&ä"');
    assert.equal(JSON.stringify(body.R["Many"]), '["1","",null]');
    assert.equal(JSON.stringify(body.R["Mixed"]), '{"@k":"v","#text":"t"}');
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  test("answers in other charsets, and in the first part of a multipart, are read", async () => {
    const text = envelope("<R>Jürgen</R>");
    const utf16 = Buffer.from(`\ufeff<?xml version="1.0" encoding="utf-16"?>${text}`, "utf16le");
    const multipart = `--b1\r\nContent-Type: application/xop+xml; charset=utf-8\r\n\r\n${text}\r\n--b1\r\n\r\nbytes\r\n--b1--`;
    const cases: readonly (readonly [string, Buffer])[] = [
      ["text/xml; charset=ISO-8859-1", Buffer.from(text, "latin1")],
      ["text/xml", Buffer.from(`<?xml version="1.0" encoding="windows-1252"?>${text}`, "latin1")],
      ["text/xml", utf16],
      ['text/xml; charset="utf-8"', Buffer.from(`\ufeff<?xml version="1.0" encoding="utf-16"?>${text}`)],
      ["text/xml; charset=klingon", Buffer.from(text)],
      ['multipart/related; type="application/xop+xml"; boundary="b1"; start="<x>"', Buffer.from(multipart)],
    ];
    for (const [type, bytes] of cases) {
      const outcome = await answered(200, { "content-type": type }, bytes);
      assert.equal(JSON.stringify(outcome.parsed?.body), '{"R":"Jürgen"}', `${type}: ${outcome.detail}`);
    }
  });

  test("a secret the partner echoes is not kept, and expressions read what came", async () => {
    partner.answer = (_request, response) => void response.end(envelope("<R>it was s3cret-word</R>"));
    const outcome = await call({ auth: { kind: "apiKey", header: "X-Key", key: "k" } }, NEVER, { k: "s3cret-word" });
    assert.equal(partner.received[0]?.headers["x-key"], "s3cret-word");
    assert.doesNotMatch(JSON.stringify({ ...outcome, parsed: null }), /s3cret/);
    assert.match(outcome.answer ?? "", /it was \*\*\*/);
    assert.equal(JSON.stringify(outcome.parsed?.body), '{"R":"it was s3cret-word"}');
  });

  test("a long fault is told in part, which does not end in half a secret", async () => {
    partner.answer = (_request, response) =>
      void response.writeHead(500).end(fault11("Server", `${"x".repeat(1985)}s3cret-word`.repeat(9)));
    const { detail } = await call({}, NEVER, { k: "s3cret-word" });
    assert.doesNotMatch(detail ?? "", /s3/);
    assert.ok((detail ?? "").length <= 2_000);
  });

  test("the digest of a password that the partner echoes is not kept, as it can be guessed at", async () => {
    partner.answer = ({ body }, response) => void response.writeHead(500).end(fault11("Server", body.replaceAll("<", "&lt;")));
    const auth = { kind: "wsse", user: "u", password: "k", digest: true } as const;
    const outcome = await call({ auth }, NEVER, { k: "s3cret-word" });
    const [, digest = "?"] = /PasswordDigest">([^<]+)</.exec(partner.received[0]?.body ?? "") ?? [];
    assert.equal(digest.length, 28);
    assert.ok(!JSON.stringify({ ...outcome, parsed: null }).includes(digest));
    assert.match(outcome.detail ?? "", /PasswordDigest">\*\*\*/);
  });
});
