// What leaves in a SOAP call: the body in the order and with the namespaces of a partner's WSDL, headers of both versions, and
// what is refused before anything is sent.
import assert from "node:assert/strict";
import { after, before, beforeEach, suite, test } from "node:test";
import type { Transport } from "../../src/outbound/ports.ts";
import type { SoapApi } from "../../src/store/outgoing.ts";
import {
  envelope,
  FOREIGN_WSDLS,
  KEY,
  markerFor,
  NS_12,
  openTransport,
  type Partner,
  type ParcelOptions,
  parcelOf,
  soapApi,
  startPartner,
} from "./soap-harness.ts";

const NEVER = new AbortController().signal;
const RESULT = '<r:CreateResponse xmlns:r="urn:desk"><r:CreateResult>42</r:CreateResult></r:CreateResponse>';

suite("requests over SOAP", () => {
  let partner: Partner;
  let transport: Transport;
  before(async () => {
    partner = await startPartner();
    transport = openTransport(FOREIGN_WSDLS);
  });
  after(async () => {
    await transport.close();
    partner.close();
  });
  beforeEach(() => {
    partner.received.length = 0;
    partner.answer = (_request, response) => void response.writeHead(200, { "content-type": "text/xml" }).end(envelope(RESULT));
  });

  const parcel = (value: unknown, more: Partial<SoapApi> = {}, rest: Partial<ParcelOptions> = {}) =>
    parcelOf({ api: soapApi({ wsdl: "Desk.wsdl", operation: "Create", url: partner.url, ...more }), value, ...rest });

  /** Sends and gives what stood in the body. */
  async function bodyOf(value: unknown, more: Partial<SoapApi> = {}, rest: Partial<ParcelOptions> = {}): Promise<string> {
    const outcome = await transport.send(parcel(value, more, rest), NEVER);
    assert.equal(outcome.class, "done", outcome.detail ?? "");
    return /<soap:Body>(.*)<\/soap:Body>/s.exec(partner.received.at(-1)?.body ?? "")?.[1] ?? "";
  }

  async function refusal(value: unknown, more: Partial<SoapApi> = {}): Promise<string> {
    const outcome = await transport.send(parcel(value, more), NEVER);
    assert.deepEqual([outcome.class, outcome.code, outcome.answer], ["permanent", "invalid_request", null]);
    assert.equal(partner.received.length, 0, "nothing was sent");
    return outcome.detail ?? "";
  }

  test("elements stand in the order and the namespaces of the schemas, whatever the order of the object", async () => {
    const ticket = {
      Room: "5",
      Parts: [
        { Name: "x", "@kind": "k" },
        { Boss: { Name: "z", "@kind": "b" }, Name: "y", "@kind": "k" },
      ],
      Title: "T",
      Id: 7,
      Opened: null,
    };
    const value = { Extra: { "#text": "e", "@lang": 'd"e' }, tags: { string: ["a", null, "b"] }, note: { text: "n" }, ticket };
    assert.equal(
      await bodyOf(value),
      '<Create xmlns="urn:desk"><ticket><Id xmlns="urn:data">7</Id><Title xmlns="urn:data">T</Title>' +
        '<Parts xmlns="urn:data" kind="k"><Name>x</Name></Parts>' +
        '<Parts xmlns="urn:data" kind="k"><Name>y</Name><Boss kind="b"><Name>z</Name></Boss></Parts>' +
        '<Room xmlns="urn:data">5</Room><Opened xmlns="urn:data" xsi:nil="true" /></ticket>' +
        '<note><text xmlns="">n</text><level xmlns="">3</level></note>' +
        '<tags><string xmlns="urn:data">a</string><string xmlns="urn:data" xsi:nil="true" /><string xmlns="urn:data">b</string></tags>' +
        '<Extra xmlns="urn:data" lang="d&quot;e">e</Extra></Create>',
    );
  });

  test("no text can become markup, and what XML cannot carry is replaced", async () => {
    const text = "<![CDATA[x]]><evil/><![CDATA[]]>";
    assert.match(
      await bodyOf({ note: { text } }),
      /<text xmlns="">&lt;!\[CDATA\[x\]\]&gt;&lt;evil\/&gt;&lt;!\[CDATA\[\]\]&gt;<\/text>/,
    );
    assert.match(await bodyOf({ note: { text: "a\u0000b\ud800c\r\n&" } }), />a\ufffdb\ufffdc&#xD;\n&amp;</);
  });

  test("numbers, booleans, times and bytes are written as XML Schema spells them", async () => {
    const note = { text: new Uint8Array([1, 2, 3]), level: 1e21, price: 1e-7, open: false };
    const body = await bodyOf({ note, ticket: { Id: "1", Opened: new Date(0) } });
    assert.match(body, /<text xmlns="">AQID<\/text><level xmlns="">1000000000000000000000<\/level>/);
    assert.match(body, /<price xmlns="">0\.0000001<\/price><open xmlns="">false<\/open>/);
    assert.match(body, /<Opened xmlns="urn:data">1970-01-01T00:00:00\.000Z<\/Opened>/);
    assert.match(await bodyOf({ note: { text: "", price: "" } }), /<note><text xmlns="" \/><level xmlns="">3<\/level><\/note>/);
  });

  test("elements a schema leaves open are written as the mapping has them", async () => {
    const body = await bodyOf({ ticket: { Id: "1", More: { a: [1, 2], b: "x" } } });
    assert.match(body, /<More><a>1<\/a><a>2<\/a><b>x<\/b><\/More>|<More xmlns="urn:data"><a>1<\/a><a>2<\/a><b>x<\/b><\/More>/);
  });

  test("RPC style names the operation, types its values and leaves no parameter out", async () => {
    const body = await bodyOf({ place: { city: "Bonn" }, subject: "S" }, { wsdl: "Old.wsdl", operation: "open" });
    assert.equal(
      body,
      '<m:open xmlns:m="urn:old" soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' +
        '<subject xsi:type="xsd:string">S</subject><urgency xsi:nil="true" />' +
        '<place><city xsi:type="xsd:string">Bonn</city></place></m:open>',
    );
  });

  test("an operation without an answer is done with any success", async () => {
    partner.answer = (_request, response) => void response.writeHead(202).end();
    assert.equal(await bodyOf("hello & <more>", { operation: "Tell" }), '<Tell xmlns="urn:desk">hello &amp; &lt;more&gt;</Tell>');
    assert.equal(partner.received[0]?.headers["soapaction"], '""');
  });

  test("headers of SOAP 1.1 and 1.2", async () => {
    await bodyOf({});
    const [first] = partner.received;
    assert.equal(first?.headers["content-type"], "text/xml; charset=utf-8");
    assert.equal(first?.headers["soapaction"], '"urn:desk/Create"');
    partner.answer = (_request, response) => void response.end(envelope(RESULT, NS_12));
    await transport.send(parcel({}, { version: "1.2", headers: { "X-Room": "\u0024{prop:room}" } }), NEVER);
    const second = partner.received[1];
    assert.equal(second?.headers["content-type"], 'application/soap+xml; charset=utf-8; action="urn:desk/Create"');
    assert.equal(second?.headers["soapaction"], undefined);
    assert.equal(second?.headers["x-room"], "b 1");
    assert.match(second?.body ?? "", new RegExp(`xmlns:soap="${NS_12}"`));
  });

  test("every try carries the same message id, and nothing has to be understood", async () => {
    await bodyOf({});
    await bodyOf({});
    const [first, second] = partner.received;
    assert.equal(first?.body, second?.body);
    assert.match(first?.body ?? "", new RegExp(`<wsa:MessageID [^>]*>urn:uuid:${KEY}</wsa:MessageID>`));
    assert.doesNotMatch(first?.body ?? "", /mustUnderstand/);
  });

  test("without an address of its own the WSDL's is called, by version", async () => {
    assert.match(await transport.show(parcel({}, { url: null })), /^POST http:\/\/desk\.example\/one\n/);
    assert.match(await transport.show(parcel({}, { url: null, version: "1.2" })), /^POST http:\/\/desk\.example\/two\n/);
  });

  test("secrets are put in last, escaped, and shown nowhere", async () => {
    const secrets = { pin: 'a<b>&"c' };
    const url = `${partner.url}?key=\u0024{secret:pin}`;
    const value = { note: { text: `pin ${markerFor("pin")}` }, Extra: { "#text": "x", "@lang": markerFor("pin") } };
    const body = await bodyOf(value, { url }, { secrets });
    assert.match(body, /<text xmlns="">pin a&lt;b&gt;&amp;"c<\/text>/);
    assert.match(body, /lang="a&lt;b&gt;&amp;&quot;c"/);
    const xml = `<x:Create xmlns:x="urn:desk" id="${markerFor("pin")}">${markerFor("pin")}</x:Create>`;
    assert.match(await bodyOf(xml, {}, { secrets }), /id="a&lt;b&gt;&amp;&quot;c">a&lt;b&gt;&amp;"c</);
    const shown = await transport.show(parcel(value, { url }, { secrets }));
    assert.match(shown, /<text xmlns="">pin \*\*\*<\/text>/);
    assert.match(shown, /\?key=\$\{secret:pin\}\n/);
    assert.doesNotMatch(shown, /a&lt;b|a<b|secret-0/);
    assert.equal(partner.received.length, 2, "showing sends nothing");
  });

  test("what does not fit the WSDL is refused, naming what is there", async () => {
    assert.match(await refusal({ nots: 1 }), /no parameter nots; it has ticket, note, tags, Extra/);
    assert.match(await refusal({ note: { text: "x", lvl: 1 } }), /note has no parameter lvl; it has text, level, price, open/);
    assert.match(await refusal({ note: {} }), /note\.text is missing/);
    assert.match(await refusal({ note: { text: "x", level: "high" } }), /note\.level needs a whole number/);
    assert.match(await refusal({ ticket: { Id: "1", Opened: "yesterday" } }), /ticket\.Opened needs a time such as/);
    assert.match(await refusal({ ticket: { Id: "1", Urgency: "mid" } }), /Urgency needs one of low, high/);
    assert.match(await refusal({ ticket: { Id: "1", Parts: { Name: "x" } } }), /Parts needs the attribute @kind/);
    assert.match(await refusal({ ticket: { Id: ["1", "2"] } }), /ticket\.Id may come once/);
    assert.match(await refusal({ note: "text" }), /note needs an object with text, level/);
    assert.match(await refusal({ Extra: { "@no": 1 } }), /no attribute @no; it has @lang/);
    assert.match(await refusal({ ticket: { Id: "1", "a b": 1 } }), /no name for an element/);
    assert.match(await refusal("just words"), /object of parameters, or XML/);
    assert.match(await refusal({}, { operation: "Delete" }), /no operation Delete; it has Create, Tell/);
  });

  test("names such as __proto__ are names like others", async () => {
    assert.match(await refusal(JSON.parse('{"__proto__":{"x":1}}')), /no parameter __proto__/);
    assert.match(await refusal(JSON.parse('{"constructor":1}')), /no parameter constructor/);
    assert.match(await refusal({ $xml: "<evil/>", _xml: "<evil/>" }), /no parameter \$xml, _xml/);
  });

  test("XML that is not one well-formed element is refused", async () => {
    for (const [xml, says] of [
      ["<a><b></a>", /not well-formed/],
      ["<a/><b/>", /not well-formed/],
      ["<p:a/>", /not well-formed/],
      ["<a>&nbsp;</a>", /not well-formed/],
      ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /document type/],
      ["<Envelope><Body/></Envelope>", /no namespace of SOAP/],
      [envelope("<a/>", NS_12), /of SOAP 1\.2, the API definition says 1\.1/],
      [`${"<a>".repeat(300)}${"</a>".repeat(300)}`, /levels deep/],
    ] as const) {
      assert.match(await refusal(xml), says, xml.slice(0, 80));
    }
  });

  test("a whole envelope keeps its header blocks and gets the ones it lacks", async () => {
    const header = '<s:Header><x:Own xmlns:x="urn:x">1</x:Own></s:Header>';
    const whole = envelope('<d:Create xmlns:d="urn:desk"/>').replace("<s:Body>", `${header}<s:Body>`);
    await transport.send(parcel(whole), NEVER);
    assert.match(partner.received[0]?.body ?? "", /<s:Header><wsa:Action.*<wsa:MessageID .*<\/wsa:MessageID><x:Own/);
    await transport.send(parcel(envelope("<a/>")), NEVER);
    assert.match(partner.received[1]?.body ?? "", /^<\?xml[^>]*><s:Envelope [^>]*><s:Header><wsa:.*<\/s:Header><s:Body><a><\/a>/);
    const own = '<s:Header><a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">urn:mine</a:MessageID></s:Header>';
    await transport.send(parcel(envelope("<a/>").replace("<s:Body>", `${own}<s:Body>`)), NEVER);
    assert.equal(partner.received[2]?.body.match(/MessageID /g)?.length, 1);
  });

  test("files stay behind, which is said", async () => {
    const attachments = [{ fileName: "plan.pdf", contentType: "application/pdf", size: 3, content: null }];
    const outcome = await transport.send(parcel({}, {}, { attachments }), NEVER);
    assert.equal(outcome.class, "done");
    assert.match(outcome.detail ?? "", /did not go.*plan\.pdf/);
  });
});
