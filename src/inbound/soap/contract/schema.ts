// The part of XML Schema (1.0) that contracts of old services use: elements in sequences, nested, repeated, nillable, with simple
// types. What it does not understand stops the start with file, line and what to change.
import { type Component, flag, gatherComponents, keyOf, occursOf, PASSED_OVER, type QName, required } from "./components.ts";
import { type ContractFiles, SCHEMA, wrong } from "./documents.ts";
import type { XmlElement } from "./tree.ts";
import { builtInType, VALUE_TYPES } from "../types/values.ts";
import { restrict } from "./facets.ts";
import type { ValueType } from "../types/value-type.ts";

export type { QName } from "./components.ts";

/** What an element holds: a value, or elements of its own. */
export interface Content {
  /** The type of its value; null when it holds elements. */
  type: ValueType | null;
  members: readonly Particle[];
  /** Whether its elements may come in any order (xs:all). */
  anyOrder: boolean;
  /** Whether others may stand among them (xs:any). */
  open: boolean;
}

/** An element as a schema describes it. */
export interface Particle extends Content {
  name: string;
  /** Namespace it is written in; empty for none. */
  namespace: string;
  /** How often it comes, at least and at most. */
  least: number;
  most: number;
  nillable: boolean;
  /** The element in the schema that says so, for messages. */
  source: XmlElement;
}

/** All schemas of a contract together. */
export interface Schemas {
  /** The global element of this name; `user` is whose reference it is. */
  element(name: QName, user: XmlElement): Particle;
  /** What the named type, simple or complex, holds. */
  ofType(name: QName, user: XmlElement): Content;
}

/** Deeper than any message, so that a type that holds itself is noticed. */
const DEEPEST = 24;
/** Types that use one another over and over multiply. */
const MOST_ELEMENTS = 20_000;

/** Gathers the schemas of a contract. With `strictly` all that narrows a simple type counts. */
export function readSchemas(files: ContractFiles, strictly: boolean): Schemas {
  const compiler = new Compiler(gatherComponents(files), strictly);
  return {
    element: (name, user) => compiler.globalElement(name, user, 0),
    ofType: (name, user) => compiler.content(name, user, 0),
  };
}

const NOTHING: Content = { type: null, members: [], anyOrder: false, open: false };

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
  content(name: QName, user: XmlElement, depth: number): Content {
    const complex = this.#components.get(keyOf("complexType", name));
    if (complex === undefined) return valued(this.#simpleNamed(name, user));
    refuseAbstract(complex.node);
    return this.#complex(complex, depth);
  }

  #particle({ node, home }: Component, namespace: string, depth: number): Particle {
    if (depth > DEEPEST)
      throw wrong(node, `${node.attributes.get("name") ?? "the element"} holds itself: such types are not understood`);
    if (++this.#made > MOST_ELEMENTS) throw wrong(node, `the types of this contract come to more than ${MOST_ELEMENTS} elements`);
    refuseAbstract(node);
    const content = this.#contentOf({ node, home }, depth);
    return {
      name: required(node, "name"),
      namespace,
      ...occursOf(node),
      nillable: flag(node, "nillable"),
      ...content,
      source: node,
    };
  }

  #contentOf({ node, home }: Component, depth: number): Content {
    const given = node.attributes.get("type");
    if (given !== undefined) return this.content(node.resolve(given), node, depth + 1);
    const inner = node.children.find((child) => child.name === "complexType" || child.name === "simpleType");
    if (inner === undefined) throw wrong(node, `element ${required(node, "name")} needs a type`);
    if (inner.name === "simpleType") return valued(this.#simple(inner, required(node, "name")));
    return this.#complex({ node: inner, home }, depth + 1);
  }

  /** What a complex type holds. Its attributes are passed over: a table has no names for them. */
  #complex({ node, home }: Component, depth: number): Content {
    if (flag(node, "mixed")) throw wrong(node, "mixed content has text between its elements, for which no table has a name");
    const [first, more] = node.children.filter((child) => !PASSED_OVER.includes(child.name));
    if (more !== undefined) throw wrong(more, "a complexType may have one sequence");
    if (first === undefined) return NOTHING;
    if (first.name === "simpleContent") return valued(this.#textOf(first));
    if (first.name === "complexContent") return this.#extended({ node: first, home }, depth);
    const content = this.#group({ node: first, home }, depth);
    return { ...content, members: distinct(content.members) };
  }

  /** A value with attributes beside it. */
  #textOf(node: XmlElement): ValueType {
    const extension = extensionIn(node);
    return this.#simpleNamed(extension.resolve(required(extension, "base")), extension);
  }

  /** The elements of the type it extends, and its own behind them. */
  #extended({ node, home }: Component, depth: number): Content {
    const extension = extensionIn(node);
    const base = extension.resolve(required(extension, "base"));
    const found = this.#components.get(keyOf("complexType", base));
    if (found === undefined)
      throw wrong(extension, `the schema has no complexType ${base.name} in the namespace ${base.namespace}`);
    if (depth > DEEPEST) throw wrong(extension, `${base.name} extends itself`);
    const before = this.#complex(found, depth + 1);
    if (before.type !== null) throw wrong(extension, `${base.name} has a value, so that it can have no elements`);
    const own = this.#complex({ node: extension, home }, depth + 1);
    const members = distinct([...before.members, ...own.members]);
    return { ...own, members, open: before.open || own.open, anyOrder: own.anyOrder || before.anyOrder };
  }

  #group({ node, home }: Component, depth: number): Content {
    if (node.name === "choice") return this.#choice({ node, home }, depth);
    if (node.name !== "sequence" && node.name !== "all")
      throw wrong(node, `xs:${node.name} is not understood here; use a sequence`);
    const { least, most } = occursOf(node);
    if (most > 1) throw wrong(node, `xs:${node.name} may not repeat: repeat an element that holds what is repeated`);
    const parts = node.children.map((child) => this.#part({ node: child, home }, depth));
    const members = parts.flatMap((part) => part.members);
    return {
      type: null,
      // Of a group that may be left out so may every part.
      members: least === 0 ? members.map((member) => ({ ...member, least: 0 })) : members,
      anyOrder: node.name === "all" || parts.some((part) => part.anyOrder),
      open: parts.some((part) => part.open),
    };
  }

  #part({ node, home }: Component, depth: number): Content {
    if (node.name === "element")
      return { ...NOTHING, members: [this.#local({ node, home }, depth)].filter(({ most }) => most > 0) };
    if (node.name === "annotation") return NOTHING;
    if (node.name === "any") return { ...NOTHING, open: true };
    if (node.name === "sequence" || node.name === "choice") return this.#group({ node, home }, depth);
    throw wrong(node, `xs:${node.name} is not understood in a sequence; write its elements out`);
  }

  /** Of a choice any element may be there or not; that it is one of them nobody checks, which a strict contract must not do. */
  #choice({ node, home }: Component, depth: number): Content {
    if (this.#strictly) throw wrong(node, "xs:choice is not checked here: use a sequence, or read the contract leniently");
    const { most } = occursOf(node);
    const parts = node.children.map((child) => this.#part({ node: child, home }, depth));
    const members = parts.flatMap((part) => part.members);
    return {
      ...NOTHING,
      members: members.map((member) => ({ ...member, least: 0, most: Math.max(member.most, most) })),
      anyOrder: true,
      open: parts.some((part) => part.open),
    };
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

  #simpleNamed(name: QName, user: XmlElement, depth = 0): ValueType {
    if (name.namespace === SCHEMA) return builtIn(name.name, user, this.#strictly);
    const found = this.#components.get(keyOf("simpleType", name));
    if (found === undefined) throw wrong(user, `the schema has no type ${name.name} in the namespace ${name.namespace}`);
    return this.#simple(found.node, name.name, depth);
  }

  #simple(node: XmlElement, name: string, depth = 0): ValueType {
    const restriction = node.children.find((child) => child.name === "restriction");
    if (restriction === undefined || depth > DEEPEST)
      throw wrong(node, `simpleType ${name} must be a restriction of another type`);
    const base = this.#simpleNamed(restriction.resolve(required(restriction, "base")), restriction, depth + 1);
    return restrict(base, name, restriction, this.#strictly);
  }
}

const valued = (type: ValueType): Content => ({ ...NOTHING, type });

function extensionIn(node: XmlElement): XmlElement {
  if (flag(node, "mixed")) throw wrong(node, "mixed content has text between its elements, for which no table has a name");
  const extension = node.children.find((child) => child.name === "extension");
  if (extension === undefined) throw wrong(node, `only xs:extension is understood in ${node.name}`);
  return extension;
}

/** What is abstract stands for others, which a message names by xsi:type or by their own name. */
function refuseAbstract(node: XmlElement): void {
  if (flag(node, "abstract"))
    throw wrong(node, `${node.attributes.get("name") ?? node.name} is abstract, which is not understood`);
}

function builtIn(name: string, user: XmlElement, strictly: boolean): ValueType {
  const type = builtInType(name, strictly);
  if (type === undefined)
    throw wrong(user, `the type xs:${name} is not one of ${VALUE_TYPES.map((known) => known.name).join(", ")}`);
  return type;
}

/** One element of a name is all a table can tell apart. */
function distinct(members: readonly Particle[]): readonly Particle[] {
  const seen = new Set<string>();
  for (const { name, source } of members) {
    if (seen.has(name)) throw wrong(source, `element ${name} appears twice`);
    seen.add(name);
  }
  return members;
}
