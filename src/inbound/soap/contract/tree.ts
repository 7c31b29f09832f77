// Reads a trusted XML file of the operator into a tree, namespaces resolved. Never used on bytes of a partner.
import type { XmlAttribute, XmlSink } from "../../../lib/xml/events.ts";
import { tellLimit, TRUSTED } from "../../../lib/xml/limits.ts";
import { placeOf } from "../../../lib/xml/place.ts";
import { XmlScanner } from "../../../lib/xml/scanner.ts";

/** An element: what names it carries are resolved, so that prefixes no longer matter. */
export interface XmlElement {
  namespace: string;
  name: string;
  /** Attributes without a namespace. */
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  /** Its own text, without that of its children. */
  text: string;
  /** File, and line where the start tag ends, for messages. */
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
  const scanner = new XmlScanner(TRUSTED);
  const sink = new TreeSink({ file, text }, scanner);
  const ending = scanner.read(text, sink);
  if (ending.kind === "limit") throw new Error(`${file}:1: ${tellLimit(TRUSTED, ending.limit)}`);
  if (ending.kind === "malformed" || ending.kind === "doctype") {
    throw new Error(`${file}:${placeOf(text, ending.at).line}: ${ending.what}`);
  }
  if (sink.root === null) throw new Error(`${file}:1: the document is empty`);
  return sink.root;
}

/** Builds the tree. */
class TreeSink implements XmlSink {
  readonly wantsText = true;
  root: XmlElement | null = null;
  private readonly parents: XmlElement[] = [];
  private readonly source: { file: string; text: string };
  private readonly scanner: XmlScanner;
  /** How far lines have been counted, and how many. */
  private counted = 0;
  private line = 1;
  constructor(source: { file: string; text: string }, scanner: XmlScanner) {
    this.source = source;
    this.scanner = scanner;
  }

  open(namespace: string, name: string, attributes: readonly XmlAttribute[]): boolean {
    const own = attributes.filter(({ uri }) => uri === "").map(({ local, value }) => [local, value] as const);
    const resolve = resolver(this.scanner.scope());
    const end = this.scanner.offset;
    // No start tag has a "<" in it but its first.
    const start = this.source.text.lastIndexOf("<", end - 1);
    const place = { file: this.source.file, line: this.countLines(), start, end };
    const element = { namespace, name, attributes: new Map(own), children: [], text: "", ...place, resolve };
    this.parents.at(-1)?.children.push(element);
    this.root ??= element;
    this.parents.push(element);
    return true;
  }

  close(): boolean {
    const element = this.parents.pop();
    if (element) element.end = this.scanner.offset;
    return true;
  }

  text(text: string): boolean {
    const element = this.parents.at(-1);
    if (element) element.text += text;
    return true;
  }

  aside(): boolean {
    return true;
  }

  private countLines(): number {
    this.line += placeOf(this.source.text.slice(this.counted, this.scanner.offset), this.scanner.offset - this.counted).line - 1;
    this.counted = this.scanner.offset;
    return this.line;
  }
}

function resolver(scope: ReadonlyMap<string, string>): XmlElement["resolve"] {
  return (qname) => {
    const colon = qname.indexOf(":");
    const prefix = colon < 0 ? "" : qname.slice(0, colon);
    return { namespace: scope.get(prefix) ?? "", name: qname.slice(colon + 1) };
  };
}
