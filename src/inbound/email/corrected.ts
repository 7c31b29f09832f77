// A kept mail as an operator wants it read: with other words, with tags set, and without asking whether a machine wrote it. Pure.
import { readAnswer } from "./answer-body.ts";
import { type Body, isSpecial, type TagFormat } from "./tags.ts";

/** What an operator says a mail should have said. */
export interface Said {
  text: string | null;
  /** Values by label; an empty one takes the mail's own away. */
  tags: Readonly<Record<string, string>> | null;
}

/** The text with the tags set, of what its sender wrote: history and signature are cut first, so that nothing runs into them. */
export function correctedText(text: string, { text: given, tags }: Said, format: TagFormat): string {
  if (tags === null) return given ?? text;
  const body = readAnswer(given ?? text, format, null);
  const set = new Set(Object.keys(tags).map(plain));
  const kept = body.tags.filter(({ label }) => !set.has(label)).map(({ label, value }): [string, string] => [label, value]);
  const lines = [...kept, ...Object.entries(tags)].flatMap(([label, value]) => tagLines(label, value.trim(), format));
  return [body.free, ...lines].join("\n");
}

const plain = (label: string): string => label.toLowerCase().replace(/[ ._-]/g, "");

function tagLines(label: string, value: string, format: TagFormat): string[] {
  if (value === "") return [];
  const [first = "", ...more] = value.split("\n");
  const lines = [`${format.before}${label}${format.middle} ${first}`, ...more.map((line) => escaped(line, format))];
  return [...lines.slice(0, -1), `${lines.at(-1)}${format.after}`];
}

function escaped(line: string, format: TagFormat): string {
  return isSpecial(line.replace(/^\\+/, ""), format) ? `\\${line}` : line;
}

/** What its sender wrote outside tags; where that is nothing, what a tag says in words; else all there is. */
export function wordsOf(text: string, format: TagFormat): string {
  const { free, tags }: Body = readAnswer(text, format, null);
  const said = tags.find(({ label, value }) => ["message", "solution", "reason"].includes(label) && value !== "");
  return free || said?.value || text.trim();
}
