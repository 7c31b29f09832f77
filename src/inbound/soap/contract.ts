// Loads a contract: the WSDL partners fetch and, beside it, the table that binds it to commands. Never starts with half of it.
import { readFileSync } from "node:fs";
import { bindOperations, type Operation } from "./binding.ts";
import type { SoapVersion } from "./versions.ts";
import { readWsdl, type Service } from "./wsdl.ts";
import { escapeAttribute } from "./write.ts";

/** A contract ready to be served. */
export interface Contract extends Omit<Service, "operations"> {
  operations: readonly Operation[];
  byAction: ReadonlyMap<string, Operation>;
  byElement: ReadonlyMap<string, Operation>;
  /** The WSDL with `address` (already a valid URL) as the place to call. */
  wsdlAt(address: string): string;
}

/** The namespace that stands in the default contract, alone or as the start of a SOAPAction. */
const DEFAULT_NAMESPACE = /"http:\/\/tempuri\.org\/([^"]*)"/g;
const ADDRESS = /(<(?:\w+:)?address\s[^>]*?location=)"[^"]*"/g;

/**
 * Reads `<file>.wsdl` and `<file>.binding.json`. `namespace` takes the place of http://tempuri.org/ in the contract; a
 * contract with a namespace of its own keeps it. Throws an Error that names the file and what to change in it.
 */
export function loadContract(wsdlFile: string, namespace: string): Contract {
  const given = readFileSync(wsdlFile, "utf8");
  const text = given.replace(
    DEFAULT_NAMESPACE,
    (_, rest: string) => `"${escapeAttribute(rest === "" ? namespace : under(namespace, rest))}"`,
  );
  const bindingFile = wsdlFile.replace(/\.wsdl$/i, ".binding.json");
  const service = inFile(wsdlFile, () => readWsdl(text));
  const operations = inFile(bindingFile, () => bindOperations(service.operations, JSON.parse(readFileSync(bindingFile, "utf8"))));
  return {
    ...service,
    operations,
    byAction: inFile(wsdlFile, () => indexed(operations, (operation) => operation.action)),
    byElement: inFile(wsdlFile, () => indexed(operations, (operation) => operation.element)),
    wsdlAt: (address) => text.replaceAll(ADDRESS, (_, before: string) => `${before}"${escapeAttribute(address)}"`),
  };
}

/** ASMX puts one slash between namespace and operation. */
function under(namespace: string, name: string): string {
  return namespace.endsWith("/") ? namespace + name : `${namespace}/${name}`;
}

/** The answer of an operation in a version of SOAP: what stands before and after its result, which comes escaped. */
export function successTemplate(
  contract: Contract,
  { response, result }: Operation,
  version: SoapVersion,
): readonly [string, string] {
  const { open, close } = version;
  const wrapper = `<${response} xmlns="${escapeAttribute(contract.namespace)}"`;
  if (result === null) return [`${open}${wrapper} />`, close];
  return [`${open}${wrapper}><${result}>`, `</${result}></${response}>${close}`];
}

function indexed(operations: readonly Operation[], key: (operation: Operation) => string): ReadonlyMap<string, Operation> {
  const found = new Map<string, Operation>();
  for (const operation of operations) {
    const at = key(operation);
    if (found.has(at)) throw new Error(`two operations share ${at}`);
    found.set(at, operation);
  }
  return found;
}

function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
