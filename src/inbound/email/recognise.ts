// From what a mail says to the commands it stands for, or the reason why it stands for none. Pure; never guesses.
import type { Acknowledge } from "../../core/commands/acknowledge.ts";
import type { Outcome, Reassignment } from "../../core/commands/reassignment.ts";
import type { UpdateMessage } from "../../core/commands/update-message.ts";
import { type Body, type Label, readBody, readTagFormat } from "./tags.ts";
import { readTime } from "./times.ts";

export type MailCommand = Acknowledge | UpdateMessage | Reassignment;

/** What of a mail is recognised. Texts have line feeds only. */
export interface MailText {
  subject: string;
  text: string;
  /** Written by a machine: only tags are believed then, never free text. */
  automatic: boolean;
}

/** How the operator of a mailbox wants mails read; `timeZone` is the provider's. */
export interface MailRules {
  tagFormat: string;
  taskPatterns: readonly string[];
  timeZone: string;
}

/** Why a mail leads to no command. */
export type Unrecognised = "automatic" | "bad_rules" | "bad_tag" | "no_task" | "ambiguous_task" | "nothing_to_do";
export type Recognised = { ok: true; commands: MailCommand[] } | { ok: false; reason: Unrecognised; detail: string | null };

type Values = Partial<Record<Label, string>>;
type Refused = Extract<Recognised, { ok: false }>;

const no = (reason: Unrecognised, detail: string | null = null): Refused => ({ ok: false, reason, detail });

/** Reads one mail. Every text it gives is trimmed; an empty tag counts as absent. */
export function recognise(mail: MailText, rules: MailRules): Recognised {
  const format = readTagFormat(rules.tagFormat);
  if (!format) return no("bad_rules", "The tag format has no LABEL and Value.");
  const body = readBody(mail.text, format);
  if (mail.automatic && body.tags.length === 0) return no("automatic");
  const values = valuesOf(body);
  if ("ok" in values) return values;
  const action = actionOf(values, body.free);
  if (typeof action === "object") return action;
  const task = values.taskid === undefined ? taskNumber(mail, body, rules.taskPatterns) : values.taskid;
  if (task !== null && typeof task === "object") return task;
  if (task === null && values.externalreference === undefined) return no("no_task");
  const names = { ...given("task", task ?? undefined), ...given("reference", values.externalreference) };
  return COMMANDS[action](values, body.free, { names, timeZone: rules.timeZone });
}

/** One value for each label, or why not. */
function valuesOf({ tags }: Body): Values | Refused {
  const values: Values = {};
  for (const { label, value } of tags) {
    if (value === "") continue;
    if (values[label] !== undefined && values[label] !== value) return no("bad_tag", `The tag ${label} is given twice.`);
    values[label] = value;
  }
  return values;
}

type Action = "acknowledgement" | "update" | "reassignment";

function actionOf(values: Values, free: string): Action | Refused {
  const asked = values.action?.toLowerCase();
  if (asked !== undefined)
    return isAction(asked) ? asked : no("bad_tag", "Action is none of acknowledgement, update, reassignment.");
  if (values.solution !== undefined || values.status !== undefined) return "reassignment";
  if (values.message !== undefined) return "update";
  if (values.externalreference !== undefined) return "acknowledgement";
  return free === "" ? no("nothing_to_do") : "update";
}

function isAction(word: string): word is Action {
  return Object.hasOwn(COMMANDS, word);
}

interface Named {
  names: { task?: string; reference?: string };
  timeZone: string;
}

const COMMANDS: Record<Action, (values: Values, free: string, named: Named) => Recognised> = {
  acknowledgement(values, _free, { names }) {
    const stray = strayTag(values, ["solution", "status", "resolvedat", "reason"]);
    return stray ?? { ok: true, commands: [{ type: "acknowledge", ...names, ...given("message", values.message) }] };
  },
  update(values, free, { names }) {
    const stray = strayTag(values, ["solution", "status", "resolvedat", "reason"]);
    if (stray) return stray;
    const message = values.message ?? free;
    return message === "" ? no("nothing_to_do") : { ok: true, commands: [{ type: "update_message", ...names, message }] };
  },
  reassignment(values, free, { names, timeZone }) {
    const outcome = (values.status?.toLowerCase() ?? "solved") as Outcome;
    if (!["solved", "closed", "returned"].includes(outcome)) return no("bad_tag", "Status is none of solved, closed, returned.");
    const resolvedAt = values.resolvedat === undefined ? undefined : readTime(values.resolvedat, timeZone);
    if (resolvedAt === null) return no("bad_tag", "ResolvedAt is no date and time such as 2026-01-31T14:00:00Z.");
    // Untagged text stands in only for the one text the outcome cannot do without; a greeting must not become a solution.
    const solution = values.solution ?? (outcome === "solved" && free !== "" ? free : undefined);
    const reason = values.reason ?? (outcome === "returned" && free !== "" ? free : undefined);
    const texts = { ...given("solution", solution), ...given("resolvedAt", resolvedAt), ...given("reason", reason) };
    const message: MailCommand[] =
      values.message === undefined ? [] : [{ type: "update_message", ...names, message: values.message }];
    return { ok: true, commands: [...message, { type: "reassignment", ...names, outcome, ...texts }] };
  },
};

/** Refuses a tag the action has no place for, so that no words of a partner are dropped in silence. */
function strayTag(values: Values, labels: readonly Label[]): Refused | null {
  const stray = labels.find((label) => values[label] !== undefined);
  return stray === undefined ? null : no("bad_tag", `The tag ${stray} does not belong to this action.`);
}

function given<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}

/** Only the beginning is searched, so that an operator's pattern stays affordable. */
const SUBJECT_SEARCHED = 1_000;
const BODY_SEARCHED = 20_000;
const MOST_HITS = 50;

/** The task number found in the subject, else in the free text; two different ones are none. */
function taskNumber({ subject }: MailText, { free }: Body, patterns: readonly string[]): string | null | Refused {
  const compiled: RegExp[] = [];
  for (const pattern of patterns) {
    try {
      compiled.push(new RegExp(pattern, "gim"));
    } catch {
      return no("bad_rules", "A pattern for task numbers is no regular expression.");
    }
  }
  const inSubject = numbersIn(subject.slice(0, SUBJECT_SEARCHED), compiled);
  const found = inSubject.size > 0 ? inSubject : numbersIn(free.slice(0, BODY_SEARCHED), compiled);
  if (found.size > 1) return no("ambiguous_task", "More than one task number was found.");
  return [...found][0] ?? null;
}

function numbersIn(text: string, patterns: readonly RegExp[]): Set<string> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern).take(MOST_HITS)) {
      const number = (match[1] ?? match[0]).trim();
      if (number !== "") found.add(number);
    }
  }
  return found;
}
