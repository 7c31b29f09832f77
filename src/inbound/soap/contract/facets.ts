// Simple types that narrow others (XML Schema part 2, section 4.3): words they list, lengths, bounds. .NET looks at the words alone,
// and so does a lenient contract; a strict one does not start with a facet that is not checked here.
import { wrong } from "./documents.ts";
import type { XmlElement } from "./tree.ts";
import { short, type Value, type ValueType } from "../types/value-type.ts";
import { collapse, replaceSpace } from "../types/values.ts";

/** How many units of length a value has: characters, or bytes. */
function lengthOf(value: string, { kind }: ValueType): number {
  return kind === "bytes" ? Buffer.byteLength(value, "base64") : [...value].length;
}

const fractionOf = (value: string): string => /\.(\d*?)0*$/.exec(value)?.[1] ?? "";
const digitsOf = (value: string): string => `${/^[+-]?0*(\d*)/.exec(value)?.[1] ?? ""}${fractionOf(value)}`;

type Fits = (value: string) => boolean;

const byLength = (holds: (length: number, limit: number) => boolean) => (base: ValueType, limit: string) => {
  const bound = /^\d{1,9}$/.test(limit) && base.kind !== "flag" && base.kind !== "time" && !base.compare ? Number(limit) : null;
  return bound === null ? null : (value: string) => holds(lengthOf(value, base), bound);
};

const byOrder = (holds: (order: number) => boolean) => (base: ValueType, limit: string) => {
  const { compare } = base;
  const bound = base.read(limit, "UTC");
  return compare === null || typeof bound !== "string" ? null : (value: string) => holds(compare(value, bound));
};

const byDigits = (digits: (value: string) => string) => (base: ValueType, limit: string) =>
  base.compare === null || !/^\d{1,9}$/.test(limit) ? null : (value: string) => digits(value).length <= Number(limit);

/** What each facet asks of a value; null where the type or the limit has none of the kind. */
const FACETS: Readonly<Record<string, (base: ValueType, limit: string) => Fits | null>> = {
  length: byLength((length, limit) => length === limit),
  minLength: byLength((length, limit) => length >= limit),
  maxLength: byLength((length, limit) => length <= limit),
  minInclusive: byOrder((order) => order >= 0),
  maxInclusive: byOrder((order) => order <= 0),
  minExclusive: byOrder((order) => order > 0),
  maxExclusive: byOrder((order) => order < 0),
  totalDigits: byDigits(digitsOf),
  fractionDigits: byDigits(fractionOf),
};

const SPACES: Readonly<Record<string, (text: string) => string>> = {
  preserve: (text) => text,
  replace: replaceSpace,
  collapse,
};

/** A type that restricts another as `restriction` says. Throws an Error with file and line for what a strict contract cannot check. */
export function restrict(base: ValueType, name: string, restriction: XmlElement, strictly: boolean): ValueType {
  const facets = restriction.children.filter((child) => child.name !== "annotation");
  const words = wordsOf(base, facets);
  const space = strictly ? spaceOf(facets) : SPACES["preserve"];
  const checks = strictly ? checksOf(base, facets) : [];
  const spaced = (text: string): string => space?.(text) ?? text;
  const isWord = (value: Value): boolean => words === null || words.includes(String(value));
  const fits = (value: Value): boolean => isWord(value) && (typeof value !== "string" || checks.every((check) => check(value)));
  return {
    ...base,
    name,
    words: words ?? base.words,
    isValueType: base.isValueType || words !== null,
    read(text, timeZone) {
      const value = base.read(spaced(text), timeZone);
      return value === undefined || value === null || fits(value) ? value : undefined;
    },
    wrong(text) {
      const value = base.read(spaced(text), "UTC");
      if (value === undefined || value === null) return base.wrong(text);
      // The words of .NET for an enumeration; it has none for the other facets.
      if (!isWord(value)) return `Instance validation error: '${short(text)}' is not a valid value for ${name}.`;
      return `The value '${short(text)}' is not within the bounds of ${name}.`;
    },
  };
}

/** The words of an enumeration, as reading gives them. */
function wordsOf(base: ValueType, facets: readonly XmlElement[]): readonly string[] | null {
  const listed = facets.filter((facet) => facet.name === "enumeration");
  if (listed.length === 0) return null;
  return listed.map((facet) => {
    const word = facet.attributes.get("value") ?? "";
    const value = base.kind === "time" ? undefined : base.read(word, "UTC");
    if (value === undefined) throw wrong(facet, `"${word}" is no word for an enumeration of ${base.name}`);
    return String(value);
  });
}

function spaceOf(facets: readonly XmlElement[]): ((text: string) => string) | undefined {
  const facet = facets.find((one) => one.name === "whiteSpace");
  return facet && SPACES[facet.attributes.get("value") ?? ""];
}

function checksOf(base: ValueType, facets: readonly XmlElement[]): Fits[] {
  return facets.flatMap((facet): Fits[] => {
    if (facet.name === "enumeration" || facet.name === "whiteSpace") return [];
    const make = Object.hasOwn(FACETS, facet.name) ? FACETS[facet.name] : undefined;
    if (make === undefined)
      throw wrong(
        facet,
        `xs:${facet.name} is not checked here: take it out, or read the contract leniently, which passes it over`,
      );
    const fits = make(base, facet.attributes.get("value") ?? "");
    if (fits === null)
      throw wrong(facet, `xs:${facet.name} value="${facet.attributes.get("value") ?? ""}" does not fit ${base.name}`);
    return [fits];
  });
}
