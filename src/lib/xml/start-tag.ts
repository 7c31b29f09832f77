// What stands in a start tag behind the name: attributes and namespace declarations (XML 1.0, 3.1; Namespaces, 5 and 6).
// Prefixes mean something only when the whole tag is read, as declarations may come last.
import { DOUBLE_QUOTE, GREATER, SINGLE_QUOTE, SLASH } from "./chars.ts";
import type { Cursor } from "./cursor.ts";
import { ATTRIBUTE, takeDecoded } from "./decode.ts";
import type { XmlAttribute } from "./events.ts";
import type { Namespaces } from "./namespaces.ts";

interface Attribute extends XmlAttribute {
  uri: string;
  /** Where its name begins, and how much of it is prefix. */
  readonly start: number;
  readonly prefixLength: number;
}

/** Begins a declaration: as the whole name, or as the prefix of the prefix that is declared. */
const XMLNS = "xmlns";

const NONE: readonly XmlAttribute[] = [];

/** Whether a value is more than its letters. */
const NOT_PLAIN = /[&\t\n\r]/;

/** Up to so many attributes each is compared with each; a set for more. */
const FEW = 8;

/** Reads the attributes of one element after the other. */
export class StartTags {
  private readonly cursor: Cursor;
  private readonly namespaces: Namespaces;
  private declarations = 0;

  constructor(cursor: Cursor, namespaces: Namespaces) {
    this.cursor = cursor;
    this.namespaces = namespaces;
  }

  /** Stands before a new document. */
  begin(): void {
    this.declarations = 0;
  }

  /** Reads all attributes of the element at `level`, up to the end of its tag, and takes its declarations. */
  takeAttributes(level: number): readonly XmlAttribute[] {
    const { cursor } = this;
    let found: Attribute[] | null = null;
    // White space must stand before each attribute (3.1, productions [40] and [44]).
    for (let count = 1; cursor.skipSpace() && !isTagEnd(cursor.ahead()); count += 1) {
      cursor.count("attributes", count);
      const attribute = this.takeAttribute(level);
      if (attribute !== null) found = append(found, attribute);
    }
    return found === null ? NONE : this.resolve(found);
  }

  /** The namespace of the prefix at `start`, which must be declared (Namespaces 5, "Prefix Declared"). */
  namespaceAt(start: number, length: number): string {
    const uri = this.namespaces.uriAt(this.cursor.source, start, length);
    return uri ?? this.cursor.fail("a namespace prefix that is not declared", start);
  }

  private takeAttribute(level: number): Attribute | null {
    const { cursor } = this;
    const start = cursor.at;
    const colon = cursor.takeQName();
    const end = cursor.at;
    cursor.count("name", end - start);
    const value = this.takeValue();
    const prefixLength = colon < 0 ? 0 : colon - start;
    const local = cursor.source.slice(colon < 0 ? start : colon + 1, end);
    if (colon < 0 ? local === XMLNS : prefixLength === XMLNS.length && cursor.source.startsWith(XMLNS, start))
      return this.bind(colon < 0 ? "" : local, value, level);
    return { uri: "", local, value, start, prefixLength };
  }

  private bind(prefix: string, uri: string, level: number): null {
    this.declarations += 1;
    this.cursor.count("namespaces", this.declarations);
    const wrong = this.namespaces.bind(prefix, uri, level);
    return wrong === null ? null : this.cursor.fail(wrong);
  }

  /** Reads `= "value"` (productions [25] Eq and [10] AttValue). */
  private takeValue(): string {
    const { cursor } = this;
    cursor.skipSpace();
    if (!cursor.take("=")) cursor.fail("an attribute without a value");
    cursor.skipSpace();
    const quote = cursor.ahead();
    if (quote !== DOUBLE_QUOTE && quote !== SINGLE_QUOTE) cursor.fail("an attribute value without quotes");
    cursor.at += 1;
    const value = this.takeQuoted(quote === DOUBLE_QUOTE ? '"' : "'");
    cursor.count("attributeValue", value.length);
    return value;
  }

  private takeQuoted(quote: string): string {
    const { cursor } = this;
    const end = cursor.source.indexOf(quote, cursor.at);
    // 3.1, "No < in Attribute Values". Seen first also when there is no closing quote: that is the likelier place of the mistake.
    const less = cursor.less.from(cursor.at);
    if (end < 0 || less < end) cursor.fail("an attribute value with < in it, or without end", less);
    const written = cursor.source.slice(cursor.at, end);
    const value = NOT_PLAIN.test(written)
      ? takeDecoded(cursor, end, { rules: ATTRIBUTE, most: cursor.limits.attributeValue })
      : written;
    cursor.at = end + 1;
    return value;
  }

  private resolve(attributes: Attribute[]): readonly XmlAttribute[] {
    for (const attribute of attributes) {
      const { start, prefixLength } = attribute;
      // A default namespace is not one for attributes (Namespaces 6.2).
      if (prefixLength > 0) attribute.uri = this.namespaceAt(start, prefixLength);
    }
    if (attributes.length > 1 && !areUnique(attributes)) this.cursor.fail("an attribute that comes twice");
    return attributes;
  }
}

function append(found: Attribute[] | null, attribute: Attribute): Attribute[] {
  if (found === null) return [attribute];
  found.push(attribute);
  return found;
}

function isTagEnd(unit: number): boolean {
  return unit === GREATER || unit === SLASH;
}

/** Namespaces 6.3: no two with the same local name and namespace. That includes XML's own "Unique Att Spec" (3.1). */
function areUnique(attributes: readonly XmlAttribute[]): boolean {
  if (attributes.length > FEW) return new Set(attributes.map(({ local, uri }) => `${local} ${uri}`)).size === attributes.length;
  return attributes.every(({ local, uri }, index) => {
    for (let other = 0; other < index; other += 1)
      if (attributes[other]?.local === local && attributes[other]?.uri === uri) return false;
    return true;
  });
}
