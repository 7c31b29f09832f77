// Text between tags (XML 1.0, 2.4) and CDATA sections (2.7): checked always, decoded and handed over only when it is wanted.
import type { Cursor } from "./cursor.ts";
import { CONTENT, SECTION, takeRuns, type TextRules } from "./decode.ts";
import type { XmlSink } from "./events.ts";
import { takeReference } from "./references.ts";

/** Reads text, one run or section after the other. */
export class CharData {
  private readonly cursor: Cursor;
  /** Handed over since the last tag. */
  private length = 0;

  constructor(cursor: Cursor) {
    this.cursor = cursor;
  }

  /** A tag was met: the text before and behind it are two values. */
  begin(): void {
    this.length = 0;
  }

  /** Reads the text up to the markup at `end`: production [14] CharData, and references. */
  takeText(end: number, sink: XmlSink): void {
    const { cursor } = this;
    const sectionEnd = cursor.sectionEnd.from(cursor.at);
    if (sectionEnd < end) cursor.fail("]]> in text", sectionEnd);
    if (sink.wantsText) this.give(end, CONTENT, sink);
    else this.checkReferences(end);
  }

  /** Reads a CDATA section from behind its opening (productions [20] and [21]). */
  takeSection(sink: XmlSink): void {
    const { cursor } = this;
    const end = cursor.sectionEnd.from(cursor.at);
    if (end === cursor.source.length) cursor.fail("a CDATA section does not end", end);
    if (sink.wantsText && end > cursor.at) this.give(end, SECTION, sink);
    cursor.at = end + "]]>".length;
  }

  private give(end: number, rules: TextRules, sink: XmlSink): void {
    const { cursor } = this;
    const most = (sink.mostText ?? cursor.limits.text) - this.length;
    const text = this.isPlain(end, rules) ? cursor.takeUntil(end) : takeRuns(cursor, end, { rules, most });
    this.length += text.length;
    if (text.length > most) cursor.end({ kind: "limit", limit: "text" });
    if (!sink.text(text)) cursor.stop();
  }

  /** Whether the text up to `end` means what is written, letter for letter. */
  private isPlain(end: number, { references }: TextRules): boolean {
    const { cursor } = this;
    return cursor.carriageReturn.from(cursor.at) >= end && (!references || cursor.ampersand.from(cursor.at) >= end);
  }

  private checkReferences(end: number): void {
    const { cursor } = this;
    for (let next = cursor.ampersand.from(cursor.at); next < end; next = cursor.ampersand.from(cursor.at)) {
      cursor.at = next;
      takeReference(cursor);
    }
    cursor.at = end;
  }
}
