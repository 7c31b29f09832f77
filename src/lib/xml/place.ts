// Where in a text an offset lies, for messages. Never asked for while reading goes well: it counts from the beginning.
import { CARRIAGE_RETURN, LINE_FEED } from "./chars.ts";

/** Counted from 1; the column in UTF-16 units. */
export interface Place {
  line: number;
  column: number;
}

/** The place of an offset. A carriage return, a line feed, or both together end a line (XML 1.0, 2.11). */
export function placeOf(text: string, offset: number): Place {
  let line = 1;
  let start = 0;
  for (let at = 0; at < offset; at += 1) {
    const unit = text.charCodeAt(at);
    const ends = unit === LINE_FEED || (unit === CARRIAGE_RETURN && text.charCodeAt(at + 1) !== LINE_FEED);
    if (!ends) continue;
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
