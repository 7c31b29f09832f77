// The list of languages a body can be written in.
import type { Language } from "../../../store/outgoing.ts";
import type { BodyLanguage } from "../language.ts";
import { jsonataLanguage } from "./jsonata.ts";
import { liquidLanguage } from "./liquid.ts";

/** Every language by its name. */
export const BODY_LANGUAGES: Readonly<Record<Language, BodyLanguage>> = {
  jsonata: jsonataLanguage,
  liquid: liquidLanguage,
};
