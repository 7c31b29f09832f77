// Where a list goes on. To a caller it is one word without meaning, so that how a list is read may change under it.
import { Failure } from "../../core/errors.ts";

/** What a place in a list is counted by: the order in which things were made, or the position of what happened to them last. */
export type CursorKind = "made" | "changed";

const LETTERS: Readonly<Record<CursorKind, string>> = { made: "m", changed: "c" };

/** The word for a place. */
export function cursorText(kind: CursorKind, at: number): string {
  return Buffer.from(`${LETTERS[kind]}${at}`).toString("base64url");
}

/** The place a word stands for. Throws `invalid_request` for what no list has given. */
export function readCursor(text: string): { kind: CursorKind; at: number } {
  const [, letter, at] = /^([mc])(\d{1,15})$/.exec(Buffer.from(text, "base64url").toString("latin1")) ?? [];
  const kind = letter === LETTERS.made ? "made" : "changed";
  // Only the very word that was given: others that mean the same would be pages of their own to whoever keeps them.
  if (at === undefined || cursorText(kind, Number(at)) !== text)
    throw new Failure("invalid_request", "query parameter after: give what the list gave as next, and nothing else.");
  return { kind, at: Number(at) };
}
