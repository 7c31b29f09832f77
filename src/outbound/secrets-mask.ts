// Takes secrets out of texts that are kept or shown, however they are spelled there: partners send back what they were sent, in
// the escapes of their language. Time is linear in the text. It never changes what is read from an answer, only what is kept.
import { type Place, undoEscapes, undoLines, undoneWhole, type View } from "./secrets-undo.ts";

/** Gives a text without secrets. */
export type Mask = (text: string) => string;

/** What a secret looks like to a person. */
export const HIDDEN = "***";

/** Stands for a text in which a secret remains when all that can be found of it was taken out. */
const NOT_KEPT = "This text held a secret in a spelling that could not be taken out of it, so it was not kept.";

/** Layers of escapes that are undone: an echo of an echo has three or four. */
const MOST_LAYERS = 6;
/** Shorter secrets stand in hexadecimal and base64 by chance. */
const FEWEST_PACKED_BYTES = 4;

/** A text to look for. */
interface Needle {
  text: string;
  /** Letters of base64 beside it that hold some bits of the secret. */
  before: number;
  after: number;
}

/** Makes the mask for these secrets. What is prepared for it is prepared when it is first used. */
export function createMask(secrets: Iterable<string>): Mask {
  const values = [...new Set(secrets)].filter((one) => one !== "");
  if (values.length === 0) return (text) => text;
  let prepared: readonly Needle[] | undefined;
  return (text) => {
    prepared ??= needlesOf(values);
    const places = placesIn(text, prepared);
    if (places.length === 0) return text;
    const masked = without(text, places);
    const others = prepared.filter((needle) => !HIDDEN.includes(needle.text));
    return placesIn(masked, others).length === 0 ? masked : NOT_KEPT;
  };
}

const MOST_REMEMBERED = 200;

/** Gives masks for what an authentication made, which is the same for many calls: the last ones are remembered. */
export function createMasks(): (secrets: readonly string[]) => Mask {
  const made = new Map<string, Mask>();
  return (secrets) => {
    const name = JSON.stringify(secrets);
    const mask = made.get(name) ?? createMask(secrets);
    if (made.size >= MOST_REMEMBERED) made.clear();
    made.set(name, mask);
    return mask;
  };
}

/** Where in `text` the secrets stand, in any form. */
function placesIn(text: string, needles: readonly Needle[]): Place[] {
  const places: Place[] = [];
  for (const form of formsOf(text, MOST_LAYERS)) {
    const plain = spaced(form.text);
    for (const { text: wanted, before, after } of needles) {
      for (let at = plain.indexOf(wanted); at !== -1; at = plain.indexOf(wanted, at + wanted.length)) {
        places.push(form.back(widened(form.text, [at, at + wanted.length], before, after)));
      }
    }
  }
  return places;
}

/** A form writes a space as a plus; whoever looks for either finds both. */
function spaced(text: string): string {
  return text.includes("+") ? text.replaceAll("+", " ") : text;
}

/** The text itself, and what becomes of it as its layers are undone one by one. */
function* formsOf(text: string, layers: number): Generator<View> {
  yield { text, back: (place) => place };
  const joined = undoLines(text);
  if (joined !== null) yield joined;
  const undone = layers > 0 ? undoEscapes(text) : null;
  if (undone === null) return;
  for (const form of formsOf(undone.text, layers - 1)) {
    yield { text: form.text, back: (place) => undone.back(form.back(place)) };
  }
}

const LETTER = /[\w+/-]/;

/** Takes in the letters beside a stretch of base64 that share a byte with it, and its padding. */
function widened(text: string, [from, to]: Place, before: number, after: number): Place {
  const start = before > 0 && LETTER.test(text[from - 1] ?? "") ? from - 1 : from;
  let end = after > 0 && LETTER.test(text[to] ?? "") ? to + 1 : to;
  if (after > 0 || before > 0) while (end < to + 3 && text[end] === "=") end += 1;
  return [start, end];
}

function without(text: string, places: Place[]): string {
  places.sort((one, other) => one[0] - other[0]);
  let [masked, at] = ["", 0];
  let end = -1;
  for (const [from, to] of places) {
    if (from > end) {
      masked += text.slice(at, from) + HIDDEN;
      at = to;
    }
    end = Math.max(end, to);
    at = Math.max(at, to);
  }
  return masked + text.slice(at);
}

function needlesOf(values: readonly string[]): Needle[] {
  const needles = values.flatMap((value) => [...plainSpellings(value), ...packedSpellings(value)]);
  const spelled = needles.map((needle) => ({ ...needle, text: spaced(needle.text) }));
  return [...new Map(spelled.map((needle) => [needle.text, needle])).values()];
}

/** What escapes are undone to. Headers lose the spaces at their ends; a secret may itself hold what looks like an escape. */
function plainSpellings(value: string): Needle[] {
  const bytes = Buffer.from(value);
  const undone = undoneWhole(value, MOST_LAYERS);
  const hex = bytes.length < FEWEST_PACKED_BYTES ? [] : [bytes.toString("hex"), bytes.toString("hex").toUpperCase()];
  const short = bytes.length < FEWEST_PACKED_BYTES ? [bytes.toString("base64")] : [];
  const texts = [value, value.trim(), bytes.toString("latin1"), ...hex, ...short, ...(undone.length < 4 ? [] : [undone])];
  return texts.filter((text) => text !== "").map((text) => ({ text, before: 0, after: 0 }));
}

/** What remains the same of its base64 wherever it stands in a longer one, in both alphabets (RFC 4648 sections 4 and 5). */
function packedSpellings(value: string): Needle[] {
  const inner = new Set([value, ...escaped(value)].map((text) => Buffer.from(text).toString("latin1")));
  if (value !== value.trim()) inner.add(Buffer.from(value.trim()).toString("latin1"));
  return [value, ...inner].flatMap((text) => {
    const bytes = Buffer.from(text, "latin1");
    if (bytes.length < FEWEST_PACKED_BYTES) return [];
    return [0, 1, 2].flatMap((shift) => ["base64", "base64url"].map((alphabet) => stretch(bytes, shift, alphabet as "base64")));
  });
}

/** How it may be escaped inside of base64, where nothing is undone. */
function escaped(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const xml = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const slashed = [json, ascii].map((text) => text.replaceAll("/", "\\/"));
  const form = new URLSearchParams([["", value]]).toString().slice(1);
  return [json, ascii, ...slashed, xml, xml.replaceAll('"', "&quot;"), encodeURIComponent(value.toWellFormed()), form];
}

/** The letters of base64 that hold nothing but bits of `bytes`, when `shift` bytes of something else stand before them in a group. */
function stretch(bytes: Buffer, shift: number, alphabet: "base64" | "base64url"): Needle {
  const letters = Buffer.concat([Buffer.alloc(shift), bytes]).toString(alphabet);
  const bits = 8 * (shift + bytes.length);
  const after = bits % 6 === 0 ? 0 : 1;
  return { text: letters.slice(shift === 0 ? 0 : shift + 1, Math.floor(bits / 6)), before: shift === 0 ? 0 : 1, after };
}
