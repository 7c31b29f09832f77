// What is served keeps the WS-I Basic Profile 1.1, so that the tools of every stack can read it.
import assert from "node:assert/strict";
import path from "node:path";
import { after, suite, test } from "node:test";
import { fileURLToPath } from "node:url";
import { loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { brokenRules } from "../helpers/basic-profile.ts";
import { contractsWithHttp } from "../helpers/http-contracts.ts";

const ADDRESS = "https://desk.example.com/Workflow/Webservice/WorkflowService.asmx";
const USUAL = fileURLToPath(new URL("../../wsdl/WorkflowService.wsdl", import.meta.url));

suite("the served WSDL keeps the Basic Profile", () => {
  const contracts = contractsWithHttp();
  after(() => contracts.remove());
  const served = loadContract(USUAL, "http://tempuri.org/").wsdlAt(ADDRESS);

  test("as it is by default", () => assert.deepEqual(brokenRules(served), []));

  test("with GET and POST on: their bindings claim nothing, those of SOAP stay as they are", () => {
    const open = loadContract(path.join(contracts.folder, "WorkflowService.wsdl"), "http://tempuri.org/").wsdlAt(ADDRESS);
    assert.deepEqual(brokenRules(open), []);
  });

  const mistakes: readonly (readonly [rule: string, from: string | RegExp, to: string])[] = [
    ["R2010 the encoding is UTF-8 or UTF-16", 'encoding="utf-8"', 'encoding="latin1"'],
    ["R2007 wsdl:import has a location", "<wsdl:types>", '<wsdl:import namespace="urn:x" /><wsdl:types>'],
    ["R2803 its namespace is not relative", "<wsdl:types>", '<wsdl:import namespace="x" location="y" /><wsdl:types>'],
    ["R2022, R2023 imports, then types, then the rest", "</wsdl:definitions>", "<wsdl:types /></wsdl:definitions>"],
    ["R2105 every schema has a target namespace", "<s:schema ", '<s:schema><s:element name="a" /></s:schema><s:schema '],
    ["target namespaces are absolute", "<wsdl:types>", '<wsdl:types><s:schema targetNamespace="types" />'],
    [
      "R2201, R2210 a body has at most one part",
      /(<wsdl:part name="parameters" element="tns:\w+" \/>)/,
      '$1<wsdl:part name="b" element="tns:ProcessInstanceTaskExternalAcknowledgement" />',
    ],
    [
      "R2204, R2206 the part names a global element",
      'element="tns:ProcessInstanceTaskExternalAcknowledgement"',
      'element="tns:None"',
    ],
    [
      "R2304 no operation of a port type has the name of another",
      'operation name="ProcessInstanceTaskExternalUpdateMessage"',
      'operation name="ProcessInstanceTaskExternalAcknowledgement"',
    ],
    [
      "R2306 a part has a type or an element",
      ' element="tns:ProcessInstanceTaskExternalAcknowledgement"',
      ' type="s:string" element="tns:ProcessInstanceTaskExternalAcknowledgement"',
    ],
    ["R2701, R2702 the transport is HTTP", "http://schemas.xmlsoap.org/soap/http", "http://schemas.xmlsoap.org/soap/smtp"],
    ["R2705 one style", 'style="document"', 'style="rpc"'],
    ["R2706, R2707 use is literal", 'use="literal"', 'use="encoded"'],
    [
      "R2710 operations have unique signatures",
      'element="tns:ProcessInstanceTaskExternalUpdateMessage"',
      'element="tns:ProcessInstanceTaskExternalAcknowledgement"',
    ],
    ["R2716 no namespace on body, header, fault", '<soap:body use="literal"', '<soap:body namespace="urn:x" use="literal"'],
    ["R2747 no encodingStyle", '<soap:body use="literal"', '<soap:body encodingStyle="urn:x" use="literal"'],
  ];
  for (const [rule, from, to] of mistakes) {
    test(`a WSDL that breaks it is seen: ${rule}`, () => {
      const changed = served.replace(from, to);
      assert.notEqual(changed, served);
      assert.ok(brokenRules(changed).includes(rule), brokenRules(changed).join("; "));
    });
  }
});
