// Work on its way through the process of expressions, in order: what waits, and what the process was given. Pure bookkeeping.
import type { Answer } from "./work.ts";

export interface Piece {
  /** Makes the work as JSON; null when it cannot be given to a process, which it has settled then. */
  write(): string | null;
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
  /** Takes out a piece that was recalled. */
  drop(piece: Piece): Piece | undefined;
  /** Everything there is, taken out. */
  clear(): Piece[];
}

/** A piece and, from shortly before the process gets it, its text. What waits has none: it may be a great deal. */
interface Entry {
  piece: Piece;
  text: string;
}

interface State {
  waiting: Piece[];
  /** The next to be given, written already. */
  written: Entry[];
  given: Entry[];
  /** Of what was given. */
  characters: number;
}

const emptied = (): State => ({ waiting: [], written: [], given: [], characters: 0 });

/** Makes an empty queue. */
export function createWorkQueue(): WorkQueue {
  let state = emptied();
  return {
    size: () => state.waiting.length + state.written.length + state.given.length,
    given: () => state.given.length,
    add(piece) {
      state.waiting.push(piece);
    },
    next: () => next(state),
    finish() {
      const entry = state.given.shift();
      state.characters -= entry?.text.length ?? 0;
      return entry?.piece;
    },
    recall() {
      const { given, written } = state;
      state = { ...state, written: given.concat(written), given: [], characters: 0 };
      return given.map((one) => one.piece);
    },
    drop(piece) {
      const at = state.written.findIndex((one) => one.piece === piece);
      return at < 0 ? undefined : state.written.splice(at, 1)[0]?.piece;
    },
    clear() {
      const { given, written, waiting } = state;
      state = emptied();
      return [...given, ...written].map((one) => one.piece).concat(waiting);
    },
  };
}

function next(state: State): string | null {
  const { given, written } = state;
  // Refilled by halves, so that a busy process gets many pieces at a time instead of one for every answer.
  if (given.length > MOST_GIVEN / 2) return null;
  const batch: string[] = [];
  for (let entry = ahead(state); entry && fits(state, entry); entry = ahead(state)) {
    written.shift();
    given.push(entry);
    state.characters += entry.text.length;
    batch.push(entry.text);
  }
  return batch.length === 0 ? null : `[${batch.join(",")}]`;
}

function fits({ given, characters }: State, { text }: Entry): boolean {
  return given.length === 0 || (given.length < MOST_GIVEN && characters + text.length <= MOST_CHARACTERS);
}

/** The next entry, written, or undefined when there is none. */
function ahead({ waiting, written }: State): Entry | undefined {
  while (written.length === 0) {
    const piece = waiting.shift();
    if (piece === undefined) return undefined;
    const text = piece.write();
    if (text !== null) written.push({ piece, text });
  }
  return written[0];
}
