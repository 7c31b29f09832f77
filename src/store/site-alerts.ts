// When the desk is warned, as an operator sets it up: in general, and otherwise for a System or a provider. It warns nobody itself.
import type { Site } from "./site.ts";
import type { SiteDocument } from "./site-document.ts";
import { checkRange, wrong } from "./site-refusal.ts";
import type { Wanted } from "./site-rows.ts";

/** Thresholds of the alerts about the queue of a System. Null switches one off; what is raised of it is cleared. */
export interface SystemAlerts {
  /** More open deliveries than this; over when fewer than half are left. */
  queueLong: number | null;
  /** So many dead letters; over when none is left. */
  deadLetters: number | null;
  /** The oldest delivery waits longer than this, in minutes. */
  waitingMinutes: number | null;
}

/** Thresholds of the alerts about a provider. Null switches one off; what is raised of it is cleared. */
export interface ProviderAlerts {
  /** A Submit Request is older than this, in minutes, and its provider gave no reference. */
  noReferenceMinutes: number | null;
  /** A provider with work has said nothing for so long, in hours. */
  silentHours: number | null;
}

/** Thresholds of the alerts about a mailbox. Null switches one off; what is raised of it is cleared. */
export interface MailboxAlerts {
  /** It was not read to its end for so long after it should have been, in minutes. */
  unreadMinutes: number | null;
  /** No mail has come for so long, in hours. */
  mailSilentHours: number | null;
}

/** The thresholds, and by name those of Systems, providers and mailboxes that have some of their own. */
export interface AlertRules extends SystemAlerts, ProviderAlerts, MailboxAlerts {
  systems: Readonly<Record<string, Partial<SystemAlerts>>>;
  providers: Readonly<Record<string, Partial<ProviderAlerts>>>;
  mailboxes: Readonly<Record<string, Partial<MailboxAlerts>>>;
}

/** What an operator writes: it stands for all the rules, and what it leaves out takes its default. */
export type AlertsDocument = Partial<AlertRules>;

export const DEFAULT_ALERTS: AlertRules = {
  queueLong: 1000,
  deadLetters: 1,
  waitingMinutes: 60,
  noReferenceMinutes: 30,
  silentHours: null,
  unreadMinutes: 30,
  mailSilentHours: null,
  systems: {},
  providers: {},
  mailboxes: {},
};

type Range = readonly [least: number, most: number];

/** Bounds of the thresholds. Queues are counted that far for every look, so that part has a bound of its own. */
export const SYSTEM_RANGES: Readonly<Record<keyof SystemAlerts, Range>> = {
  queueLong: [1, 100_000],
  deadLetters: [1, 10_000],
  waitingMinutes: [1, 43_200],
};
export const PROVIDER_RANGES: Readonly<Record<keyof ProviderAlerts, Range>> = {
  noReferenceMinutes: [1, 43_200],
  silentHours: [1, 8760],
};
export const MAILBOX_RANGES: Readonly<Record<keyof MailboxAlerts, Range>> = {
  unreadMinutes: [1, 43_200],
  mailSilentHours: [1, 8760],
};

/** The rules in full and in one order, so that the same rules are the same text. */
export function completeAlerts(document: AlertsDocument): AlertRules {
  const { systems, providers, mailboxes, ...general } = document;
  return {
    ...DEFAULT_ALERTS,
    ...general,
    systems: inOrder(systems, SYSTEM_RANGES),
    providers: inOrder(providers, PROVIDER_RANGES),
    mailboxes: inOrder(mailboxes, MAILBOX_RANGES),
  };
}

function inOrder<T extends object>(table: Readonly<Record<string, T>> = {}, ranges: object): Record<string, T> {
  const names = Object.keys(table).toSorted();
  const own = (thresholds: T | undefined): T => {
    const given = Object.entries(thresholds ?? {}) as [string, unknown][];
    return Object.fromEntries(Object.keys(ranges).flatMap((key) => given.filter(([name]) => name === key))) as T;
  };
  return Object.fromEntries(names.map((name) => [name, own(table[name])]));
}

/** Names there would be after the document. */
interface Names {
  systems: Has;
  providers: Has;
  mailboxes: Has;
}

interface Has {
  has(name: string): boolean;
}

/** The rules after a document: as written, else as they were without what is gone. Throws `invalid_request`. */
export function alertsAfter({ alerts }: SiteDocument, before: AlertRules, names: Names): AlertRules {
  if (alerts === undefined) {
    return {
      ...before,
      systems: kept(before.systems, names.systems),
      providers: kept(before.providers, names.providers),
      mailboxes: kept(before.mailboxes, names.mailboxes),
    };
  }
  const after = completeAlerts(alerts);
  checkThresholds("alerts", after, { ...SYSTEM_RANGES, ...PROVIDER_RANGES, ...MAILBOX_RANGES });
  checkOwn("system", after.systems, { known: names.systems, ranges: SYSTEM_RANGES });
  checkOwn("provider", after.providers, { known: names.providers, ranges: PROVIDER_RANGES });
  checkOwn("mailbox", after.mailboxes, { known: names.mailboxes, ranges: MAILBOX_RANGES });
  return after;
}

function checkOwn(
  kind: string,
  table: Readonly<Record<string, object>>,
  { known, ranges }: { known: Has; ranges: Readonly<Record<string, Range>> },
): void {
  for (const [name, own] of Object.entries(table)) {
    const where = `alerts, ${kind === "mailbox" ? "mailboxes" : `${kind}s`} ${name}`;
    if (!known.has(name)) wrong(where, `there is no ${kind} ${name}`);
    checkThresholds(where, own, ranges);
  }
}

function kept<T>(table: Readonly<Record<string, T>>, known: Has): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([name]) => known.has(name)));
}

function checkThresholds(where: string, own: object, ranges: Readonly<Record<string, Range>>): void {
  const given = own as Readonly<Record<string, number | null | undefined>>;
  for (const [name, range] of Object.entries(ranges)) {
    const value = given[name] ?? null;
    if (value !== null) checkRange(where, name, value, range);
  }
}

/** The row of the rules, none when they are as they were; what was never written is as by default. */
export function alertRows(after: AlertRules, { alerts: before }: Pick<Site, "alerts">): Wanted[] {
  const settings = JSON.stringify(after);
  return settings === JSON.stringify(before) ? [] : [{ kind: "alerts", name: "rules", row: { settings } }];
}
