// When the desk is warned, and when a warning is over. Pure: what was read and the time in, reports out. Nothing is read or sent here.
import { alertName, type ReportAlert } from "../core/commands/report-alert.ts";
import type { AlertKind, AlertSubject } from "../core/events.ts";
import type { HeardProvider } from "../core/ports.ts";
import { awaitsReference } from "../core/task.ts";
import type { AlertRules, ProviderAlerts, SystemAlerts } from "../store/site-alerts.ts";
import type { AskedTask, ProviderSignal, QueueFacts, RaisedAlert } from "../store/views/alerts.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** Dead letters are counted so far, for the text. */
const DEAD_COUNTED = 1000;

/** What is said of one System or provider, in general or of itself alone. */
export const ownOf = <T>(table: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

function rulesOfSystem({ systems, ...general }: AlertRules, name: string): SystemAlerts {
  return { ...general, ...ownOf(systems, name) };
}

function rulesOfProvider({ providers, ...general }: AlertRules, name: string): ProviderAlerts {
  return { ...general, ...ownOf(providers, name) };
}

/** Every value that a threshold has somewhere, in rising order; none where it is off everywhere. */
function valuesOf(general: number | null, own: readonly (number | null | undefined)[]): number[] {
  const given = [general, ...own].filter((one) => one !== null && one !== undefined);
  return [...new Set(given)].toSorted((one, other) => one - other);
}

/** How far queues must be counted for these rules; null when nothing of them is looked at. */
export function queueBounds(rules: AlertRules): { open: number; dead: number } | null {
  const own = Object.values(rules.systems);
  const values = (name: keyof SystemAlerts): number[] =>
    valuesOf(
      rules[name],
      own.map((one) => one[name]),
    );
  const [long, dead] = [values("queueLong"), values("deadLetters")];
  if (long.length + dead.length + values("waitingMinutes").length === 0) return null;
  return { open: (long.at(-1) ?? 0) + 1, dead: Math.max(dead.at(-1) ?? 0, DEAD_COUNTED) };
}

/** What an alert of this kind is about. */
export const subject = (kind: AlertKind, about: Partial<AlertSubject>): AlertSubject => ({
  kind,
  system: null,
  provider: null,
  task: null,
  ...about,
});

const report = (state: ReportAlert["state"], alert: AlertSubject, says: string): ReportAlert => ({
  type: "report_alert",
  state,
  alert,
  says,
});

export const timeText = (ms: number): string => new Date(ms).toISOString();

/** An alert as one rule sees it: whether it begins, whether it is over, and what is said of either. Between the two it stays as it is. */
export interface Verdict {
  alert: AlertSubject;
  begins: string | null;
  over: string | null;
}

/** The report a verdict leads to, where it is news. */
export function reportOf({ alert, begins, over }: Verdict, raised: ReadonlySet<string>): ReportAlert[] {
  if (raised.has(alertName(alert))) return over === null ? [] : [report("cleared", alert, over)];
  return begins === null ? [] : [report("raised", alert, begins)];
}

/** What the queues of all Systems lead to. A System that is gone has nothing that waits. `now` in milliseconds UTC. */
export function queueReports(
  queues: readonly QueueFacts[],
  raised: readonly RaisedAlert[],
  rules: AlertRules,
  now: number,
): ReportAlert[] {
  const facts = new Map(queues.map((one) => [one.system, one]));
  for (const { system } of raised)
    if (system !== null && !facts.has(system)) facts.set(system, { system, open: 0, dead: 0, oldestAt: null });
  const names = new Set(raised.map((one) => one.name));
  return [...facts.values()].flatMap((one) =>
    verdictsOf(one, rulesOfSystem(rules, one.system), now).flatMap((verdict) => reportOf(verdict, names)),
  );
}

function verdictsOf(facts: QueueFacts, own: SystemAlerts, now: number): Verdict[] {
  return [longQueue(facts, own), failing(facts, own, now)];
}

function longQueue({ system, open }: QueueFacts, { queueLong: most }: SystemAlerts): Verdict {
  const alert = subject("queue_long", { system });
  if (most === null) return { alert, begins: null, over: `The length of the queue of ${system} is not looked at any more.` };
  const begins = open > most ? `More than ${most} deliveries to ${system} wait.` : null;
  return { alert, begins, over: open * 2 < most ? `Fewer than half of ${most} deliveries to ${system} wait.` : null };
}

function failing({ system, dead, oldestAt }: QueueFacts, { deadLetters, waitingMinutes }: SystemAlerts, now: number): Verdict {
  const late = waitingMinutes !== null && oldestAt !== null && oldestAt < now - waitingMinutes * MINUTE_MS;
  const given = deadLetters !== null && dead >= deadLetters;
  const waits = late ? `A delivery to ${system} has been waiting since ${timeText(oldestAt)}.` : null;
  const failed = given ? `${deadText(dead)} to ${system} failed for good: retry or acknowledge.` : null;
  const begins = [failed, waits].filter((one) => one !== null).join(" ") || null;
  const left = late || (deadLetters !== null && dead > 0);
  return {
    alert: subject("deliveries_failing", { system }),
    begins,
    over: left ? null : `No delivery to ${system} fails any more.`,
  };
}

function deadText(dead: number): string {
  return dead >= DEAD_COUNTED ? `${dead} or more deliveries` : dead === 1 ? "1 delivery" : `${dead} deliveries`;
}

/** Alerts about a reference whose task has one now, or has left the provider, or is done. */
export function answeredReports(raised: readonly RaisedAlert[], rules: AlertRules): ReportAlert[] {
  return raised.flatMap(({ kind, provider, task, present }) => {
    if (kind !== "no_reference" || provider === null) return [];
    const alert = subject(kind, { provider, task });
    if (rulesOfProvider(rules, provider).noReferenceMinutes === null)
      return [report("cleared", alert, "References are not waited for any more.")];
    if (present && awaitsReference(present, provider)) return [];
    const has = present !== null && present.provider === provider && Object.hasOwn(present.references, provider);
    const why = has ? `${provider} has given its reference` : `${provider} has nothing to refer to any more`;
    return [report("cleared", alert, `${why} for the task ${task}.`)];
  });
}

/** Whether nobody answered this Submit Request to a provider that has so many minutes for it. */
export function isUnanswered({ present, asked }: AskedTask, minutes: number, rules: AlertRules): boolean {
  return rulesOfProvider(rules, asked).noReferenceMinutes === minutes && awaitsReference(present, asked);
}

/** The report of an unanswered Submit Request. */
export function unansweredReport({ number, asked, at }: AskedTask): ReportAlert {
  const alert = subject("no_reference", { task: number, provider: asked });
  return report("raised", alert, `${asked} has given no reference for the task ${number}, which it was sent at ${timeText(at)}.`);
}

/** The times after which a Submit Request without a reference is late, in minutes, shortest first; none when none is looked at. */
export function referenceTimes({ noReferenceMinutes, providers }: AlertRules): number[] {
  return valuesOf(
    noReferenceMinutes,
    Object.values(providers).map((one) => one.noReferenceMinutes),
  );
}

/** When each provider was heard and asked after `signals`, in the order they came; only those that changed. */
export function heardAfter(before: readonly HeardProvider[], signals: readonly ProviderSignal[]): HeardProvider[] {
  const known = new Map(before.map((one) => [one.provider, one]));
  const changed = new Map<string, HeardProvider>();
  for (const { provider, direction, at } of signals) {
    const present = changed.get(provider) ?? known.get(provider) ?? { provider, heardAt: null, askedAt: null };
    if (direction === "In") changed.set(provider, { provider, heardAt: at, askedAt: null });
    else if (present.askedAt === null) changed.set(provider, { ...present, askedAt: at });
  }
  return [...changed.values()];
}

/**
 * Since when nothing has come from a provider: from its last word, or, if it was asked for something new after that, from then.
 * What it had to do before its last word it has had for longer still.
 */
function quietSince({ heardAt, askedAt }: HeardProvider): number | null {
  return askedAt ?? heardAt;
}

/** What is known of providers and their silence. */
export interface Heard {
  heard: readonly HeardProvider[];
  raised: readonly RaisedAlert[];
}

const silentNow = (raised: readonly RaisedAlert[]): string[] =>
  raised.flatMap(({ kind, provider }) => (kind === "provider_silent" && provider !== null ? [provider] : []));

/** Providers whose work must be looked up: long quiet, or known as silent. `now` in milliseconds UTC. */
export function quietProviders({ heard, raised }: Heard, rules: AlertRules, now: number): string[] {
  const known = silentNow(raised);
  const looked = (provider: string): boolean => rulesOfProvider(rules, provider).silentHours !== null;
  const quiet = heard.filter((one) => {
    const { silentHours } = rulesOfProvider(rules, one.provider);
    return silentHours !== null && (quietSince(one) ?? now) <= now - silentHours * HOUR_MS;
  });
  return [...new Set([...quiet.map((one) => one.provider), ...known.filter(looked)])];
}

/** Whether anybody is to be warned of any silence. */
export function hearsSilence({ silentHours, providers }: AlertRules): boolean {
  return [silentHours, ...Object.values(providers).map((one) => one.silentHours ?? null)].some((one) => one !== null);
}

/** What silence leads to. `working` are those of `quietProviders` that have work. */
export function silenceReports(
  { heard, raised, working }: Heard & { working: ReadonlySet<string> },
  rules: AlertRules,
  now: number,
): ReportAlert[] {
  const names = new Set(raised.map((one) => one.name));
  const of = new Map(heard.map((one) => [one.provider, one]));
  return [...new Set([...working, ...silentNow(raised)])].flatMap((provider) => {
    const { silentHours } = rulesOfProvider(rules, provider);
    const { heardAt, ...asked } = of.get(provider) ?? { provider, heardAt: null, askedAt: null };
    const since = timeText(quietSince({ heardAt, ...asked }) ?? now);
    const begins = `${provider} has work, and nothing has come from it since ${since}.`;
    const heardOf = silentHours !== null && heardAt !== null && heardAt > now - silentHours * HOUR_MS;
    const idle = working.has(provider) ? null : `${provider} has no work any more.`;
    const over = silentHours === null ? `Nobody waits for a word of ${provider} any more.` : idle;
    return reportOf(
      { alert: subject("provider_silent", { provider }), begins, over: heardOf ? `${provider} has been heard again.` : over },
      names,
    );
  });
}
