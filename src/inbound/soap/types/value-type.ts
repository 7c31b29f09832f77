// What a simple type of a contract is: how its text is read, and what is said of a text that cannot be.

/** A value of a parameter: text, milliseconds UTC, true or false, or null where a client filled in "no value". */
export type Value = string | number | boolean | null;

/** What a value may be used for: a field of a command takes one kind. */
export type ValueKind = "text" | "flag" | "time" | "bytes";

/** A simple type. `read` gives undefined for a text that is no such value. */
export interface ValueType {
  /** Local name of the type, in the XML Schema namespace or the contract's own. */
  name: string;
  kind: ValueKind;
  /** Whether a client can leave out the value only by leaving out the element: .NET has no null for it. */
  isValueType: boolean;
  /** The words that may stand here, where the type lists them. */
  words: readonly string[] | null;
  /** The most characters its text may have; null for the reader's own limit. */
  longest: number | null;
  /** The order of two values, where there is one that bounds of a contract can count on. */
  compare: ((one: string, other: string) => number) | null;
  read(text: string, timeZone: string): Value | undefined;
  /** What a fault says of a text that cannot be read. */
  wrong(text: string): string;
}

export const BASE: Omit<ValueType, "name" | "read" | "wrong"> = {
  kind: "text",
  isValueType: true,
  words: null,
  longest: null,
  compare: null,
};

/** What a fault repeats of a text is cut short. */
export function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
