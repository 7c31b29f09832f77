// The ways an expression ends without a body, as errors to throw through the libraries that run it. Messages are bounded and
// hold no secret: expressions see markers only.
import type { Rendered } from "../ports.ts";

export type Ending = Exclude<Rendered, { kind: "body" }>;

const MOST_CHARACTERS = 500;
const KEY = Symbol("ending");

/** An error that carries how the expression ends. */
export function stopped(message: string): Error {
  return withEnding({ kind: "stopped", message: bounded(message) });
}

/** An error for an expression that failed. */
export function failed(message: string, code: (Ending & { kind: "failed" })["code"] = "expression"): Error {
  return withEnding({ kind: "failed", code, message: bounded(message) });
}

function withEnding(ending: Ending): Error {
  return Object.assign(new Error(ending.kind), { [KEY]: ending });
}

/** How a thrown error says that the expression ended, or null when it says nothing. Looks through the wrapping of libraries. */
export function endingOf(error: unknown): Ending | null {
  let at = error as { [KEY]?: Ending; originalError?: unknown; error?: unknown } | null | undefined;
  for (let depth = 0; depth < 5 && typeof at === "object" && at !== null; depth++) {
    if (at[KEY] !== undefined) return at[KEY];
    at = (at.originalError ?? at.error) as typeof at;
  }
  return null;
}

/** Whether the words of an error mean too much memory rather than a mistake. */
export function isMemory(message: string): boolean {
  return /Invalid (string|array) length|Array buffer allocation failed|memory alloc limit/i.test(message);
}

/** A text cut to what a message may hold. */
export function bounded(text: string): string {
  const whole = text.toWellFormed();
  return whole.length <= MOST_CHARACTERS ? whole : `${whole.slice(0, MOST_CHARACTERS).toWellFormed()}…`;
}
