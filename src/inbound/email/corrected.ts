// A kept mail as an operator wants it read: with other words, with tags set, and without asking whether a machine wrote it. Pure.
import { readAnswer } from "./answer-body.ts";
import { labelKey } from "../../lib/mail-labels.ts";
import { type Body, isSpecial, type TagRules } from "./tags.ts";

/** What an operator says a mail should have said. */
export interface Said {
  text: string | null;
  /** Values by label; an empty one takes the mail's own away. */
  tags: Readonly<Record<string, string>> | null;
}

/** The text with the tags set, of what its sender wrote: history and signature are cut first, so that nothing runs into them. */
export function correctedText(text: string, { text: given, tags }: Said, rules: TagRules): string {
  if (tags === null) return given ?? text;
  const body = readAnswer(given ?? text, rules, null);
  const set = new Set(Object.keys(tags).map((label) => meant(label, rules)));
  const kept = body.tags
    .filter(({ label }) => !set.has(label))
    .map(({ label, value }): [string, string] => [label.replace(/^custom\./, ""), value]);
  const lines = [...kept, ...Object.entries(tags)].flatMap(([label, value]) => tagLines(label, value.trim(), rules));
  return [body.free, ...lines].join("\n");
}

/** The task that the tags set name, whatever the mail's own subject says. */
export function taskOf(tags: Said["tags"]): string | null {
  const [, task = ""] = Object.entries(tags ?? {}).find(([label]) => labelKey(label) === "taskid") ?? [];
  return task.trim() || null;
}

/** Names of the mailbox's own stand for the same. */
const meant = (label: string, { labels }: TagRules): string => labels.get(labelKey(label)) ?? labelKey(label);

function tagLines(label: string, value: string, rules: TagRules): string[] {
  const [format] = rules.formats;
  if (value === "" || format === undefined) return [];
  const [first = "", ...more] = value.split("\n");
  const lines = [`${format.before}${label}${format.middle} ${first}`, ...more.map((line) => escaped(line, rules))];
  return [...lines.slice(0, -1), `${lines.at(-1)}${format.after}`];
}

function escaped(line: string, rules: TagRules): string {
  return isSpecial(line.replace(/^\\+/, ""), rules) ? `\\${line}` : line;
}

/** What its sender wrote outside tags; where that is nothing, what a tag says in words; else all there is. */
export function wordsOf(text: string, rules: TagRules): string {
  const { free, tags }: Body = readAnswer(text, rules, null);
  const said = tags.find(({ label, value }) => ["message", "solution", "reason"].includes(label) && value !== "");
  return free || said?.value || text.trim();
}
