// WSDLs as tools of several makers write them: without actions, with header blocks, with bindings for HTTP, and with operations that
// nobody needs here.
import assert from "node:assert/strict";
import path from "node:path";
import { suite, test } from "node:test";
import type { Outcome } from "../../src/core/ports.ts";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { startChannel } from "../helpers/soap-channel.ts";
import { ENVELOPE, makeScratch, tableOf, writeFiles, wsdlOf } from "../helpers/soap-contract.ts";

const scratch = makeScratch();
const WSDL = wsdlOf({ request: '<s:sequence><s:element name="a" type="s:string"/></s:sequence>' });
const TABLE = tableOf({ a: "task" });

/** Loads the contract with a change. */
function load(change: (wsdl: string) => string, table = TABLE): Contract {
  const changed = change(WSDL);
  assert.notEqual(changed, WSDL, "the text to alter is there");
  writeFiles(scratch, { "Own.wsdl": changed, "Own.binding.json": table });
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

const DONE: Outcome = { status: "done", repeated: false, results: [{ task: "T", ticket: "K", events: ["e-1"] }] };

async function statusOf(contract: Contract, action: string | null): Promise<number> {
  const channel = await startChannel(null, contract);
  channel.state.outcome = async () => DONE;
  try {
    const body = `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body><Op xmlns="urn:own"><a>T</a></Op></s:Body></s:Envelope>`;
    const headers = { "content-type": "text/xml", ...(action === null ? {} : { soapaction: action }) };
    return (await fetch(channel.url, { method: "POST", headers, body })).status;
  } finally {
    channel.close();
  }
}

suite("WSDLs of other tools", () => {
  for (const [what, action] of [
    ["an empty soapAction", 'soapAction=""'],
    ["no soapAction", ""],
  ] as const) {
    test(`${what}: the body tells`, async () => {
      const contract = load((wsdl) => wsdl.replace('soapAction="urn:own/Op"', action));
      assert.deepEqual([contract.byAction.size, contract.byElement.size], [0, 1]);
      for (const sent of ['""', "", null]) assert.equal(await statusOf(contract, sent), 200, String(sent));
      assert.equal(await statusOf(contract, '"urn:other"'), 500, "another one is not known");
    });
  }

  test("parts that are bound to header blocks are none of the body", () => {
    const contract = load((wsdl) =>
      wsdl
        .replace('element="t:Op"/>', 'element="t:Op"/><w:part name="login" element="t:Login"/>')
        .replace(
          '<soap:body use="literal"/>',
          '<soap:header message="t:In" part="login" use="literal"/><soap:body parts="parameters" use="literal"/>',
        ),
    );
    assert.deepEqual([...contract.byElement.keys()], ["Op urn:own"]);
  });

  test("two parts in the body are a mistake", () => {
    const says = /Own\.wsdl:7: message In may have one element part in the body/;
    assert.throws(
      () => load((wsdl) => wsdl.replace('element="t:Op"/>', 'element="t:Op"/><w:part name="b" element="t:Op"/>')),
      says,
    );
  });

  test("the style of a binding holds for its operations", () => {
    const says = /Own\.wsdl:11: operation Op must have style="document", not "rpc"/;
    assert.throws(() => load((wsdl) => wsdl.replace("<soap:binding ", '<soap:binding style="rpc" ')), says);
  });

  test("ports of HTTP are passed over; a second one for SOAP must say the same", () => {
    const second = (binding: string): ((wsdl: string) => string) => {
      return (wsdl) =>
        wsdl
          .replace("<w:service ", `${binding}<w:service `)
          .replace('<w:service name="Own">', '<w:service name="Own"><w:port name="P" binding="t:Second"/>');
    };
    const http = '<http:binding xmlns:http="http://schemas.xmlsoap.org/wsdl/http/" verb="GET"/>';
    const soap12 = '<x:binding xmlns:x="http://schemas.xmlsoap.org/wsdl/soap12/"/>';
    const bound = (inner: string): string => `<w:binding name="Second" type="t:Port">${inner}</w:binding>`;
    assert.deepEqual(load(second(bound(http))).bindings, ["Bound"]);
    const operation = '<w:operation name="Op"><x:operation xmlns:x="http://schemas.xmlsoap.org/wsdl/soap12/"/></w:operation>';
    assert.deepEqual(load(second(bound(soap12 + operation))).bindings, ["Second", "Bound"]);
    const other = operation.replace('"Op"', '"Other"');
    assert.throws(() => load(second(bound(soap12 + other))), /is bound but not in the port type|must have the same operations/);
    assert.throws(() => load(second(bound(soap12))), /Own\.wsdl:\d+: the binding has no operations/);
  });

  test("an operation that is null is not read, and one that is not offered is not served", () => {
    const more = (element: string) => (wsdl: string) =>
      wsdl
        .replace(
          "</w:portType>",
          '<w:operation name="Odd"><w:input message="t:Odd"/><w:output message="t:Odd"/></w:operation></w:portType>',
        )
        .replace("<w:portType", `<w:message name="Odd"><w:part name="p" element="t:${element}"/></w:message><w:portType`)
        .replace("</w:binding>", '<w:operation name="Odd"><soap:operation soapAction="urn:own/Odd"/></w:operation></w:binding>');
    const table = JSON.parse(TABLE);
    const contract = load(more("Nowhere"), JSON.stringify({ operations: { ...table.operations, Odd: null } }));
    assert.deepEqual([contract.operations.map(({ name }) => name), contract.passedOver], [["Op"], ["Odd"]]);
    const odd = { command: "acknowledge", elements: {}, result: "nothing", offered: false };
    assert.throws(
      () => load(more("Nowhere"), JSON.stringify({ operations: { ...table.operations, Odd: odd } })),
      /no element Nowhere/,
    );
    assert.throws(
      () => load((wsdl) => `${wsdl}\n`, JSON.stringify({ operations: { Op: null } })),
      /operations offers no operation/,
    );
  });
});
