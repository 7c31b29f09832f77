// The text of a mail that may answer one of ours: what its sender wrote above our line, and what was filled in in our tag
// block, also inside the quote. Pure, linear in the length of the text.
import { LINE_MARK } from "../../lib/reply-token.ts";
import { aboveHeaders, isFoldedAttribution, unquote, withoutRules } from "./history.ts";
import { type Body, readBody, readLines, type TagRules, tagOf } from "./tags.ts";

/** What is known of the mail. `blocks` are the marks of tag blocks that are ours, `direct` whether they were filled in now. */
export interface AnswerRules {
  blocks: readonly string[];
  direct: boolean;
}

const LONGEST_LINE = 1_000;
const BLOCK = new RegExp(`^${LINE_MARK} \\S{1,12} ([a-z][a-z2-7]{26,}) ${LINE_MARK}$`, "i");

/** The mark of a line that begins a tag block, quoted or not; null for any other line. */
export function blockMark(line: string): string | null {
  return isMarked(line) ? (BLOCK.exec(unquote(line).text.trim())?.[1] ?? null) : null;
}

/**
 * Reads a mail's text. Without a line of ours in it, and without a token (`answer` null), it is read as any mail is. Text
 * below our line is history, whatever the mail program put before it. A block counts when it is known to be ours and stands
 * in the mail answered or its quote; without a token only where it is not quoted.
 */
export function readAnswer(text: string, rules: TagRules, answer: AnswerRules | null): Body {
  const lines = text.split("\n");
  const first = lines.findIndex(isMarked);
  if (first === -1) return readBody(text, rules);
  const block = blockIn(lines, rules, answer);
  const above = aboveHeaders(withoutIntroduction(lines.slice(0, first)));
  const below = belowQuoted(lines, first).filter(({ index }) => !block || index < block.from || index > block.to);
  const own = readBody([...above, "", ...below.map(({ line }) => line)].join("\n"), rules);
  return { tags: [...own.tags, ...(block ? tagsIn(lines, block, rules) : [])], free: own.free };
}

function isMarked(line: string): boolean {
  if (line.length > LONGEST_LINE || !line.includes(LINE_MARK)) return false;
  const text = unquote(line).text.trim();
  return text.startsWith(`${LINE_MARK} `) && text.endsWith(` ${LINE_MARK}`);
}

/** Lines of a block: from its mark to its End tag or the next line of ours, else to the end of the quote or, unquoted, of the mail. */
interface Block {
  from: number;
  to: number;
}

/**
 * The lines from our first one on that may hold words of the sender: below a quoted one people go on writing, below one that
 * is not quoted stands only history.
 */
function belowQuoted(lines: readonly string[], first: number): { line: string; index: number }[] {
  const end = lines.findIndex((line, index) => index >= first && isMarked(line) && unquote(line).depth === 0);
  const below = lines.slice(first, end === -1 ? lines.length : end);
  return below.map((line, index) => ({ line, index: first + index }));
}

function blockIn(lines: readonly string[], rules: TagRules, answer: AnswerRules | null): Block | null {
  const from = lines.findIndex((line) => {
    const mark = blockMark(line);
    const { depth } = unquote(line);
    return mark !== null && (answer ? answer.direct && depth <= 1 && answer.blocks.includes(mark) : depth === 0);
  });
  if (from === -1) return null;
  const isEnd = (line: string): boolean => isMarked(line) || tagOf(unquote(line).text, rules)?.label === "end";
  const end = lines.findIndex((line, index) => index > from && isEnd(line));
  if (end !== -1) return { from, to: isMarked(lines[end] ?? "") ? end - 1 : end };
  const isQuoted = unquote(lines[from] ?? "").depth > 0;
  return { from, to: isQuoted ? lines.findLastIndex((line) => unquote(line).depth > 0) : lines.length - 1 };
}

/** The tags of a block, one mark of quoting taken off; what stands deeper was quoted before. */
function tagsIn(lines: readonly string[], { from, to }: Block, rules: TagRules): Body["tags"] {
  const filled: string[] = [];
  for (const line of lines.slice(from + 1, to + 1)) {
    const { depth, text } = unquote(line);
    if (depth <= 1) filled.push(text);
  }
  return readLines(filled, rules).tags;
}

const DATED = /\b(?:19|20)\d\d\b|\d{1,2}[:.h]\d\d|[٠-٩۰-۹]{1,2}:[٠-٩۰-۹]{2}/;

/**
 * The lines without what a mail program, in whatever language, put right before the mail it quotes: a block of header lines
 * (`From: …`, `Gesendet: …`) with a rule above it, or a sentence that ends with a colon and has a date or an address.
 */
function withoutIntroduction(lines: readonly string[]): string[] {
  const headers = headerLinesAtEnd(lines);
  if (headers > 0) return withoutRules(trimEnd(lines).slice(0, -headers));
  const kept = withoutRules(lines);
  const last = kept.at(-1) ?? "";
  const before = kept.at(-2) ?? "";
  if (!/[:：]$/.test(last.trim()) || last.length > LONGEST_LINE || !/[\d@<]/.test(`${last}${before}`)) return kept;
  // Long ones are folded in two; the date then stands in the first.
  const isRest = before.includes("@") && !/\p{L}/u.test(last);
  const isFolded = isRest || isFoldedAttribution(before, last) || (!DATED.test(last) && DATED.test(before));
  if (isFolded) return kept.slice(0, -2);
  return DATED.test(last) || last.includes("@") ? kept.slice(0, -1) : kept;
}

function trimEnd(lines: readonly string[]): string[] {
  return lines.slice(0, lines.findLastIndex((line) => line.trim() !== "") + 1);
}

const HEADER = /^\*{0,2}\p{L}[\p{L} .'’-]{0,24}\*{0,2}\s?[:：]\*{0,2}\s*\S/u;
const MOST_HEADERS = 8;

/** How many of the last lines are header fields as mail programs show them: three or more, or two with an address. */
function headerLinesAtEnd(lines: readonly string[]): number {
  const kept = trimEnd(lines);
  let count = 0;
  while (count < MOST_HEADERS && HEADER.test(kept.at(-1 - count)?.slice(0, LONGEST_LINE) ?? "")) count++;
  const found = count === 0 ? [] : kept.slice(-count);
  return count >= 3 || (count === 2 && found.some((line) => line.includes("@"))) ? count : 0;
}
