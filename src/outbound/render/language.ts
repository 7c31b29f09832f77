// What a language of bodies has to offer. A further language is one file and one row of the registry.
import type { Language } from "../../store/outgoing.ts";
import type { RenderInput } from "../ports.ts";

/** Most characters of a body, condition or expression. Parsing is linear in it. */
export const MOST_SOURCE = 64 * 1024;

/** Limits inside the process; the process itself is limited from outside. */
export interface LanguageLimits {
  /** Longest run, in milliseconds. */
  timeMs: number;
}

/** Takes the name of the API definition a body chooses; the one chosen last counts. */
export type ChooseApi = (name: string) => void;

/** A body ready to run. `run` gives the value, or throws an error that `endingOf` understands. */
export interface Compiled {
  run(input: RenderInput, chooseApi: ChooseApi): Promise<unknown>;
}

export interface BodyLanguage {
  name: Language;
  /** Throws an error that `endingOf` understands, with what is wrong and where. */
  compile(source: string, limits: LanguageLimits): Compiled;
}
