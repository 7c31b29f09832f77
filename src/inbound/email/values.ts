// What the tags of a mail say, one value for each, and why a mail leads to no command.
import type { TaskLabel, TicketLabel } from "../../lib/mail-labels.ts";
import { ACTION_WORDS, type MailWords, STATUS_WORDS, wordMeant } from "../../lib/mail-words.ts";
import type { Body, TagRules } from "./tags.ts";

/** Why a mail leads to no command. */
export type Unrecognised =
  | "automatic"
  | "bad_rules"
  | "bad_tag"
  | "no_task"
  | "ambiguous_task"
  | "ambiguous_ticket"
  | "ambiguous_reference"
  | "conflict"
  | "nothing_to_do";

export interface Refused {
  ok: false;
  reason: Unrecognised;
  detail: string | null;
}

/** Says why a mail leads to nothing. */
export function no(reason: Unrecognised, detail: string | null = null): Refused {
  return { ok: false, reason, detail };
}

/** The filled tags of a mail; `custom` are fields of a new ticket under their own names. */
export type Values = Partial<Record<TaskLabel | TicketLabel, string>> & { custom?: Readonly<Record<string, string>> };

const CUSTOM = "custom.";

/** A value of Status or Action in our words; what means nothing stays as it is. */
function inOurWords(label: string, value: string, words: MailWords | undefined): string {
  if (label === "status") return wordMeant(value, STATUS_WORDS, words) ?? value;
  return label === "action" ? (wordMeant(value, ACTION_WORDS, words) ?? value) : value;
}

/** One value for each label, or why not. An empty one counts as absent. */
export function valuesOf(tags: Body["tags"], { words }: Pick<TagRules, "words"> = {}): Values | Refused {
  const found = new Map<string, string>();
  for (const { label, value: written } of tags) {
    if (written === "") continue;
    const value = inOurWords(label, written, words);
    if ((found.get(label) ?? value) !== value) return no("bad_tag", `The tag ${label} is given twice.`);
    found.set(label, value);
  }
  const entries = [...found];
  const custom = entries.flatMap(([label, value]) => (label.startsWith(CUSTOM) ? [[label.slice(CUSTOM.length), value]] : []));
  const plain = Object.fromEntries(entries.filter(([label]) => !label.startsWith(CUSTOM))) as Values;
  return custom.length === 0 ? plain : { ...plain, custom: Object.fromEntries(custom) as Record<string, string> };
}

/** Refuses a tag the action has no place for, so that no words of a partner are dropped in silence. */
export function strayTag(values: Values, labels: readonly (TaskLabel | TicketLabel)[]): Refused | null {
  const stray = labels.find((label) => values[label] !== undefined);
  return stray === undefined ? null : no("bad_tag", `The tag ${stray} does not belong to this action.`);
}

/** The member, where there is something to say. */
export function given<K extends string, V>(name: K, value: V | null | undefined): { [P in K]?: V } {
  return (value === undefined || value === null ? {} : { [name]: value }) as { [P in K]?: V };
}
