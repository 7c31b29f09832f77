// Makes what leaves fit the partner's fields. Pure: the value given is not changed.
import type { FieldLimit, System } from "../../store/outgoing.ts";
import { fitXml } from "./limits-xml.ts";
import { fitText } from "./limits-text.ts";

/** The value made to fit, or the first field that does not and must not be changed, in words. */
export type Fitted = { ok: unknown } | { refused: string };

/** The name that means the whole of a body that is one text. */
const WHOLE = "$";

/** Thrown from deep inside to end the walk. */
class Refused extends Error {}

/**
 * Applies a System's field limits to a body.
 *
 * - JSON: a limit goes by the path from the root with dots (`incident.short_description`); an array stands for each of its
 *   elements. Numbers and the like are left alone.
 * - XML: a limit goes by local names of elements, without prefixes. The path may begin anywhere: `short_description` means every
 *   such element, `Create.short_description` those right below a `Create`. Only elements without child elements have a text;
 *   attributes have no limits.
 * - Other text, and a JSON body that is a single text: the name `$` means all of it.
 */
export function applyLimits(value: unknown, limits: System["limits"]): Fitted {
  try {
    return { ok: typeof value === "string" ? fitWhole(value, limits) : fitFields(value, limits) };
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message };
    throw error;
  }
}

function fitWhole(text: string, limits: System["limits"]): string {
  const whole = Object.hasOwn(limits, WHOLE) ? limits[WHOLE] : undefined;
  const fitted = whole === undefined ? text : fitOne(WHOLE, text, whole);
  return /^\s*</.test(fitted) ? fitXml(fitted, limits, fitOne) : fitted;
}

function fitFields(value: unknown, limits: System["limits"]): unknown {
  let fitted = value;
  for (const [path, limit] of Object.entries(limits)) {
    fitted = atPath(fitted, path.split("."), (text) => fitOne(path, text, limit));
  }
  return fitted;
}

function atPath(value: unknown, names: readonly string[], change: (text: string) => string): unknown {
  if (Array.isArray(value)) return value.map((one) => atPath(one, names, change));
  const [name, ...below] = names;
  if (name === undefined) return typeof value === "string" ? change(value) : value;
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return value;
  return { ...value, [name]: atPath((value as Record<string, unknown>)[name], below, change) };
}

function fitOne(field: string, text: string, limit: FieldLimit): string {
  const fitted = fitText(text, limit);
  if (typeof fitted === "string") return fitted;
  throw new Refused(`The field "${field}" ${fitted.refused}.`);
}
