// What a mapping made, written as the body of a call: checked against the schema before anything is sent, in its order, with
// its namespaces. The `soap` package's own writer is not used: it leaves the top level in the order of the object, puts
// unqualified elements into their parent's namespace, and lets a text that looks like CDATA through unescaped.
import { Failure } from "../../core/errors.ts";
import { ANY_TEXT, type Field, type FieldType, type GroupType, type TextType } from "./soap-shape.ts";
import type { Operation } from "./soap-wsdl.ts";
import { escapeAttribute, escapeText } from "./soap-xml.ts";

/** Puts secrets where their markers stand; the identity where they are to stay hidden. */
export type Fill = (text: string) => string;

interface Writer {
  fill: Fill;
  encoded: boolean;
  depth: number;
}

const MOST_DEPTH = 64;
const TEXT_KEY = "#text";

/**
 * The content of soap:Body for `value`, an object of parameters: nested objects, lists for elements that may come more than
 * once, `@name` for an attribute and `#text` for the text beside attributes. Texts, numbers, booleans, bytes (as Base64) and
 * times (texts in ISO 8601) become text; null and undefined are left out, or nil where the schema has them so. Of a number, a
 * boolean or a time an empty text counts as left out. Throws a `Failure` `invalid_request` that names what does not fit.
 */
export function writeBody(operation: Operation, value: unknown, fill: Fill): string {
  const writer: Writer = { fill, encoded: operation.encoded, depth: 0 };
  if (operation.parts === null) return writeElement(operation.root, value ?? {}, { writer, inherited: "", path: "" });
  const { name, namespace } = operation.root;
  const type: GroupType = { kind: "group", fields: operation.parts, attributes: [], text: null, open: false };
  const place = { writer, inherited: null, path: "" };
  const style = operation.encoded ? ' soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"' : "";
  const content = writeFields(type, asGroup(value ?? {}, type, name), place);
  // With a prefix, so that the parts, which have no namespace, need no declaration each.
  return `<m:${name} xmlns:m="${escapeAttribute(namespace)}"${style}>${content}</m:${name}>`;
}

/** Where the writing is. `inherited` is the default namespace in force; null is none at all. */
interface Place {
  writer: Writer;
  inherited: string | null;
  path: string;
}

function refuse(why: string): never {
  throw new Failure("invalid_request", why);
}

function writeFields(type: GroupType, value: Readonly<Record<string, unknown>>, place: Place): string {
  const names = type.fields.map((field) => field.name);
  const isStrange = (key: string): boolean => !key.startsWith("@") && key !== TEXT_KEY && !names.includes(key);
  const strangers = Object.keys(value).filter((key) => isStrange(key) && value[key] !== undefined);
  if (strangers.length > 0 && !type.open) {
    const there = names.length > 0 ? `it has ${names.join(", ")}` : "it has none";
    refuse(`${shown(place.path)} has no parameter ${strangers.join(", ").slice(0, 200)}; ${there}.`);
  }
  const known = type.fields.map((field) => writeField(field, value[field.name], place));
  return [...known, ...strangers.map((name) => writeField(looseField(name, place), value[name], place))].join("");
}

function writeField(field: Field, value: unknown, place: Place): string {
  const path = place.path === "" ? field.name : `${place.path}.${field.name}`;
  // An empty list has nothing to write, like no value at all.
  if (Array.isArray(value) && value.length > 0) return writeList(field, value, { ...place, path });
  if (!Array.isArray(value) && !isLeftOut(value, field)) return writeElement(field, value, { ...place, path });
  if (value === null && field.nillable) return nil(field, place);
  if (!field.required) return "";
  if (field.fallback !== null) return writeElement(field, field.fallback, { ...place, path });
  if (field.nillable) return nil(field, place);
  return refuse(`${path} is missing: the WSDL asks for it.`);
}

function writeList(field: Field, values: readonly unknown[], place: Place): string {
  if (!field.many && values.length > 1) refuse(`${place.path} may come once, not ${values.length} times.`);
  const empty = field.nillable ? nil(field, place) : "";
  return values.map((one) => (one === null || one === undefined ? empty : writeElement(field, one, place))).join("");
}

const NAME = /^[\p{L}_][\p{L}\p{N}._-]{0,199}$/u;

/** An element the schema leaves open (xs:any, xs:anyType): what it is called and holds, the mapping says. */
function looseField(name: string, { inherited, path }: Place): Field {
  if (!NAME.test(name)) refuse(`${shown(path)} holds ${name.slice(0, 100)}, which is no name for an element.`);
  const type: GroupType = { kind: "group", fields: [], attributes: [], text: ANY_TEXT, open: true };
  const rest = { required: false, many: true, nillable: true, fallback: null };
  return { name, namespace: inherited ?? "", ...rest, type: () => type };
}

function isLeftOut(value: unknown, field: Field): boolean {
  if (value === null || value === undefined) return true;
  if (value !== "") return false;
  const type = field.type();
  return type.kind === "text" && Object.hasOwn(LEXICAL, type.base);
}

function nil(field: Field, place: Place): string {
  return `<${field.name}${declared(field, place)} xsi:nil="true" />`;
}

function declared({ namespace }: Field, { inherited }: Place): string {
  return namespace === (inherited ?? "") ? "" : ` xmlns="${escapeAttribute(namespace)}"`;
}

function writeElement(field: Field, value: unknown, place: Place): string {
  if (++place.writer.depth > MOST_DEPTH) refuse(`${place.path} is more than ${MOST_DEPTH} levels deep.`);
  const type = field.type();
  const open = `${field.name}${declared(field, place)}`;
  const [attributes, content] = writeContent(type, value, { ...place, inherited: field.namespace });
  place.writer.depth -= 1;
  return content === "" ? `<${open}${attributes} />` : `<${open}${attributes}>${content}</${field.name}>`;
}

function writeContent(type: FieldType, value: unknown, place: Place): [attributes: string, content: string] {
  const { fill, encoded } = place.writer;
  if (type.kind === "text") {
    const text = escapeText(fill(textOf(type, value, place.path)));
    return [encoded ? ` xsi:type="xsd:${type.base}"` : "", text];
  }
  const group = asGroup(value, type, place.path);
  const attributes = writeAttributes(type, group, place);
  const text = type.text === null ? null : (group[TEXT_KEY] ?? null);
  const plain = text === null ? "" : escapeText(fill(textOf(type.text ?? ANY_TEXT, text, place.path)));
  return [attributes, plain + writeFields(type, group, place)];
}

/** A plain value is the text of an element that has text beside attributes. */
function asGroup(value: unknown, type: GroupType, path: string): Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null && !(value instanceof Date) && !(value instanceof Uint8Array);
  if (isObject && !Array.isArray(value)) return value as Record<string, unknown>;
  if (type.text !== null) return { [TEXT_KEY]: value };
  const names = type.fields.map((field) => field.name).join(", ");
  return refuse(`${shown(path)} needs an object${names === "" ? "" : ` with ${names}`}, not ${describe(value)}.`);
}

function writeAttributes(type: GroupType, value: Readonly<Record<string, unknown>>, { writer, path }: Place): string {
  const names = type.attributes.map(({ name }) => `@${name}`);
  const stranger = Object.keys(value).find((key) => key.startsWith("@") && !names.includes(key));
  if (stranger !== undefined) refuse(`${shown(path)} has no attribute ${stranger}; it has ${names.join(", ") || "none"}.`);
  return type.attributes
    .map(({ name, required }) => {
      const one = value[`@${name}`];
      if (one !== undefined && one !== null) return ` ${name}="${escapeAttribute(writer.fill(plainText(one, path)))}"`;
      return required ? refuse(`${shown(path)} needs the attribute @${name}.`) : "";
    })
    .join("");
}

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const FLOAT = /^([+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|-?INF|NaN)$/;
const ZONE = "(Z|[+-]\\d{2}:\\d{2})?";
const DAY = "-?\\d{4,}-\\d{2}-\\d{2}";
const CLOCK = "\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?";

/** Lexical forms of XML Schema part 2, section 3; a text of another form would be a fault, or worse, read as nothing. */
const LEXICAL: Readonly<Record<string, readonly [form: RegExp, says: string]>> = {
  boolean: [/^(true|false|1|0)$/, "true or false"],
  ...Object.fromEntries(
    ["int", "integer", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"]
      .concat(["unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"])
      .map((name) => [name, [INTEGER, "a whole number"]]),
  ),
  decimal: [DECIMAL, "a number"],
  double: [FLOAT, "a number"],
  float: [FLOAT, "a number"],
  dateTime: [new RegExp(`^${DAY}T${CLOCK}${ZONE}$`), "a time such as 2026-05-04T10:30:00Z"],
  date: [new RegExp(`^${DAY}${ZONE}$`), "a day such as 2026-05-04"],
  time: [new RegExp(`^${CLOCK}${ZONE}$`), "a time of day such as 10:30:00"],
};

function textOf({ base, values }: TextType, value: unknown, path: string): string {
  const text = plainText(value, path);
  const lexical = Object.hasOwn(LEXICAL, base) ? LEXICAL[base] : undefined;
  if (lexical !== undefined && !lexical[0].test(text)) refuse(`${path} needs ${lexical[1]}, not ${describe(value)}.`);
  if (values !== null && !values.includes(text))
    refuse(`${path} needs one of ${values.join(", ").slice(0, 500)}, not ${describe(value)}.`);
  return text;
}

function plainText(value: unknown, path: string): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return digits(value);
  if (typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof Date && Number.isFinite(value.getTime())) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return refuse(`${shown(path)} needs a plain value, not ${describe(value)}.`);
}

/** Without an exponent, which integers and decimals of XML Schema do not know. */
function digits(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 }) : text;
}

/** What a value is, without its content: it may hold what must not be told. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "an empty text" : "another text";
  return typeof value === "object" ? "an object" : `the ${typeof value} ${String(value).slice(0, 40)}`;
}

function shown(path: string): string {
  return path === "" ? "The operation" : path;
}
