// What the process of expressions is asked and what it answers, and the doing of it. Pure but for its memory of compiled bodies.
import type { Language } from "../../store/outgoing.ts";
import type { Rendered } from "../ports.ts";
import { bounded, endingOf, failed } from "./ending.ts";
import type { BodyLanguage, Compiled } from "./language.ts";
import { compileQuestion } from "./languages/jsonata.ts";
import { BODY_LANGUAGES } from "./languages/registry.ts";
import { type PackedInput, unpackInput } from "./pack.ts";

export type Work =
  | { kind: "render"; language: Language; body: string; condition: string | null; input: PackedInput }
  | { kind: "evaluate"; expression: string; input: unknown }
  | { kind: "check"; language: Language; body: string };

/** Answers to `render` and `check` are the first, to `evaluate` either. A checked body is a body of null. */
export type Answer = Rendered | { kind: "ok"; value: unknown };

export interface WorkLimits {
  /** Longest run of one piece of work, in milliseconds. */
  timeMs: number;
  /** Most bytes of a result as JSON. */
  resultBytes: number;
}

/** Does one piece of work and gives the answer as JSON text. Never rejects. */
export type Doer = (work: Work) => Promise<string>;

const MOST_COMPILED = 200;
/** What is compiled takes many times the memory of its text. */
const MOST_COMPILED_CHARACTERS = 400_000;

/** Makes a doer that remembers the bodies it compiled. */
export function createDoer(limits: WorkLimits): Doer {
  const bodies = createMemory<Compiled>();
  const questions = createMemory<ReturnType<typeof compileQuestion>>();
  const bodyOf = (name: Language, source: string) =>
    bodies.get(`${name} ${source}`, () => languageOf(name).compile(source, limits));
  const questionOf = (source: string) => questions.get(source, () => compileQuestion(source, limits));

  const answer = async (work: Work): Promise<string> => {
    if (work.kind === "check") {
      languageOf(work.language).compile(work.body, limits);
      return answerText("body", null, limits);
    }
    if (work.kind === "evaluate") return answerText("ok", await questionOf(work.expression).run(work.input), limits);
    const input = unpackInput(work.input);
    if (work.condition !== null && (await bodyOf("jsonata", work.condition).run(input, NO_CHOICE)) !== true) return SKIPPED;
    let api: string | undefined;
    const value = await bodyOf(work.language, work.body).run(input, (name) => {
      api = name;
    });
    return answerText("body", value, limits, api);
  };

  return (work) => answer(work).catch((error: unknown) => JSON.stringify(endingOf(error) ?? fault(error)));
}

/** A condition sends nothing, so it chooses nothing. */
const NO_CHOICE = (): void => undefined;
const SKIPPED = JSON.stringify({ kind: "skipped" } satisfies Rendered);

/** An error that nobody foresaw, as an ending. */
export function fault(error: unknown): Rendered {
  const words = error instanceof Error ? error.message : String(error);
  return { kind: "failed", code: "expression", message: bounded(words) };
}

/** The language with this name; throws an ending when there is none. */
export function languageOf(name: Language): BodyLanguage {
  const language = Object.hasOwn(BODY_LANGUAGES, name) ? BODY_LANGUAGES[name] : undefined;
  if (language === undefined) throw failed(`There is no language "${name}" for bodies.`);
  return language;
}

/** The least recently used are forgotten when there are too many, or too much was compiled. */
function createMemory<T>(): { get(key: string, make: () => T): T } {
  const known = new Map<string, T>();
  let characters = 0;
  const forget = (key: string): boolean => {
    characters -= known.has(key) ? key.length : 0;
    return known.delete(key);
  };
  return {
    get(key, make) {
      const value = known.get(key) ?? make();
      forget(key);
      known.set(key, value);
      characters += key.length;
      for (const oldest of known.keys()) {
        if (oldest === key || (known.size <= MOST_COMPILED && characters <= MOST_COMPILED_CHARACTERS)) break;
        forget(oldest);
      }
      return value;
    },
  };
}

function answerText(kind: "body" | "ok", value: unknown, { resultBytes }: WorkLimits, api?: string): string {
  if (kind === "body" && value === undefined) {
    throw failed("The expression gives nothing. When nothing is to be sent, end it with $stop(message) or use the condition.");
  }
  const text = JSON.stringify(value ?? null, refuseFunctions);
  if (Buffer.byteLength(text) > resultBytes) throw failed(`The result has more than ${resultBytes} bytes.`, "size");
  return `{"kind":"${kind}","value":${text}${api === undefined ? "" : `,"api":${JSON.stringify(api)}`}}`;
}

/** JSON would leave functions out without a word, and turn what is no number into null. */
function refuseFunctions(key: string, value: unknown): unknown {
  const known = value as { _jsonata_function?: boolean; _jsonata_lambda?: boolean } | null;
  if (typeof value === "function" || known?._jsonata_function === true || known?._jsonata_lambda === true) {
    throw failed(`The result ${key === "" ? "is" : `has in "${key}"`} a function. Was it meant to be called?`);
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw failed(`The result has a number out of range in "${key}".`);
  return value;
}
