// Reads XML 1.0 with namespaces, strictly, in one pass over a string, and tells a sink what it meets. No document type, no
// entity but the five, no name of the input as a property name; the time is linear in the length whatever the document says.
import { CharData } from "./char-data.ts";
import { EXCLAMATION, QUESTION, SLASH } from "./chars.ts";
import { Cursor, ENDED } from "./cursor.ts";
import { takeDeclaration } from "./declaration.ts";
import type { XmlEnding, XmlSink } from "./events.ts";
import type { XmlLimits } from "./limits.ts";
import { Namespaces } from "./namespaces.ts";
import { StartTags } from "./start-tag.ts";

const DOCUMENT: XmlEnding = { kind: "document" };

/** Takes what is met when no one reads. */
const NOBODY: XmlSink = { wantsText: false, open: () => false, close: () => false, text: () => false, aside: () => false };

/** Reads one document after the other. Made once for many: what it works with is used again. */
export class XmlScanner {
  private readonly cursor: Cursor;
  private readonly namespaces = new Namespaces();
  private readonly tags: StartTags;
  private readonly charData: CharData;
  /** Names of the open elements, as written. */
  private readonly names: string[] = [];
  private sink = NOBODY;
  private elements = 0;
  private asides = 0;

  constructor(limits: XmlLimits) {
    this.cursor = new Cursor(limits);
    this.tags = new StartTags(this.cursor, this.namespaces);
    this.charData = new CharData(this.cursor);
  }

  /** Reads a whole document, or up to the first thing that is wrong. Throws only what the sink throws. */
  read(text: string, sink: XmlSink): XmlEnding {
    this.begin(text, sink);
    try {
      this.takeDocument();
      return DOCUMENT;
    } catch (error) {
      if (error !== ENDED) throw error;
      return this.cursor.ending;
    } finally {
      this.cursor.forget();
      this.sink = NOBODY;
    }
  }

  /** Behind what the sink was told of last, as an offset in the text. */
  get offset(): number {
    return this.cursor.at;
  }

  /** The namespace of a prefix in scope now, undefined if it is not declared; of "", what elements without prefix are in. */
  namespaceOf(prefix: string): string | undefined {
    return this.namespaces.uriOf(prefix);
  }

  /** All prefixes in scope now, to keep beyond the reading. */
  scope(): ReadonlyMap<string, string> {
    return this.namespaces.copy();
  }

  private begin(text: string, sink: XmlSink): void {
    this.cursor.begin(text);
    this.namespaces.leave(1);
    this.tags.begin();
    this.names.length = 0;
    this.sink = sink;
    this.elements = this.asides = 0;
  }

  /** Production [1] document. */
  private takeDocument(): void {
    const { cursor } = this;
    // The byte order mark is no part of the document (4.3.3).
    cursor.take("\ufeff");
    takeDeclaration(cursor);
    this.takeMisc();
    if (cursor.source.startsWith("<!DOCTYPE", cursor.at))
      cursor.end({ kind: "doctype", what: "a document type is not allowed", at: cursor.at });
    if (!cursor.take("<")) cursor.fail("an element was expected");
    this.takeStartTag();
    this.takeContent();
    this.takeMisc();
    if (!cursor.isAtEnd) cursor.fail("something behind the end of the root element");
  }

  /** Production [27] Misc*: what may stand before and behind the root element. */
  private takeMisc(): void {
    const { cursor } = this;
    for (;;) {
      cursor.skipSpace();
      if (cursor.take("<!--")) this.takeComment();
      else if (cursor.take("<?")) this.takeInstruction();
      else return;
    }
  }

  /** Production [43] content, of the root element and all in it: elements are counted, not called, so depth costs no stack. */
  private takeContent(): void {
    const { cursor, names } = this;
    while (names.length > 0) {
      const less = cursor.less.from(cursor.at);
      if (less > cursor.at) this.charData.takeText(less, this.sink);
      if (less === cursor.source.length) cursor.fail(`unclosed tag: ${names.at(-1)}`, less);
      cursor.at += 1;
      this.takeMarkup();
    }
  }

  /** What a `<` in content begins. */
  private takeMarkup(): void {
    const { cursor } = this;
    const unit = cursor.ahead();
    if (unit === SLASH) this.takeEndTag();
    else if (unit === EXCLAMATION) this.takeCommentOrSection();
    else if (unit !== QUESTION) this.takeStartTag();
    else {
      cursor.at += 1;
      this.takeInstruction();
    }
  }

  private takeStartTag(): void {
    const { cursor, names } = this;
    const start = cursor.at;
    const colon = cursor.takeQName();
    const name = cursor.source.slice(start, cursor.at);
    this.countElement(name);
    const attributes = this.tags.takeAttributes(names.length + 1);
    const uri = this.tags.namespaceAt(start, colon < 0 ? 0 : colon - start);
    const empty = cursor.ahead() === SLASH;
    if (empty) cursor.at += 1;
    cursor.takeGreater();
    names.push(name);
    this.charData.begin();
    if (!this.sink.open(uri, colon < 0 ? name : name.slice(colon - start + 1), attributes)) cursor.stop();
    if (empty) this.closeElement();
  }

  private countElement(name: string): void {
    this.elements += 1;
    this.cursor.count("elements", this.elements);
    this.cursor.count("depth", this.names.length + 1);
    this.cursor.count("name", name.length);
  }

  /** Production [42] ETag, whose name must be the one of the start tag (3, "Element Type Match"). */
  private takeEndTag(): void {
    const { cursor, names } = this;
    cursor.at += 1;
    if (!cursor.take(names[names.length - 1] as string)) cursor.fail("an end tag that does not match");
    cursor.skipSpace();
    cursor.takeGreater();
    this.closeElement();
  }

  private closeElement(): void {
    this.charData.begin();
    if (!this.sink.close()) this.cursor.stop();
    this.namespaces.leave(this.names.length);
    this.names.pop();
  }

  private takeCommentOrSection(): void {
    const { cursor } = this;
    if (cursor.take("!--")) this.takeComment();
    else if (cursor.take("![CDATA[")) {
      this.countAside();
      this.charData.takeSection(this.sink);
    } else cursor.fail("a <! that begins neither a comment nor a CDATA section");
  }

  /** Production [15] Comment: no -- before its end. */
  private takeComment(): void {
    this.cursor.pass("--", "a comment");
    this.cursor.takeGreater();
    this.passAside();
  }

  /** Production [16] PI. Its target has no colon (Namespaces, 7) and is not "xml" in any case ([17] PITarget). */
  private takeInstruction(): void {
    const { cursor } = this;
    const start = cursor.at;
    cursor.takeNcName();
    if (cursor.at - start === 3 && /xml/i.test(cursor.source.slice(start, cursor.at)))
      cursor.fail("an XML declaration that is wrong or not at the beginning", start);
    if (!cursor.source.startsWith("?>", cursor.at) && !cursor.skipSpace()) cursor.fail("white space was expected");
    cursor.pass("?>", "a processing instruction");
    this.passAside();
  }

  private passAside(): void {
    this.countAside();
    if (!this.sink.aside()) this.cursor.stop();
  }

  private countAside(): void {
    this.asides += 1;
    this.cursor.count("asides", this.asides);
  }
}
