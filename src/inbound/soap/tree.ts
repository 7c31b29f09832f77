// Reads a trusted XML file of the operator into a tree, namespaces resolved. Never used on bytes of a partner.
import { SaxesParser, type SaxesTagNS } from "saxes";

/** An element: what names it carries are resolved, so that prefixes no longer matter. */
export interface XmlElement {
  namespace: string;
  name: string;
  /** Attributes without a namespace. */
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  /** Its own text, without that of its children. */
  text: string;
  /** File and line of the start tag, for messages. */
  file: string;
  line: number;
  /** Where its start tag begins and its end tag ends in the text, in UTF-16 units. */
  start: number;
  end: number;
  /** Reads a value such as `tns:Name` in the scope of this element. */
  resolve(qname: string): { namespace: string; name: string };
}

/** Parses a whole document. Throws an Error that names the file and the line. */
export function readTree(text: string, file: string): XmlElement {
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  const skipped = text.startsWith("\ufeff") ? 1 : 0;
  let root: XmlElement | null = null;
  let start = 0;
  parser.on("error", (error) => {
    throw new Error(`${file}:${error.message}`);
  });
  parser.on("doctype", () => {
    throw new Error(`${file}:${parser.line}: a document type is not allowed`);
  });
  // The start of a tag is told once its name is read, and no name has a "<" in it.
  parser.on("opentagstart", () => {
    start = text.lastIndexOf("<", parser.position + skipped - 1);
  });
  parser.on("opentag", (tag) => {
    const element = makeElement(tag, { file, line: parser.line, start, end: start }, scopeOf(tag, open.at(-1) ?? null));
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (text) => {
    const element = open.at(-1);
    if (element) element.text += text;
  });
  parser.on("closetag", () => {
    const element = open.pop();
    if (element) element.end = parser.position + skipped;
  });
  parser.write(text.slice(skipped)).close();
  if (root === null) throw new Error(`${file}:1: the document is empty`);
  return root;
}

type Resolve = XmlElement["resolve"];

function scopeOf(tag: SaxesTagNS, parent: XmlElement | null): Resolve {
  const own = new Map(Object.entries(tag.ns));
  return (qname) => {
    const colon = qname.indexOf(":");
    const prefix = colon < 0 ? "" : qname.slice(0, colon);
    const namespace = own.get(prefix);
    if (namespace !== undefined) return { namespace, name: qname.slice(colon + 1) };
    return parent?.resolve(qname) ?? { namespace: "", name: qname.slice(colon + 1) };
  };
}

/** Where an element stands. */
type Place = Pick<XmlElement, "file" | "line" | "start" | "end">;

function makeElement(tag: SaxesTagNS, place: Place, resolve: Resolve): XmlElement {
  const attributes = new Map<string, string>();
  for (const attribute of Object.values(tag.attributes)) {
    if (attribute.uri === "") attributes.set(attribute.name, attribute.value);
  }
  return { namespace: tag.uri, name: tag.local, attributes, children: [], text: "", ...place, resolve };
}
