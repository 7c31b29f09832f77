// What may stand in the request of an operation: fields in order, with namespaces, out of a schema as the `soap` package has
// read it. Only reads; it never changes what the package keeps.
import { XSD } from "./soap-xml.ts";

/** An element that may stand in a request. */
export interface Field {
  name: string;
  /** Empty for none, as local elements of an unqualified schema have it. */
  namespace: string;
  required: boolean;
  many: boolean;
  nillable: boolean;
  /** Its default or fixed value in the schema. */
  fallback: string | null;
  /** Found when asked for, as a type may hold itself. */
  type(): FieldType;
}

/** `base` is the XML Schema name of a simple type; `values` are those it is limited to. */
export interface TextType {
  kind: "text";
  base: string;
  values: readonly string[] | null;
}

export interface GroupType {
  kind: "group";
  fields: readonly Field[];
  attributes: readonly { name: string; required: boolean }[];
  /** Its text, beside attributes; null when it has elements. */
  text: TextType | null;
  /** Whether elements that the schema does not name may stand in it. */
  open: boolean;
}

export type FieldType = TextType | GroupType;

/** A node of the package's model. Attributes carry a `$`; `value` of an enumeration is `$value`. */
export interface SchemaNode {
  name?: string;
  children?: readonly SchemaNode[];
  xmlns?: Readonly<Record<string, string>> | string;
  schemaXmlns?: Readonly<Record<string, string>>;
  $name?: string;
  $type?: string;
  $ref?: string;
  $base?: string;
  $minOccurs?: string;
  $maxOccurs?: string;
  $default?: string;
  $fixed?: string;
  $nillable?: string;
  $form?: string;
  $use?: string;
  $value?: string;
}

export interface SchemaModel {
  xmlns?: Readonly<Record<string, string>> | string;
  $elementFormDefault?: string;
  complexTypes: Readonly<Record<string, SchemaNode>>;
  types: Readonly<Record<string, SchemaNode>>;
  elements: Readonly<Record<string, SchemaNode>>;
  groups: Readonly<Record<string, SchemaNode>>;
}

export interface Model {
  xmlns: Readonly<Record<string, string>>;
  schemas: Readonly<Record<string, SchemaModel>>;
}

/** Where a node stands: its schema decides on prefixes and on whether local elements carry a namespace. */
interface Place {
  model: Model;
  namespace: string;
}

/** What is known of the group an element stands in. */
interface Within {
  optional: boolean;
  many: boolean;
  /** Groups around it. */
  level: number;
}

const ALONE: Within = { optional: false, many: false, level: 0 };
/** Text of any kind. */
export const ANY_TEXT: TextType = { kind: "text", base: "string", values: null };
const GROUPS: readonly string[] = ["sequence", "all", "choice"];
const MOST_LEVELS = 32;

/** The global element of a schema as the one child of the body. */
export function globalField(model: Model, namespace: string, name: string): Field | null {
  const place = placeOf(model, namespace);
  const node = own(schemaOf(place)?.elements, name);
  return node === undefined ? null : { ...fieldOf(node, place, ALONE), name, namespace: place.namespace, required: true };
}

/**
 * A parameter of RPC style, which has no namespace (WS-I Basic Profile 1.1 R2735). All are written, as some servers tell them
 * apart by their position alone: one without a value as nil.
 */
export function partField(
  model: Model,
  name: string,
  type: { prefixed: string } | { node: SchemaNode; namespace: string },
): Field {
  const place = placeOf(model, "namespace" in type ? type.namespace : "");
  const read = "node" in type ? () => typeOfNode(type.node, place, 0) : () => namedType(type.prefixed, {}, place, 0);
  return { name, namespace: "", required: true, many: false, nillable: true, fallback: null, type: once(read) };
}

function placeOf(model: Model, namespace: string): Place {
  return { model, namespace };
}

/** The package files an included schema without a namespace under "undefined". */
function schemaOf({ model, namespace }: Place): SchemaModel | undefined {
  return own(model.schemas, namespace) ?? own(model.schemas, "undefined");
}

function own<T>(table: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return table !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
}

function once<T>(read: () => T): () => T {
  let known: T | undefined;
  return () => {
    known ??= read();
    return known;
  };
}

/** The name without prefix, and the place it leads to. A name without prefix belongs to the schema itself, or to XML Schema. */
function resolve(name: string, node: SchemaNode, place: Place): { local: string; place: Place } {
  const colon = name.indexOf(":");
  const local = name.slice(colon + 1);
  if (colon < 0) return { local, place };
  const prefix = name.slice(0, colon);
  const tables = [node.xmlns, node.schemaXmlns, schemaOf(place)?.xmlns, place.model.xmlns];
  const found = tables.map((table) => (typeof table === "object" ? own(table, prefix) : undefined)).find((uri) => uri);
  return { local, place: placeOf(place.model, found ?? "") };
}

function fieldOf(node: SchemaNode, place: Place, within: Within): Field {
  const required = !within.optional && node.$minOccurs !== "0";
  const many = within.many || isMany(node);
  const target = node.$ref === undefined ? null : resolve(node.$ref, node, place);
  const shown = target === null ? undefined : own(schemaOf(target.place)?.elements, target.local);
  const [told, from] = target === null ? [node, place] : [shown ?? {}, target.place];
  return {
    name: target?.local ?? node.$name ?? "",
    namespace: target === null && !isQualified(node, place) ? "" : from.namespace,
    required,
    many,
    nillable: told.$nillable === "true" || told.$nillable === "1",
    fallback: told.$fixed ?? told.$default ?? null,
    type: once(() => (told.$type === undefined ? inlineType(told, from) : namedType(told.$type, told, from, 0))),
  };
}

function isMany({ $maxOccurs }: SchemaNode): boolean {
  return $maxOccurs === "unbounded" || Number($maxOccurs ?? 1) > 1;
}

function isQualified(node: SchemaNode, place: Place): boolean {
  return (node.$form ?? schemaOf(place)?.$elementFormDefault) === "qualified";
}

function inlineType(node: SchemaNode, place: Place): FieldType {
  const type = node.children?.find((child) => child.name === "complexType" || child.name === "simpleType");
  if (type !== undefined) return typeOfNode(type, place, 0);
  // An element without a type is xs:anyType.
  return { kind: "group", fields: [], attributes: [], text: ANY_TEXT, open: true };
}

function namedType(name: string, node: SchemaNode, place: Place, level: number): FieldType {
  const target = resolve(name, node, place);
  const schema = schemaOf(target.place);
  const found = own(schema?.complexTypes, target.local) ?? own(schema?.types, target.local);
  if (found !== undefined && target.place.namespace !== XSD) return typeOfNode(found, target.place, level + 1);
  if (target.local === "anyType") return { kind: "group", fields: [], attributes: [], text: ANY_TEXT, open: true };
  return { kind: "text", base: target.local, values: null };
}

function typeOfNode(node: SchemaNode, place: Place, level: number): FieldType {
  if (level > MOST_LEVELS) return ANY_TEXT;
  const children = node.children ?? [];
  const restriction = children.find((child) => child.name === "restriction");
  if (restriction !== undefined) return restricted(restriction, place, level);
  // A list or union, which the package keeps nothing of; a complex type has groups, attributes or contents.
  if (node.name === "simpleType") return ANY_TEXT;
  const content = children.find((child) => child.name === "complexContent" || child.name === "simpleContent");
  if (content !== undefined) return derived(content, place, level);
  return { kind: "group", ...contentsOf(children, place), text: null };
}

/** A simple type made narrower. */
function restricted(node: SchemaNode, place: Place, level: number): TextType {
  const base = namedType(node.$base ?? "string", node, place, level);
  const values = (node.children ?? []).flatMap((child) => (child.name === "enumeration" ? [child.$value ?? ""] : []));
  return { kind: "text", base: base.kind === "text" ? base.base : "string", values: values.length > 0 ? values : null };
}

/** An extension adds behind what its base has; a restriction of a complex type says all it has. */
function derived(content: SchemaNode, place: Place, level: number): GroupType {
  const step = content.children?.find((child) => child.name === "extension" || child.name === "restriction") ?? {};
  const more = contentsOf(step.children ?? [], place);
  const base = step.$base === undefined ? ANY_TEXT : namedType(step.$base, step, place, level);
  if (base.kind === "text") return { kind: "group", ...more, text: base };
  const fields = step.name === "extension" ? [...base.fields, ...more.fields] : more.fields;
  return {
    kind: "group",
    fields,
    attributes: [...base.attributes, ...more.attributes],
    text: content.name === "simpleContent" ? (base.text ?? ANY_TEXT) : null,
    open: base.open || more.open,
  };
}

function contentsOf(children: readonly SchemaNode[], place: Place): Pick<GroupType, "fields" | "attributes" | "open"> {
  const found: Found = { fields: [], open: false };
  for (const child of children) collect(child, place, ALONE, found);
  const attributes = children.flatMap((child) =>
    child.name === "attribute" && child.$name !== undefined ? [{ name: child.$name, required: child.$use === "required" }] : [],
  );
  return { ...found, attributes };
}

interface Found {
  fields: Field[];
  open: boolean;
}

/** Takes the elements of a group in order. One of a choice may always be left out: which one it is, the mapping says. */
function collect(node: SchemaNode, place: Place, within: Within, found: Found): void {
  if (node.name === "any") found.open = true;
  if (node.name === "element") found.fields.push(fieldOf(node, place, within));
  if (within.level > MOST_LEVELS) return;
  const inner: Within = {
    optional: within.optional || node.name === "choice" || node.$minOccurs === "0",
    many: within.many || isMany(node),
    level: within.level + 1,
  };
  if (GROUPS.includes(node.name ?? "")) for (const child of node.children ?? []) collect(child, place, inner, found);
  if (node.name !== "group" || node.$ref === undefined) return;
  const target = resolve(node.$ref, node, place);
  const group = own(schemaOf(target.place)?.groups, target.local);
  for (const child of group?.children ?? []) collect(child, target.place, inner, found);
}
