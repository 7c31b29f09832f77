// Reads a service contract (WSDL 1.1, document/literal wrapped) strictly: what it does not understand stops the start with a hint.
import { type ContractFiles, wrong, WSDL } from "./documents.ts";
import { type Layout, layOut } from "./layout.ts";
import { type Particle, type QName, readSchemas, required, type Schemas } from "./schema.ts";
import type { XmlElement } from "./tree.ts";

/** One operation as partners call it. */
export interface Signature {
  name: string;
  /** The SOAPAction it is called with. */
  action: string;
  /** What stands beside it in the WSDL, for people; empty for nothing. */
  documentation: string;
  /** The wrapper element of its request, and what it may hold. */
  element: QName;
  request: Layout;
  /** The wrapper element of its answer. */
  response: Particle;
}

/** A service as its WSDL describes it. */
export interface Service {
  name: string;
  namespace: string;
  documentation: string;
  operations: readonly Signature[];
  /** Names of the SOAP bindings, in order of the ports. */
  bindings: readonly string[];
}

const SOAP_BINDINGS: readonly string[] = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];

/** Reads the service that a WSDL and its files describe. Throws an Error that says what to change, with file and line. */
export function readWsdl(files: ContractFiles, strictly: boolean): Service {
  const roots = [...files.values()].filter((file) => file.kind === "wsdl").map((file) => file.root);
  const [main] = roots;
  if (main === undefined) throw new Error("there is no WSDL");
  const stray = roots.find((root) => root.namespace !== WSDL || root.name !== "definitions");
  if (stray) throw wrong(stray, "the root element must be wsdl:definitions");
  const definitions: Definitions = { roots, main, schemas: readSchemas(files, strictly) };
  const service = single(definitions, "service");
  const bindings = all(roots, "binding").filter((binding) => soapNamespace(binding) !== null);
  const [first] = bindings;
  if (first === undefined) throw wrong(main, "there is no wsdl:binding for SOAP");
  const operations = within(first, "operation").map((operation) => readOperation(operation, first, definitions));
  if (operations.length === 0) throw wrong(first, "the binding has no operations");
  const ports = within(service, "port").map((port) => port.resolve(required(port, "binding")).name);
  const names = bindings.map((binding) => required(binding, "name")).filter((name) => ports.includes(name));
  return {
    name: required(service, "name"),
    namespace: required(main, "targetNamespace"),
    documentation: documentationOf(service) || documentationOf(main),
    operations,
    bindings: names,
  };
}

/** All WSDL documents of a contract together. */
interface Definitions {
  roots: readonly XmlElement[];
  main: XmlElement;
  schemas: Schemas;
}

function readOperation(bound: XmlElement, binding: XmlElement, definitions: Definitions): Signature {
  const name = required(bound, "name");
  const action = bound.children.find((child) => child.name === "operation" && SOAP_BINDINGS.includes(child.namespace));
  if (action === undefined) throw wrong(bound, `operation ${name} needs a soap:operation with its soapAction`);
  if ((action.attributes.get("style") ?? "document") !== "document")
    throw wrong(action, `operation ${name} must have style="document"`);
  refuseEncoded(bound, name);
  const portType = named(definitions, "portType", binding.resolve(required(binding, "type")));
  const operation = within(portType, "operation").find((one) => one.attributes.get("name") === name);
  if (operation === undefined) throw wrong(portType, `operation ${name} is bound but not in the port type`);
  const request = messageElement(operation, "input", definitions);
  return {
    name,
    action: required(action, "soapAction"),
    documentation: documentationOf(operation),
    element: { namespace: request.namespace, name: request.name },
    request: layOut(wrapperOf(request)),
    response: wrapperOf(messageElement(operation, "output", definitions)),
  };
}

function refuseEncoded(bound: XmlElement, name: string): void {
  const body = within(bound, "input")
    .flatMap((input) => input.children)
    .find((child) => child.name === "body");
  if (body?.attributes.get("use") === "encoded") throw wrong(body, `operation ${name} must have use="literal"`);
}

function wrapperOf(particle: Particle): Particle {
  if (particle.type !== null) throw wrong(particle.source, `${particle.name} must be a complexType with one sequence`);
  return particle;
}

function messageElement(operation: XmlElement, direction: string, definitions: Definitions): Particle {
  const carried = one(operation, direction);
  const message = named(definitions, "message", carried.resolve(required(carried, "message")));
  const part = one(message, "part");
  return definitions.schemas.element(part.resolve(required(part, "element")), part);
}

/** The namespace of the soap:binding within a binding, or null for one that is not for SOAP. */
function soapNamespace(binding: XmlElement): string | null {
  const found = binding.children.find((child) => child.name === "binding" && SOAP_BINDINGS.includes(child.namespace));
  return found?.namespace ?? null;
}

function documentationOf(element: XmlElement): string {
  return (within(element, "documentation")[0]?.text ?? "").trim();
}

function all(roots: readonly XmlElement[], name: string): XmlElement[] {
  return roots.flatMap((root) => within(root, name));
}

function within(parent: XmlElement, name: string): XmlElement[] {
  return parent.children.filter((child) => child.namespace === WSDL && child.name === name);
}

function single({ roots, main }: Definitions, name: string): XmlElement {
  const [first, second] = all(roots, name);
  if (first === undefined) throw wrong(main, `definitions needs an element ${name}`);
  if (second !== undefined) throw wrong(second, `a contract may have one element ${name}`);
  return first;
}

function one(parent: XmlElement, name: string): XmlElement {
  const [first, second] = within(parent, name);
  if (first === undefined) throw wrong(parent, `${parent.name} needs an element ${name}`);
  if (second !== undefined) throw wrong(second, `${parent.name} may have one element ${name}`);
  return first;
}

function named({ roots, main }: Definitions, kind: string, { name }: QName): XmlElement {
  const found = all(roots, kind).find((candidate) => candidate.attributes.get("name") === name);
  if (found === undefined) throw wrong(main, `there is no wsdl:${kind} named ${name}`);
  return found;
}
