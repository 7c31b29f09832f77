// How the mails of a mailbox are read, in the words of a site document: the tags and numbers they are recognised by, who may open
// tickets, and what becomes of a mail nobody stands behind.
import type { Knex } from "knex";
import { isLabelName, labelKey, labelNamed, patternFlags } from "../lib/mail-labels.ts";
import { doubtfulWord } from "../lib/mail-words.ts";
import type { MailboxRules } from "./site.ts";
import type { SiteDocument } from "./site-document.ts";
import { wrong } from "./site-refusal.ts";

/** What is left out is as a mailbox has it by default. */
export type MailRulesDocument = Partial<MailboxRules>;

/** How new tickets say their number, where a mailbox takes tickets and names no patterns of its own. */
const TICKET_PATTERNS = ["\\bTicket\\s?Id\\s?:\\s*([\\p{L}\\p{N}][\\p{L}\\p{N}._/-]{0,63})"];
const TASK_PATTERNS = ["\\b(TSK-\\d+)\\b"];
const TAG_FORMAT = "[[LABEL]]: [[Value]]";

/** Refuses rules that cannot work. */
export function checkMailRules(where: string, rules: MailRulesDocument): void {
  for (const pattern of [rules.taskPatterns, rules.ticketPatterns, rules.referencePatterns].flatMap((one) => one ?? []))
    checkPattern(where, pattern);
  for (const format of formatsOf(rules.tagFormat ?? TAG_FORMAT)) checkFormat(where, format);
  checkLabels(where, rules.labels ?? {});
  const doubtful = doubtfulWord(rules.words ?? {});
  if (doubtful) wrong(where, `words: ${doubtful.text} would mean ${doubtful.means.join(" and ")}`);
  if (rules.openTickets === "anybody" && !rules.failoverPerson)
    wrong(where, "openTickets anybody needs a failoverPerson: the person whose ticket it is when the sender is unknown");
  if (rules.strangersPerHour !== undefined && rules.openTickets !== "anybody")
    wrong(where, "strangersPerHour is for openTickets anybody: elsewhere no stranger's mail is carried out");
}

function checkPattern(where: string, pattern: string): void {
  let expression: RegExp;
  try {
    expression = new RegExp(pattern, patternFlags(pattern));
  } catch {
    wrong(where, `${pattern} is not a regular expression`);
  }
  if (expression.test("")) wrong(where, `${pattern} fits a text without anything in it, so it would be found everywhere`);
}

function checkFormat(where: string, format: string): void {
  if (!(/LABEL/.test(format) && /Value/.test(format))) wrong(where, "the tagFormat needs the place-holders LABEL and Value");
}

/** One name means one thing: a mail is never read by whichever came first. */
function checkLabels(where: string, labels: NonNullable<MailRulesDocument["labels"]>): void {
  const meant = new Map<string, string>();
  for (const [name, spellings] of Object.entries(labels)) {
    const label = labelNamed(name);
    if (label === null) wrong(where, `labels: ${name} is no tag; see the list in docs/email.md, or write custom.<name>`);
    for (const spelling of spellings) {
      if (!isLabelName(spelling.trim())) wrong(where, `labels: ${spelling} cannot be a label`);
      const key = labelKey(spelling.trim());
      const other = meant.get(key) ?? labelNamed(spelling.trim());
      if (other !== null && other !== label) wrong(where, `labels: ${spelling} would mean ${label} and ${other}`);
      meant.set(key, label);
    }
  }
}

/** One format, or several, as a list. */
export function formatsOf(tagFormat: MailboxRules["tagFormat"]): readonly string[] {
  return typeof tagFormat === "string" ? [tagFormat] : tagFormat;
}

/** The rules as they are kept. */
export function mailRulesOf(rules: MailRulesDocument): MailboxRules {
  const { openTickets = "nobody" } = rules;
  const ticketPatterns = rules.ticketPatterns ?? (openTickets === "nobody" ? [] : TICKET_PATTERNS);
  return {
    tagFormat: rules.tagFormat ?? TAG_FORMAT,
    taskPatterns: rules.taskPatterns ?? TASK_PATTERNS,
    ...(ticketPatterns.length > 0 ? { ticketPatterns } : {}),
    ...(rules.referencePatterns?.length ? { referencePatterns: rules.referencePatterns } : {}),
    ...(rules.labels ? { labels: rules.labels } : {}),
    ...(rules.words ? { words: rules.words } : {}),
    ...(openTickets === "nobody" ? {} : { openTickets }),
    ...(rules.failoverPerson ? { failoverPerson: rules.failoverPerson } : {}),
    ...(rules.strangersPerHour === undefined ? {} : { strangersPerHour: rules.strangersPerHour }),
    ...(rules.untrusted && rules.untrusted !== "quarantine" ? { untrusted: rules.untrusted } : {}),
  };
}

/** Refuses a site in which a mailbox names a person that is not there. Looks only where the document has to do with it. */
export async function checkFailover(tx: Knex.Transaction, { mailboxes, remove }: SiteDocument): Promise<void> {
  if (!mailboxes && !remove?.persons) return;
  const rows: { name: string; settings: string }[] = await tx("mailboxes").select("name", "settings").orderBy("name");
  for (const { name, settings } of rows) {
    const { failoverPerson } = JSON.parse(settings) as MailboxRules;
    const isMissing = failoverPerson && !(await tx("persons").where({ id: failoverPerson }).first("id"));
    if (isMissing) wrong(`mailbox ${name}`, `there is no person ${failoverPerson} to be its failoverPerson`);
  }
}
