// Keeps data apart from template text until both stand where they belong: every value a template puts out travels between two
// characters that no text may hold (Unicode noncharacters), so its escaping can follow from the place it comes to stand in.

const OPEN = "\uFDD0";
const CLOSE = "\uFDD1";
const EITHER = /[\uFDD0\uFDD1]/g;
const MARKED = /\uFDD0([tjxqn])([^\uFDD0\uFDD1]*)\uFDD1/g;

const LETTERS = { text: "t", json: "j", xml: "x", quoted: "q", nothing: "n" } as const;

/**
 * What a value is: `text`; `json` a number, a boolean, or JSON text already; `xml` text that is escaped for XML already;
 * `quoted` text wanted as the inside of a JSON string; `nothing` null or absent.
 */
export type DataKind = keyof typeof LETTERS;
const KINDS = Object.fromEntries(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind])) as Record<string, DataKind>;

/** A stretch of template text (`kind` null) or one value. */
export interface Piece {
  kind: DataKind | null;
  text: string;
}

/** A value as it travels through a template's output. */
export function marked(kind: DataKind, text: string): string {
  return `${OPEN}${LETTERS[kind]}${text.toWellFormed().replace(EITHER, "\uFFFD")}${CLOSE}`;
}

/** Whether a text could be mistaken for a marked value. */
export function holdsMarks(text: string): boolean {
  return text.search(EITHER) >= 0;
}

/** The output of a template as template text and values in turn. */
export function piecesOf(output: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of output.matchAll(MARKED)) {
    if (match.index > end) pieces.push({ kind: null, text: output.slice(end, match.index) });
    pieces.push({ kind: KINDS[match[1] ?? ""] ?? "text", text: match[2] ?? "" });
    end = match.index + match[0].length;
  }
  if (end < output.length) pieces.push({ kind: null, text: output.slice(end) });
  return pieces;
}

/** The output of a template with its values as they are. */
export function unmarked(output: string): string {
  return piecesOf(output)
    .map((piece) => piece.text)
    .join("");
}

/** A text as the inside of a JSON string. */
export function jsonInner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
