// What of a mail's header can show that it answers one of ours. Only collects, bounded; whether any of it is ours is
// decided by who has the key.
import { type Field, valuesOf } from "./header.ts";

/** What an answer may carry of the mail it answers. */
export interface AnswerMarks {
  /** What stands behind the last `+` of recipients' names, distinct. */
  details: string[];
  /** Message ids without angle brackets, as far as they stand there. */
  inReplyTo: string[];
  references: string[];
  /** Values of our own mark, should this be our own mail coming back. */
  marks: string[];
}

/** Fields that name who a mail came to, by hand and by servers that write down the envelope. */
const RECIPIENTS = ["to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "apparently-to", "resent-to"];
const MOST_DETAILS = 10;
const MOST_IDS = 50;
const MOST_LENGTH = 64 * 1024;

/** Collects the marks of an answer. */
export function answerMarks(fields: readonly Field[]): AnswerMarks {
  const recipients = RECIPIENTS.flatMap((name) => valuesOf(fields, name)).join(" ");
  const details = new Set<string>();
  for (const piece of recipients.slice(0, MOST_LENGTH).split(/[\s<>()",;:]+/)) {
    const local = piece.slice(0, piece.lastIndexOf("@"));
    const plus = local.lastIndexOf("+");
    if (plus !== -1 && details.size < MOST_DETAILS) details.add(local.slice(plus + 1));
  }
  return {
    details: [...details],
    inReplyTo: idsIn(valuesOf(fields, "in-reply-to")),
    references: idsIn(valuesOf(fields, "references")),
    marks: valuesOf(fields, "x-crossdesk").slice(0, MOST_DETAILS),
  };
}

/** The last ids of a field: mail programs cut long lists in the middle and keep the end (RFC 5322 section 3.6.4). */
function idsIn(values: readonly string[]): string[] {
  const text = values.join(" ").slice(-MOST_LENGTH);
  return [...text.matchAll(/<([^<>\s]{1,900})>/g)].map((found) => found[1] as string).slice(-MOST_IDS);
}
