// JSONata: the body is the value of the expression. Runs in the process of expressions only, for an expression may be hostile.
import jsonata from "jsonata";
import type { RenderInput } from "../../ports.ts";
import { bounded, endingOf, failed, isMemory, stopped } from "../ending.ts";
import { type BodyLanguage, type ChooseApi, type LanguageLimits, MOST_SOURCE } from "../language.ts";
import { translate } from "../tables.ts";

/** Deepest nesting of calls, and longest sequence an expression may make. */
const MOST_DEPTH = 2000;
const MOST_SEQUENCE = 100_000;

export const jsonataLanguage: BodyLanguage = {
  name: "jsonata",
  compile(source, limits) {
    const expression = compileJsonata(source, limits);
    return { run: (input, chooseApi) => expression(input, boundTo(input, chooseApi)) };
  },
};

/** Compiles an expression over anything, without the functions that belong to bodies. */
export function compileQuestion(source: string, limits: LanguageLimits): { run(input: unknown): Promise<unknown> } {
  const expression = compileJsonata(source, limits);
  return { run: (input) => expression(input, COMMON) };
}

type Bindings = Readonly<Record<string, unknown>>;

/** What no expression may do: run a text that came with the data. */
const COMMON: Bindings = {
  eval: () => {
    throw failed("$eval is not available: it would run what a partner wrote.");
  },
};

function boundTo({ values }: RenderInput, chooseApi: ChooseApi): Bindings {
  return {
    ...COMMON,
    stop: (message: unknown) => {
      throw stopped(message === undefined ? "" : String(message));
    },
    error: (message: unknown) => {
      throw failed(message === undefined ? "The expression ended with $error." : String(message));
    },
    api: (name: unknown, payload: unknown) => {
      if (typeof name !== "string") throw failed("$api takes the name of an API definition, and the payload for it.");
      chooseApi(name);
      return payload;
    },
    theirs: (table: unknown, word: unknown, otherwise: unknown) => translate(values, false, [table, word, otherwise]),
    ours: (table: unknown, word: unknown, otherwise: unknown) => translate(values, true, [table, word, otherwise]),
  };
}

function compileJsonata(source: string, { timeMs }: LanguageLimits): (input: unknown, bindings: Bindings) => Promise<unknown> {
  if (source.length > MOST_SOURCE) throw failed(`The expression has more than ${MOST_SOURCE} characters.`);
  const options = { timeout: timeMs, stack: MOST_DEPTH, sequence: MOST_SEQUENCE };
  const expression = attempt(() => jsonata(source, options), source);
  return async (input, bindings) => {
    try {
      return await expression.evaluate(input, bindings);
    } catch (error) {
      throw explained(error, source);
    }
  };
}

function attempt<T>(work: () => T, source: string): T {
  try {
    return work();
  } catch (error) {
    throw explained(error, source);
  }
}

interface Fault {
  code?: string;
  message?: string;
  position?: number;
}

const TOO_MUCH = ["D2014", "D2015"];

/** Any error of the library as one that tells how the expression ends. */
function explained(error: unknown, source: string): Error {
  if (endingOf(error) !== null) return error as Error;
  const { code, message = String(error), position } = (error ?? {}) as Fault;
  if (code === "D1012") return failed("The expression ran longer than its time limit.", "time");
  if (TOO_MUCH.includes(code ?? "") || isMemory(message))
    return failed("The expression makes more than memory allows.", "memory");
  if (/call stack/i.test(message)) return failed("The expression is nested or recurses too deep.");
  return failed(`${bounded(message)}${placeOf(source, position)}${hintOf(source)}`);
}

function placeOf(source: string, position: number | undefined): string {
  if (position === undefined) return "";
  const before = source.slice(0, position).split("\n");
  return ` (line ${before.length}, before column ${(before.at(-1)?.length ?? 0) + 1})`;
}

/** Somebody who brings templates along meets JSONata's own meaning of the number sign. */
function hintOf(source: string): string {
  return source.includes("#REPLACE-") ? ' In JSONata write $lookup(appFields, "<App>-<Field>") instead of a placeholder.' : "";
}
