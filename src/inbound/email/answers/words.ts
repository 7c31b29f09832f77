// The words in which mails are answered: one file of data for each language, read when it is first needed. Whoever adds a language
// adds a file; the words of one that lacks something are those of English.
import { existsSync, readFileSync } from "node:fs";
import type { AnswerKind } from "../../../core/mail-effects.ts";

/** A letter. `{{subject}}` is that of the mail it answers. */
export interface LetterWords {
  subject: string;
  text: string;
}

/** The words of a language. Place-holders stand in double braces. */
export interface LanguageWords {
  letters: Readonly<Record<AnswerKind, LetterWords>>;
  /** What was understood, one line each, by what was done. */
  understood: Readonly<Record<string, string>>;
  /** Why a mail was refused, by the code of the reason; every other is `other`. */
  reasons: Readonly<Record<string, string>>;
  /** Above the lines that show how to write it. */
  how: string;
  /** What stands for a value in those lines. */
  values: { reference: string; solution: string };
}

const USUAL = "en";
const known = new Map<string, LanguageWords>();

/** The words of a language by its code (RFC 5646), such as `de` or `de-AT`; of English where there is no such file. */
export function wordsIn(language: string): LanguageWords {
  const code = /^[a-z]{2,3}(?=$|-)/.exec(language.toLowerCase())?.[0] ?? USUAL;
  const found = known.get(code) ?? readWords(code);
  known.set(code, found);
  return found;
}

function readWords(code: string): LanguageWords {
  const file = new URL(`./languages/${code}.json`, import.meta.url);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as LanguageWords) : wordsIn(USUAL);
}
