// What a mail leads to beside its events: what it costs its sender's budget, what is written back, and what it says of a delivery.
// Written in one step with the mail, or not at all.
import type { BudgetRule } from "../lib/mail-budget.ts";

export interface MailEffects {
  /** Which budgets it is taken from, and their rules. */
  budgets?: readonly { id: string; rule: BudgetRule }[];
  answer?: MailAnswer;
  report?: ReportOnDelivery;
}

/** Why a mail is answered: it was `accepted`, `refused`, or too large (`oversize`). */
export const ANSWER_KINDS = ["accepted", "refused", "oversize"] as const;
export type AnswerKind = (typeof ANSWER_KINDS)[number];

/** A mail to be sent, once or never. */
export interface MailAnswer {
  id: string;
  mailbox: string;
  kind: AnswerKind;
  /** The address it goes to. */
  recipient: string;
  letter: Letter;
}

/** The words of an answer, and the mail they answer (message ids with their angle brackets). */
export interface Letter {
  subject: string;
  text: string;
  inReplyTo: string | null;
  references: readonly string[];
}

/** What only a mail of ours holds: of its event the mark, of its System and task the token. */
export type MailProof = { event: string } | { system: string; task: string };

/** What a mail server said of the mail of a delivery (RFC 3464). */
export interface ReportOnDelivery {
  /** The delivery's key. */
  delivery: string;
  /** What the report carries of the mail it names. It counts when one of them is that delivery's. */
  proofs: readonly MailProof[];
  mailbox: string;
  recipients: readonly RecipientReport[];
}

/** What became of a mail for one recipient (RFC 3464 section 2.3.3). */
export const REPORT_ACTIONS = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
export type ReportAction = (typeof REPORT_ACTIONS)[number];

export interface RecipientReport {
  recipient: string | null;
  action: ReportAction;
  /** Enhanced status code (RFC 3463), such as `5.1.1`. */
  status: string | null;
  /** What the remote server said. */
  diagnostic: string | null;
}
