// Writes down what a reader of XML tells, in the same words for our scanner and for saxes, which is asked as a second opinion.
import { type SaxesAttributeNS, SaxesParser } from "saxes";
import type { XmlAttribute, XmlEnding, XmlSink } from "../../src/lib/xml/events.ts";
import { TRUSTED, type XmlLimits } from "../../src/lib/xml/limits.ts";
import { XmlScanner } from "../../src/lib/xml/scanner.ts";

const XMLNS = "http://www.w3.org/2000/xmlns/";

/** Events as strings: `<{uri}local attribute="value"`, `>` for an end, `=text`, `!` for a comment or instruction. */
export class Notes implements XmlSink {
  wantsText = true;
  readonly lines: string[] = [];

  open(uri: string, local: string, attributes: readonly XmlAttribute[]): boolean {
    this.lines.push(
      [`<${named(uri, local)}`, ...attributes.map((one) => `${named(one.uri, one.local)}="${one.value}"`)].join(" "),
    );
    return true;
  }

  close(): boolean {
    this.lines.push(">");
    return true;
  }

  /** In how many pieces text comes is nobody's promise. */
  text(text: string): boolean {
    const last = this.lines.length - 1;
    if (this.lines[last]?.startsWith("=")) this.lines[last] += text;
    else this.lines.push(`=${text}`);
    return true;
  }

  aside(): boolean {
    this.lines.push("!");
    return true;
  }
}

function named(uri: string, local: string): string {
  return uri === "" ? local : `{${uri}}${local}`;
}

/** What a reader told, or null where it found the document malformed. */
export type Told = readonly string[] | null;

const scanner = new XmlScanner(TRUSTED);

/** How our scanner ends on a document. */
export function endingOf(text: string, sink: XmlSink = new Notes(), limits: XmlLimits | null = null): XmlEnding {
  return (limits === null ? scanner : new XmlScanner(limits)).read(text, sink);
}

/** What our scanner tells. */
export function toldByScanner(text: string, wantsText = true): Told {
  const notes = new Notes();
  notes.wantsText = wantsText;
  return endingOf(text, notes).kind === "document" ? notes.lines : null;
}

/** What saxes tells; a document type counts as malformed, as does another version. */
export function toldBySaxes(text: string): Told {
  const parser = new SaxesParser({ xmlns: true });
  const notes = new Notes();
  const refuse = (): never => {
    throw new Error("malformed");
  };
  parser.on("error", refuse);
  parser.on("doctype", refuse);
  parser.on("xmldecl", ({ version }) => void (version === "1.0" || refuse()));
  parser.on("opentag", (tag) => {
    const attributes = Object.values<SaxesAttributeNS>(tag.attributes).filter(({ uri }) => uri !== XMLNS);
    notes.open(tag.uri, tag.local, attributes);
  });
  parser.on("closetag", () => void notes.close());
  parser.on("text", (piece) => void (piece === "" || notes.text(piece)));
  parser.on("cdata", (piece) => void (piece === "" || notes.text(piece)));
  parser.on("comment", () => void notes.aside());
  parser.on("processinginstruction", () => void notes.aside());
  try {
    parser.write(text).close();
    return withinRoot(notes.lines);
  } catch {
    return null;
  }
}

/** White space around the root element is no text, though saxes tells of it. */
function withinRoot(lines: readonly string[]): readonly string[] {
  const [first, last] = [lines.findIndex((line) => line.startsWith("<")), lines.lastIndexOf(">")];
  return lines.filter((line, index) => !line.startsWith("=") || (index > first && index < last));
}
