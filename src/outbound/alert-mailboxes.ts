// When the desk is warned of a mailbox that nobody can read, or to which nothing comes any more. Pure, as all rules of alerts.
import type { ReportAlert } from "../core/commands/report-alert.ts";
import type { AlertRules, MailboxAlerts } from "../store/site-alerts.ts";
import type { MailboxFacts, RaisedAlert } from "../store/views/alerts.ts";
import { HOUR_MS, MINUTE_MS, ownOf, reportOf, subject, timeText, type Verdict } from "./alert-rules.ts";

/** A mailbox that is to be read, and the longest pause between two looks at it. */
export interface ReadMailbox {
  name: string;
  pollMs: number;
}

/** What is known. `startedAt`: what went unread while nobody ran at all is no news; it is looked at anew. */
export interface MailboxesSeen {
  mailboxes: readonly ReadMailbox[];
  facts: readonly MailboxFacts[];
  raised: readonly RaisedAlert[];
  startedAt: number;
}

/** Whether mailboxes are looked at at all. */
export function looksAtMailboxes(
  { unreadMinutes, mailSilentHours, mailboxes }: AlertRules,
  raised: readonly RaisedAlert[],
): boolean {
  const own = Object.values(mailboxes).flatMap((one) => [one.unreadMinutes ?? null, one.mailSilentHours ?? null]);
  return (
    [unreadMinutes, mailSilentHours, ...own].some((one) => one !== null) || raised.some(({ mailbox }) => mailbox !== undefined)
  );
}

/** What the mailboxes lead to. One that is gone, or is not read any more, is warned of no more. `now` in milliseconds UTC. */
export function mailboxReports(seen: MailboxesSeen, rules: AlertRules, now: number): ReportAlert[] {
  const { mailboxes, facts, raised } = seen;
  const names = new Set(raised.map((one) => one.name));
  const known = new Map(facts.map((one) => [one.mailbox, one]));
  const read = new Map(mailboxes.map((one) => [one.name, one]));
  const all = new Set([...read.keys(), ...raised.flatMap(({ mailbox }) => mailbox ?? [])]);
  return [...all].flatMap((name) => {
    const one = read.get(name);
    const own: MailboxAlerts = { ...rules, ...ownOf(rules.mailboxes, name) };
    const fact = known.get(name);
    const verdicts = one
      ? [unread(one, fact, { own, startedAt: seen.startedAt, now }), silent(one, fact, { own, now })]
      : gone(name);
    return verdicts.flatMap((verdict) => reportOf(verdict, names));
  });
}

function gone(name: string): Verdict[] {
  const over = `The mailbox ${name} is not read any more.`;
  return [
    { alert: subject("mailbox_unread", { mailbox: name }), begins: null, over },
    { alert: subject("mailbox_silent", { mailbox: name }), begins: null, over },
  ];
}

interface Look {
  own: MailboxAlerts;
  now: number;
}

function unread({ name, pollMs }: ReadMailbox, fact: MailboxFacts | undefined, look: Look & { startedAt: number }): Verdict {
  const { own, startedAt, now } = look;
  const alert = subject("mailbox_unread", { mailbox: name });
  if (own.unreadMinutes === null)
    return { alert, begins: null, over: `Whether the mailbox ${name} is read is not looked at any more.` };
  const last = fact?.lookedAt ?? null;
  const late = Math.max(last ?? fact?.since ?? 0, startedAt) < now - pollMs - own.unreadMinutes * MINUTE_MS;
  const since = last === null ? "It has never been read to its end." : `It was last read to its end at ${timeText(last)}.`;
  const why = fact?.failure ? ` ${fact.failure}` : "";
  return {
    alert,
    begins: late ? `The mailbox ${name} is not read. ${since}${why}` : null,
    over: late ? null : `The mailbox ${name} is read again.`,
  };
}

function silent({ name }: ReadMailbox, fact: MailboxFacts | undefined, { own, now }: Look): Verdict {
  const alert = subject("mailbox_silent", { mailbox: name });
  if (own.mailSilentHours === null) return { alert, begins: null, over: `Nobody waits for mails to ${name} any more.` };
  const last = fact?.mailAt ?? fact?.since ?? now;
  const late = last <= now - own.mailSilentHours * HOUR_MS;
  return {
    alert,
    begins: late ? `No mail has come to the mailbox ${name} since ${timeText(last)}.` : null,
    over: late ? null : `A mail has come to the mailbox ${name}.`,
  };
}
