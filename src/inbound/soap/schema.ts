// The part of XML Schema (1.0) that contracts of old services use: elements in sequences, nested, repeated, nillable, with simple
// types. What it does not understand stops the start with file, line and what to change.
import { type ContractFiles, SCHEMA, wrong } from "./documents.ts";
import type { XmlElement } from "./tree.ts";
import { type Facets, restrict, VALUE_TYPES, type ValueType } from "./values.ts";

/** An element as a schema describes it: with a value, or with elements of its own. */
export interface Particle {
  name: string;
  /** Namespace it is written in; empty for none. */
  namespace: string;
  /** How often it comes, at least and at most. */
  least: number;
  most: number;
  nillable: boolean;
  /** The type of its value; null when it holds elements. */
  type: ValueType | null;
  members: readonly Particle[];
  /** The element in the schema that says so, for messages. */
  source: XmlElement;
}

/** All schemas of a contract together. */
export interface Schemas {
  /** The global element of this name; `user` is whose reference it is. */
  element(name: QName, user: XmlElement): Particle;
  /** The named type, simple or complex, as a part of a message would have it. */
  ofType(name: QName, user: XmlElement): Pick<Particle, "type" | "members">;
}

export interface QName {
  namespace: string;
  name: string;
}

/** A component of a schema, and the schema it stands in. */
interface Component {
  node: XmlElement;
  home: Home;
}

interface Home {
  namespace: string;
  /** Whether elements within are written in the namespace unless they say otherwise. */
  qualified: boolean;
}

type Kind = "element" | "complexType" | "simpleType";

/** Deeper than any message, so that a type that holds itself is noticed. */
const DEEPEST = 24;
/** Types that use one another over and over multiply. */
const MOST_ELEMENTS = 20_000;

/** Gathers the schemas of a contract. With `strictly` lengths of simple types count. */
export function readSchemas(files: ContractFiles, strictly: boolean): Schemas {
  const components = new Map<string, Component>();
  for (const { root, kind } of files.values()) {
    const schemas =
      kind === "schema" ? [root] : root.children.filter((one) => one.name === "types").flatMap((types) => types.children);
    for (const schema of schemas.filter((one) => one.namespace === SCHEMA && one.name === "schema"))
      addSchema(schema, components);
  }
  const compiler = new Compiler(components, strictly);
  return {
    element: (name, user) => compiler.globalElement(name, user, 0),
    ofType: (name, user) => compiler.content(name, user, 0),
  };
}

const KINDS: readonly string[] = ["element", "complexType", "simpleType"] satisfies Kind[];
const PASSED_OVER: readonly string[] = ["annotation", "import", "include", "attribute", "attributeGroup", "notation"];

function addSchema(schema: XmlElement, components: Map<string, Component>): void {
  const home: Home = {
    namespace: required(schema, "targetNamespace"),
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

const keyOf = (kind: Kind, { namespace, name }: QName): string => `${kind} {${namespace}}${name}`;

class Compiler {
  readonly #components: ReadonlyMap<string, Component>;
  readonly #strictly: boolean;
  #made = 0;
  constructor(components: ReadonlyMap<string, Component>, strictly: boolean) {
    this.#components = components;
    this.#strictly = strictly;
  }

  globalElement(name: QName, user: XmlElement, depth: number): Particle {
    const found = this.#components.get(keyOf("element", name));
    if (found === undefined) throw wrong(user, `the schema has no element ${name.name} in the namespace ${name.namespace}`);
    return this.#particle(found, found.home.namespace, depth);
  }

  /** What an element of the named type holds. */
  content(name: QName, user: XmlElement, depth: number): Pick<Particle, "type" | "members"> {
    if (name.namespace === SCHEMA) return { type: builtIn(name.name, user), members: [] };
    const complex = this.#components.get(keyOf("complexType", name));
    if (complex) return { type: null, members: this.#members(complex, depth) };
    return { type: this.#simpleNamed(name, user), members: [] };
  }

  #particle({ node, home }: Component, namespace: string, depth: number): Particle {
    if (depth > DEEPEST)
      throw wrong(node, `${node.attributes.get("name") ?? "the element"} holds itself: such types are not understood`);
    if (++this.#made > MOST_ELEMENTS) throw wrong(node, `the types of this contract come to more than ${MOST_ELEMENTS} elements`);
    const name = required(node, "name");
    const occurs = occursOf(node);
    const nillable = flag(node, "nillable");
    return { name, namespace, ...occurs, nillable, ...this.#contentOf({ node, home }, depth), source: node };
  }

  #contentOf({ node, home }: Component, depth: number): Pick<Particle, "type" | "members"> {
    const given = node.attributes.get("type");
    if (given !== undefined) return this.content(node.resolve(given), node, depth + 1);
    const inner = node.children.find((child) => child.name === "complexType" || child.name === "simpleType");
    if (inner === undefined) throw wrong(node, `element ${required(node, "name")} needs a type`);
    if (inner.name === "simpleType") return { type: this.#simple(inner, required(node, "name")), members: [] };
    return { type: null, members: this.#members({ node: inner, home }, depth + 1) };
  }

  /** The elements of a complex type: those of its one sequence, and before them those of the type it extends. */
  #members({ node, home }: Component, depth: number): Particle[] {
    const content = node.children.filter((child) => !PASSED_OVER.includes(child.name) && child.name !== "anyAttribute");
    const [first, more] = content;
    if (first === undefined) return [];
    if (more !== undefined) throw wrong(more, "a complexType may have one sequence");
    if (first.name === "complexContent") return this.#extended({ node: first, home }, depth);
    return distinct(this.#sequence({ node: first, home }, depth));
  }

  #extended({ node, home }: Component, depth: number): Particle[] {
    const extension = node.children.find((child) => child.name === "extension");
    if (extension === undefined) throw wrong(node, "only xs:extension is understood in complexContent");
    const base = extension.resolve(required(extension, "base"));
    const found = this.#components.get(keyOf("complexType", base));
    if (found === undefined) throw wrong(extension, `the schema has no complexType ${base.name}`);
    const before = this.#members(found, depth + 1);
    return distinct([...before, ...this.#members({ node: extension, home }, depth + 1)]);
  }

  #sequence({ node, home }: Component, depth: number): Particle[] {
    if (node.name !== "sequence" && node.name !== "all")
      throw wrong(node, `xs:${node.name} is not understood here; use a sequence`);
    return node.children.flatMap((child): Particle[] => {
      if (child.name === "element") return [this.#local({ node: child, home }, depth)];
      if (child.name === "sequence") return this.#sequence({ node: child, home }, depth);
      // What may be anything is read over, as unknown elements are.
      if (child.name === "any" || child.name === "annotation") return [];
      throw wrong(child, `xs:${child.name} is not understood in a sequence; write its elements out`);
    });
  }

  #local({ node, home }: Component, depth: number): Particle {
    const reference = node.attributes.get("ref");
    if (reference !== undefined) {
      const particle = this.globalElement(node.resolve(reference), node, depth + 1);
      return { ...particle, ...occursOf(node), source: node };
    }
    const form = node.attributes.get("form") ?? (home.qualified ? "qualified" : "unqualified");
    return this.#particle({ node, home }, form === "qualified" ? home.namespace : "", depth);
  }

  #simpleNamed(name: QName, user: XmlElement): ValueType {
    const found = this.#components.get(keyOf("simpleType", name));
    if (found === undefined) throw wrong(user, `the schema has no type ${name.name} in the namespace ${name.namespace}`);
    return this.#simple(found.node, name.name);
  }

  #simple(node: XmlElement, name: string, depth = 0): ValueType {
    const restriction = node.children.find((child) => child.name === "restriction");
    if (restriction === undefined || depth > DEEPEST)
      throw wrong(node, `simpleType ${name} must be a restriction of another type`);
    const base = restriction.resolve(required(restriction, "base"));
    const type =
      base.namespace === SCHEMA
        ? builtIn(base.name, restriction)
        : this.#simple(this.#simpleNode(base, restriction), base.name, depth + 1);
    return restrict(type, name, facetsOf(restriction), this.#strictly);
  }

  #simpleNode(name: QName, user: XmlElement): XmlElement {
    const found = this.#components.get(keyOf("simpleType", name));
    if (found === undefined) throw wrong(user, `the schema has no simpleType ${name.name}`);
    return found.node;
  }
}

function builtIn(name: string, user: XmlElement): ValueType {
  const type = VALUE_TYPES.find((known) => known.name === name);
  if (type === undefined)
    throw wrong(user, `the type xs:${name} is not one of ${VALUE_TYPES.map((known) => known.name).join(", ")}`);
  return type;
}

function facetsOf(restriction: XmlElement): Facets {
  const valuesOf = (name: string): string[] =>
    restriction.children.filter((child) => child.name === name).map((child) => child.attributes.get("value") ?? "");
  const words = valuesOf("enumeration");
  const [exact] = valuesOf("length");
  const [least = exact ?? 0] = valuesOf("minLength");
  const [most = exact ?? Number.POSITIVE_INFINITY] = valuesOf("maxLength");
  return { words: words.length > 0 ? words : null, least: Number(least), most: Number(most) };
}

function occursOf(node: XmlElement): { least: number; most: number } {
  const most = node.attributes.get("maxOccurs") ?? "1";
  return {
    least: count(node, "minOccurs", node.attributes.get("minOccurs") ?? "1"),
    most: most === "unbounded" ? Number.POSITIVE_INFINITY : count(node, "maxOccurs", most),
  };
}

function count(node: XmlElement, attribute: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw wrong(node, `${attribute}="${text}" must be a whole number`);
  return Number(text);
}

function flag(node: XmlElement, attribute: string): boolean {
  const text = node.attributes.get(attribute);
  return text === "true" || text === "1";
}

/** One element of a name is all a table can tell apart. */
function distinct(members: Particle[]): Particle[] {
  const seen = new Set<string>();
  for (const { name, source } of members) {
    if (seen.has(name)) throw wrong(source, `element ${name} appears twice`);
    seen.add(name);
  }
  return members;
}

/** The value of an attribute that must be there. */
export function required(element: XmlElement, attribute: string): string {
  const value = element.attributes.get(attribute);
  if (value === undefined || value === "") throw wrong(element, `${element.name} needs the attribute ${attribute}`);
  return value;
}
