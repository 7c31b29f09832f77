// Work on its way through the process of expressions, in order: what waits, and what the process was given. Pure bookkeeping.
import type { Answer } from "./work.ts";

export interface Piece {
  /** The work as JSON. */
  text: string;
  /** How often a process ended with it unanswered and without it being to blame. */
  lost: number;
  settle(answer: Answer): void;
  reject(error: Error): void;
}

/** Most pieces, and most characters beyond the first piece, that the process holds at once. */
const MOST_GIVEN = 64;
const MOST_CHARACTERS = 1024 * 1024;

export interface WorkQueue {
  size(): number;
  /** How many the process has. */
  given(): number;
  add(piece: Piece): void;
  /** What the process may be given now, as one line, or null. */
  next(): string | null;
  /** The piece the process works on, taken out; undefined when it has none. */
  finish(): Piece | undefined;
  /** Puts what the process was given, but did not finish, back in front of what waits. */
  recall(): readonly Piece[];
  /** Takes out a piece that waits. */
  drop(piece: Piece): Piece | undefined;
  /** Everything there is, taken out. */
  clear(): Piece[];
}

/** Makes an empty queue. */
export function createWorkQueue(): WorkQueue {
  let waiting: Piece[] = [];
  let given: Piece[] = [];
  let characters = 0;

  return {
    size: () => waiting.length + given.length,
    given: () => given.length,
    add(piece) {
      waiting.push(piece);
    },
    next() {
      // Refilled by halves, so that a busy process gets many pieces at a time instead of one for every answer.
      if (waiting.length === 0 || given.length > MOST_GIVEN / 2) return null;
      let count = 0;
      while (count < waiting.length && given.length + count < MOST_GIVEN) {
        const length = waiting[count]?.text.length ?? 0;
        if (given.length + count > 0 && characters + length > MOST_CHARACTERS) break;
        characters += length;
        count++;
      }
      if (count === 0) return null;
      const batch = waiting.splice(0, count);
      given = given.concat(batch);
      return `[${batch.map((piece) => piece.text).join(",")}]`;
    },
    finish() {
      const piece = given.shift();
      characters -= piece?.text.length ?? 0;
      return piece;
    },
    recall() {
      const recalled = given;
      waiting = given.concat(waiting);
      given = [];
      characters = 0;
      return recalled;
    },
    drop(piece) {
      const at = waiting.indexOf(piece);
      return at < 0 ? undefined : waiting.splice(at, 1)[0];
    },
    clear() {
      const all = given.concat(waiting);
      given = [];
      waiting = [];
      characters = 0;
      return all;
    },
  };
}
