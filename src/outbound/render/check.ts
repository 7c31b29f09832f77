// Tells whether a body can be read at all, without running it.
import type { Language } from "../../store/outgoing.ts";
import { endingOf } from "./ending.ts";
import { fault, languageOf } from "./work.ts";

/** Nothing runs, so no time passes; a limit is asked for all the same. */
const NO_RUN = { timeMs: 1 };

/**
 * What is wrong with a body and where, in words, or null. It only parses, which is linear in the at most 64 KiB, so it may be
 * used outside the process of expressions. An expression of a condition or of an answer is checked as `jsonata`.
 */
export function checkExpression(language: Language, body: string): string | null {
  try {
    languageOf(language).compile(body, NO_RUN);
    return null;
  } catch (error) {
    const ending = endingOf(error) ?? fault(error);
    return "message" in ending ? ending.message : null;
  }
}
