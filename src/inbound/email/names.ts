// Which task, ticket and reference a mail names: by its tags, then its subject, then its free text, in this order of trust. Pure;
// never chooses between two.
import { patternFlags } from "../../lib/mail-labels.ts";
import type { MailboxRules } from "../../store/site.ts";
import { no, type Refused, type Values } from "./values.ts";

/** An operator's patterns, ready to be run. */
export interface Patterns {
  task: readonly RegExp[];
  ticket: readonly RegExp[];
  reference: readonly RegExp[];
}

/** What a mail names. `found`: the reference was seen in free words, not given in a tag. */
export interface Names {
  task: string | null;
  ticket: string | null;
  reference: string | null;
  found: boolean;
}

/** Where names are looked for. */
export interface Searched {
  subject: string;
  free: string;
  values: Values;
  /** What a token of ours names: above every tag. */
  token?: string | null;
}

/** Only the beginning is searched, so that an operator's pattern stays affordable. */
const SUBJECT_SEARCHED = 1_000;
const BODY_SEARCHED = 20_000;
const MOST_HITS = 50;
const PROCESS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Makes an operator's patterns ready, or says that one cannot work. */
export function readPatterns({ taskPatterns, ticketPatterns = [], referencePatterns = [] }: MailboxRules): Patterns | Refused {
  const compiled = (patterns: readonly string[]): RegExp[] =>
    patterns.map((pattern) => new RegExp(pattern, patternFlags(pattern)));
  try {
    return { task: compiled(taskPatterns), ticket: compiled(ticketPatterns), reference: compiled(referencePatterns) };
  } catch {
    return no("bad_rules", "A pattern of the mailbox is no regular expression.");
  }
}

/**
 * What the mail names. A token is believed before a tag, a tag before the subject, the subject before the free text; where two of
 * the first three name different tasks, or one of them two, there is no answer. What stands in the free text counts only where
 * nothing above it says anything.
 */
export function namesIn(searched: Searched, patterns: Patterns): Names | Refused {
  const { subject, free, values, token = null } = searched;
  const top = subject.slice(0, SUBJECT_SEARCHED);
  const text = free.slice(0, BODY_SEARCHED);
  const task = taskIn({ top, text, tag: values.taskid ?? null, token }, patterns.task);
  if (task !== null && typeof task === "object") return task;
  const ticket = values.ticketid ?? oneOf("ticket", hits(top, patterns.ticket), task ? NONE : hits(text, patterns.ticket));
  if (ticket !== null && typeof ticket === "object") return ticket;
  if (values.externalreference !== undefined) return { task, ticket, reference: values.externalreference, found: false };
  // A pattern may be wide enough to fit our own numbers too.
  const other = (found: Set<string>): Set<string> =>
    new Set([...found].filter((one) => !isSame(one, task) && !isSame(one, ticket)));
  const inText = other(hits(text, patterns.reference));
  const reference = oneOf("reference", other(hits(top, patterns.reference)), task && inText.size > 1 ? NONE : inText);
  if (reference !== null && typeof reference === "object") return reference;
  return { task, ticket, reference, found: reference !== null };
}

const NONE: ReadonlySet<string> = new Set();

function isSame(one: string, other: string | null): boolean {
  return other !== null && one.toLowerCase() === other.toLowerCase();
}

interface TaskPlaces {
  top: string;
  text: string;
  tag: string | null;
  token: string | null;
}

function taskIn({ top, text, tag, token }: TaskPlaces, patterns: readonly RegExp[]): string | null | Refused {
  if (tag !== null && token !== null && !isSame(tag, token)) return no("conflict", "The tag TaskId names another task.");
  const inSubject = hits(top, patterns);
  const sure = token ?? tag;
  if (sure === null) return oneOf("task", inSubject, inSubject.size > 0 ? NONE : hits(text, patterns));
  // The id of a process is no number that a subject could be held against.
  const isComparable = token !== null || !PROCESS_ID.test(sure);
  const isOther = isComparable && inSubject.size > 0 && ![...inSubject].some((one) => isSame(one, sure));
  return isOther ? no("conflict", "The subject names another task.") : sure;
}

/** The one name in the subject, else the one in the text. */
function oneOf(
  kind: "task" | "ticket" | "reference",
  inSubject: ReadonlySet<string>,
  inText: ReadonlySet<string>,
): string | null | Refused {
  const found = inSubject.size > 0 ? inSubject : inText;
  if (found.size > 1) return no(`ambiguous_${kind}`, `More than one ${kind} ${kind === "reference" ? "" : "number "}was found.`);
  return [...found][0] ?? null;
}

function hits(text: string, patterns: readonly RegExp[]): Set<string> {
  const found = new Map<string, string>();
  for (const pattern of patterns) {
    for (const match of text.matchAll(pattern).take(MOST_HITS)) {
      const number = (match[1] ?? match[0]).trim();
      if (number !== "" && !found.has(number.toLowerCase())) found.set(number.toLowerCase(), number);
    }
  }
  return new Set(found.values());
}
