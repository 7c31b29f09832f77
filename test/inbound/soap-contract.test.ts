// The default contract as partners fetch it, whose shape is what old clients were generated from, and the table behind it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { elementKey, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { readTree, type XmlElement } from "../../src/inbound/soap/contract/tree.ts";
import { altered, makeScratch } from "../helpers/soap-contract.ts";
import { ROOT } from "../helpers/sources.ts";

const DEFAULT = path.join(ROOT, "wsdl/WorkflowService.wsdl");
const PREFIX = "ProcessInstanceTaskExternal";
const REASSIGN = elementKey("http://tempuri.org/", `${PREFIX}Reassignment`);
const scratch = makeScratch();

/** Every element in document order with its own attributes, one line each. */
function outline(element: XmlElement, depth = 0): string[] {
  if (element.name === "documentation") return [];
  const attributes = [...element.attributes].map(([name, value]) => ` ${name}=${value}`).join("");
  return [`${"  ".repeat(depth)}${element.name}${attributes}`, ...element.children.flatMap((child) => outline(child, depth + 1))];
}

function wrapperLines(name: string, elements: readonly string[]): string[] {
  const lines = elements.map((element) => {
    const [local, type] = element.split(":");
    return `          element minOccurs=${type === "string" ? 0 : 1} maxOccurs=1 name=${local} type=s:${type}`;
  });
  return [`      element name=${name}`, "        complexType", "          sequence", ...lines.map((line) => `  ${line}`)];
}

function bindingLines(name: string, namespace: string): string[] {
  const operations = ["Acknowledgement", "UpdateMessage", "Reassignment"].flatMap((operation) => [
    `    operation name=${PREFIX}${operation}`,
    `      operation soapAction=${namespace}${PREFIX}${operation} style=document`,
    ...["input", "output"].flatMap((direction) => [`      ${direction}`, "        body use=literal"]),
  ]);
  return [
    `  binding name=${name} type=tns:WorkflowServiceSoap`,
    "    binding transport=http://schemas.xmlsoap.org/soap/http",
    ...operations,
  ];
}

function expectedOutline(namespace: string, address: string): string[] {
  const text = ["taskId:string", "externalReference:string", "message:string"];
  const operations: readonly (readonly [string, string[]])[] = [
    ["Acknowledgement", text],
    ["UpdateMessage", text],
    ["Reassignment", ["taskId:string", "externalReference:string", "solution:string", "resolvedAt:dateTime", "closed:boolean"]],
  ];
  const names = operations.map(([name]) => PREFIX + name);
  const ports = ["WorkflowServiceSoap", "WorkflowServiceSoap12"];
  return [
    `definitions targetNamespace=${namespace}`,
    "  types",
    `    schema elementFormDefault=qualified targetNamespace=${namespace}`,
    ...operations.flatMap(([name, elements]) => [
      ...wrapperLines(PREFIX + name, elements),
      ...wrapperLines(`${PREFIX}${name}Response`, [`${PREFIX}${name}Result:string`]),
    ]),
    ...names.flatMap((name) => [
      `  message name=${name}SoapIn`,
      `    part name=parameters element=tns:${name}`,
      `  message name=${name}SoapOut`,
      `    part name=parameters element=tns:${name}Response`,
    ]),
    "  portType name=WorkflowServiceSoap",
    ...names.flatMap((name) => [
      `    operation name=${name}`,
      `      input message=tns:${name}SoapIn`,
      `      output message=tns:${name}SoapOut`,
    ]),
    ...ports.flatMap((port) => bindingLines(port, namespace)),
    "  service name=WorkflowService",
    ...ports.flatMap((port) => [`    port name=${port} binding=tns:${port}`, `      address location=${address}`]),
  ];
}

suite("the SOAP contract as it is served", () => {
  for (const namespace of ["http://tempuri.org/", "http://desk.example.com/workflow/"]) {
    test(`has the shape old clients were generated from, in ${namespace}`, () => {
      const address = "https://desk.example.com/Workflow/Webservice/WorkflowService.asmx";
      const served = loadContract(DEFAULT, namespace).wsdlAt(address);
      assert.deepEqual(outline(readTree(served, "served")), expectedOutline(namespace, address));
    });
  }

  test("an address is escaped", () => {
    const served = loadContract(DEFAULT, "http://tempuri.org/").wsdlAt('http://a/?"<&');
    assert.equal(served.split('location="http://a/?&quot;&lt;&amp;"').length, 3);
  });

  test("a namespace without a slash at its end gets one before the operation", () => {
    const contract = loadContract(DEFAULT, "urn:desk");
    assert.equal(contract.namespace, "urn:desk");
    assert.deepEqual([...contract.byAction.keys()][0], `urn:desk/${PREFIX}Acknowledgement`);
  });

  test("a contract with its own namespace keeps it", () => {
    const file = altered(scratch, "wsdl", [/http:\/\/tempuri\.org\//g, "urn:own/"]);
    assert.equal(loadContract(file, "http://other.example/").namespace, "urn:own/");
  });
});

suite("the table that binds a contract", () => {
  const ofReassignment = (values: readonly (string | boolean | number | null | undefined)[]) =>
    loadContract(DEFAULT, "http://tempuri.org/").byElement.get(REASSIGN)?.toCommand(values);

  test("makes commands, with what is missing as the table says", () => {
    const nothing = { task: null, reference: null, solution: null, resolvedAt: null };
    assert.deepEqual(ofReassignment(["T", "R", "s", 5, true]), {
      type: "reassignment",
      task: "T",
      reference: "R",
      solution: "s",
      resolvedAt: 5,
      outcome: "closed",
    });
    assert.deepEqual(ofReassignment([]), { type: "reassignment", ...nothing, outcome: "solved" });
  });

  test("takes another contract: words for outcomes, constants, elements that are ignored", () => {
    altered(scratch, "wsdl", [
      'minOccurs="1" maxOccurs="1" name="closed" type="s:boolean"',
      'minOccurs="0" maxOccurs="1" name="closed" type="s:string"',
    ]);
    const table = JSON.parse(readFileSync(path.join(scratch, "Own.binding.json"), "utf8"));
    const entry = table.operations[`${PREFIX}Reassignment`];
    entry.elements.closed = { field: "outcome", values: { fixed: "solved", back: "returned" } };
    entry.elements.solution = null;
    entry.constants = { reason: "given back" };
    writeFileSync(path.join(scratch, "Own.binding.json"), JSON.stringify(table));
    const operation = loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/").byElement.get(REASSIGN);
    const expected = {
      type: "reassignment",
      task: "T",
      reference: null,
      resolvedAt: null,
      outcome: "returned",
      reason: "given back",
    };
    assert.deepEqual(operation?.toCommand(["T", undefined, "ignored", undefined, "back"]), expected);
    const unknown = { name: "Failure", code: "invalid_request", message: /The element closed must be one of fixed, back\./ };
    assert.throws(() => operation?.toCommand(["T", undefined, undefined, undefined, "lost"]), unknown);
    assert.throws(() => operation?.toCommand(["T"]), Failure);
  });
});
