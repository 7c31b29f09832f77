// The budgets a mail is taken from: that of its sender on its task, and where anybody may write the one that all strangers have together.
import { createHash } from "node:crypto";
import type { MailEffects } from "../../core/mail-effects.ts";
import type { Caller, TaskRef } from "../../core/ports.ts";
import { type BudgetRule, type BudgetVerdict, type Spent, spend, strangersRule } from "../../lib/mail-budget.ts";
import type { Mailbox } from "../../store/site.ts";
import type { Mail } from "./read-mail.ts";
import { isVerified } from "./trust.ts";

/** The reason of what is beyond the budget of its sender. */
export const LOOP = "loop";
/** The reason of what is beyond the budget that all strangers have together. */
export const STRANGERS = "too_many_strangers";

/** A mail that is to be taken from a budget. */
interface Spending {
  mailbox: Mailbox;
  mail: Mail;
  memory: { spent(budget: string): Promise<Spent | null> } | undefined;
  now: number;
  named: TaskRef;
  caller: Caller | null;
}

interface Budget {
  id: string;
  rule: BudgetRule;
}

/** From which budgets a mail is taken, and whether there was anything left in them. */
interface Taken {
  verdict: BudgetVerdict;
  budgets: readonly Budget[];
}

/** What costs nothing. */
export const NO_BUDGET: Taken = { verdict: "within", budgets: [] };

/**
 * Takes the mail from the budget of its sender and task. Who only claims an address spends another budget than who is believed: nobody
 * can use up what is somebody else's.
 */
export async function takeFromBudget({ mailbox, mail, memory, now, named, caller }: Spending): Promise<Taken> {
  const rule = mailbox.budget;
  if (!memory || !rule || mail.from === null) return NO_BUDGET;
  const about = (named.task ?? named.reference ?? "").trim().toLowerCase();
  const isBelieved = caller !== null || isVerified(mail, mailbox.trust);
  const id = budgetId([mailbox.name, mail.from, about, ...(isBelieved ? [] : ["claimed"])]);
  return take(memory, { id, rule }, now);
}

/** Takes it from what all strangers have together: another address costs them nothing. */
export async function takeFromStrangers({ mailbox, memory, now }: Spending): Promise<Taken> {
  const rule = strangersRule(mailbox.strangersPerHour);
  return memory && rule ? take(memory, { id: budgetId([mailbox.name]), rule }, now) : NO_BUDGET;
}

const budgetId = (parts: readonly string[]): string => createHash("sha256").update(JSON.stringify(parts)).digest("base64url");

async function take(memory: NonNullable<Spending["memory"]>, budget: Budget, now: number): Promise<Taken> {
  const { verdict } = spend(await memory.spent(budget.id), budget.rule, now);
  return { verdict, budgets: [budget] };
}

/** The budgets among a mail's effects. */
export const effectOf = (budgets: readonly Budget[]): MailEffects => (budgets.length > 0 ? { budgets } : {});

/** Why a stranger's mail is set aside, for an operator. */
export function strangersDetail({ strangersPerHour }: Mailbox): string {
  const most = strangersRule(strangersPerHour)?.mails ?? 0;
  return `${most} mails of senders whom nobody knows were carried out within an hour (strangersPerHour). Run this one if it is wanted.`;
}

/** Why a mail beyond the budget of its sender leads to nothing, for an operator. */
export function loopDetail({ budget }: Mailbox): string {
  const { mails = 0, minutes = 0 } = budget ?? {};
  return `More than ${mails} mails came from this sender on this task within ${minutes} minutes: two programs may be answering each other. What comes further is noise, until there is a pause of that length.`;
}
