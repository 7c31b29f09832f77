// Makes values from the schemas of the contract, right ones and wrong ones, by dice alone. Names that were seen in earlier answers
// are given again under the same name, so that calls come to things that are there. Pure but for the memory it is given.
import type { Dice } from "./dice.ts";
import { type Part, resolve } from "./contract-rules.ts";

/** By the name of a field or parameter what was seen for it. */
export type Known = Map<string, string[]>;

export interface Source {
  definition: Part;
  dice: Dice;
  known: Known;
}

const TEXTS: readonly string[] = [
  "a",
  "7",
  "INC0042",
  "Größe 大 🚀",
  "e\u0301 \u202eright to left",
  "' or 1=1 --",
  "<a>&amp;]]></a>",
  "%00%2f../..",
  "{{ task }} {% stop %} #REPLACE-FORMFIELD-x#",
  "constructor",
  "\ufeffmark",
  "line\nline\ttab",
  "2026-11-03T14:05:00+01:00",
  "2016-12-31T23:59:60Z",
  "0001-01-01T00:00:00Z",
  "field@acme.example",
  "Europe/Berlin",
  "https://127.0.0.1:1/x",
  "127.0.0.1",
  "0".repeat(64),
  "[[LABEL]]: [[Value]]",
  "200-299",
];

/** What no text field takes, or hardly. */
const ODD_TEXTS: readonly string[] = ["", " ", "\u0000", "a\u0007b", "\ud800", "\u007f", "__proto__", "null", "1e999", "-0"];

/** What would keep a call waiting, reach out of this machine, or never be what it is for, whatever the contract allows. */
const FIXED: Readonly<Record<string, readonly unknown[]>> = {
  Prefer: ["return=minimal", "return=minimal", "return=minimal, wait=1", "return=representation", "respond-async"],
  wait: [0],
  url: ["https://127.0.0.1:1/x"],
  tokenUrl: ["https://127.0.0.1:1/token"],
  host: ["127.0.0.1"],
};

/** A value that keeps to the schema, as far as a schema says it. */
export function rightValue(source: Source, given: Part, name: string, depth = 0): unknown {
  const { definition, dice } = source;
  const schema = resolve(definition, given) ?? {};
  if (FIXED[name]) return dice.pick(FIXED[name]);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return dice.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return rightValue(source, dice.pick(choices), name, depth);
  const type = Array.isArray(schema.type) ? dice.pick(schema.type as string[]) : schema.type;
  if (type === "null") return null;
  if (type === "boolean") return dice.roll(2) === 0;
  if (type === "integer" || type === "number") return rightNumber(source, schema);
  if (type === "array") return rightList(source, schema, { name, depth });
  if (type === "object" || schema.properties) return rightObject(source, schema, { name, depth });
  return rightText(source, schema, name);
}

function rightNumber({ dice }: Source, { minimum = 0, maximum = 2 ** 31 }: Part): number {
  return dice.pick([minimum, maximum, minimum + dice.roll(Math.min(100, maximum - minimum) + 1), Math.min(3, maximum)]);
}

interface Place {
  name: string;
  depth: number;
}

function rightList(source: Source, schema: Part, { name, depth }: Place): unknown[] {
  const least = schema.minItems ?? 0;
  const count = Math.min(schema.maxItems ?? 3, least + source.dice.roll(depth > 3 ? 1 : 3));
  return Array.from({ length: count }, () => rightValue(source, schema.items ?? {}, name.replace(/s$/, ""), depth + 1));
}

function rightObject(source: Source, schema: Part, { name, depth }: Place): Record<string, unknown> {
  const { dice, definition } = source;
  const made: Record<string, unknown> = {};
  const required: string[] = schema.required ?? [];
  for (const [field, part] of Object.entries<Part>(schema.properties ?? {})) {
    // Names that are taken away must not be those the calls need.
    if (field === "remove" || (!required.includes(field) && dice.roll(depth > 2 ? 4 : 2) > 0)) continue;
    made[field] = rightValue(source, part, field, depth + 1);
  }
  for (const { if: condition, then } of schema.allOf ?? []) {
    const [[field, test] = ["", {}]] = Object.entries<Part>(condition?.properties ?? {});
    if (then && made[field] === test?.const)
      Object.assign(made, rightObject(source, resolve(definition, then), { name, depth }), { [field]: test.const });
  }
  if (typeof schema.additionalProperties === "object" && dice.roll(2) === 0)
    made[rightText(source, resolve(definition, schema.propertyNames) ?? {}, "")] = rightValue(
      source,
      schema.additionalProperties,
      "",
      depth + 1,
    );
  return made;
}

function rightText({ dice, known }: Source, schema: Part, name: string): string {
  const seen = known.get(name) ?? [];
  if (seen.length > 0 && dice.roll(4) > 0) return dice.pick(seen);
  const most = Math.min(schema.maxLength ?? 200, 5000);
  const makers = [
    () => dice.pick(TEXTS),
    () => dice.roll(1e9).toString(36),
    () => "x".repeat(dice.pick([most, schema.minLength ?? 1])),
    () => "🚀".repeat(most),
  ];
  const fits = fitting(schema);
  for (let left = 6; left > 0; left--) {
    const text = dice.pick(makers.slice(0, left > 4 ? 2 : 4))();
    if (fits(text)) return text;
  }
  return TEXTS.find(fits) ?? seen.find(fits) ?? "a";
}

/** Whether a text keeps to the schema. Length counts characters, as JSON Schema does. */
function fitting({ minLength = 0, maxLength = 1e9, pattern, format }: Part): (text: string) => boolean {
  const form = pattern === undefined ? null : new RegExp(pattern, "u");
  return (text) => {
    const length = text.length < minLength || text.length > maxLength ? [...text].length : text.length;
    if (length < minLength || length > maxLength) return false;
    return (form === null || form.test(text)) && (format !== "date-time" || /^\d{4}-\d\d-\d\dT/.test(text));
  };
}

/** A value that hardly fits anywhere. */
export function oddValue({ dice }: Source): unknown {
  return dice.pick<unknown>([
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    [],
    {},
    [[]],
    { a: { b: [] } },
    dice.pick(ODD_TEXTS),
    dice.pick(TEXTS),
    "x".repeat(dice.pick([65, 129, 501, 4001, 100_001])),
  ]);
}

/** The same value with one thing wrong with it: a field more, fewer, or of another kind. */
export function spoiled(source: Source, value: unknown): unknown {
  const { dice } = source;
  if (typeof value !== "object" || value === null || dice.roll(6) === 0) return oddValue(source);
  if (Array.isArray(value)) {
    const at = dice.roll(value.length + 1);
    return value.toSpliced(at, 1, spoiled(source, value[at]));
  }
  const fields = Object.keys(value);
  const copy: Record<string, unknown> = { ...value };
  if (fields.length === 0 || dice.roll(4) === 0) {
    copy[dice.pick(["extra", "constructor", "toString", "", "visibility", "number", "ä"])] = oddValue(source);
    return copy;
  }
  const field = dice.pick(fields);
  if (dice.roll(4) === 0) delete copy[field];
  else copy[field] = spoiled(source, copy[field]);
  return copy;
}

/** Takes what an answer names into memory: an id, number or name of a thing goes by what the thing is called there. */
export function learn(known: Known, value: unknown, name = ""): void {
  if (Array.isArray(value)) for (const one of value.slice(0, 5)) learn(known, one, name.replace(/s$/, ""));
  else if (typeof value === "object" && value !== null) {
    for (const [field, part] of Object.entries(value)) {
      // What a refused call named need not be there.
      if (field === "named") continue;
      const isName = ["id", "number", "name"].includes(field) && name !== "";
      if (isName && typeof part === "string") for (const under of [name, `${name}Id`]) keep(known, under, part);
      learn(known, part, field);
    }
  } else if (typeof value === "string" && LEARNT.test(name)) {
    keep(known, name, value);
    if (["task", "ticket", "event"].includes(name)) keep(known, `${name}Id`, value);
  }
}

const LEARNT = /^(task|ticket|event|next|group|system|mapping|reference|number|provider|name)$/;
/** The keys of the calls themselves, which none of them may take away. */
const SPARED = /^credential(Id)?$/;
const MOST_KNOWN = 40;

function keep(known: Known, name: string, value: string): void {
  const list = known.get(name) ?? [];
  if (SPARED.test(name) || value === "" || value.length > 200 || list.includes(value)) return;
  list.push(value);
  if (list.length > MOST_KNOWN) list.shift();
  known.set(name, list);
}
