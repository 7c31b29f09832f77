// From what a mail says to the commands it stands for, or the reason why it stands for none. Pure; never guesses.
import type { Acknowledge } from "../../core/commands/acknowledge.ts";
import type { Outcome, Reassignment } from "../../core/commands/reassignment.ts";
import type { UpdateMessage } from "../../core/commands/update-message.ts";
import { type AnswerRules, readAnswer } from "./answer-body.ts";
import { type Body, type Label, readTagFormat } from "./tags.ts";
import { readTime } from "./times.ts";

/** `bare` is a plain answer: it acknowledges a task that nobody has acknowledged yet, and is an update of any other. */
export type MailCommand = (Acknowledge & { bare?: boolean }) | UpdateMessage | Reassignment;

/** What of a mail is recognised. Texts have line feeds only. */
export interface MailText {
  subject: string;
  text: string;
  /** Written by a machine: only tags are believed then, never free text. */
  automatic: boolean;
  /** Set when a token shows that it answers a mail of ours about this task. */
  answer?: (AnswerRules & { task: string }) | null;
}

/** How the operator of a mailbox wants mails read; `timeZone` is the provider's. */
export interface MailRules {
  tagFormat: string;
  taskPatterns: readonly string[];
  timeZone: string;
}

/** Why a mail leads to no command. */
export type Unrecognised = "automatic" | "bad_rules" | "bad_tag" | "no_task" | "ambiguous_task" | "conflict" | "nothing_to_do";
export type Recognised = { ok: true; commands: MailCommand[] } | { ok: false; reason: Unrecognised; detail: string | null };

type Values = Partial<Record<Label, string>>;
type Refused = Extract<Recognised, { ok: false }>;

const no = (reason: Unrecognised, detail: string | null = null): Refused => ({ ok: false, reason, detail });

/** Reads one mail. Every text it gives is trimmed; an empty tag counts as absent. */
export function recognise(mail: MailText, rules: MailRules): Recognised {
  const format = readTagFormat(rules.tagFormat);
  if (!format) return no("bad_rules", "The tag format has no LABEL and Value.");
  const answer = mail.answer ?? null;
  const body = readAnswer(mail.text, format, answer);
  if (mail.automatic && body.tags.length === 0) return no("automatic");
  const values = valuesOf(body);
  if ("ok" in values) return values;
  if (answer) return recogniseAnswer(mail, { values, free: body.free, task: answer.task }, rules);
  const action = actionOf(values, body.free);
  if (typeof action === "object") return action;
  const task = values.taskid === undefined ? taskNumber(mail, body, rules.taskPatterns) : values.taskid;
  if (task !== null && typeof task === "object") return task;
  if (task === null && values.externalreference === undefined) return no("no_task");
  const names = { ...given("task", task ?? undefined), ...given("reference", values.externalreference) };
  return COMMANDS[action](values, body.free, { names, timeZone: rules.timeZone });
}

interface Answered {
  values: Values;
  free: string;
  /** What the token names. */
  task: string;
}

/**
 * A mail that answers ours. The token has said which task is meant; a tag or subject that says otherwise is a conflict. What
 * people write beside filled tags is a message too: nobody who answers a mail expects it to be dropped.
 */
function recogniseAnswer(mail: MailText, { values, free, task }: Answered, { taskPatterns, timeZone }: MailRules): Recognised {
  const asked = Object.keys(values).filter((label) => label !== "taskid");
  if (mail.automatic && asked.length === 0) return no("automatic");
  const doubt = otherTask(mail, values, { task, taskPatterns });
  if (doubt) return doubt;
  const words = mail.automatic ? "" : free;
  const names = { task, ...given("reference", values.externalreference) };
  if (asked.every((label) => label === "externalreference"))
    return { ok: true, commands: [{ type: "acknowledge", bare: true, ...names, ...given("message", words || undefined) }] };
  const action = actionOf(values, words);
  if (typeof action === "object") return action;
  const outcome = values.status?.toLowerCase() ?? "solved";
  const isUsed =
    action === "reassignment" &&
    ((outcome === "solved" && values.solution === undefined) || (outcome === "returned" && values.reason === undefined));
  const message = values.message ?? (isUsed ? undefined : words || undefined);
  return COMMANDS[action]({ ...values, ...given("message", message) }, words, { names, timeZone });
}

/** Why the mail may be about another task than its token: a TaskId tag, or a subject with other numbers only. */
function otherTask(
  { subject }: MailText,
  values: Values,
  { task, taskPatterns }: { task: string; taskPatterns: readonly string[] },
): Refused | null {
  const isSame = (number: string): boolean => number.toLowerCase() === task.toLowerCase();
  if (values.taskid !== undefined && !isSame(values.taskid)) return no("conflict", "The tag TaskId names another task.");
  const patterns = compiled(taskPatterns);
  if ("ok" in patterns) return patterns;
  const found = [...numbersIn(subject.slice(0, SUBJECT_SEARCHED), patterns)];
  return found.length > 0 && !found.some(isSame) ? no("conflict", "The subject names another task.") : null;
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
  const expressions = compiled(patterns);
  if ("ok" in expressions) return expressions;
  const inSubject = numbersIn(subject.slice(0, SUBJECT_SEARCHED), expressions);
  const found = inSubject.size > 0 ? inSubject : numbersIn(free.slice(0, BODY_SEARCHED), expressions);
  if (found.size > 1) return no("ambiguous_task", "More than one task number was found.");
  return [...found][0] ?? null;
}

function compiled(patterns: readonly string[]): RegExp[] | Refused {
  const expressions: RegExp[] = [];
  for (const pattern of patterns) {
    try {
      expressions.push(new RegExp(pattern, "gim"));
    } catch {
      return no("bad_rules", "A pattern for task numbers is no regular expression.");
    }
  }
  return expressions;
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
