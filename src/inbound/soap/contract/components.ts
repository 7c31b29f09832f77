// The named parts of all schemas of a contract, by kind, namespace and name, and how their attributes are read.
import { type ContractFiles, SCHEMA, wrong } from "./documents.ts";
import type { XmlElement } from "./tree.ts";

export interface QName {
  namespace: string;
  name: string;
}

/** A component of a schema, and the schema it stands in. */
export interface Component {
  node: XmlElement;
  home: Home;
}

export interface Home {
  namespace: string;
  /** Whether elements within are written in the namespace unless they say otherwise. */
  qualified: boolean;
}

type Kind = "element" | "complexType" | "simpleType";

/** Gathers the parts of every schema: of files, and of those inside a WSDL. */
export function gatherComponents(files: ContractFiles): ReadonlyMap<string, Component> {
  const components = new Map<string, Component>();
  for (const { root, kind } of files.values()) {
    const schemas =
      kind === "schema" ? [root] : root.children.filter((one) => one.name === "types").flatMap((types) => types.children);
    for (const schema of schemas.filter((one) => one.namespace === SCHEMA && one.name === "schema"))
      addSchema(schema, components);
  }
  return components;
}

const KINDS: readonly string[] = ["element", "complexType", "simpleType"] satisfies Kind[];
/** What says nothing about elements. */
export const PASSED_OVER: readonly string[] = [
  "annotation",
  "import",
  "include",
  "attribute",
  "anyAttribute",
  "attributeGroup",
  "notation",
];

function addSchema(schema: XmlElement, components: Map<string, Component>): void {
  const home: Home = {
    // A schema inside a WSDL that only imports others has none.
    namespace: schema.attributes.get("targetNamespace") ?? "",
    qualified: schema.attributes.get("elementFormDefault") === "qualified",
  };
  for (const node of schema.children) {
    if (PASSED_OVER.includes(node.name)) continue;
    if (!KINDS.includes(node.name)) throw wrong(node, `xs:${node.name} is not understood here; write the elements out`);
    const key = keyOf(node.name as Kind, { namespace: home.namespace, name: required(node, "name") });
    if (components.has(key)) throw wrong(node, `${node.name} ${required(node, "name")} is there twice`);
    components.set(key, { node, home });
  }
}

export const keyOf = (kind: Kind, { namespace, name }: QName): string => `${kind} {${namespace}}${name}`;

/** How often an element or group comes. */
export function occursOf(node: XmlElement): { least: number; most: number } {
  const upper = node.attributes.get("maxOccurs") ?? "1";
  const least = count(node, "minOccurs", node.attributes.get("minOccurs") ?? "1");
  const most = upper === "unbounded" ? Number.POSITIVE_INFINITY : count(node, "maxOccurs", upper);
  if (least > most) throw wrong(node, `minOccurs is ${least}, which is more than maxOccurs`);
  return { least, most };
}

function count(node: XmlElement, attribute: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrong(node, `${attribute}="${text}" must be a whole number`);
  return Number(text);
}

/** Whether an attribute is there and true. */
export function flag(node: XmlElement, attribute: string): boolean {
  const text = node.attributes.get(attribute);
  return text === "true" || text === "1";
}

/** The value of an attribute that must be there. */
export function required(element: XmlElement, attribute: string): string {
  const value = element.attributes.get(attribute);
  if (value === undefined || value === "") throw wrong(element, `${element.name} needs the attribute ${attribute}`);
  return value;
}
