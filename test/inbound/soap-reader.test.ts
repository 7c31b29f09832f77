// The reader of untrusted envelopes: each limit just reached and just passed, one document leaving nothing for the next,
// any text coming through whole, and no input at all that makes it throw.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { suite, test } from "node:test";
import fc from "fast-check";
import { elementKey, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import type { Route } from "../../src/inbound/soap/reading/envelope.ts";
import { XML_LIMITS } from "../../src/inbound/soap/reading/limits.ts";
import type { Problem } from "../../src/inbound/soap/problems.ts";
import { createReader, type Reading } from "../../src/inbound/soap/reading/reader.ts";
import { escapeText } from "../../src/inbound/soap/write.ts";
import type { XmlLimits } from "../../src/lib/xml/limits.ts";

const NAMESPACE = "http://tempuri.org/";
const OPERATION = "ProcessInstanceTaskExternalAcknowledgement";
const contract = loadContract(fileURLToPath(new URL("../../wsdl/WorkflowService.wsdl", import.meta.url)), NAMESPACE);
const route: Route = {
  operation: contract.byElement.get(elementKey(NAMESPACE, OPERATION)) ?? null,
  action: null,
  soap12Only: false,
  timeZone: "UTC",
  anyBody: false,
  understands: null,
};

function envelope(inner: string, operation: string = OPERATION): string {
  const body = `<${operation} xmlns="${NAMESPACE}">${inner}</${operation}>`;
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`;
}

const ACK = envelope("<taskId>T</taskId><externalReference>R</externalReference>");

function readerWith(limits: Partial<XmlLimits>): (inner: string) => Reading | Problem {
  const read = createReader(contract, { ...XML_LIMITS, ...limits });
  return (inner) => read(envelope(inner), route);
}

function valuesOf(reading: Reading | Problem): unknown {
  return reading.kind === "reading" ? Array.from(reading.values) : reading;
}

function textOf(reading: Reading | Problem): string {
  return reading.kind === "fault" ? reading.text : reading.kind;
}

/** A limit, the most that passes, the least that does not, and what the fault says of it. */
const BOUNDS: readonly (readonly [limits: Partial<XmlLimits>, passes: string, fails: string, says: string])[] = [
  [{ depth: 5 }, "<a><b/></a>", "<a><b><c/></b></a>", "elements more than 5 deep"],
  [{ elements: 5 }, "<a/><b/>", "<a/><b/><c/>", "more than 5 elements"],
  [{ attributes: 2 }, "<a b='' c=''/>", "<a b='' c='' d=''/>", "more than 2 attributes in an element"],
  [{ namespaces: 3 }, "<a xmlns:b='u'/>", "<a xmlns:b='u' xmlns:c='u'/>", "more than 3 namespaces"],
  [{ name: 60 }, `<${"n".repeat(60)}/>`, `<${"n".repeat(61)}/>`, "a name of more than 60 characters"],
  [{ name: 60 }, `<a ${"n".repeat(60)}=''/>`, `<a ${"n".repeat(61)}=''/>`, "a name of more than 60 characters"],
  [{ attributeValue: 50 }, `<a b='${"v".repeat(50)}'/>`, `<a b='${"v".repeat(51)}'/>`, "an attribute of more than 50 characters"],
  [{ text: 9 }, "<taskId>123456789</taskId>", "<taskId>1234567890</taskId>", "a value of more than 9 characters"],
  [
    { text: 9 },
    "<taskId>1234<![CDATA[56789]]></taskId>",
    "<taskId>12345<![CDATA[67890]]></taskId>",
    "a value of more than 9 characters",
  ],
  [{ asides: 2 }, "<!--1--><?p 2?>", "<!--1--><?p 2?><!--3-->", "more than 2 comments or sections"],
  [
    { asides: 2 },
    "<a><![CDATA[1]]><![CDATA[2]]></a>",
    "<a><![CDATA[1]]><![CDATA[2]]><![CDATA[3]]></a>",
    "more than 2 comments or sections",
  ],
  [
    { reference: 5 },
    "<taskId>&#00065;&#x00041;</taskId>",
    "<taskId>&#000065;</taskId>",
    "a character reference of more than 5 digits",
  ],
  [
    { text: 9 },
    "<taskId>&lt;&lt;\r\n1&#x41;</taskId>",
    `<taskId>${"&lt;".repeat(10)}</taskId>`,
    "a value of more than 9 characters",
  ],
];

suite("SOAP reader limits", () => {
  for (const [limits, passes, fails, says] of BOUNDS) {
    test(`${says}: ${fails.slice(0, 40)}`, () => {
      const read = readerWith(limits);
      assert.equal(read(passes).kind, "reading", textOf(read(passes)));
      assert.equal(textOf(read(fails)), `Server was unable to read request. ---> The request is beyond a limit: ${says}.`);
    });
  }

  test("a request that is refused costs no more than its first part", () => {
    const read = createReader(contract);
    const endless = `${ACK.slice(0, ACK.indexOf("T</taskId>"))}${"<![CDATA[]]>".repeat(300_000)}`;
    assert.equal(
      textOf(read(endless, route)),
      "Server was unable to read request. ---> The request is beyond a limit: more than 1000 comments or sections.",
    );
  });
});

suite("SOAP reader", () => {
  const read = createReader(contract);

  test("a value in many pieces is whole", () => {
    const text = envelope(`<taskId>1\r\n2😀3\r4&amp;5<![CDATA[<\r]]>6</taskId><message>${"m".repeat(70)}</message>`);
    assert.deepEqual(valuesOf(read(text, route)), ["1\n2😀3\n4&5<\n6", undefined, "m".repeat(70)]);
  });

  test("the place of an error is counted in UTF-16 units, behind the mark of what follows", () => {
    const reassignment = { ...route, operation: contract.byElement.get("ProcessInstanceTaskExternalReassignment") ?? null };
    for (const [after, mark] of [
      ["<!--after-->", 4],
      ["<?after?>", 2],
      ["<a/>", 1],
      ["", 2],
      ["\n", 0],
    ] as const) {
      const inner = `\r\n<taskId>😀</taskId><closed>maybe</closed>${after}`;
      const place = `(2, ${"<taskId>😀</taskId><closed>maybe</closed>".length + mark + 1})`;
      const says = textOf(read(envelope(inner, "ProcessInstanceTaskExternalReassignment"), reassignment));
      assert.ok(says.includes(place), `${place} in ${says}`);
    }
  });

  test("a broken document leaves nothing for the next one", () => {
    const clean = read(ACK, route);
    assert.deepEqual(valuesOf(clean), ["T", "R"]);
    for (let end = 0; end < ACK.length; end += 1) {
      assert.notEqual(read(ACK.slice(0, end), route).kind, "reading", `cut after ${end} characters`);
      assert.deepEqual(read(ACK, route), clean);
    }
  });

  test("any text XML can carry comes through whole", () => {
    const letter = fc
      .integer({ min: 0x20, max: 0x10ffff })
      .filter((code) => code < 0xd800 || (code > 0xdfff && code !== 0xfffe && code !== 0xffff));
    const text = fc
      .array(fc.oneof(letter, fc.constantFrom(9, 10, 13, 0x26, 0x3c, 0x3e, 0x5d)), { maxLength: 40 })
      .map((codes) => String.fromCodePoint(...codes));
    fc.assert(
      fc.property(text, text, (one, two) => {
        const inner = `<taskId>${escapeText(one)}</taskId><message>${escapeText(two)}</message>`;
        assert.deepEqual(valuesOf(read(envelope(inner), route)), [one, undefined, two]);
      }),
    );
  });

  test("nothing makes it throw, and what it refuses it answers", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "<",
        ">",
        "</",
        "/>",
        "&",
        ";",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<?",
        "?>",
        "<!DOCTYPE a [",
        "xmlns:s='u'",
        "s:",
        "=",
        "'",
        "\0",
        "\ud800",
      ),
      fc.constantFrom(
        ACK,
        ACK.slice(0, 120),
        ACK.slice(120),
        "<s:Header s:mustUnderstand='1'>",
        "<taskId>",
        "</taskId>",
        "<closed>",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const reading = read(pieces.join(""), { ...route, operation: null });
        assert.ok(["reading", "malformed", "fault", "media_type"].includes(reading.kind));
      }),
      { numRuns: 500 },
    );
    assert.deepEqual(valuesOf(read(ACK, route)), ["T", "R"]);
  });
});
