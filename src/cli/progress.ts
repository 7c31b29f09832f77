// Tells how far long work is, on standard error and not more often than one can read.
import type { Call } from "./command.ts";

const EVERY_MS = 2000;

export interface Progress {
  /** Says `text` when the last words are old enough. */
  at(text: () => string): void;
}

export function createProgress({ note }: Pick<Call, "note">): Progress {
  let last = performance.now();
  return {
    at(text) {
      if (performance.now() - last < EVERY_MS) return;
      last = performance.now();
      note(text());
    },
  };
}
