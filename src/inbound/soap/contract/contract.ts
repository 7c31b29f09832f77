// Loads contracts: the WSDL partners fetch and, beside it, the table that binds it to commands. Never starts with half of one.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Access, bindAccess } from "./access.ts";
import { bindRefusal, bindResult, type WriteAnswer } from "./answers.ts";
import { bindRequest, REQUEST_ENTRIES, type ToCommand } from "./binding.ts";
import { type ContractFiles, readDocuments, wrong } from "./documents.ts";
import { type Entry, flagOf, oneOf, onlyThese, readTable, textOf, wholeOf } from "./table.ts";
import { bindHttpAnswer, type WriteHttpAnswer } from "../http/http-answers.ts";
import { httpOperation } from "../http/http-operations.ts";
import { type Published, publish } from "../publish/publish.ts";
import { readWsdl, type Service, type Signature } from "./wsdl.ts";
import { escapeAttribute } from "../write.ts";

/** An operation with its command and its answers. */
export interface Operation extends Signature {
  toCommand: ToCommand;
  writeResult: WriteAnswer;
  /** How a refusal of the core is told in the answer; null where it is a fault. */
  writeRefusal: WriteAnswer | null;
  /** How its arguments show who calls; null where none does. */
  access: Access | null;
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
  /** Whether an argument of some operation may show who calls. */
  takesSecret: boolean;
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
const DEFAULT_NAMESPACE = /(["'])http:\/\/tempuri\.org\/([^"'<>]*)\1/g;
/** How the name of a table ends; what stands before it is the name of its WSDL. */
export const TABLE = ".binding.json";

/** What ASMX takes unless told otherwise, and the most this reader is made for. */
const USUAL_BYTES = 4 * 1024 * 1024;
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Reads `<file>.wsdl` and `<file>.binding.json`. `namespace` takes the place of http://tempuri.org/ in the contract; a
 * contract with a namespace of its own keeps it. Throws an Error that names file and line and what to change there.
 */
export function loadContract(wsdlFile: string, namespace: string): Contract {
  return loadByTable(wsdlFile.replace(/\.wsdl$/i, TABLE), namespace).contract;
}

/** Loads the contract of a table, and gives the table too, for messages about it. */
export function loadByTable(tableFile: string, namespace: string): { contract: Contract; table: Entry } {
  const wsdlFile = `${tableFile.slice(0, -TABLE.length)}.wsdl`;
  const table = readTable(readText(tableFile), tableFile);
  const rules = readRules(table, path.basename(wsdlFile, ".wsdl"));
  if (!existsSync(wsdlFile)) throw table.wrong(`has no WSDL ${path.basename(wsdlFile)} beside it`);
  const files = readDocuments(wsdlFile, (text) => withNamespace(text, namespace));
  const entries = table.get("operations").entries();
  const service = readWsdl(files, {
    strictly: rules.reading === "strict",
    passOver: (name) => entries.get(name)?.value === null,
  });
  const operations = bindOperations(service, table);
  const published = publish({
    ...{ files, name: service.name, namespace: service.namespace, httpGet: rules.httpGet, httpPost: rules.httpPost },
    hidden: hiddenIn(service, operations),
    httpOperations: operations.flatMap((operation) => httpOperation(operation) ?? []),
  });
  const contract = {
    ...{ ...service, ...rules, operations, files, published },
    takesSecret: operations.some(({ access }) => access !== null),
    byAction: indexed(operations, "soapAction", ({ action }) => action),
    byElement: indexed(operations, "element", ({ element }) => elementKey(element.namespace, element.name)),
    wsdlAt: (address: string) => published("wsdl", "", address) ?? "",
  };
  return { contract, table };
}

/** What the WSDL has and partners are not shown: operations that are not offered, or were left out. */
function hiddenIn(service: Service, operations: readonly Operation[]): ReadonlySet<string> {
  const offered = new Set(operations.map(({ name }) => name));
  const all = [...service.operations.map(({ name }) => name), ...service.passedOver];
  return new Set(all.filter((name) => !offered.has(name)));
}

function readText(file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`${file}:1: ${code === "ERR_ENCODING_INVALID_ENCODED_DATA" ? "is not UTF-8" : `cannot be read (${code})`}`);
  }
}

function withNamespace(text: string, namespace: string): string {
  return text.replace(
    DEFAULT_NAMESPACE,
    (_, _quote: string, rest: string) => `"${escapeAttribute(rest === "" ? namespace : under(namespace, rest))}"`,
  );
}

/** ASMX puts one slash between namespace and operation. */
function under(namespace: string, name: string): string {
  return namespace.endsWith("/") ? namespace + name : `${namespace}/${name}`;
}

const PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;
/** Paths at and below which something else of the gateway answers. */
const TAKEN = /^\/(?:v1|healthz|readyz|problems|openapi\.yaml|openapi\.json|console|portal)(?:\/|$)/i;

function readRules(table: Entry, name: string): ContractRules {
  onlyThese(table, ["path", "reading", "refusals", "http", "maxRequestBytes", "access", "operations"]);
  const place = textOf(table.get("path"), `/Workflow/Webservice/${name}.asmx`);
  if (!PATH.test(place))
    throw table.get("path").wrong("must be a path such as /Workflow/Webservice/Own.asmx, of letters, digits, dots and dashes");
  if (TAKEN.test(place)) throw table.get("path").wrong("is where another part of the gateway answers; give it another");
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

/** Binds the operations that are offered. One with `offered: false` is checked all the same, one that is null is not even read. */
function bindOperations(service: Service, table: Entry): readonly Operation[] {
  const entry = table.get("operations");
  const known = new Set([...service.operations.map((signature) => signature.name), ...service.passedOver]);
  for (const [name, one] of entry.entries()) if (!known.has(name)) throw one.wrong("is no operation of the WSDL");
  const operations = service.operations.flatMap((signature) =>
    bindOperation(signature, entry.get(signature.name), { table, namespace: service.namespace }),
  );
  if (operations.length === 0) throw entry.wrong("offers no operation");
  return operations;
}

function bindOperation(
  signature: Signature,
  entry: Entry,
  { table, namespace }: { table: Entry; namespace: string },
): Operation[] {
  if (entry.value === undefined) throw entry.wrong("is missing; give null to leave the operation out");
  onlyThese(entry, [...REQUEST_ENTRIES, "result", "refusal", "access", "offered", "added"]);
  const operation = {
    ...signature,
    toCommand: bindRequest(signature, entry),
    writeResult: bindResult(signature, entry.get("result")),
    writeRefusal: bindRefusal(signature, entry.get("refusal")),
    access: bindAccess(signature, entry.get("access"), table.get("access")),
    http: httpOperation(signature) && bindHttp(signature, entry, namespace),
  };
  const shows = operation.access && entry.get("elements").get(operation.access.path);
  if (shows && shows.value !== null) throw shows.wrong("shows who calls, so that it must fill no field: give null");
  return flagOf(entry.get("offered"), true) ? [operation] : [];
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

/** The operations by something that names them in a call, for those that have it. */
function indexed(
  operations: readonly Operation[],
  what: string,
  key: (operation: Operation) => string,
): ReadonlyMap<string, Operation> {
  const found = new Map<string, Operation>();
  for (const operation of operations) {
    const at = key(operation);
    if (at === "") continue;
    const other = found.get(at);
    if (other) throw wrong(operation.source, `two operations share the ${what} ${at}: ${other.name} and ${operation.name}`);
    found.set(at, operation);
  }
  return found;
}
