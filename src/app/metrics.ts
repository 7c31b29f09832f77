// Puts together all that the metrics tell. What has to be asked of the database is asked for a bounded time and kept for a moment:
// with the database gone the other numbers are told all the same, and that it is gone.
import { countAfter } from "../lib/positions.ts";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createMessageCounts, type MessageCounts } from "../inbound/message-counts.ts";
import type { Log, LogLevel } from "../lib/log.ts";
import { type Counts, createCounts, createHistogram, type Family, type Histogram, single } from "../lib/metrics.ts";
import type { Tried } from "../outbound/carry.ts";
import type { Store } from "../store/store.ts";
import type { MailMeter } from "./mail-states.ts";
import { answerFamily } from "./answering.ts";
import { createProcessMetrics } from "./process-metrics.ts";

const PACKAGE = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string };

/** What the parts of the gateway count while they work. */
export interface Meters {
  messages: MessageCounts;
  /** Bytes of files that were taken in. */
  attachments: { bytes: number; files: number };
  tries: Map<string, { ends: Counts; duration: Histogram }>;
  /** By mailbox. */
  mailboxes: Map<string, MailMeter>;
  /** Answers to mails, by mailbox, kind and end. */
  answers: Counts;
  logLines: Counts;
}

const TRY_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createMeters(): Meters {
  return {
    messages: createMessageCounts(),
    attachments: { bytes: 0, files: 0 },
    tries: new Map(),
    mailboxes: new Map(),
    answers: createCounts(),
    logLines: createCounts(),
  };
}

/** The same log, its lines counted by level and event. */
export function countLines(log: Log, { logLines }: Meters): Log {
  return (level, event, fields) => {
    logLines.add(`${level} ${event}`);
    log(level, event, fields);
  };
}

/** Counts one try of a delivery. */
export function countTry({ tries }: Meters, { delivery, end, ms }: Tried): void {
  const known = tries.get(delivery.system) ?? { ends: createCounts(), duration: createHistogram(TRY_BOUNDS) };
  tries.set(delivery.system, known);
  known.ends.add(end.state === "ready" ? "failed" : end.state);
  known.duration.observe(ms / 1000);
}

/** More numbers, such as those of a part that runs by itself. */
export type MetricSource = () => Family[];

export interface MetricsOptions {
  meters: Meters;
  store: Store;
  sources: readonly MetricSource[];
}

export interface Metrics {
  collect(): Promise<Family[]>;
  close(): void;
}

const PATIENCE_MS = 2000;
const KEPT_MS = 2000;

/** Watches the process from now on; nothing is asked of anybody before `collect`. */
export function createMetrics({ meters, store, sources }: MetricsOptions): Metrics {
  const own = createProcessMetrics(store.shared ? null : store.folder);
  const stored = keptFor(KEPT_MS, () => Promise.race([storeFamilies(store), delay(PATIENCE_MS, null, { ref: false })]));
  return {
    async collect() {
      const site = store.site();
      const found = await stored().catch(() => null);
      return [
        buildFamily(store),
        single("gauge", "crossdesk_store_up", "Whether the database answered in time.", found === null ? 0 : 1),
        ...meters.messages.families(site.providers),
        ...store.metrics(),
        ...(found ?? []),
        ...tryFamilies(meters, site.systems),
        ...mailFamilies(meters, site.mailboxes),
        answerFamily(meters.answers),
        ...attachmentFamilies(meters),
        ...sources.flatMap((source) => source()),
        logFamily(meters),
        ...own.families(),
      ];
    },
    close: own.close,
  };
}

/** Whoever asks again at once gets the same answer: a number for all is not asked of the database for each. */
function keptFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let askedAt = Number.NEGATIVE_INFINITY;
  let answer: Promise<T> | undefined;
  return () => {
    if (answer === undefined || performance.now() - askedAt >= ms) {
      askedAt = performance.now();
      answer = ask();
    }
    return answer;
  };
}

function buildFamily({ shared }: Store): Family {
  const labels = { version: PACKAGE.version, node: process.versions.node, database: shared ? "mysql" : "sqlite" };
  return { name: "crossdesk_build_info", type: "gauge", help: "What runs here. Always 1.", samples: [{ labels, value: 1 }] };
}

/** Counting deliveries ends here: a queue that long is told well enough. */
const MOST_COUNTED = 100_000;

async function storeFamilies({ outgoing, alerts, views }: Store): Promise<Family[]> {
  const [{ looked }, { head, leap }, { asked, heard }, queues, cursors] = await Promise.all([
    outgoing.fanout(),
    views.range(),
    alerts.progress(),
    alerts.queues({ open: MOST_COUNTED, dead: MOST_COUNTED }),
    views.cursors(),
  ]);
  const lag = (reader: string, position: number) => ({ labels: { reader }, value: countAfter(position, head, leap) });
  // The gateway's own have a colon in their names already.
  const places = cursors.map(({ name, position }) => lag(name.includes(":") ? name : `cursor:${name}`, position));
  const bySystem = (name: string, help: string, value: (queue: (typeof queues)[number]) => number): Family => ({
    ...{ name, type: "gauge", help },
    samples: queues.map((queue) => ({ labels: { system: queue.system }, value: value(queue) })),
  });
  return [
    single("gauge", "crossdesk_feed_head_position", "Position of the last event.", head),
    {
      name: "crossdesk_feed_lag_events",
      type: "gauge",
      help: "Events that a reader has not looked at yet, or that are behind a cursor.",
      samples: [lag("fan-out", looked), lag("alerts-asked", asked), lag("alerts-heard", heard), ...places],
    },
    bySystem("crossdesk_deliveries_open", `Deliveries that are not through, counted to ${MOST_COUNTED}.`, ({ open }) => open),
    bySystem("crossdesk_deliveries_dead", `Dead letters, counted to ${MOST_COUNTED}.`, ({ dead }) => dead),
    bySystem(
      "crossdesk_deliveries_oldest_timestamp_seconds",
      "When the oldest delivery that waits was made; 0 when none waits.",
      (queue) => (queue.oldestAt ?? 0) / 1000,
    ),
  ];
}

interface Known {
  has(name: string): boolean;
}

/** What is gone from the site is not told of any more. */
function forget(map: Map<string, unknown>, known: Known): void {
  for (const name of map.keys()) if (!known.has(name)) map.delete(name);
}

function tryFamilies({ tries }: Meters, systems: Known): Family[] {
  forget(tries, systems);
  const all = [...tries];
  return [
    {
      name: "crossdesk_delivery_tries_total",
      type: "counter",
      help: "Tries of deliveries, by how they ended: done, failed (it is tried again) or rejected (a dead letter).",
      samples: all.flatMap(([system, { ends }]) =>
        [...ends.entries()].map(([end, value]) => ({ labels: { system, end }, value })),
      ),
    },
    {
      name: "crossdesk_delivery_try_duration_seconds",
      type: "histogram",
      help: "Time of one try, from the first byte sent to the answer.",
      histograms: all.map(([system, { duration }]) => ({ labels: { system }, of: duration })),
    },
  ];
}

function mailFamilies({ mailboxes }: Meters, known: Known): Family[] {
  forget(mailboxes, known);
  const gauge = (name: string, help: string, value: (one: MailMeter) => number): Family => ({
    ...{ name: `crossdesk_mailbox_${name}`, type: "gauge", help },
    samples: [...mailboxes].map(([mailbox, one]) => ({ labels: { mailbox }, value: value(one) })),
  });
  return [
    gauge("waiting_mails", "Mails that were seen in the mailbox and are not handled yet.", ({ waiting }) => waiting),
    gauge(
      "last_success_timestamp_seconds",
      "When this process last read the mailbox to its end; 0 when it has not, also because another process reads it.",
      ({ lookedAt }) => (lookedAt ?? 0) / 1000,
    ),
    gauge(
      "oldest_waiting_timestamp_seconds",
      "When the oldest mail came that is not handled yet; 0 when none waits.",
      ({ waitingSince }) => (waitingSince ?? 0) / 1000,
    ),
    {
      name: "crossdesk_mailbox_mails_total",
      type: "counter",
      help: "Mails that were handled, by how they ended.",
      samples: [...mailboxes].flatMap(([mailbox, { outcomes }]) =>
        [...outcomes].map(([outcome, value]) => ({ labels: { mailbox, outcome }, value })),
      ),
    },
    {
      name: "crossdesk_mailbox_failures_total",
      type: "counter",
      help: "How often the mailbox could not be read.",
      samples: [...mailboxes].map(([mailbox, { failures }]) => ({ labels: { mailbox }, value: failures })),
    },
  ];
}

function attachmentFamilies({ attachments: { bytes, files } }: Meters): Family[] {
  return [
    single("counter", "crossdesk_attachment_files_total", "Files that were taken in whole, whatever became of them.", files),
    single("counter", "crossdesk_attachment_bytes_total", "Bytes of those files.", bytes),
  ];
}

function logFamily({ logLines }: Meters): Family {
  const samples = [...logLines.entries()].map(([key, value]) => {
    const [level = "", event = ""] = key.split(" ", 2) as [LogLevel, string];
    return { labels: { level, event }, value };
  });
  return {
    name: "crossdesk_log_lines_total",
    type: "counter",
    help: "What happened, by level and event as in the log.",
    samples,
  };
}
