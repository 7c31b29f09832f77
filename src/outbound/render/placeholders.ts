// The placeholders of external integrations, `#REPLACE-EXTAPPFIELD-<App>-<Field>#` and `#REPLACE-FORMFIELD-<Label>#`. They are
// turned into outputs of liquid, so a value is never read as template text.
import type { RenderInput } from "../ports.ts";
import { failed } from "./ending.ts";
import { nearestWords } from "./nearest.ts";

/** One placeholder of a template. With `json` (`…||JSON#`) the inside of a JSON string is wanted, whatever it stands in. */
export interface Placeholder {
  kind: "EXTAPPFIELD" | "FORMFIELD";
  name: string;
  json: boolean;
}

const PLACEHOLDER = /#REPLACE-([A-Za-z]+)-([^#\r\n]{1,300}?)(\|\|JSON)?#/g;
/** A placeholder inside a tag or output may have quotation marks around it, as in `{% if "#REPLACE-…#" == "x" %}`. */
const INSIDE = /(["']?)(#REPLACE-[A-Za-z]+-[^#\r\n]{1,300}?#)\1/g;
/** The scope variable and the filter under which liquid finds placeholders. */
export const PLACEHOLDER_FILTER = "crossdesk_placeholder";
export const PLACEHOLDER_SCOPE = "crossdesk_placeholders";

/** A template as pure liquid. */
export interface LiquidSource {
  source: string;
  /** The placeholders in it, by number. */
  placeholders: readonly Placeholder[];
  /** Numbers of those that stand inside a tag or an output, where they are variables. */
  inside: readonly number[];
}

/** Turns the placeholders of a template into liquid. Throws an ending for a kind there is not. */
export function toLiquid(template: string): LiquidSource {
  const placeholders: Placeholder[] = [];
  const inside: number[] = [];
  const number = (found: string): number => placeholders.push(parse(found)) - 1;
  const output = (text: string): string => text.replace(PLACEHOLDER, (found) => `{{ ${number(found)} | ${PLACEHOLDER_FILTER} }}`);
  const variable = (found: string): string => {
    inside.push(number(found));
    return `${PLACEHOLDER_SCOPE}[${placeholders.length - 1}]`;
  };
  const source = stretches(template).map(({ kind, text }) => {
    if (kind === "text") return output(text);
    if (kind === "raw") return text.replace(PLACEHOLDER, (found) => `{% endraw %}${output(found)}{% raw %}`);
    return text.replace(INSIDE, (_, _quote, found: string) => variable(found));
  });
  return { source: source.join(""), placeholders, inside };
}

interface Stretch {
  kind: "text" | "code" | "raw";
  text: string;
}

const RAW = /^\{%-?\s*raw\s*-?%\}$/;
const END_RAW = /\{%-?\s*endraw\s*-?%\}/g;

/** A template cut into text, tags and outputs, and what stands between `raw` and `endraw`. What never ends is text. */
function stretches(template: string): Stretch[] {
  const found: Stretch[] = [];
  let done = 0;
  const take = (kind: Stretch["kind"], end: number): void => {
    if (end > done) found.push({ kind, text: template.slice(done, end) });
    done = end;
  };
  for (;;) {
    const start = firstOf(template.indexOf("{%", done), template.indexOf("{{", done));
    const end = start < 0 ? -1 : template.indexOf(template[start + 1] === "%" ? "%}" : "}}", start + 2);
    if (end < 0) break;
    take("text", start);
    take("code", end + 2);
    if (!RAW.test(found.at(-1)?.text ?? "")) continue;
    END_RAW.lastIndex = done;
    take("raw", END_RAW.exec(template)?.index ?? template.length);
  }
  take("text", template.length);
  return found;
}

function firstOf(one: number, other: number): number {
  if (one < 0 || other < 0) return Math.max(one, other);
  return Math.min(one, other);
}

function parse(found: string): Placeholder {
  const [, kind = "", name = "", json] = new RegExp(PLACEHOLDER.source).exec(found) ?? [];
  if (kind !== "EXTAPPFIELD" && kind !== "FORMFIELD") {
    throw failed(`"${found}": there are no placeholders of the kind "${kind}", only EXTAPPFIELD and FORMFIELD.`);
  }
  return { kind, name, json: json !== undefined };
}

/** An app field that data may or may not have: absent it is empty, not unknown. */
const CUSTOM = /^Ticketing\.\w+-(Task|Ticket)_Custom_/;

/** The value of a placeholder. Throws an ending that names the nearest known ones when there is no such field. */
export function placeholderValue({ kind, name }: Placeholder, input: RenderInput): string {
  const fields = kind === "EXTAPPFIELD" ? input.appFields : input.formFields;
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (value !== undefined) return value;
  if (kind === "EXTAPPFIELD" && CUSTOM.test(name)) return "";
  throw failed(`There is no field for the placeholder "#REPLACE-${kind}-${name}#".${nearestWords(name, Object.keys(fields))}`);
}
