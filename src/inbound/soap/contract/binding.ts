// Ties the request of an operation to a command by a table of data: element or path -> field, constants. Never lets an unknown name
// through: a mistake in the table stops the start.
import type { AddAttachment } from "../../../core/commands/add-attachment.ts";
import type { Command } from "../../../core/commands/registry.ts";
import { Failure } from "../../../core/errors.ts";
import type { Parameter } from "./layout.ts";
import { type Entry, oneOf, onlyThese, textOf } from "./table.ts";
import type { Value } from "../types/value-type.ts";
import type { Signature } from "./wsdl.ts";

/** What a field of a command takes: any text, a time, or one of a few words. */
type FieldKind = "text" | "time" | "bytes" | readonly string[];
type Fields = Readonly<Record<string, FieldKind>>;

const REFERENCED = { task: "text", reference: "text" } as const;

/** The commands a contract may be bound to, and their fields. `required` ones must be bound or constant. */
const COMMANDS: Readonly<Record<string, { fields: Fields; required: readonly string[] }>> = {
  acknowledge: { fields: { ...REFERENCED, message: "text" }, required: [] },
  update_message: { fields: { ...REFERENCED, message: "text" }, required: ["message"] },
  reassignment: {
    fields: { ...REFERENCED, outcome: ["solved", "closed", "returned"], solution: "text", resolvedAt: "time", reason: "text" },
    required: ["outcome"],
  },
  add_attachment: { fields: { ...REFERENCED, name: "text", contentType: "text", content: "bytes" }, required: ["content"] },
};

/** A file that a call brings along; the command for it is made when the file is stored. */
export interface AskedFile {
  type: "add_attachment";
  task: string | null;
  reference: string | null;
  name: string | null;
  contentType: string | null;
  /** Base64 without white space; null where the call has none. */
  content: string | null;
}

/** What a call asks for. */
export type Asked = Exclude<Command, AddAttachment> | AskedFile;

/** A value as it was read: one, a list where the element may come more than once, or undefined where it was left out. */
export type ReadValue = Value | readonly Value[] | undefined;

/** Makes the command for the values of a request, by index. Throws a `Failure` for a word that is not in the table. */
export type ToCommand = (values: readonly ReadValue[]) => Asked;

/** How one element becomes a field. With `words` the element's value, as text, chooses the word. */
interface Step {
  path: string;
  index: number;
  field: string;
  words: ReadonlyMap<string, string> | null;
  whenMissing: string | null;
  /** What stands between the values of a list; null where there is one value. */
  join: string | null;
}

/** The entries of an operation that this file reads. */
export const REQUEST_ENTRIES: readonly string[] = ["command", "elements", "constants"];

/** Binds the request of an operation. Throws an Error that says which entry to change. */
export function bindRequest(signature: Signature, entry: Entry): ToCommand {
  const type = oneOf(entry.get("command"), Object.keys(COMMANDS));
  const { fields = {}, required = [] } = COMMANDS[type] ?? {};
  const steps = readSteps(signature, entry.get("elements"), fields);
  const constants = readConstants(entry.get("constants"), fields);
  refuseDoubles(entry, [...steps.map((step) => step.field), ...Object.keys(constants)], required);
  return (values) => {
    const command: Record<string, Value> = { type, ...constants };
    for (const step of steps) {
      const value = textOfStep(step, values[step.index]);
      command[step.field] = step.words === null ? value : wordFor(step, step.words, value);
    }
    return command as unknown as Asked;
  };
}

function textOfStep({ whenMissing, join }: Step, value: ReadValue): Value {
  if (!Array.isArray(value)) return (value as Value | undefined) ?? whenMissing;
  const given = value.filter((one) => one !== null);
  return given.length === 0 ? whenMissing : given.join(join ?? "");
}

function wordFor({ path }: Step, words: ReadonlyMap<string, string>, value: Value): string {
  const word = value === null ? undefined : words.get(String(value));
  if (word === undefined)
    throw new Failure("invalid_request", `The element ${path} must be one of ${[...words.keys()].join(", ")}.`);
  return word;
}

function readSteps({ request }: Signature, elements: Entry, fields: Fields): Step[] {
  const given = elements.entries();
  const known = new Set(request.parameters.map((one) => one.path));
  for (const [path, entry] of given) if (!known.has(path)) throw entry.wrong("is no element of the WSDL that has a value");
  return request.parameters.flatMap((parameter): Step[] => {
    const entry = given.get(parameter.path);
    if (entry === undefined) throw elements.get(parameter.path).wrong("is missing; give null to ignore the element");
    return entry.value === null ? [] : [readStep(parameter, entry, fields)];
  });
}

function readStep(parameter: Parameter, entry: Entry, fields: Fields): Step {
  const isShort = typeof entry.value === "string";
  if (!isShort) onlyThese(entry, ["field", "values", "missing", "join"]);
  const name = oneOf(isShort ? entry : entry.get("field"), Object.keys(fields));
  const { path, index } = parameter;
  const step: Step = { path, index, field: name, words: null, whenMissing: null, join: null };
  const kind = fields[name] ?? "text";
  if (typeof kind === "object") return { ...step, ...readWords(parameter, entry, kind) };
  if (!isShort && (entry.get("values").value !== undefined || entry.get("missing").value !== undefined))
    throw entry.wrong("has values or missing, which only a field of fixed words takes");
  if (parameter.type.kind !== kind)
    throw entry.wrong(`fills the field ${name}, which takes a ${kind}; the WSDL says ${parameter.type.name}`);
  return { ...step, join: joinOf(parameter, isShort ? null : entry.get("join"), entry) };
}

/** Several values become one text; of times and flags there can be no more than one. */
function joinOf({ many, type }: Parameter, join: Entry | null, entry: Entry): string | null {
  if (!many) {
    if (join !== null && join.value !== undefined) throw join.wrong("is for an element that may come more than once");
    return null;
  }
  if (type.kind !== "text") throw entry.wrong(`may come more than once, which a ${type.name} must not; give null to ignore it`);
  if (join === null || join.value === undefined)
    throw entry.wrong('may come more than once: give { "field": …, "join": "\\n" } with what stands between');
  return textOf(join);
}

function readWords(parameter: Parameter, entry: Entry, kind: readonly string[]) {
  if (typeof entry.value === "string") throw entry.wrong('chooses one of fixed words: give { "field": …, "values": { … } }');
  if (parameter.many) throw entry.wrong("may come more than once, of which no single word can be made; give null to ignore it");
  if (parameter.type.kind !== "flag" && parameter.type.kind !== "text")
    throw entry.wrong(`chooses one of fixed words, which a ${parameter.type.name} cannot`);
  const given = entry.get("values").entries();
  const words = new Map([...given].map(([value, word]) => [value, oneOf(word, kind)]));
  const possible = parameter.type.kind === "flag" ? ["true", "false"] : parameter.type.words;
  const lacking = possible?.find((one) => !words.has(one));
  if (lacking !== undefined) throw entry.get("values").wrong(`must have an entry for ${lacking}`);
  const extra = possible && [...given].find(([value]) => !possible.includes(value));
  if (extra) throw extra[1].wrong("is no value that this element can have");
  const missing = entry.get("missing");
  return { words, whenMissing: missing.value === undefined ? null : oneOf(missing, [...words.keys()]) };
}

function readConstants(constants: Entry, fields: Fields): Record<string, string> {
  if (constants.value === undefined) return {};
  return Object.fromEntries(
    [...constants.entries()].map(([name, entry]) => {
      const kind = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (kind === undefined) throw entry.wrong(`is no field of the command; it has ${Object.keys(fields).join(", ")}`);
      if (kind === "time" || kind === "bytes")
        throw entry.wrong(`is a ${kind === "time" ? "time" : "file"}, which cannot be fixed`);
      return [name, kind === "text" ? textOf(entry) : oneOf(entry, kind)];
    }),
  );
}

function refuseDoubles(entry: Entry, filled: readonly string[], needed: readonly string[]): void {
  const twice = filled.find((field, index) => filled.indexOf(field) !== index);
  if (twice !== undefined) throw entry.wrong(`fills the field ${twice} twice`);
  const lacking = needed.find((field) => !filled.includes(field));
  if (lacking !== undefined) throw entry.wrong(`leaves the field ${lacking} empty: no element or constant fills it`);
}
