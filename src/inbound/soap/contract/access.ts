// How a contract's table says that an argument of a call shows who calls: a secret itself, or a hash over values and the secret. A
// mistake in it stops the start; whose secret it is, admission finds out.
import { type AccessHash, parseAccessHash } from "./access-hash.ts";
import type { Parameter } from "./layout.ts";
import { type Entry, oneOf, onlyThese, textOf } from "./table.ts";
import type { Signature } from "./wsdl.ts";

/** What an argument shows, and what it must be for a secret that is known here: a text itself, the bytes of a digest, null for nothing. */
export interface Shown {
  given: string;
  expectedOf(secret: string): Buffer | string | null;
}

/** The access check of an operation. */
export interface Access {
  check: "secret" | "hash";
  /** The element that shows it, and the place of its value: it must stand neither in a log nor in what is kept of a message. */
  path: string;
  index: number;
  /** The places of all values that must be known as they were sent. */
  needs: ReadonlySet<number>;
  /** What a call shows, from those values by place; null for one that shows nothing. */
  shownBy(sent: readonly (string | undefined)[]): Shown | null;
}

/** The entries of a table that say it, for a whole contract or for one operation. */
const ENTRIES: readonly string[] = ["element", "check", "algorithm", "template"];

/**
 * Binds the access check of an operation: its own entry, or else the contract's. Null, also as an entry, is none. Throws an
 * Error that says which entry to change.
 */
export function bindAccess(signature: Signature, own: Entry, ofContract: Entry): Access | null {
  const entry = own.value === undefined ? ofContract : own;
  if (entry.value === undefined || entry.value === null) return null;
  onlyThese(entry, ENTRIES);
  const values = new Map(signature.request.parameters.map((one) => [one.path, one]));
  const shows = elementOf(entry.get("element"), values, signature);
  const check = oneOf(entry.get("check"), ["secret", "hash"]);
  if (check === "secret") refuseUnused(entry);
  const hash = check === "hash" ? hashOf(entry, values, shows) : null;
  const indexOf = (path: string): number => values.get(path)?.index ?? -1;
  return {
    ...{ check, path: shows.path, index: shows.index },
    needs: new Set([shows.index, ...(hash?.elements ?? []).map(indexOf)]),
    shownBy(sent) {
      const given = sent[shows.index];
      if (given === undefined || given === "") return null;
      const expectedOf = hash?.expectedOf((path) => sent[indexOf(path)] ?? "");
      return { given, expectedOf: expectedOf ?? ((secret) => secret) };
    },
  };
}

type Values = ReadonlyMap<string, Parameter>;

function elementOf(entry: Entry, values: Values, { name }: Signature): Parameter {
  const found = values.get(textOf(entry));
  if (found === undefined)
    throw entry.wrong(`is "${textOf(entry)}", which operation ${name} does not have; say "access": null there if it needs none`);
  if (found.type.kind === "flag" || found.type.kind === "time" || found.many)
    throw entry.wrong(`is "${found.path}", which must be a text that comes once; the WSDL says ${found.type.name}`);
  return found;
}

/** A value that may come several times has no one place in a text, and the hash cannot be a part of itself. */
function hashOf(entry: Entry, values: Values, shows: Parameter): AccessHash {
  const known = new Set([...values.values()].filter(({ many, path }) => !many && path !== shows.path).map(({ path }) => path));
  const spec = { algorithm: textOf(entry.get("algorithm")), template: textOf(entry.get("template")) };
  try {
    return parseAccessHash(spec, known);
  } catch (error) {
    // It says which of the two is wrong before it says what.
    const [, name = "", what = ""] = /^(\w+): (.*)$/s.exec((error as Error).message) ?? [];
    throw name in spec ? entry.get(name).wrong(what) : error;
  }
}

/** For a secret as it is there is nothing to make a hash of. */
function refuseUnused(entry: Entry): void {
  for (const name of ["algorithm", "template"])
    if (entry.get(name).value !== undefined) throw entry.get(name).wrong('is for "check": "hash"');
}
