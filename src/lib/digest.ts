// A digest of a value by what it says, not by how it was spelled.
import { createHash } from "node:crypto";

/** SHA-256, hex, of the value as JSON with the members of every object in order. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value, inOrder)).digest("hex");
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
