// Changes to a text at places that are known exactly: what stands between the changes stays as it was, letter by letter. Never looks
// for markup: places come from the tree of the text.
import type { XmlElement } from "../contract/tree.ts";
import { escapeAttribute } from "../write.ts";

/** A text to be written; a function where it depends on the address the service is published at. */
export type Written = string | ((address: string) => string);

/** What stands from `start` to `end` gives way to `written`. */
export interface Edit {
  start: number;
  end: number;
  written: Written;
}

/** Makes the writer of the changed text. An edit inside a part that an earlier one takes away does not count. */
export function edited(text: string, edits: readonly Edit[]): (address: string) => string {
  const pieces: Written[] = [];
  let at = 0;
  // At one place the longest first: what it takes away needs no other change.
  for (const { start, end, written } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    pieces.push(text.slice(at, start), written);
    at = end;
  }
  pieces.push(text.slice(at));
  return (address) => pieces.map((piece) => (typeof piece === "string" ? piece : piece(address))).join("");
}

/** Takes an element away, and the white space before it. */
export function without(text: string, { start, end }: XmlElement): Edit {
  let from = start;
  while (from > 0 && " \t\r\n".includes(text.charAt(from - 1))) from -= 1;
  return { start: from, end, written: "" };
}

/** Puts a text in at one place. */
export function insertAt(at: number, written: string): Edit {
  return { start: at, end: at, written };
}

/** Gives an attribute another value: the address of the service and what follows it. */
export function withAddress(text: string, element: XmlElement, attribute: string, rest = ""): Edit {
  const { start, end } = attributeSpan(text, element.start, attribute);
  return { start, end, written: (address) => `"${escapeAttribute(address + rest)}"` };
}

/** Where the value of an attribute stands, quotes included, in a start tag that is known to be well-formed and to have it. */
function attributeSpan(text: string, tag: number, wanted: string): { start: number; end: number } {
  let at = skip(text, tag + 1, isNamePart);
  for (;;) {
    const name = skip(text, at, isSpace);
    const after = skip(text, name, isNamePart);
    const start = skip(text, skip(text, after, isSpace) + 1, isSpace);
    const end = text.indexOf(text.charAt(start), start + 1) + 1;
    if (end <= start || after === name) throw new Error(`there is no attribute ${wanted} at ${tag}`);
    if (text.slice(name, after) === wanted) return { start, end };
    at = end;
  }
}

const isSpace = (character: string): boolean => " \t\r\n".includes(character);
const isNamePart = (character: string): boolean => !" \t\r\n=/>".includes(character);

/** The first place from `at` on whose character does not fit. */
function skip(text: string, at: number, fits: (character: string) => boolean): number {
  let next = at;
  while (next < text.length && fits(text.charAt(next))) next += 1;
  return next;
}
