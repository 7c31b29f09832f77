// Reads a service contract (WSDL 1.1, document/literal wrapped) strictly: what it does not understand stops the start with a hint.
import { readTree, type XmlElement } from "./tree.ts";
import { VALUE_TYPES, type ValueType } from "./values.ts";

/** One element of a request: its place in the contract, its type. */
export interface Parameter {
  name: string;
  index: number;
  type: ValueType;
}

/** One operation as partners call it. */
export interface Signature {
  name: string;
  /** The SOAPAction it is called with. */
  action: string;
  /** The wrapper element of its request. */
  element: string;
  parameters: ReadonlyMap<string, Parameter>;
  /** The wrapper element of its answer and the result in it; null when the answer carries nothing. */
  response: string;
  result: string | null;
}

/** A service as its WSDL describes it. */
export interface Service {
  name: string;
  namespace: string;
  /** Namespace of the parameters: the service's, or none where the schema leaves them unqualified. */
  parameterNamespace: string;
  operations: readonly Signature[];
  /** Names of the SOAP bindings, in order of the ports. */
  bindings: readonly string[];
}

const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SCHEMA = "http://www.w3.org/2001/XMLSchema";
const SOAP_BINDINGS: readonly string[] = ["http://schemas.xmlsoap.org/wsdl/soap/", "http://schemas.xmlsoap.org/wsdl/soap12/"];

/** Reads the text of a WSDL. Throws an Error that says what to change, with the line where there is one. */
export function readWsdl(text: string): Service {
  const root = readTree(text);
  if (root.namespace !== WSDL || root.name !== "definitions") throw wrong(root, "the root element must be wsdl:definitions");
  const namespace = required(root, "targetNamespace");
  const schema = schemaOf(root, namespace);
  const service = one(root, WSDL, "service");
  const bindings = all(root, WSDL, "binding").filter((binding) => soapNamespace(binding) !== null);
  const [first] = bindings;
  if (first === undefined) throw wrong(root, "there is no wsdl:binding for SOAP");
  const operations = all(first, WSDL, "operation").map((operation) => readOperation(operation, { root, schema, binding: first }));
  if (operations.length === 0) throw wrong(first, "the binding has no operations");
  const ports = all(service, WSDL, "port").map((port) => service.resolve(required(port, "binding")).name);
  const parameterNamespace = schema.attributes.get("elementFormDefault") === "qualified" ? namespace : "";
  const names = bindings.map((binding) => required(binding, "name")).filter((name) => ports.includes(name));
  return { name: required(service, "name"), namespace, parameterNamespace, operations, bindings: names };
}

interface Parts {
  root: XmlElement;
  schema: XmlElement;
  binding: XmlElement;
}

function readOperation(bound: XmlElement, { root, schema, binding }: Parts): Signature {
  const name = required(bound, "name");
  const action = bound.children.find((child) => child.name === "operation" && SOAP_BINDINGS.includes(child.namespace));
  if (action === undefined) throw wrong(bound, `operation ${name} needs a soap:operation with its soapAction`);
  if ((action.attributes.get("style") ?? "document") !== "document")
    throw wrong(action, `operation ${name} must have style="document"`);
  const portType = named(root, "portType", binding.resolve(required(binding, "type")).name);
  const operation = all(portType, WSDL, "operation").find((one) => one.attributes.get("name") === name);
  if (operation === undefined) throw wrong(portType, `operation ${name} is bound but not in the port type`);
  const element = messageElement(root, one(operation, WSDL, "input"));
  const response = messageElement(root, one(operation, WSDL, "output"));
  return {
    name,
    action: required(action, "soapAction"),
    element,
    parameters: readParameters(schema, element),
    response,
    result: readResult(schema, response),
  };
}

function messageElement(root: XmlElement, direction: XmlElement): string {
  const message = named(root, "message", direction.resolve(required(direction, "message")).name);
  const part = one(message, WSDL, "part");
  return part.resolve(required(part, "element")).name;
}

function readParameters(schema: XmlElement, wrapper: string): ReadonlyMap<string, Parameter> {
  const parameters = new Map<string, Parameter>();
  for (const element of sequenceOf(schema, wrapper)) {
    const name = required(element, "name");
    if (parameters.has(name)) throw wrong(element, `element ${name} appears twice in ${wrapper}`);
    parameters.set(name, { name, index: parameters.size, type: typeOf(element) });
  }
  return parameters;
}

function readResult(schema: XmlElement, wrapper: string): string | null {
  const [result, more] = sequenceOf(schema, wrapper);
  if (more !== undefined) throw wrong(more, `${wrapper} may have one element, the result`);
  if (result === undefined) return null;
  if (typeOf(result).name !== "string") throw wrong(result, `the result in ${wrapper} must be of type string`);
  return required(result, "name");
}

function typeOf(element: XmlElement): ValueType {
  const given = required(element, "type");
  const { namespace, name } = element.resolve(given);
  const type = namespace === SCHEMA ? VALUE_TYPES.find((known) => known.name === name) : undefined;
  if (type === undefined)
    throw wrong(element, `type ${given} is not one of ${VALUE_TYPES.map((known) => known.name).join(", ")}`);
  return type;
}

/** The elements of a wrapper: a complexType with one sequence, or none at all. */
function sequenceOf(schema: XmlElement, wrapper: string): readonly XmlElement[] {
  const element = all(schema, SCHEMA, "element").find((one) => one.attributes.get("name") === wrapper);
  if (element === undefined) throw wrong(schema, `the schema has no element ${wrapper}`);
  const complexType = one(element, SCHEMA, "complexType");
  const [sequence, more] = complexType.children;
  if (sequence === undefined) return [];
  if (more !== undefined || sequence.name !== "sequence")
    throw wrong(complexType, `${wrapper} must be a complexType with one sequence`);
  return sequence.children.map((child) => {
    if (child.name === "element") return child;
    throw wrong(child, `${wrapper} may hold elements only, not ${child.name}`);
  });
}

function schemaOf(root: XmlElement, namespace: string): XmlElement {
  const schemas = all(one(root, WSDL, "types"), SCHEMA, "schema");
  const schema = schemas.find((candidate) => candidate.attributes.get("targetNamespace") === namespace);
  if (schema === undefined) throw wrong(root, `wsdl:types needs a schema with targetNamespace="${namespace}"`);
  return schema;
}

function soapNamespace(binding: XmlElement): string | null {
  const found = binding.children.find((child) => child.name === "binding" && SOAP_BINDINGS.includes(child.namespace));
  return found?.namespace ?? null;
}

function all(parent: XmlElement, namespace: string, name: string): XmlElement[] {
  return parent.children.filter((child) => child.namespace === namespace && child.name === name);
}

function one(parent: XmlElement, namespace: string, name: string): XmlElement {
  const [first, second] = all(parent, namespace, name);
  if (first === undefined) throw wrong(parent, `${parent.name} needs an element ${name}`);
  if (second !== undefined) throw wrong(second, `${parent.name} may have one element ${name}`);
  return first;
}

function named(root: XmlElement, kind: string, name: string): XmlElement {
  const found = all(root, WSDL, kind).find((candidate) => candidate.attributes.get("name") === name);
  if (found === undefined) throw wrong(root, `there is no wsdl:${kind} named ${name}`);
  return found;
}

function required(element: XmlElement, attribute: string): string {
  const value = element.attributes.get(attribute);
  if (value === undefined || value === "") throw wrong(element, `${element.name} needs the attribute ${attribute}`);
  return value;
}

function wrong(element: XmlElement, what: string): Error {
  return new Error(`line ${element.line}: ${what}`);
}
