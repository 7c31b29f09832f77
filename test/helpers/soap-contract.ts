// Small contracts for tests, written to a scratch folder: one operation with any content, or the default contract with a change.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { type Contract, loadContract } from "../../src/inbound/soap/contract/contract.ts";
import { createReader, type Reading } from "../../src/inbound/soap/reading/reader.ts";
import { ROOT } from "./sources.ts";

const SOAP = "http://schemas.xmlsoap.org/wsdl/soap/";
export const ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/";
export const OWN = "urn:own";

/** A folder that is gone after the tests of the file. */
export function makeScratch(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "crossdesk-wsdl-"));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes files by their path within a folder, which it gives back. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

/** A copy of the default contract with one text of one file replaced; gives the path of its WSDL. */
export function altered(scratch: string, file: "wsdl" | "binding.json", [from, to]: readonly [string | RegExp, string]): string {
  for (const end of ["wsdl", "binding.json"])
    cpSync(path.join(ROOT, `wsdl/WorkflowService.${end}`), path.join(scratch, `Own.${end}`));
  const target = path.join(scratch, `Own.${file}`);
  const text = readFileSync(target, "utf8");
  const changed = text.replace(from, to);
  assert.notEqual(changed, text, "the text to alter is there");
  writeFileSync(target, changed);
  return path.join(scratch, "Own.wsdl");
}

/** What a WSDL of one operation is made of. */
export interface Parts {
  /** The content of the request's complexType; of the answer's, which has one text without it. */
  request: string;
  response?: string;
  /** What else stands in the schema, and attributes of it. */
  types?: string;
  schema?: string;
}

/** A WSDL with one operation `Op` in `urn:own`. */
export function wsdlOf({ request, response, types = "", schema = 'elementFormDefault="qualified"' }: Parts): string {
  const answer = response ?? '<s:sequence><s:element minOccurs="0" name="OpResult" type="s:string"/></s:sequence>';
  return `<w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="${SOAP}" xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:t="${OWN}" targetNamespace="${OWN}">
<w:types><s:schema ${schema} targetNamespace="${OWN}">
${types}
<s:element name="Op"><s:complexType>${request}</s:complexType></s:element>
<s:element name="OpResponse"><s:complexType>${answer}</s:complexType></s:element>
</s:schema></w:types>
<w:message name="In"><w:part name="parameters" element="t:Op"/></w:message>
<w:message name="Out"><w:part name="parameters" element="t:OpResponse"/></w:message>
<w:portType name="Port"><w:operation name="Op"><w:input message="t:In"/><w:output message="t:Out"/></w:operation></w:portType>
<w:binding name="Bound" type="t:Port"><soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
<w:operation name="Op"><soap:operation soapAction="urn:own/Op"/><w:input><soap:body use="literal"/></w:input><w:output><soap:body use="literal"/></w:output></w:operation>
</w:binding>
<w:service name="Own"><w:port name="Bound" binding="t:Bound"><soap:address location="http://localhost/"/></w:port></w:service>
</w:definitions>`;
}

/** A table for `Op`, every element of it ignored but those in `elements`. */
export function tableOf(elements: object, more: object = {}, operation: object = {}): string {
  const Op = { command: "update_message", elements, constants: { message: "m" }, result: "event", ...operation };
  return JSON.stringify({ ...more, operations: { Op } }, null, 2);
}

/** Loads the contract of a WSDL of `wsdlOf` whose elements are all ignored; `paths` are those that have a value. */
export function contractOf(scratch: string, parts: Parts, more: { paths: readonly string[]; table?: object }): Contract {
  const elements = Object.fromEntries(more.paths.map((name) => [name, null]));
  writeFiles(scratch, { "Own.wsdl": wsdlOf(parts), "Own.binding.json": tableOf(elements, more.table) });
  return loadContract(path.join(scratch, "Own.wsdl"), "http://tempuri.org/");
}

/** Reads the operation's element within an envelope. Gives what was read, or the text of the fault. */
export function readOp(contract: Contract, content: string): Reading | string {
  const envelope = `<s:Envelope xmlns:s="${ENVELOPE}"><s:Body>${content}</s:Body></s:Envelope>`;
  const route = {
    operation: null,
    action: null,
    soap12Only: false,
    timeZone: "Europe/Berlin",
    anyBody: false,
    understands: null,
  };
  const reading = createReader(contract)(envelope, route);
  if (reading.kind === "reading") return reading;
  return reading.kind === "fault" ? reading.text : reading.kind;
}
