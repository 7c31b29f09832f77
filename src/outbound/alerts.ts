// Looks at queues, unanswered tasks and silent providers, and reports what the desk should know, once, as events of the feed. It sends
// nothing itself: a mapping whose trigger names alerts brings them to an operator.
import { alertName, type ReportAlert } from "../core/commands/report-alert.ts";
import { Failure } from "../core/errors.ts";
import type { AlertsWrite, Door, HeardProvider } from "../core/ports.ts";
import type { Clock } from "../lib/clock.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { AlertRules } from "../store/site-alerts.ts";
import type { AlertViews, RaisedAlert } from "../store/views/alerts.ts";
import { looksAtMailboxes, mailboxReports, type ReadMailbox } from "./alert-mailboxes.ts";
import {
  answeredReports,
  hearsSilence,
  heardAfter,
  isUnanswered,
  queueBounds,
  queueReports,
  quietProviders,
  referenceTimes,
  silenceReports,
  unansweredReport,
} from "./alert-rules.ts";

export interface AlertOptions {
  door: Door;
  views: AlertViews;
  rules(): AlertRules;
  /** Mailboxes that are to be read; none when absent. */
  mailboxes?(): readonly ReadMailbox[];
  clock: Clock;
  /** Whether this process may do the work now; another process holds the lease when not. */
  lease?: () => Promise<boolean>;
  /** Told of each alert that was raised or cleared, after it was stored. */
  onReport(report: ReportAlert): void;
  onError(error: unknown): void;
  /** Most alerts about references that are raised at a time; the next are raised when others are over. */
  mostAlerts?: number;
}

/** How often everything is looked at, in milliseconds. */
const POLL_MS = 15_000;
const MINUTE_MS = 60_000;
const MOST_ALERTS = 1000;
/** Alerts about Systems and providers beside those: they are as few as what an operator has set up. */
const FURTHER_ALERTS = 10_000;
/** Reports that go into one unit. */
const REPORTS_AT_ONCE = 100;
/** Looks of one round at events; the rest is for the next round. */
const MOST_LOOKS = 200;

/**
 * How far Submit Requests were looked at for each time that providers have for an answer, by its minutes, under these rules. Only the
 * longest is stored: what a process forgets is looked at once more, and nothing is raised twice.
 */
export interface LookedAt {
  rules: AlertRules | null;
  positions: Map<number, number>;
  /** When looking began. */
  startedAt: number;
}

const nothingYet = (startedAt = 0): LookedAt => ({ rules: null, positions: new Map(), startedAt });

/** Starts the loop. */
export function startAlerts(options: AlertOptions): Worker {
  const looked = nothingYet(options.clock());
  return startWorker({
    name: "alerts",
    pollMs: POLL_MS,
    run: (signal) => lookAround(options, signal, looked),
    onError: options.onError,
  });
}

/** One round: everything is looked at once. Ends early, and quietly, when another process is at it. */
export async function lookAround(options: AlertOptions, signal: AbortSignal, looked: LookedAt = nothingYet()): Promise<void> {
  if (options.lease && !(await options.lease())) return;
  const { views, rules, mostAlerts = MOST_ALERTS } = options;
  const raised = await views.raised(mostAlerts + FURTHER_ALERTS);
  const round: Round = { options, rules: rules(), now: options.clock(), raised, signal, looked };
  try {
    await lookAtQueues(round);
    await lookAtReferences(round);
    await lookAtProviders(round);
    await lookAtMailboxes(round);
  } catch (error) {
    if (!(error instanceof Failure && error.code === "guard_lost")) throw error;
  }
}

interface Round {
  options: AlertOptions;
  rules: AlertRules;
  now: number;
  raised: readonly RaisedAlert[];
  signal: AbortSignal;
  looked: LookedAt;
}

async function lookAtQueues(round: Round): Promise<void> {
  const { options, rules, raised, now } = round;
  const bounds = queueBounds(rules);
  const queues = bounds === null ? [] : await options.views.queues(bounds);
  await reportAll(round, queueReports(queues, raised, rules, now));
}

/**
 * Each Submit Request is looked at when its time is over: what is unanswered then is raised, everything else has its reference.
 * While as many are raised as may be, looking waits. Where providers have different times, each time is a walk of its own, and the
 * longest goes no further than the others have come: from there all begin after a restart, or when the rules change.
 */
async function lookAtReferences(round: Round): Promise<void> {
  const { options, rules, raised, looked } = round;
  const over = answeredReports(raised, rules);
  await reportAll(round, over);
  const times = referenceTimes(rules);
  const longest = times.at(-1);
  if (longest === undefined) return;
  if (looked.rules !== rules) Object.assign(looked, { ...nothingYet(looked.startedAt), rules });
  const { asked, head } = await options.views.progress();
  const open = raised.filter((one) => one.kind === "no_reference").length - over.length;
  const room = { left: (options.mostAlerts ?? MOST_ALERTS) - open };
  let end = head;
  for (const minutes of times) {
    const stores = minutes === longest;
    const from = stores ? asked : Math.max(asked, looked.positions.get(minutes) ?? 0);
    const came = await walkRequests(round, { minutes, from, end: stores ? end : head, room, stores });
    looked.positions.set(minutes, came);
    end = Math.min(end, came);
  }
}

interface Walk {
  /** Of the providers that have so long. */
  minutes: number;
  from: number;
  end: number;
  /** How many alerts may still be raised. */
  room: { left: number };
  /** Whether it is this walk whose position is stored. */
  stores: boolean;
}

/** Looks at Submit Requests as far as they are due, and gives the position it came to. */
async function walkRequests(round: Round, { minutes, from, end, room, stores }: Walk): Promise<number> {
  const { options, rules, now, raised, signal } = round;
  const known = new Set(raised.map((one) => one.name));
  let before = from;
  for (let looks = 0; looks < MOST_LOOKS && before < end && room.left > 0 && !signal.aborted; looks++) {
    const { last, tasks } = await options.views.asked(before, end, now - minutes * MINUTE_MS);
    const late = tasks.filter((one) => isUnanswered(one, minutes, rules));
    const found = late.map((one) => ({ position: one.position, report: unansweredReport(one) }));
    const unanswered = found.filter(({ report }) => !known.has(alertName(report.alert)));
    const taken = unanswered.slice(0, Math.min(room.left, REPORTS_AT_ONCE));
    const after = taken.length < unanswered.length ? (taken.at(-1)?.position ?? before) : last;
    if (after === before) break;
    const reports = taken.map(({ report }) => report);
    if (stores) await commit(round, reports, { cursor: "asked", before, after, providers: [] });
    else if (reports.length > 0) await commit(round, reports);
    room.left -= taken.length;
    before = after;
  }
  return before;
}

async function lookAtProviders(round: Round): Promise<void> {
  const { options, rules, raised, now } = round;
  const heard = hearsSilence(rules) ? await listen(round) : [];
  const quiet = quietProviders({ heard, raised }, rules, now);
  const working = new Set<string>();
  for (const provider of quiet) if (await options.views.hasWork(provider)) working.add(provider);
  await reportAll(round, silenceReports({ heard, raised, working }, rules, now));
}

async function lookAtMailboxes(round: Round): Promise<void> {
  const { options, rules, raised, now, looked } = round;
  if (!looksAtMailboxes(rules, raised)) return;
  const mailboxes = options.mailboxes?.() ?? [];
  const facts = mailboxes.length > 0 ? await options.views.mailboxes() : [];
  await reportAll(round, mailboxReports({ mailboxes, facts, raised, startedAt: looked.startedAt }, rules, now));
}

/** Notes who was heard in the events since the last look, and gives what is known of all. */
async function listen(round: Round): Promise<readonly HeardProvider[]> {
  const { views } = round.options;
  const known = new Map((await views.heard()).map((one) => [one.provider, one]));
  let { heard: before, head } = await views.progress();
  for (let looks = 0; looks < MOST_LOOKS && before < head && !round.signal.aborted; looks++) {
    const { last: after, signals } = await views.signals(before, head);
    const providers = heardAfter([...known.values()], signals);
    await commit(round, [], { cursor: "heard", before, after, providers });
    for (const one of providers) known.set(one.provider, one);
    before = after;
  }
  return [...known.values()];
}

async function reportAll(round: Round, reports: readonly ReportAlert[]): Promise<void> {
  for (let from = 0; from < reports.length && !round.signal.aborted; from += REPORTS_AT_ONCE)
    await commit(round, reports.slice(from, from + REPORTS_AT_ONCE));
}

/** The reports and how far events were looked at for them are one unit, so that after a crash none is missing. */
async function commit({ options }: Round, reports: readonly ReportAlert[], side?: Omit<AlertsWrite, "kind">): Promise<void> {
  const outcome = await options.door.execute({
    commands: reports,
    caller: { kind: "gateway" },
    channel: "gateway",
    ...(side ? { side: { kind: "alerts", ...side } } : {}),
  });
  if (outcome.status === "refused") throw new Failure(outcome.refusal.code, outcome.refusal.detail);
  for (const [index, report] of reports.entries()) {
    // Without an event it was so already.
    if (outcome.results[index]?.events.length) options.onReport(report);
  }
}
