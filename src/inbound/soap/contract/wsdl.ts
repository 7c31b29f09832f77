// Reads a service contract (WSDL 1.1, document/literal wrapped) strictly: what it does not understand stops the start with a hint.
import { type ContractFiles, wrong, WSDL } from "./documents.ts";
import { type Layout, layOut } from "./layout.ts";
import { type QName, required } from "./components.ts";
import { type Particle, readSchemas, type Schemas } from "./schema.ts";
import type { XmlElement } from "./tree.ts";

/** One operation as partners call it. */
export interface Signature {
  name: string;
  /** The SOAPAction it is called with; empty where the body alone tells. */
  action: string;
  /** What stands beside it in the WSDL, for people; empty for nothing. */
  documentation: string;
  /** The wrapper element of its request, and what it may hold. */
  element: QName;
  request: Layout;
  /** The wrapper element of its answer. */
  response: Particle;
  /** Where the WSDL says so, for messages. */
  source: XmlElement;
}

/** A service as its WSDL describes it. */
export interface Service {
  name: string;
  namespace: string;
  documentation: string;
  operations: readonly Signature[];
  /** Names of the operations that were not read. */
  passedOver: readonly string[];
  /** Names of the SOAP bindings, in order of the ports. */
  bindings: readonly string[];
}

const SOAP_BINDINGS: readonly string[] = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];

/** How a WSDL is read: whether all that narrows a type counts, and which operations nobody needs. */
export interface WsdlWishes {
  strictly: boolean;
  passOver(operation: string): boolean;
}

/** Reads the service that a WSDL and its files describe. Throws an Error that says what to change, with file and line. */
export function readWsdl(files: ContractFiles, { strictly, passOver }: WsdlWishes): Service {
  const roots = [...files.values()].filter((file) => file.kind === "wsdl").map((file) => file.root);
  const [main] = roots;
  if (main === undefined) throw new Error("there is no WSDL");
  if (main.namespace !== WSDL || main.name !== "definitions") throw wrong(main, "the root element must be wsdl:definitions");
  const definitions: Definitions = { roots, main, schemas: readSchemas(files, strictly) };
  const service = single(definitions, "service");
  const [binding, ...others] = bindingsOf(service, definitions);
  if (binding === undefined) throw wrong(service, "no port of the service has a wsdl:binding for SOAP");
  const bound = boundIn(binding);
  for (const other of others) checkSame(other, binding, bound);
  const needed = [...bound.entries()].filter(([operation]) => !passOver(operation));
  const operations = needed.map(([, operation]) => readOperation(operation, binding, definitions));
  return {
    name: required(service, "name"),
    namespace: required(main, "targetNamespace"),
    documentation: documentationOf(service) || documentationOf(main),
    operations,
    passedOver: [...bound.keys()].filter(passOver),
    bindings: [binding, ...others].map((one) => required(one, "name")),
  };
}

/** All WSDL documents of a contract together. */
interface Definitions {
  roots: readonly XmlElement[];
  main: XmlElement;
  schemas: Schemas;
}

/** The SOAP bindings of a service, in order of its ports. Those of HTTP GET and POST are none. */
function bindingsOf(service: XmlElement, definitions: Definitions): XmlElement[] {
  const bindings = within(service, "port").map((port) => named(definitions, "binding", referred(port, "binding")));
  return [...new Set(bindings)].filter((binding) => soapChild(binding, "binding") !== undefined);
}

/** The operations of a binding by name. */
function boundIn(binding: XmlElement): ReadonlyMap<string, XmlElement> {
  const bound = new Map<string, XmlElement>();
  for (const operation of within(binding, "operation")) {
    const name = required(operation, "name");
    if (bound.has(name)) throw wrong(operation, `two operations are named ${name}: give each its own name`);
    bound.set(name, operation);
  }
  if (bound.size === 0) throw wrong(binding, "the binding has no operations");
  return bound;
}

const actionOf = (operation: XmlElement | undefined): string | undefined =>
  operation && soapChild(operation, "operation")?.attributes.get("soapAction");

/** A service is called in the same way over SOAP 1.1 and 1.2, so that both bindings must say the same. */
function checkSame(binding: XmlElement, first: XmlElement, known: ReadonlyMap<string, XmlElement>): void {
  const names = `${required(first, "name")} and ${required(binding, "name")}`;
  const bound = boundIn(binding);
  for (const [name, operation] of bound) {
    refuseStyle(operation, binding);
    const [own, other] = [actionOf(operation), actionOf(known.get(name))];
    // SOAP 1.2 may leave it out.
    if (!known.has(name) || (own !== undefined && other !== undefined && own !== other))
      throw wrong(operation, `the bindings ${names} must have the same operations with the same soapAction`);
  }
  if (bound.size !== known.size) throw wrong(binding, `the bindings ${names} must have the same operations`);
}

function readOperation(bound: XmlElement, binding: XmlElement, definitions: Definitions): Signature {
  const name = required(bound, "name");
  const action = soapChild(bound, "operation");
  if (action === undefined) throw wrong(bound, `operation ${name} needs a soap:operation with its soapAction`);
  refuseStyle(bound, binding);
  const portType = named(definitions, "portType", referred(binding, "type"));
  const operation = within(portType, "operation").find((one) => one.attributes.get("name") === name);
  if (operation === undefined) throw wrong(portType, `operation ${name} is bound but not in the port type`);
  refuseOneWay(operation);
  const request = messageElement({ operation, bound, direction: "input" }, definitions);
  return {
    name,
    action: action.attributes.get("soapAction") ?? "",
    documentation: documentationOf(operation),
    element: { namespace: request.namespace, name: request.name },
    request: layOut(wrapperOf(request)),
    response: wrapperOf(messageElement({ operation, bound, direction: "output" }, definitions)),
    source: bound,
  };
}

/** Only document/literal says in its schema what the body is (WS-I Basic Profile 1.1, R2705 and R2706, allows rpc/literal too). */
function refuseStyle(bound: XmlElement, binding: XmlElement): void {
  const name = required(bound, "name");
  const styled = soapChild(bound, "operation");
  const style = styled?.attributes.get("style") ?? soapChild(binding, "binding")?.attributes.get("style") ?? "document";
  if (style !== "document") throw wrong(styled ?? bound, `operation ${name} must have style="document", not "${style}"`);
  for (const direction of ["input", "output"]) {
    const body = within(bound, direction).flatMap((one) => one.children.filter((child) => child.name === "body"))[0];
    const use = body?.attributes.get("use") ?? "literal";
    if (body && use !== "literal") throw wrong(body, `operation ${name} must have use="literal", not "${use}"`);
  }
}

/** A sender that gets no answer cannot know whether its message was stored, so there is always one. */
function refuseOneWay(operation: XmlElement): void {
  const name = required(operation, "name");
  const [first] = operation.children.filter((child) => child.name === "input" || child.name === "output");
  if (within(operation, "output").length === 0)
    throw wrong(operation, `operation ${name} is one-way: give it an output, which may be an empty element`);
  if (first?.name === "output")
    throw wrong(operation, `operation ${name} begins with its output: it would have to be called by us`);
}

function wrapperOf(particle: Particle): Particle {
  if (particle.type !== null) throw wrong(particle.source, `${particle.name} must be a complexType with one sequence`);
  return particle;
}

interface Carried {
  operation: XmlElement;
  bound: XmlElement;
  direction: "input" | "output";
}

/** The element that is the body of a request or answer. Parts that are bound to header blocks are none of the body. */
function messageElement({ operation, bound, direction }: Carried, definitions: Definitions): Particle {
  const carried = one(operation, direction);
  const message = named(definitions, "message", referred(carried, "message"));
  const bodyParts = within(bound, direction)
    .flatMap((side) => side.children.filter((child) => child.name === "body"))
    .flatMap((body) => body.attributes.get("parts")?.split(/\s+/) ?? []);
  const parts = within(message, "part").filter((part) => bodyParts.length === 0 || bodyParts.includes(required(part, "name")));
  const [part, more] = parts;
  if (part === undefined) throw wrong(message, `message ${required(message, "name")} needs an element part`);
  if (more !== undefined) throw wrong(more, `message ${required(message, "name")} may have one element part in the body`);
  if (part.attributes.has("type")) throw wrong(part, "a part of document style names an element, not a type");
  return definitions.schemas.element(part.resolve(required(part, "element")), part);
}

/** The child of this name in one of the namespaces of SOAP bindings. */
function soapChild(parent: XmlElement, name: string): XmlElement | undefined {
  return parent.children.find((child) => child.name === name && SOAP_BINDINGS.includes(child.namespace));
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

/** What an attribute refers to by name, and who refers. */
interface Referred {
  user: XmlElement;
  to: QName;
}

function referred(user: XmlElement, attribute: string): Referred {
  return { user, to: user.resolve(required(user, attribute)) };
}

function named({ roots }: Definitions, kind: string, { user, to }: Referred): XmlElement {
  const found = all(
    roots.filter((root) => root.attributes.get("targetNamespace") === to.namespace),
    kind,
  ).find((candidate) => candidate.attributes.get("name") === to.name);
  if (found === undefined) throw wrong(user, `there is no wsdl:${kind} named ${to.name} in the namespace ${to.namespace}`);
  return found;
}
