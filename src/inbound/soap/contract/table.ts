// Reads a binding table (JSON) entry by entry, so that a mistake is told with file, line and place. Knows nothing of SOAP.
import { isNode, LineCounter, parseDocument } from "yaml";

/** One entry of a table: its value, and where it stands. */
export interface Entry {
  /** Names from the top, joined by dots. */
  at: string;
  value: unknown;
  /** The entry of this name, `value` undefined where there is none. The entry must be an object. */
  get(name: string): Entry;
  /** All entries of an object, by name. */
  entries(): Map<string, Entry>;
  /** An error about this entry, with file and line. */
  wrong(what: string): Error;
}

/** Parses a table. Throws an Error with file and line for what is no JSON object. */
export function readTable(text: string, file: string): Entry {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, schema: "json", uniqueKeys: true });
  const [problem] = document.errors;
  if (problem)
    throw new Error(`${file}:${lines.linePos(problem.pos[0]).line}: this is no JSON: ${problem.message.split("\n", 1)[0]}`);
  refuseNoJson(text, file);
  const lineOf = (path: readonly string[]): number => {
    // What is not there is told at the nearest entry that is.
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  return entryAt(document.toJS() as unknown, [], (path) => `${file}:${lineOf(path)}`);
}

/** What YAML takes and JSON does not, such as a comma too many. */
function refuseNoJson(text: string, file: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${file}:${/line (\d+)/.exec(message)?.[1] ?? 1}: this is no JSON: ${message}`);
  }
}

function entryAt(value: unknown, path: readonly string[], place: (path: readonly string[]) => string): Entry {
  const at = path.length === 0 ? "the table" : path.join(".");
  const wrong = (what: string): Error => new Error(`${place(path)}: ${at} ${what}`);
  const object = (): Record<string, unknown> => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw wrong(value === undefined ? "is missing" : "must be an object with named entries");
    return value as Record<string, unknown>;
  };
  const inner = (name: string, one: unknown): Entry => entryAt(one, [...path, name], place);
  return {
    at,
    value,
    get(name) {
      const all = object();
      return inner(name, Object.hasOwn(all, name) ? all[name] : undefined);
    },
    entries: () => new Map(Object.entries(object()).map(([name, one]) => [name, inner(name, one)])),
    wrong,
  };
}

/** Refuses entries of other names. */
export function onlyThese(entry: Entry, names: readonly string[]): void {
  for (const [name, one] of entry.entries()) if (!names.includes(name)) throw one.wrong("is no known entry");
}

/** One of some words; absent it is `otherwise`, where there is one. */
export function oneOf<T extends string>(entry: Entry, words: readonly T[], otherwise?: T): T {
  if (entry.value === undefined && otherwise !== undefined) return otherwise;
  if (typeof entry.value === "string" && words.includes(entry.value as T)) return entry.value as T;
  throw entry.wrong(
    entry.value === undefined ? `is missing; it is one of ${words.join(", ")}` : `must be one of ${words.join(", ")}`,
  );
}

/** True or false; absent it is `otherwise`. */
export function flagOf(entry: Entry, otherwise: boolean): boolean {
  if (entry.value === undefined) return otherwise;
  if (typeof entry.value === "boolean") return entry.value;
  throw entry.wrong("must be true or false");
}

/** A text; absent it is `otherwise`, where there is one. */
export function textOf(entry: Entry, otherwise?: string): string {
  if (entry.value === undefined && otherwise !== undefined) return otherwise;
  if (typeof entry.value === "string") return entry.value;
  throw entry.wrong(entry.value === undefined ? "is missing" : "must be a text");
}

/** A whole number within bounds; absent it is `otherwise`. */
export function wholeOf(entry: Entry, otherwise: number, [least, most]: readonly [number, number]): number {
  if (entry.value === undefined) return otherwise;
  const { value } = entry;
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw entry.wrong(`must be a whole number from ${least} to ${most}`);
}
