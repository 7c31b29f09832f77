// The rules of the WS-I Basic Profile 1.1 (section 4) that a WSDL alone can break, checked on its text; only the SOAP 1.1 bindings
// claim the profile. Never fetches anything: what a WSDL imports is handed in.
import { readTree, type XmlElement } from "../../src/inbound/soap/contract/tree.ts";

const WSDL = "http://schemas.xmlsoap.org/wsdl/";
const SOAP = "http://schemas.xmlsoap.org/wsdl/soap/";
const XS = "http://www.w3.org/2001/XMLSchema";
const HTTP_TRANSPORT = "http://schemas.xmlsoap.org/soap/http";

/** All documents of a description, and what is found wrong. */
interface Described {
  text: string;
  main: XmlElement;
  roots: readonly XmlElement[];
  schemas: readonly XmlElement[];
}

type Rule = (described: Described) => boolean;

const of = (parent: XmlElement, name: string, namespace = WSDL): XmlElement[] =>
  parent.children.filter((child) => child.name === name && child.namespace === namespace);
const all = ({ roots }: Described, name: string): XmlElement[] => roots.flatMap((root) => of(root, name));
const value = (element: XmlElement, attribute: string): string => element.attributes.get(attribute) ?? "";
const below = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(below)];
const isAbsolute = (uri: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(uri);
const isUnique = (list: readonly string[]): boolean => new Set(list).size === list.length;

const soapBindings = (described: Described): XmlElement[] =>
  all(described, "binding").filter((binding) => of(binding, "binding", SOAP).length > 0);
const soapParts = (described: Described, name: string): XmlElement[] =>
  soapBindings(described)
    .flatMap(below)
    .filter((one) => one.namespace === SOAP && one.name === name);

/** The messages that the operations of SOAP bindings carry. */
function soapMessages(described: Described): XmlElement[] {
  const portTypes = soapBindings(described).map((binding) => binding.resolve(value(binding, "type")).name);
  const operations = all(described, "portType")
    .filter((one) => portTypes.includes(value(one, "name")))
    .flatMap((one) => of(one, "operation"));
  const names = operations.flatMap((one) => one.children.filter((child) => child.attributes.has("message")));
  const wanted = names.map((one) => one.resolve(value(one, "message")).name);
  return all(described, "message").filter((message) => wanted.includes(value(message, "name")));
}

function isElementDeclared({ schemas }: Described, part: XmlElement): boolean {
  const { namespace, name } = part.resolve(value(part, "element"));
  return schemas.some(
    (schema) =>
      value(schema, "targetNamespace") === namespace && of(schema, "element", XS).some((one) => value(one, "name") === name),
  );
}

/** The element on the wire of each operation of a binding: what tells them apart. */
function signatures(described: Described, binding: XmlElement): string[] {
  const type = binding.resolve(value(binding, "type")).name;
  const portType = all(described, "portType").find((one) => value(one, "name") === type);
  return (portType === undefined ? [] : of(portType, "operation")).map((operation) => {
    const [input] = of(operation, "input");
    const message =
      input && all(described, "message").find((one) => value(one, "name") === input.resolve(value(input, "message")).name);
    const part = message && of(message, "part")[0];
    const element = part?.resolve(value(part, "element"));
    return `${element?.namespace} ${element?.name}`;
  });
}

function hasSameOperations(described: Described, binding: XmlElement): boolean {
  const type = binding.resolve(value(binding, "type")).name;
  const namesOf = (one: XmlElement): string =>
    of(one, "operation")
      .map((operation) => value(operation, "name"))
      .sort()
      .join();
  return all(described, "portType").some((one) => value(one, "name") === type && namesOf(one) === namesOf(binding));
}

/** Imports before types, types before the rest; documentation anywhere. */
function isInOrder({ roots }: Described): boolean {
  const rank = (name: string): number => (name === "import" ? 0 : name === "types" ? 1 : 2);
  return roots.every((root) => {
    const ranks = root.children.filter(({ name }) => name !== "documentation").map(({ name }) => rank(name));
    return ranks.join() === ranks.toSorted().join();
  });
}

const importsOf = ({ schemas }: Described): XmlElement[] => schemas.flatMap((schema) => of(schema, "import", XS));

/** Each rule by its number in the profile. */
const RULES: Readonly<Record<string, Rule>> = {
  "R2001 wsdl:import brings WSDL alone": ({ roots }) =>
    roots.every((root) => root.name === "definitions" && root.namespace === WSDL),
  "R2003 schemas are imported inside schemas": (described) =>
    described.roots
      .flatMap(below)
      .every((one) => one.namespace !== XS || one.name !== "import" || importsOf(described).includes(one)),
  "R2007 wsdl:import has a location": (described) => all(described, "import").every((one) => value(one, "location") !== ""),
  "R2803 its namespace is not relative": (described) =>
    all(described, "import").every((one) => isAbsolute(value(one, "namespace"))),
  "R2010 the encoding is UTF-8 or UTF-16": ({ text }) => /^<\?xml version="1\.0" encoding="utf-(?:8|16)"\?>/i.test(text),
  "R4004 XML is 1.0": ({ text }) => text.startsWith('<?xml version="1.0"'),
  "R2022, R2023 imports, then types, then the rest": isInOrder,
  "R2026 no extension is required": ({ roots }) => roots.flatMap(below).every((one) => !one.attributes.has("required")),
  "R2105 every schema has a target namespace": ({ schemas }) =>
    schemas.every(
      (schema) => schema.attributes.has("targetNamespace") || schema.children.every((child) => child.name === "import"),
    ),
  "target namespaces are absolute": ({ roots, schemas }) =>
    [...roots, ...schemas].every((one) => !one.attributes.has("targetNamespace") || isAbsolute(value(one, "targetNamespace"))),
  "R2110, R2111 no array of SOAP encoding": ({ schemas }) =>
    schemas.flatMap(below).every((one) => !/:(?:Array|arrayType)$/.test(`${value(one, "base")} ${value(one, "ref")}`)),
  "R2201, R2210 a body has at most one part": (described) => soapMessages(described).every((one) => of(one, "part").length <= 1),
  "R2204, R2206 the part names a global element": (described) =>
    soapMessages(described)
      .flatMap((one) => of(one, "part"))
      .every((part) => isElementDeclared(described, part)),
  "R2302 parameterOrder leaves out one part at most": (described) =>
    all(described, "portType")
      .flatMap((one) => of(one, "operation"))
      .every((one) => !one.attributes.has("parameterOrder")),
  "R2303 requests come first": (described) =>
    all(described, "portType")
      .flatMap((one) => of(one, "operation"))
      .every((one) => one.children.find(({ name }) => name === "input" || name === "output")?.name === "input"),
  "R2304 no operation of a port type has the name of another": (described) =>
    all(described, "portType").every((one) => isUnique(of(one, "operation").map((operation) => value(operation, "name")))),
  "R2306 a part has a type or an element": (described) =>
    all(described, "message")
      .flatMap((one) => of(one, "part"))
      .every((part) => part.attributes.has("type") !== part.attributes.has("element")),
  "R2701, R2702 the transport is HTTP": (described) =>
    soapParts(described, "binding").every((one) => value(one, "transport") === HTTP_TRANSPORT),
  "R2705 one style": (described) =>
    soapParts(described, "operation").every((one) => ["", "document"].includes(value(one, "style"))),
  "R2706, R2707 use is literal": (described) =>
    ["body", "header", "fault"]
      .flatMap((name) => soapParts(described, name))
      .every((one) => ["", "literal"].includes(value(one, "use"))),
  "R2710 operations have unique signatures": (described) =>
    soapBindings(described).every((binding) => isUnique(signatures(described, binding))),
  "R2711 one port at an address": (described) =>
    isUnique(
      all(described, "service")
        .flatMap(below)
        .filter((one) => one.namespace === SOAP && one.name === "address")
        .map((one) => value(one, "location")),
    ),
  "R2716 no namespace on body, header, fault": (described) =>
    ["body", "header", "headerfault", "fault"]
      .flatMap((name) => soapParts(described, name))
      .every((one) => !one.attributes.has("namespace")),
  "R2718 a binding has the operations of its port type": (described) =>
    soapBindings(described).every((binding) => hasSameOperations(described, binding)),
  "R2720 a header names its part": (described) => soapParts(described, "header").every((one) => one.attributes.has("part")),
  "R2747 no encodingStyle": (described) =>
    soapBindings(described)
      .flatMap(below)
      .every((one) => !one.attributes.has("encodingStyle")),
};

/** The rules that a WSDL breaks. `others` are the texts of the WSDLs and schemas it imports. */
export function brokenRules(text: string, others: readonly string[] = []): string[] {
  const main = readTree(text, "main");
  const trees = others.map((one) => readTree(one, "other"));
  const roots = [main, ...trees.filter((one) => one.namespace !== XS)];
  const inside = roots.flatMap((root) => of(root, "types")).flatMap((types) => of(types, "schema", XS));
  const described: Described = { text, main, roots, schemas: [...inside, ...trees.filter((one) => one.namespace === XS)] };
  return Object.entries(RULES).flatMap(([name, holds]) => (holds(described) ? [] : [name]));
}
