// Takes words out of texts, values and bytes, in whatever way they were written down there. Pure.

/** What stands where a person was. */
export const ERASED = "[erased]";

/** Replaces in one kind of content; gives null where nothing was found. */
export interface Eraser {
  text(value: string): string | null;
  /** A text that holds JSON: only its values are touched, so that it stays JSON. */
  json(value: string): string | null;
  bytes(value: Uint8Array): Buffer | null;
}

/** Makes an eraser of these words; upper and lower case are the same. */
export function createEraser(words: readonly string[]): Eraser {
  const variants = [...new Set(words.flatMap(spellings))].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(variants.map(quoted).join("|"), "giu");
  // Bytes are looked through as characters of one byte each, under both usual encodings.
  const asBytes = [...new Set(variants.flatMap((one) => [Buffer.from(one, "utf8").toString("latin1"), one]))];
  const bytePattern = new RegExp(asBytes.map(quoted).join("|"), "gi");
  const replaced = (value: string, of: RegExp): string | null => {
    const after = value.replace(of, ERASED);
    return after === value ? null : after;
  };
  const text = (value: string): string | null => replaced(value, pattern);
  return {
    text,
    json(value) {
      const before: unknown = JSON.parse(value);
      const after = JSON.stringify(walk(before, (one) => text(one) ?? one));
      return after === JSON.stringify(before) ? null : after;
    },
    bytes(value) {
      const after = replaced(Buffer.from(value).toString("latin1"), bytePattern);
      return after === null ? null : Buffer.from(after, "latin1");
    },
  };
}

function walk(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((one) => walk(one, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, change)]));
}

/** As it is, and as it stands in JSON, XML and addresses. */
function spellings(word: string): string[] {
  const json = JSON.stringify(word).slice(1, -1);
  const ascii = json.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const xml = word.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  return [word, json, ascii, xml, encodeURIComponent(word)];
}

const quoted = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
