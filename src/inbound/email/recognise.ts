// From what a mail says to the commands it stands for, or the reason why it stands for none. Pure; never guesses.
import type { MailboxRules } from "../../store/site.ts";
import { type AnswerRules, readAnswer } from "./answer-body.ts";
import { type Names, namesIn, type Patterns, readPatterns } from "./names.ts";
import { actionOf, type AddFiles, COMMANDS, filesAlone, type OnTask, type TaskCommand } from "./on-task.ts";
import { type DeskCommand, note, openTicket, ticketText, type Writer } from "./on-ticket.ts";
import { type Body, readBody, readTagRules, type TagRules } from "./tags.ts";
import { given, no, type Refused, type Values, valuesOf } from "./values.ts";

export type MailCommand = TaskCommand | AddFiles | DeskCommand;

/**
 * What the sender of a mail may do. A `provider` everything of its own; an `opener` opens tickets and writes to the desk; a `noter`,
 * behind whom nobody stands, leaves a note on what the mail names.
 */
export type Power = "provider" | "opener" | "noter";

/** Who wrote a mail, and what that allows. */
export interface MailSender extends Writer {
  power: Power;
  /** Whether this sender's mails may open tickets here. */
  mayOpen: boolean;
}

/** What of a mail is recognised. Texts have line feeds only. */
export interface MailText {
  subject: string;
  text: string;
  /** Written by a machine: only tags and patterns are believed then, never free text. */
  automatic: boolean;
  /** Whether it brings files that are taken: a mail of a person may say nothing beside. */
  hasFiles?: boolean;
  /** Set when a token shows that it answers a mail of ours about this task. */
  answer?: (AnswerRules & { task: string }) | null;
  /** The task it is about, where somebody says so instead of the mail. */
  task?: string | null;
  /** A provider that opens no tickets, when absent. */
  sender?: MailSender;
}

/** How the operator of a mailbox wants mails read; `timeZone` is the provider's. */
export interface MailRules extends MailboxRules {
  timeZone: string;
}

export type { Unrecognised } from "./values.ts";
export type Recognised = { ok: true; commands: MailCommand[] } | Refused;

const PROVIDER: MailSender = { power: "provider", mayOpen: false, address: null, person: null, isKnown: false };

/** The rules of tags of a mailbox; null when a format cannot work. Tags of tickets mean something where tickets do. */
export function tagRulesOf(rules: MailboxRules): TagRules | null {
  const { tagFormat, labels = {}, words, ticketPatterns = [], openTickets = "nobody" } = rules;
  return readTagRules({ tagFormat, labels, words, withTickets: ticketPatterns.length > 0 || openTickets !== "nobody" });
}

/** Everything a decision looks at. */
interface Look {
  mail: MailText;
  sender: MailSender;
  tags: TagRules;
  patterns: Patterns;
  timeZone: string;
}

/** Reads one mail. Every text it gives is trimmed; an empty tag counts as absent. */
export function recognise(mail: MailText, rules: MailRules): Recognised {
  const tags = tagRulesOf(rules);
  if (!tags) return no("bad_rules", "The tag format has no LABEL and Value.");
  const patterns = readPatterns(rules);
  if ("ok" in patterns) return patterns;
  const sender = mail.sender ?? PROVIDER;
  const look = { mail: mail.task ? { ...mail, subject: "" } : mail, sender, tags, patterns, timeZone: rules.timeZone };
  if (sender.power !== "provider") return ofStranger(look);
  const body = about(mail.task ?? null, readAnswer(mail.text, tags, mail.answer ?? null));
  const sections = mail.answer ? [body.tags] : sectionsOf(body.tags);
  if (sections.length > 1) return ofSections(look, sections);
  const values = valuesOf(body.tags, tags);
  if ("ok" in values) return values;
  if (mail.automatic && Object.keys(values).every((label) => NAMING.includes(label))) return ofMachine(look, values, body.free);
  return mail.answer ? ofAnswer(look, values, body.free) : ofProvider(look, values, body.free);
}

/** A task that is given stands for what the mail names. */
function about(task: string | null, { tags, free }: Body): Body {
  if (task === null) return { tags, free };
  return { tags: [...tags.filter(({ label }) => label !== "taskid"), { label: "taskid", value: task }], free };
}

/** Tags that say what a mail is about, and nothing of it. */
const NAMING: readonly string[] = ["taskid", "ticketid"];

/** A machine's mail that fills in no more than names says one thing at most: that its system knows our task under a number of its own. */
function ofMachine({ mail, patterns }: Look, values: Values, free: string): Recognised {
  if (patterns.reference.length === 0) return no("automatic");
  const token = mail.answer?.task ?? null;
  const names = namesIn({ subject: mail.subject, free, values, token }, patterns);
  if ("ok" in names) return names;
  if (names.task === null || names.reference === null) return no("automatic");
  return { ok: true, commands: [{ type: "acknowledge", bare: true, ...refOf(names) }] };
}

function refOf({ task, ticket, reference, found }: Names): OnTask["names"] {
  // A ticket says more about a task only where both are named.
  const ofTask = task === null ? null : ticket;
  return { ...given("task", task), ...given("ticket", ofTask), ...given("reference", reference), ...(found ? { found } : {}) };
}

const NEW_TICKET = ["ticket", "newticket"];

function ofProvider(look: Look, values: Values, free: string): Recognised {
  const { mail, sender, patterns, timeZone } = look;
  const { subject, automatic } = mail;
  const wantsTicket = NEW_TICKET.includes(values.action?.toLowerCase().replace(/[ _-]/g, "") ?? "");
  if (wantsTicket && sender.mayOpen) return openTicket(values, { subject, free }, sender);
  const names = namesIn({ subject, free, values }, patterns);
  if ("ok" in names) return names;
  if (names.task === null && names.reference === null) {
    if (names.ticket !== null) return ticketText(names.ticket, values, free, null);
    const isNew = sender.mayOpen && !automatic && !isAboutTask(values);
    if (isNew) return openTicket(values, { subject, free }, sender);
    return bringsFiles(mail) ? no("no_task") : noTask(values, free);
  }
  const beside = besideTask(names, values);
  if ("ok" in beside) return beside;
  if (beside.isAll) return { ok: true, commands: beside.commands };
  const words = automatic ? "" : free;
  const action = actionOf(values, words);
  const said = typeof action === "object" ? action : COMMANDS[action](values, words, { names: refOf(names), timeZone });
  const first = foundReference(names, values, words) ?? said;
  const made = isSilent(first) && bringsFiles(mail) ? filesAlone(refOf(names)) : first;
  return made.ok ? { ok: true, commands: [...made.commands, ...beside.commands] } : made;
}

const isSilent = (made: Recognised): boolean => !made.ok && made.reason === "nothing_to_do";

const bringsFiles = ({ hasFiles = false, automatic }: MailText): boolean => hasFiles && !automatic;

const isAboutTask = (values: Values): boolean =>
  (["action", "solution", "status", "resolvedat", "reason", "externalreference", "taskid"] as const).some(
    (label) => values[label],
  );

/** Words that say nothing to do are told so first; else it is the task that lacks. */
function noTask(values: Values, free: string): Refused {
  const action = actionOf(values, free);
  return typeof action === "object" ? action : no("no_task");
}

/** Words with a reference beside them, as ticket systems write: nobody has to say which of acknowledgement and update it is. */
function foundReference(names: Names, values: Values, free: string): Recognised | null {
  const isPlain = Object.keys(values).every((label) => ["taskid", "ticketid", "message"].includes(label));
  if (!names.found || names.task === null || !isPlain) return null;
  const message = values.message ?? (free === "" ? undefined : free);
  return { ok: true, commands: [{ type: "acknowledge", bare: true, ...refOf(names), ...given("message", message) }] };
}

/** What goes to the ticket beside what goes to the task; `isAll` when the mail says nothing else. */
function besideTask({ task, ticket }: Names, values: Values): { commands: DeskCommand[]; isAll: boolean } | Refused {
  const { ticketmessage: text } = values;
  if (text === undefined) return { commands: [], isAll: false };
  if (ticket === null) return no("bad_tag", "The tag TicketMessage needs the number of the ticket in TicketId.");
  const isAll = Object.keys(values).every((label) => ["taskid", "ticketid", "ticketmessage"].includes(label));
  return { commands: [{ type: "add_ticket_message", ticket, text, ...(isAll ? given("task", task) : {}) }], isAll };
}

/**
 * A mail that answers ours. The token has said which task is meant; a tag or subject that says otherwise is a conflict. What
 * people write beside filled tags is a message too: nobody who answers a mail expects it to be dropped.
 */
function ofAnswer({ mail, patterns, timeZone }: Look, values: Values, free: string): Recognised {
  const token = mail.answer?.task ?? "";
  const asked = Object.keys(values).filter((label) => !["taskid", "ticketid", "ticketmessage"].includes(label));
  const found = namesIn({ subject: mail.subject, free, values, token }, patterns);
  if ("ok" in found) return found;
  const beside = besideTask(found, values);
  if ("ok" in beside) return beside;
  if (mail.automatic && asked.length + beside.commands.length === 0) return no("automatic");
  const words = mail.automatic ? "" : free;
  const names = refOf(found);
  const first = (made: Recognised): Recognised =>
    made.ok ? { ok: true, commands: [...made.commands, ...beside.commands] } : made;
  if (asked.every((label) => label === "externalreference")) {
    if (beside.isAll && words === "") return { ok: true, commands: beside.commands };
    const more = bringsFiles(mail) ? { beside: true } : {};
    return first({
      ok: true,
      commands: [{ type: "acknowledge", bare: true, ...more, ...names, ...given("message", words || null) }],
    });
  }
  const action = actionOf(values, words);
  if (typeof action === "object") return action;
  const outcome = values.status?.toLowerCase() ?? "solved";
  const isUsed =
    action === "reassignment" &&
    ((outcome === "solved" && values.solution === undefined) || (outcome === "returned" && values.reason === undefined));
  const message = values.message ?? (isUsed ? undefined : words || undefined);
  return first(COMMANDS[action]({ ...values, ...given("message", message) }, words, { names, timeZone }));
}

const MOST_SECTIONS = 20;

/** The tags of each task, where a mail names several by tags: each TaskId with another number begins the next. */
function sectionsOf(tags: Body["tags"]): Body["tags"][] {
  const sections: { task: string | null; tags: Body["tags"][number][] }[] = [];
  for (const tag of tags) {
    const task = tag.label === "taskid" && tag.value !== "" ? tag.value : null;
    const last = sections.at(-1);
    if (!last || (task !== null && last.task !== null && task !== last.task)) sections.push({ task, tags: [tag] });
    else {
      last.tags.push(tag);
      last.task ??= task;
    }
  }
  return sections.map((one) => one.tags);
}

/** Several tasks in one mail, all or none. Only tags count: words between them could belong to any. */
function ofSections(look: Look, sections: readonly Body["tags"][]): Recognised {
  if (sections.length > MOST_SECTIONS) return no("bad_tag", `A mail may be about ${MOST_SECTIONS} tasks at most.`);
  const commands: MailCommand[] = [];
  for (const tags of sections) {
    const values = valuesOf(tags, look.tags);
    if ("ok" in values) return values;
    const made = ofProvider({ ...look, mail: { ...look.mail, subject: "" } }, values, "");
    if (!made.ok) return no(made.reason, `${values.taskid}: ${made.detail ?? "there is nothing to do."}`);
    commands.push(...made.commands);
  }
  return { ok: true, commands };
}

const NO_TAGS: TagRules = { formats: [], labels: new Map() };

/** A mail that no provider stands behind: its words reach the desk, and nobody else. */
function ofStranger({ mail, sender, tags, patterns }: Look): Recognised {
  if (mail.automatic) return no("automatic");
  const isObeyed = sender.power === "opener";
  const { tags: found, free } = readBody(mail.text, isObeyed ? tags : NO_TAGS);
  const values = valuesOf(found, tags);
  if ("ok" in values) return values;
  const names = namesIn({ subject: mail.subject, free, values }, patterns);
  if ("ok" in names) return names;
  if (names.task !== null) return note(names.task, values.message ?? free, sender.address);
  if (names.ticket !== null) return ticketText(names.ticket, values, free, sender.address);
  return sender.mayOpen ? openTicket(values, { subject: mail.subject, free }, sender) : no("no_task");
}
