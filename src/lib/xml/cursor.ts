// A place in a document that moves forward only, with the small steps that reading takes. It knows how a reading ends in failure;
// it never goes back, so each letter is looked at a fixed number of times.
import { COLON, findNotChar, GREATER, isSpace } from "./chars.ts";
import type { XmlEnding } from "./events.ts";
import type { XmlLimits } from "./limits.ts";
import { continuesName, startsName } from "./names.ts";

/** Thrown to end a reading. Made once, so that hostile documents do not buy stack traces. */
export const ENDED = new Error("reading ended");

/** Finds the next place of a mark again and again, while all the searches together go over the document once. */
class Landmark {
  private source = "";
  private next = -1;
  private readonly mark: string;
  constructor(mark: string) {
    this.mark = mark;
  }

  begin(source: string): void {
    this.source = source;
    this.next = -1;
  }

  /** The first one at or behind `at`, or the end of the document. `at` must never be less than it was. */
  from(at: number): number {
    if (this.next < at) {
      const found = this.source.indexOf(this.mark, at);
      this.next = found < 0 ? this.source.length : found;
    }
    return this.next;
  }
}

/** Where a reading stands. */
export class Cursor {
  /** The document, up to the first thing in it that is no character of XML. */
  source = "";
  at = 0;
  ending: XmlEnding = { kind: "document" };
  readonly limits: XmlLimits;
  readonly less = new Landmark("<");
  readonly ampersand = new Landmark("&");
  readonly carriageReturn = new Landmark("\r");
  readonly sectionEnd = new Landmark("]]>");
  private cutShort = false;

  constructor(limits: XmlLimits) {
    this.limits = limits;
  }

  /** Stands before a new document. */
  begin(text: string): void {
    const end = findNotChar(text);
    this.cutShort = end >= 0;
    this.source = this.cutShort ? text.slice(0, end) : text;
    this.at = 0;
    this.less.begin(this.source);
    this.ampersand.begin(this.source);
    this.carriageReturn.begin(this.source);
    this.sectionEnd.begin(this.source);
  }

  /** Lets go of the document. */
  forget(): void {
    this.begin("");
  }

  /** Ends the reading: the document is malformed. */
  fail(what: string, at = this.at): never {
    const byCharacter = this.cutShort && at >= this.source.length;
    return this.end({ kind: "malformed", what: byCharacter ? "a character that XML does not allow" : what, at });
  }

  /** Ends the reading when something is more than its limit. */
  count(limit: keyof XmlLimits, amount: number): void {
    if (amount > this.limits[limit]) this.end({ kind: "limit", limit });
  }

  /** Ends the reading because the sink wants no more. */
  stop(): never {
    return this.end({ kind: "stopped" });
  }

  end(ending: XmlEnding): never {
    this.ending = ending;
    throw ENDED;
  }

  /** Whether the whole document lies behind. */
  get isAtEnd(): boolean {
    return this.at === this.source.length && !this.cutShort;
  }

  /** The unit ahead; NaN at the end, which is equal to nothing. */
  ahead(): number {
    return this.source.charCodeAt(this.at);
  }

  /** Steps over `mark` if it is ahead. */
  take(mark: string): boolean {
    if (!this.source.startsWith(mark, this.at)) return false;
    this.at += mark.length;
    return true;
  }

  /** Steps over the `>` that must be ahead. */
  takeGreater(): void {
    if (this.ahead() !== GREATER) this.fail("a > was expected");
    this.at += 1;
  }

  /** Steps to `end` and gives what it stepped over. */
  takeUntil(end: number): string {
    const text = this.source.slice(this.at, end);
    this.at = end;
    return text;
  }

  /** Steps behind the next `mark`, or fails: the document ends before. */
  pass(mark: string, what: string): void {
    const found = this.source.indexOf(mark, this.at);
    if (found < 0) this.fail(`${what} does not end`, this.source.length);
    this.at = found + mark.length;
  }

  /** Steps over white space; tells whether there was some. */
  skipSpace(): boolean {
    const { source, at } = this;
    let end = at;
    while (end < source.length && isSpace(source.charCodeAt(end))) end += 1;
    this.at = end;
    return end > at;
  }

  /** Steps over a name without colon (Namespaces [4] NCName). */
  takeNcName(): void {
    const { source } = this;
    let end = this.at;
    if (end >= source.length || !startsName(source.charCodeAt(end))) this.fail("a name was expected");
    do end += 1;
    while (end < source.length && continuesName(source.charCodeAt(end)));
    this.at = end;
  }

  /** Steps over a name with or without prefix (Namespaces [7] QName). Gives the place of its colon, or -1. */
  takeQName(): number {
    this.takeNcName();
    if (this.ahead() !== COLON) return -1;
    const colon = this.at;
    this.at += 1;
    this.takeNcName();
    return colon;
  }
}
