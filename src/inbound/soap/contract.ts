// Loads contracts: the WSDL partners fetch and, beside it, the table that binds it to commands. Never starts with half of one.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { bindRefusal, bindResult, type WriteAnswer } from "./answers.ts";
import { bindRequest, REQUEST_ENTRIES, type ToCommand } from "./binding.ts";
import { type ContractFiles, readDocuments } from "./documents.ts";
import { type Entry, flagOf, oneOf, onlyThese, readTable, textOf, wholeOf } from "./table.ts";
import { bindHttpAnswer, type WriteHttpAnswer } from "./http-answers.ts";
import { httpOperation } from "./http-operations.ts";
import { type Published, publish } from "./publish.ts";
import { readWsdl, type Service, type Signature } from "./wsdl.ts";
import { escapeAttribute } from "./write.ts";

/** An operation with its command and its answers. */
export interface Operation extends Signature {
  toCommand: ToCommand;
  writeResult: WriteAnswer;
  /** How a refusal of the core is told in the answer; null where it is a fault. */
  writeRefusal: WriteAnswer | null;
  /** How it is called by GET and form POST; null where it cannot be. */
  http: HttpBinding | null;
}

/** What GET and form POST answer. */
export interface HttpBinding {
  /** Parameters that may be left out all the same: they came to the contract when partners already called without. */
  added: ReadonlySet<string>;
  writeResult: WriteHttpAnswer;
  writeRefusal: WriteHttpAnswer | null;
}

/** What a table says of a contract as a whole. */
export interface ContractRules {
  /** Where it is served, as it is published; compared without regard to case. */
  path: string;
  /** `lenient` as ASMX: any order, unknown elements passed over, missing ones null. `strict` as the schema says. */
  reading: "lenient" | "strict";
  /** How a refusal of the core is told: as ASMX tells an exception, or as a fault of the client with the code in its detail. */
  refusals: "exception" | "client";
  /** Whether operations can be called by HTTP GET and by form POST too. */
  httpGet: boolean;
  httpPost: boolean;
  /** Largest body, in bytes, after unpacking. */
  maxRequestBytes: number;
}

/** A contract ready to be served. */
export interface Contract extends Omit<Service, "operations">, ContractRules {
  operations: readonly Operation[];
  byAction: ReadonlyMap<string, Operation>;
  /** By namespace and name of the wrapper element, joined by `elementKey`. */
  byElement: ReadonlyMap<string, Operation>;
  files: ContractFiles;
  /** A file of the contract as partners fetch it; null where there is none of this name. */
  published: Published;
  /** The WSDL with `address` (already a valid URL) as the place to call. */
  wsdlAt(address: string): string;
}

export const elementKey = (namespace: string, name: string): string => `${name} ${namespace}`;

/** The namespace that stands in the default contract, alone or as the start of a SOAPAction. */
const DEFAULT_NAMESPACE = /"http:\/\/tempuri\.org\/([^"]*)"/g;
const TABLE = ".binding.json";

/** What ASMX takes unless told otherwise, and the most this reader is made for. */
const USUAL_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/** Loads every contract of a folder: each WSDL that has a binding table beside it. Throws for two at one path. */
export function loadContracts(folder: string, namespace: string): readonly Contract[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(TABLE));
  const contracts = names
    .sort()
    .map((name) => loadContract(path.join(folder, `${name.slice(0, -TABLE.length)}.wsdl`), namespace));
  for (const [index, contract] of contracts.entries()) {
    const other = contracts.slice(0, index).find((one) => overlap(one.path, contract.path));
    if (other)
      throw new Error(
        `${path.join(folder, names[index] ?? "")}:1: its path ${contract.path} is that of ${other.name}; give it another`,
      );
  }
  return contracts;
}

function overlap(one: string, other: string): boolean {
  const [a, b] = [`${one}/`.toLowerCase(), `${other}/`.toLowerCase()];
  return a.startsWith(b) || b.startsWith(a);
}

/**
 * Reads `<file>.wsdl` and `<file>.binding.json`. `namespace` takes the place of http://tempuri.org/ in the contract; a
 * contract with a namespace of its own keeps it. Throws an Error that names file and line and what to change there.
 */
export function loadContract(wsdlFile: string, namespace: string): Contract {
  const tableFile = wsdlFile.replace(/\.wsdl$/i, TABLE);
  const table = readTable(readFileSync(tableFile, "utf8"), tableFile);
  const rules = readRules(table, path.basename(wsdlFile).replace(/\.wsdl$/i, ""));
  const files = readDocuments(wsdlFile, (text) => withNamespace(text, namespace));
  const service = readWsdl(files, rules.reading === "strict");
  const operations = bindOperations(service, table.get("operations"));
  const offered = new Set(operations.map((operation) => operation.name));
  const published = publish({
    ...{ files, name: service.name, namespace: service.namespace, httpGet: rules.httpGet, httpPost: rules.httpPost },
    hidden: new Set(service.operations.flatMap(({ name }) => (offered.has(name) ? [] : [name]))),
    httpOperations: operations.flatMap((operation) => httpOperation(operation) ?? []),
  });
  return {
    ...{ ...service, ...rules, operations, files },
    byAction: indexed(operations, wsdlFile, (operation) => operation.action),
    byElement: indexed(operations, wsdlFile, ({ element }) => elementKey(element.namespace, element.name)),
    published,
    wsdlAt: (address) => published("wsdl", "", address) ?? "",
  };
}

function withNamespace(text: string, namespace: string): string {
  return text.replace(
    DEFAULT_NAMESPACE,
    (_, rest: string) => `"${escapeAttribute(rest === "" ? namespace : under(namespace, rest))}"`,
  );
}

/** ASMX puts one slash between namespace and operation. */
function under(namespace: string, name: string): string {
  return namespace.endsWith("/") ? namespace + name : `${namespace}/${name}`;
}

const PATH = /^(?:\/[A-Za-z0-9._~-]+)+$/;

function readRules(table: Entry, name: string): ContractRules {
  onlyThese(table, ["path", "reading", "refusals", "http", "maxRequestBytes", "operations"]);
  const place = textOf(table.get("path"), `/Workflow/Webservice/${name}.asmx`);
  if (!PATH.test(place) || /^\/v1(\/|$)/i.test(place))
    throw table
      .get("path")
      .wrong("must be a path such as /Workflow/Webservice/Own.asmx, of letters, digits, dots and dashes, not below /v1");
  const http = table.get("http");
  if (http.value !== undefined) onlyThese(http, ["get", "post"]);
  return {
    path: place,
    reading: oneOf(table.get("reading"), ["lenient", "strict"], "lenient"),
    refusals: oneOf(table.get("refusals"), ["exception", "client"], "exception"),
    httpGet: http.value !== undefined && flagOf(http.get("get"), false),
    httpPost: http.value !== undefined && flagOf(http.get("post"), false),
    maxRequestBytes: wholeOf(table.get("maxRequestBytes"), USUAL_BYTES, [65_536, MOST_BYTES]),
  };
}

/** Binds the operations that are offered. One with `offered: false` is checked all the same. */
function bindOperations(service: Service, entry: Entry): readonly Operation[] {
  const { operations: signatures, namespace } = service;
  const known = new Set(signatures.map((signature) => signature.name));
  for (const [name, one] of entry.entries()) if (!known.has(name)) throw one.wrong("is no operation of the WSDL");
  return signatures.flatMap((signature) => {
    const one = entry.get(signature.name);
    onlyThese(one, [...REQUEST_ENTRIES, "result", "refusal", "offered", "added"]);
    const operation = {
      ...signature,
      toCommand: bindRequest(signature, one),
      writeResult: bindResult(signature, one.get("result")),
      writeRefusal: bindRefusal(signature, one.get("refusal")),
      http: httpOperation(signature) && bindHttp(signature, one, namespace),
    };
    return flagOf(one.get("offered"), true) ? [operation] : [];
  });
}

function bindHttp(signature: Signature, entry: Entry, namespace: string): HttpBinding {
  const refusal = entry.get("refusal");
  return {
    added: addedIn(signature, entry.get("added")),
    writeResult: bindHttpAnswer(signature, entry.get("result"), namespace),
    writeRefusal: refusal.value === undefined ? null : bindHttpAnswer(signature, refusal, namespace),
  };
}

function addedIn({ request }: Signature, entry: Entry): ReadonlySet<string> {
  const names = entry.value ?? [];
  if (!Array.isArray(names)) throw entry.wrong("must be a list of names of parameters");
  const unknown = names.find((name) => !request.parameters.some((one) => one.path === name));
  if (unknown !== undefined) throw entry.wrong(`names ${String(unknown)}, which is no parameter`);
  return new Set(names.map(String));
}

function indexed(
  operations: readonly Operation[],
  file: string,
  key: (operation: Operation) => string,
): ReadonlyMap<string, Operation> {
  const found = new Map<string, Operation>();
  for (const operation of operations) {
    const at = key(operation);
    if (found.has(at)) throw new Error(`${file}:1: two operations share ${at}`);
    found.set(at, operation);
  }
  return found;
}
