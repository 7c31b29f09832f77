// How many mails are taken in a time: of one sender on one matter, or of all strangers. Pure. What goes over the budget makes the time
// begin anew: a loop stays cut off for as long as it goes on, and a person who waits is let in again. But where many share one, nobody
// can keep the others out for ever.

/** So many mails within so many minutes. */
export interface BudgetRule {
  mails: number;
  minutes: number;
  /** Many share it: the time ends when it ends, whatever comes. */
  isShared?: boolean;
}

/** The budget that all strangers have together; null for any number. */
export function strangersRule(perHour: number | null = 100): BudgetRule | null {
  return perHour === null ? null : { mails: perHour, minutes: 60, isShared: true };
}

/** What was spent, and when that is forgotten, in milliseconds UTC. */
export interface Spent {
  count: number;
  until: number;
}

/** What one more mail leads to: it is `within` the budget, the `first` beyond it, or `over` it. */
export type BudgetVerdict = "within" | "first" | "over";

/** Spends one mail. */
export function spend(
  spent: Spent | null,
  { mails, minutes, isShared = false }: BudgetRule,
  now: number,
): Spent & { verdict: BudgetVerdict } {
  const windowMs = minutes * 60_000;
  // A clock that was ahead, or a time that was longer when it began, must not outlast what the rule says now.
  const isOn = spent !== null && spent.until > now && spent.until <= now + windowMs;
  const known = isOn ? spent : { count: 0, until: now + windowMs };
  const count = known.count + 1;
  if (count <= mails) return { count, until: known.until, verdict: "within" };
  if (isShared) return { count, until: known.until, verdict: "over" };
  return { count, until: now + windowMs, verdict: count === mails + 1 ? "first" : "over" };
}
