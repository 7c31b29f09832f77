// A mistake in a WSDL, in a schema or in the table that binds it stops the start, with file, line and what to change.
import assert from "node:assert/strict";
import path from "node:path";
import { suite, test } from "node:test";
import { loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { altered, makeScratch, type Parts, tableOf, writeFiles, wsdlOf } from "../helpers/soap-contract.ts";

const scratch = makeScratch();
const PREFIX = "ProcessInstanceTaskExternal";
const REASSIGNMENT = `operations.${PREFIX}Reassignment`;

function stops(wsdl: string, file: string, says: string): void {
  assert.throws(
    () => loadContract(wsdl, "http://tempuri.org/"),
    (error: Error) => {
      assert.ok(error.message.startsWith(`${path.join(path.dirname(wsdl), file)}:`), error.message);
      assert.match(error.message.slice(path.join(path.dirname(wsdl), file).length), /^:\d+:/, error.message);
      assert.ok(error.message.includes(says), error.message);
      return true;
    },
  );
}

type Change = readonly [from: string | RegExp, to: string, says: string];

const ACTION = `soapAction="http://tempuri.org/${PREFIX}Acknowledgement"`;
const PORT_TYPE = '<wsdl:portType name="WorkflowServiceSoap">';

/** What is altered in the default WSDL, and what the start then says of it. */
const IN_WSDL: readonly Change[] = [
  ["</wsdl:definitions>", "", "unclosed tag: wsdl:definitions"],
  ["<wsdl:definitions", "<!DOCTYPE x><wsdl:definitions", "a document type is not allowed"],
  ['type="s:boolean"', 'type="s:gYear"', "the type xs:gYear is not one of string, normalizedString"],
  ['type="s:boolean"', 'type="tns:boolean"', "the schema has no type boolean in the namespace http://tempuri.org/"],
  ['name="closed" type="s:boolean"', 'name="solution" type="s:boolean"', "element solution appears twice"],
  [/style="document"/, 'style="rpc"', `operation ${PREFIX}Acknowledgement must have style="document", not "rpc"`],
  [/use="literal"/, 'use="encoded"', `operation ${PREFIX}Acknowledgement must have use="literal", not "encoded"`],
  [ACTION, 'soapAction="urn:other"', "must have the same operations with the same soapAction"],
  [new RegExp(ACTION, "g"), `soapAction="http://tempuri.org/${PREFIX}UpdateMessage"`, "two operations share the soapAction"],
  [`<wsdl:message name="${PREFIX}UpdateMessageSoapIn">`, '<wsdl:message name="Other">', "there is no wsdl:message named"],
  [/element="tns:\w+Acknowledgement"/, 'type="s:string"', "a part of document style names an element, not a type"],
  [PORT_TYPE, '<wsdl:portType name="Other">', "there is no wsdl:portType named WorkflowServiceSoap in the namespace"],
  [new RegExp(`<wsdl:output message="tns:${PREFIX}AcknowledgementSoapOut" />`), "", "is one-way: give it an output"],
  ["<wsdl:service", '<wsdl:service name="Second" /><wsdl:service', "a contract may have one element service"],
  [/<wsdl:service[\s\S]*<\/wsdl:service>/, "", "definitions needs an element service"],
  [/<wsdl:port [\s\S]*?(<\/wsdl:service>)/, "$1", "no port of the service has a wsdl:binding for SOAP"],
  ['binding="tns:WorkflowServiceSoap"', 'binding="tns:Nope"', "there is no wsdl:binding named Nope"],
  [
    `<wsdl:operation name="${PREFIX}UpdateMessage">`,
    `<wsdl:operation name="${PREFIX}Reassignment">`,
    "is bound but not in the port type",
  ],
  [`<s:element name="${PREFIX}UpdateMessage">`, '<s:element name="Other">', "the schema has no element"],
  [
    'elementFormDefault="qualified" targetNamespace="http://tempuri.org/"',
    'targetNamespace="urn:x"',
    `the schema has no element ${PREFIX}Acknowledgement in the namespace`,
  ],
];

/** What is altered in the default table. */
const IN_TABLE: readonly Change[] = [
  ["{", "", "this is no JSON"],
  ['"acknowledge"', '"acknowlege"', `operations.${PREFIX}Acknowledgement.command must be one of acknowledge`],
  ['"taskId": "task",', "", "elements.taskId is missing; give null to ignore the element"],
  ['"taskId": "task"', '"taskid": "task"', "elements.taskid is no element of the WSDL that has a value"],
  ['"taskId": "task"', '"taskId": "tasks"', "elements.taskId must be one of task, reference"],
  ['"taskId": "task"', '"taskId": "reference"', "fills the field reference twice"],
  ['"solution": "solution"', '"solution": "resolvedAt"', "fills the field resolvedAt, which takes a time; the WSDL says string"],
  ['"solution": "solution"', '"solution": "outcome"', "elements.solution chooses one of fixed words: give { "],
  [
    '"resolvedAt": "resolvedAt"',
    '"resolvedAt": { "field": "outcome", "values": {} }',
    "chooses one of fixed words, which a dateTime cannot",
  ],
  ['"false": "solved"', '"no": "solved"', `${REASSIGNMENT}.elements.closed.values must have an entry for false`],
  ['"false": "solved"', '"false": "done"', "closed.values.false must be one of solved, closed, returned"],
  ['"false": "solved"', '"false": "solved", "maybe": "solved"', "closed.values.maybe is no value that this element can have"],
  ['"missing": "false"', '"missing": "maybe"', "closed.missing must be one of true, false"],
  ['"field": "outcome",', '"field": "outcome", "more": 1,', "closed.more is no known entry"],
  [
    '"taskId": "task"',
    '"taskId": { "field": "task", "missing": "x" }',
    "has values or missing, which only a field of fixed words takes",
  ],
  [
    '"taskId": "task"',
    '"taskId": { "field": "task", "join": "," }',
    "taskId.join is for an element that may come more than once",
  ],
  ['"operations"', '"operation"', "operation is no known entry"],
  [`${PREFIX}UpdateMessage`, "Nope", "operations.Nope is no operation of the WSDL"],
  [new RegExp(`"${PREFIX}UpdateMessage": \\{[\\s\\S]*?\\n    \\},`), "", "is missing; give null to leave the operation out"],
  ['"result": "event"', '"result": "nothing"', "says nothing, but the WSDL's answer has a result element"],
  ['"result": "event"', '"result": { "Nope": "event" }', "result.Nope is no element of the answer that has a value"],
  ['"result": "event"', '"result": "event", "refusal": "event"', "refusal must be one of code, text"],
  ['"result": "event"', '"result": "event", "offered": "no"', "offered must be true or false"],
  ['"operations"', '"path": "Own.asmx", "operations"', "path must be a path such as"],
  ['"operations"', '"path": "/a/../b", "operations"', "path must be a path such as"],
  ['"operations"', '"path": "/V1/own", "operations"', "path is where another part of the gateway answers"],
  ['"operations"', '"reading": "loose", "operations"', "reading must be one of lenient, strict"],
  ['"operations"', '"refusals": "fault", "operations"', "refusals must be one of exception, client"],
  ['"operations"', '"http": { "put": true }, "operations"', "http.put is no known entry"],
  ['"operations"', '"maxRequestBytes": 10, "operations"', "maxRequestBytes must be a whole number from 65536 to"],
];

suite("a mistake in the WSDL stops the start", () => {
  for (const [from, to, says] of IN_WSDL) test(says, () => stops(altered(scratch, "wsdl", [from, to]), "Own.wsdl", says));
});

suite("a mistake in the table stops the start", () => {
  for (const [from, to, says] of IN_TABLE)
    test(says, () => stops(altered(scratch, "binding.json", [from, to]), "Own.binding.json", says));

  test("a table without its WSDL", () => {
    const folder = writeFiles(path.join(scratch, "alone"), { "Own.binding.json": "{}" });
    stops(path.join(folder, "Own.wsdl"), "Own.binding.json", "the table has no WSDL Own.wsdl beside it");
  });
});

const sequence = (inner: string): Parts => ({ request: `<s:sequence>${inner}</s:sequence>` });
const ofType = (types: string): Parts => ({ ...sequence('<s:element name="a" type="t:Own"/>'), types });
const simple = (inner: string): Parts => ofType(`<s:simpleType name="Own">${inner}</s:simpleType>`);
const complex = (inner: string, more = ""): Parts => ofType(`<s:complexType name="Own" ${more}>${inner}</s:complexType>`);
const RESTRICTED = '<s:restriction base="s:string">';

/** A schema, and what the start says of it; `strict` for what only a strict contract refuses. */
const IN_SCHEMA: readonly (readonly [parts: Parts, says: string, strict?: "strict"])[] = [
  [sequence('<s:element type="s:string"/>'), "element needs the attribute name"],
  [sequence('<s:element name="a"/>'), "element a needs a type"],
  [sequence('<s:element name="a" type="s:string" maxOccurs="many"/>'), 'maxOccurs="many" must be a whole number'],
  [sequence('<s:element name="a" type="s:string" minOccurs="2"/>'), "minOccurs is 2, which is more than maxOccurs"],
  [sequence('<s:element ref="t:nope"/>'), "the schema has no element nope in the namespace urn:own"],
  [sequence('<s:element name="a" type="s:string"/><s:element name="a" type="s:int"/>'), "element a appears twice"],
  [sequence('<s:element name="a" type="s:string" abstract="true"/>'), "a is abstract, which is not understood"],
  [sequence('<s:group ref="t:g"/>'), "xs:group is not understood in a sequence"],
  [sequence('<s:sequence maxOccurs="unbounded"/>'), "xs:sequence may not repeat: repeat an element that holds what is repeated"],
  [{ request: "<s:sequence/><s:sequence/>" }, "a complexType may have one sequence"],
  [{ request: '<s:group ref="t:g"/>' }, "xs:group is not understood here; use a sequence"],
  [{ ...sequence(""), types: '<s:group name="g"/>' }, "xs:group is not understood here; write the elements out"],
  [{ ...sequence(""), types: '<s:element name="Op" type="s:int"/>' }, "element Op is there twice"],
  [complex('<s:sequence><s:element name="o" type="t:Own"/></s:sequence>'), "o holds itself: such types are not understood"],
  [complex('<s:complexContent><s:extension base="t:Own"/></s:complexContent>'), "Own extends itself"],
  [complex('<s:complexContent><s:extension base="t:Nope"/></s:complexContent>'), "the schema has no complexType Nope"],
  [
    complex('<s:complexContent><s:restriction base="t:Own"/></s:complexContent>'),
    "only xs:extension is understood in complexContent",
  ],
  [complex("", 'mixed="true"'), "mixed content has text between its elements"],
  [complex("", 'abstract="true"'), "Own is abstract, which is not understood"],
  [simple('<s:list itemType="s:int"/>'), "simpleType Own must be a restriction of another type"],
  [simple('<s:union memberTypes="s:int s:string"/>'), "simpleType Own must be a restriction of another type"],
  [simple('<s:restriction base="t:Own"/>'), "simpleType Own must be a restriction of another type"],
  [
    simple('<s:restriction base="s:int"><s:enumeration value="one"/></s:restriction>'),
    '"one" is no word for an enumeration of int',
  ],
  [
    simple('<s:restriction base="s:date"><s:enumeration value="2026-01-01"/></s:restriction>'),
    "is no word for an enumeration of date",
  ],
  [
    simple(`${RESTRICTED}<s:pattern value="a+"/></s:restriction>`),
    "xs:pattern is not checked here: take it out, or read",
    "strict",
  ],
  [simple(`${RESTRICTED}<s:maxInclusive value="5"/></s:restriction>`), 'xs:maxInclusive value="5" does not fit string', "strict"],
  [simple('<s:restriction base="s:int"><s:length value="2"/></s:restriction>'), 'xs:length value="2" does not fit int', "strict"],
];

suite("a mistake in the schema stops the start", () => {
  for (const [parts, says, strict] of IN_SCHEMA) {
    test(says + (strict ? ", read strictly" : ""), () => {
      const table = tableOf({ a: null }, { reading: strict ?? "lenient" });
      writeFiles(scratch, { "Own.wsdl": wsdlOf(parts), "Own.binding.json": table });
      stops(path.join(scratch, "Own.wsdl"), "Own.wsdl", says);
      if (!strict) return;
      writeFiles(scratch, { "Own.binding.json": tableOf({ a: null }) });
      assert.ok(loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/"));
    });
  }
});
