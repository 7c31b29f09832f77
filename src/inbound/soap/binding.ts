// Ties the operations of a contract to commands by a table of data: element -> field, constants, shape of the result.
// Never lets an unknown name through: a mistake in the table stops the start.
import type { Command } from "../../core/commands/registry.ts";
import { Failure } from "../../core/errors.ts";
import type { CommandResult } from "../../core/ports.ts";
import type { Value } from "./values.ts";
import type { Parameter, Signature } from "./wsdl.ts";

/** What a field of a command takes: any text, a time, or one of a few words. */
type FieldKind = "text" | "time" | readonly string[];

const REFERENCED = { task: "text", reference: "text" } as const;

/** The commands a contract may be bound to, and their fields. `required` ones must be bound or constant. */
const COMMANDS: Readonly<Record<string, { fields: Readonly<Record<string, FieldKind>>; required: readonly string[] }>> = {
  acknowledge: { fields: { ...REFERENCED, message: "text" }, required: [] },
  update_message: { fields: { ...REFERENCED, message: "text" }, required: ["message"] },
  reassignment: {
    fields: { ...REFERENCED, outcome: ["solved", "closed", "returned"], solution: "text", resolvedAt: "time", reason: "text" },
    required: ["outcome"],
  },
};

/** What an answer can carry. `nothing` is for contracts whose answer has no result element. */
const RESULTS = {
  event: (result: CommandResult) => result.events[0] ?? "",
  task: (result: CommandResult) => result.task ?? "",
  nothing: () => "",
} as const;

type ResultShape = keyof typeof RESULTS;

/** How one element becomes a field. With `values` the element's value, as text, chooses the word. */
interface Step {
  element: string;
  index: number;
  field: string;
  values: ReadonlyMap<string, string> | null;
  whenMissing: string | null;
}

/** An operation with its command. */
export interface Operation extends Signature {
  /** The command for the values of a request, by index. Throws a `Failure` for a word that is not in the table. */
  toCommand(values: readonly (Value | undefined)[]): Command;
  resultOf(result: CommandResult): string;
}

/** Binds every operation of a service by a parsed table. Throws an Error that says which entry to change. */
export function bindOperations(signatures: readonly Signature[], table: unknown): readonly Operation[] {
  const { operations, ...others } = record(table, "the table");
  refuseOthers(others, "the table");
  const entries = record(operations, "operations");
  const known = new Set(signatures.map((signature) => signature.name));
  for (const name of Object.keys(entries)) {
    if (!known.has(name)) throw new Error(`operations.${name}: the WSDL has no such operation`);
  }
  return signatures.map((signature) => bindOperation(signature, entries[signature.name]));
}

function bindOperation(signature: Signature, entry: unknown): Operation {
  const at = `operations.${signature.name}`;
  const { command, elements, constants = {}, result, ...others } = record(entry, at);
  refuseOthers(others, at);
  const type = oneOf(command, Object.keys(COMMANDS), `${at}.command`);
  const fields = COMMANDS[type]?.fields ?? {};
  const steps = readSteps(signature, record(elements, `${at}.elements`), fields);
  const fixed = readConstants(record(constants, `${at}.constants`), fields, `${at}.constants`);
  refuseDoubles([...steps.map((step) => step.field), ...Object.keys(fixed)], COMMANDS[type]?.required ?? [], at);
  const shape = oneOf(result, Object.keys(RESULTS), `${at}.result`) as ResultShape;
  if ((shape === "nothing") !== (signature.result === null)) {
    throw new Error(
      `${at}.result: the WSDL's answer has ${signature.result === null ? "no result element" : "a result element"}`,
    );
  }
  return { ...signature, toCommand: commandMaker(type, fixed, steps), resultOf: RESULTS[shape] };
}

function commandMaker(type: string, constants: Readonly<Record<string, string>>, steps: readonly Step[]): Operation["toCommand"] {
  return (values) => {
    const command: Record<string, Value> = { type, ...constants };
    for (const step of steps) {
      const value = values[step.index] ?? step.whenMissing;
      command[step.field] = step.values === null ? value : wordFor(step, step.values, value);
    }
    return command as unknown as Command;
  };
}

function wordFor({ element }: Step, words: ReadonlyMap<string, string>, value: Value): string {
  const word = value === null ? undefined : words.get(String(value));
  if (word === undefined)
    throw new Failure("invalid_request", `The element ${element} must be one of ${[...words.keys()].join(", ")}.`);
  return word;
}

function readSteps(signature: Signature, elements: Record<string, unknown>, fields: Readonly<Record<string, FieldKind>>): Step[] {
  const at = `operations.${signature.name}.elements`;
  for (const name of Object.keys(elements)) {
    if (!signature.parameters.has(name)) throw new Error(`${at}.${name}: the WSDL has no such element`);
  }
  const steps: Step[] = [];
  for (const parameter of signature.parameters.values()) {
    const entry = elements[parameter.name];
    if (entry === undefined) throw new Error(`${at}.${parameter.name} is missing; give null to ignore the element`);
    if (entry !== null) steps.push(readStep(parameter, entry, fields, `${at}.${parameter.name}`));
  }
  return steps;
}

function readStep(parameter: Parameter, entry: unknown, fields: Readonly<Record<string, FieldKind>>, at: string): Step {
  const { field, values, missing = null, ...others } = typeof entry === "string" ? { field: entry } : record(entry, at);
  refuseOthers(others, at);
  const name = oneOf(field, Object.keys(fields), `${at}.field`);
  const kind = fields[name] ?? "text";
  const step = { element: parameter.name, index: parameter.index, field: name, values: null, whenMissing: null };
  if (typeof kind === "object")
    return { ...step, ...readWords(parameter, record(values, `${at}.values`), missing, { kind, at }) };
  if (values !== undefined || missing !== null) throw new Error(`${at}: only a field of fixed words takes values and missing`);
  const wanted = kind === "time" ? "dateTime" : "string";
  if (parameter.type.name !== wanted)
    throw new Error(`${at}: the field ${name} takes a ${wanted}, the WSDL says ${parameter.type.name}`);
  return step;
}

function readWords(
  parameter: Parameter,
  given: Record<string, unknown>,
  missing: unknown,
  { kind, at }: { kind: readonly string[]; at: string },
) {
  const values = new Map<string, string>();
  for (const [value, word] of Object.entries(given)) values.set(value, oneOf(word, kind, `${at}.values.${value}`));
  if (parameter.type.name === "boolean" && !(values.size === 2 && values.has("true") && values.has("false"))) {
    throw new Error(`${at}.values must have the two entries true and false`);
  }
  return { values, whenMissing: missing === null ? null : oneOf(missing, [...values.keys()], `${at}.missing`) };
}

function readConstants(
  given: Record<string, unknown>,
  fields: Readonly<Record<string, FieldKind>>,
  at: string,
): Record<string, string> {
  const constants: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const kind = fields[oneOf(name, Object.keys(fields), at)] ?? "text";
    if (kind === "time" || typeof value !== "string") throw new Error(`${at}.${name} must be a text for a field that is no time`);
    constants[name] = kind === "text" ? value : oneOf(value, kind, `${at}.${name}`);
  }
  return constants;
}

function refuseDoubles(filled: readonly string[], needed: readonly string[], at: string): void {
  const twice = filled.find((field, index) => filled.indexOf(field) !== index);
  if (twice !== undefined) throw new Error(`${at}: the field ${twice} is filled twice`);
  const lacking = needed.find((field) => !filled.includes(field));
  if (lacking !== undefined) throw new Error(`${at}: no element or constant fills the field ${lacking}`);
}

function refuseOthers(others: object, at: string): void {
  const [name] = Object.keys(others);
  if (name !== undefined) throw new Error(`${at}.${name} is no known entry`);
}

function record(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${at} must be an object with named entries`);
  return value as Record<string, unknown>;
}

function oneOf(value: unknown, allowed: readonly string[], at: string): string {
  if (typeof value === "string" && allowed.includes(value)) return value;
  throw new Error(`${at} must be one of ${allowed.join(", ")}`);
}
