// The tag lines in the body of a mail, and what of the body its sender wrote. Pure, linear in the length of the text.

/** A tag pattern such as `[[LABEL]]: [[Value]]`, taken apart: what stands before the label, between, and after the value. */
export interface TagFormat {
  before: string;
  middle: string;
  after: string;
}

/** The labels that mean something, as they are compared: lower case, without spaces, dashes and underscores. */
export const LABELS = ["taskid", "externalreference", "message", "solution", "resolvedat", "status", "reason", "action"] as const;
export type Label = (typeof LABELS)[number];

/** What a body holds. `tags` has the known labels in the order they stand; `free` is the text outside every tag, trimmed. */
export interface Body {
  tags: readonly { label: Label; value: string }[];
  free: string;
}

/** Labels whose value may have many lines. */
const TEXTS: readonly string[] = ["message", "solution", "reason"] satisfies Label[];
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,63}$/u;

/** Takes a tag pattern apart. The value's place-holder is `[[Value]]`, or plain `Value`. Null when the pattern cannot work. */
export function readTagFormat(format: string): TagFormat | null {
  const label = format.indexOf("LABEL");
  const afterLabel = label + "LABEL".length;
  const found = /\[\[Value\]\]|Value/.exec(format.slice(afterLabel));
  if (label === -1 || !found) return null;
  const before = format.slice(0, label).trim();
  const middle = format.slice(afterLabel, afterLabel + found.index).trim();
  const after = format.slice(afterLabel + found.index + found[0].length).trim();
  return middle === "" || /[\r\n]/.test(format) ? null : { before, middle, after };
}

/** The tag a line begins, or null. Without anything before the label only known labels make a tag: `Note: …` is text. */
export function tagOf(line: string, format: TagFormat): { label: string; value: string } | null {
  const text = line.trimStart();
  if (!text.startsWith(format.before)) return null;
  const end = text.indexOf(format.middle, format.before.length);
  const name = text.slice(format.before.length, end).trim();
  if (end === -1 || !NAME.test(name)) return null;
  const label = name.toLowerCase().replace(/[ ._-]/g, "");
  if (format.before === "" && label !== "end" && !isLabel(label)) return null;
  return { label, value: text.slice(end + format.middle.length).trimStart() };
}

function isLabel(label: string): label is Label {
  return (LABELS as readonly string[]).includes(label);
}

/** Lines that introduce what somebody else wrote, in the words of common mail programs. */
const ATTRIBUTIONS = [
  /^On .{1,300} wrote:$/,
  /^Am .{1,300} schrieb.{0,200}:$/,
  /^Le .{1,300} a écrit ?:$/,
  /^El .{1,300} escribió:$/,
  /^Il .{1,300} ha scritto:$/,
  /^Op .{1,300} schreef.{0,200}:$/,
];
const ORIGINAL =
  /^-{3,} ?(Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine|Mensaje original) ?-{3,}$/i;
const QUOTED = /^ ?>/;
const SIGNATURE = /^--\s?$/;

/** A line without its marks of quoting, and how many there were. */
export function unquote(line: string): { depth: number; text: string } {
  const marks = /^(?: ?>)*/.exec(line)?.[0] ?? "";
  const text = line.slice(marks.length);
  return { depth: marks.replaceAll(" ", "").length, text: marks !== "" && text.startsWith(" ") ? text.slice(1) : text };
}

/** Whether a line is one of those common mail programs put before what somebody else wrote. */
export function isAttribution(line: string): boolean {
  const text = line.trim();
  return text.length <= 600 && ATTRIBUTIONS.some((pattern) => pattern.test(text));
}

/** Whether a line, standing in a mail as it is, would not be read as part of the value around it. */
export function isSpecial(line: string, format: TagFormat): boolean {
  return (
    QUOTED.test(line) || SIGNATURE.test(line) || ORIGINAL.test(line.trim()) || isAttribution(line) || tagOf(line, format) !== null
  );
}

/**
 * The lines the sender wrote: without quoted ones and the words that introduce them, up to the signature (RFC 3676
 * section 4.3) or to a history that is not quoted line by line.
 */
export function ownLines(lines: readonly string[]): string[] {
  const own: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (SIGNATURE.test(line) || ORIGINAL.test(line.trim())) break;
    if (QUOTED.test(line)) continue;
    const next = lines[index + 1];
    if (isAttribution(line)) {
      if (introducesQuote(lines, index + 1)) continue;
      break;
    }
    // Attributions are often folded into two lines; only with quoted lines below is the first of them taken for one.
    const folded = next !== undefined && isAttribution(`${line.trim()} ${next.trim()}`) && introducesQuote(lines, index + 2);
    const second = index > 0 && isAttribution(`${lines[index - 1]?.trim()} ${line.trim()}`) && introducesQuote(lines, index + 1);
    if (!folded && !second) own.push(line);
  }
  return own;
}

function introducesQuote(lines: readonly string[], from: number): boolean {
  const next = lines[from]?.trim() === "" ? from + 1 : from;
  return QUOTED.test(lines[next] ?? "");
}

/**
 * Reads tags and free text. The value of Message, Solution and Reason runs on over blank lines to the next tag, a tag
 * named End, or the end of what the sender wrote; every other value ends with its line.
 */
export function readBody(text: string, format: TagFormat): Body {
  return readLines(ownLines(text.split("\n")), format);
}

/** Reads tags and free text of lines that are all the sender's. */
export function readLines(lines: readonly string[], format: TagFormat): Body {
  const tags: { label: Label; value: string }[] = [];
  const free: string[] = [];
  let sink: string[] | null = free;
  const open: { label: Label; lines: string[] }[] = [];
  for (const line of lines) {
    const tag = tagOf(line, format);
    if (!tag) {
      sink?.push(sink === free ? line : unescaped(line, format));
      continue;
    }
    const lines = [tag.value];
    if (isLabel(tag.label)) open.push({ label: tag.label, lines });
    sink = tag.label === "end" ? null : TEXTS.includes(tag.label) ? lines : free;
  }
  for (const { label, lines } of open) tags.push({ label, value: upTo(format.after, lines) });
  return { tags, free: free.join("\n").trim() };
}

/** A backslash in front of a special line makes it text; further ones before it are the text's own. */
function unescaped(line: string, format: TagFormat): string {
  return line.startsWith("\\") && isSpecial(line.replace(/^\\+/, ""), format) ? line.slice(1) : line;
}

/** The value up to the first line that ends with what the format puts after it, or the whole. */
function upTo(after: string, lines: readonly string[]): string {
  const last = after === "" ? -1 : lines.findIndex((line) => line.trimEnd().endsWith(after));
  const kept = last === -1 ? lines : lines.slice(0, last + 1);
  const value = kept.join("\n").trim();
  return last === -1 ? value : value.slice(0, -after.length).trim();
}
