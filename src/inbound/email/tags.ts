// The tag lines in the body of a mail. Pure, linear in the length of the text.
import {
  isLabelName,
  isTicketLabel,
  type Label,
  labelKey,
  labelNamed,
  TASK_LABELS,
  TICKET_LABELS,
} from "../../lib/mail-labels.ts";
import type { MailWords } from "../../lib/mail-words.ts";
import {
  aboveHeaders,
  isAdvertisement,
  isAttribution,
  isFoldedAttribution,
  isFromLine,
  isOriginal,
  isQuoted,
  isSignature,
  withoutFoot,
} from "./history.ts";

/** A tag pattern such as `[[LABEL]]: [[Value]]`, taken apart: what stands before the label, between, and after the value. */
export interface TagFormat {
  before: string;
  middle: string;
  after: string;
}

/** How the tags of a mailbox are written: its formats, and every label that means something, as labels are compared. */
export interface TagRules {
  formats: readonly TagFormat[];
  labels: ReadonlyMap<string, Label>;
  /** Further words for what Status and Action say. */
  words?: MailWords;
}

/** What a setting says of tags. */
export interface TagSettings {
  tagFormat: string | readonly string[];
  /** Further names by label. */
  labels?: Readonly<Record<string, readonly string[]>>;
  words?: MailWords | undefined;
  /** Whether tags of tickets mean something here. */
  withTickets?: boolean;
}

/** What a body holds. `tags` has the known labels in the order they stand; `free` is the text outside every tag, trimmed. */
export interface Body {
  tags: readonly { label: Label; value: string }[];
  free: string;
}

/** Labels whose value may have many lines. */
const TEXTS: readonly string[] = ["message", "solution", "reason", "description", "ticketmessage"] satisfies Label[];

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

/** Makes the rules of tags; null when a format cannot work. */
export function readTagRules({ tagFormat, labels = {}, words = {}, withTickets = false }: TagSettings): TagRules | null {
  const formats: TagFormat[] = [];
  for (const text of typeof tagFormat === "string" ? [tagFormat] : tagFormat) {
    const format = readTagFormat(text);
    if (!format) return null;
    formats.push(format);
  }
  const known = new Map<string, Label>([...TASK_LABELS, "end" as const].map((label) => [label, label]));
  if (withTickets) for (const label of TICKET_LABELS) known.set(label, label);
  for (const [name, spellings] of Object.entries(labels)) {
    const label = labelNamed(name);
    if (label === null || (isTicketLabel(label) && !withTickets)) continue;
    if (label.startsWith("custom.")) known.set(labelKey(label.slice("custom.".length)), label);
    for (const spelling of spellings) known.set(labelKey(spelling), label);
  }
  return { formats, labels: known, words };
}

/** A tag as a line begins it. */
export interface Tag {
  /** Null for a label that means nothing here. */
  label: Label | null;
  value: string;
  format: TagFormat;
}

/** The tag a line begins, or null. Without anything before the label only known labels make a tag: `Note: …` is text. */
export function tagOf(line: string, { formats, labels }: TagRules): Tag | null {
  const text = line.trimStart();
  for (const format of formats) {
    if (!text.startsWith(format.before)) continue;
    const end = text.indexOf(format.middle, format.before.length);
    const name = text.slice(format.before.length, end).trim();
    if (end === -1 || !isLabelName(name)) continue;
    const label = labels.get(labelKey(name)) ?? null;
    if (format.before === "" && label === null) continue;
    return { label, value: text.slice(end + format.middle.length).trimStart(), format };
  }
  return null;
}

/** Whether a line, standing in a mail as it is, would not be read as part of the value around it. */
export function isSpecial(line: string, rules: TagRules): boolean {
  return (
    [isQuoted, isSignature, isOriginal, isAttribution, isFromLine, isAdvertisement].some((is) => is(line)) ||
    tagOf(line, rules) !== null
  );
}

/**
 * The lines the sender wrote: without quoted ones and the words that introduce them, up to the signature (RFC 3676
 * section 4.3) or to a history that is not quoted line by line. A tag, and a line behind a backslash, is the sender's whatever it holds.
 */
function ownLines(lines: readonly string[], rules: TagRules): string[] {
  const isOwn = (line: string): boolean => line.startsWith("\\") || tagOf(line, rules) !== null;
  // Only with quoted lines below is the first of two taken for the beginning of such words.
  const isFolded = (at: number): boolean => {
    const [line, next] = [lines[at], lines[at + 1]];
    if (line === undefined || next === undefined || !isFoldedAttribution(line, next)) return false;
    return !isOwn(line) && introducesQuote(lines, at + 2);
  };
  const own: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (isSignature(line) || isOriginal(line)) break;
    if (isQuoted(line)) continue;
    if (isFolded(index) || isFolded(index - 1)) continue;
    if (isAttribution(line) && !isOwn(line)) {
      if (introducesQuote(lines, index + 1)) continue;
      break;
    }
    own.push(line);
  }
  return own;
}

function introducesQuote(lines: readonly string[], from: number): boolean {
  const next = lines[from]?.trim() === "" ? from + 1 : from;
  return isQuoted(lines[next] ?? "");
}

/**
 * Reads tags and free text. The value of Message, Solution, Reason and Description runs on over blank lines to the next tag, a tag
 * named End, or the end of what the sender wrote; every other value ends with its line.
 */
export function readBody(text: string, rules: TagRules): Body {
  const own = ownLines(aboveHeaders(text.split("\n")), rules);
  return readLines(
    withoutFoot(own, (line) => tagOf(line, rules) !== null),
    rules,
  );
}

/** A value under way, and by which format its tag was written. */
interface Open {
  label: Label;
  lines: string[];
  format: TagFormat;
}

/** Reads tags and free text of lines that are all the sender's. */
export function readLines(lines: readonly string[], rules: TagRules): Body {
  const tags: { label: Label; value: string }[] = [];
  const free: string[] = [];
  let sink: string[] | null = free;
  const open: Open[] = [];
  for (const line of lines) {
    const tag = tagOf(line, rules);
    if (!tag) {
      sink?.push(sink === free ? line : unescaped(line, rules));
      continue;
    }
    const { label, value, format } = tag;
    const lines = [value];
    if (label !== null && label !== "end") open.push({ label, lines, format });
    sink = label === "end" ? null : label !== null && TEXTS.includes(label) ? lines : free;
  }
  for (const { label, lines, format } of open) tags.push({ label, value: upTo(format.after, lines) });
  return { tags, free: free.join("\n").trim() };
}

/** A backslash in front of a special line makes it text; further ones before it are the text's own. */
function unescaped(line: string, rules: TagRules): string {
  return line.startsWith("\\") && isSpecial(line.replace(/^\\+/, ""), rules) ? line.slice(1) : line;
}

/** The value up to the first line that ends with what the format puts after it, or the whole. */
function upTo(after: string, lines: readonly string[]): string {
  const last = after === "" ? -1 : lines.findIndex((line) => line.trimEnd().endsWith(after));
  const kept = last === -1 ? lines : lines.slice(0, last + 1);
  const value = kept.join("\n").trim();
  return last === -1 ? value : value.slice(0, -after.length).trim();
}
