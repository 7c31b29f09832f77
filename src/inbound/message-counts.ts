// Counts messages by channel and sender for the metrics. Called once for each message: it only adds to numbers it has at hand.
import type { Caller } from "../core/ports.ts";
import { type Counts, createCounts, createHistogram, type Family, type Histogram, type Labels } from "../lib/metrics.ts";
import type { Answered } from "./visit.ts";

export interface MessageCounts {
  count(caller: Caller | null, answered: Answered, ms: number): void;
  /** Those of providers that are gone from the site are forgotten, so that there are never more than it has. */
  families(providers: { has(name: string): boolean }): Family[];
}

/** `read` led to no event, and was not meant to. */
type Result = "committed" | "repeated" | "read" | "refused";

/** What came from one sender by one channel. */
interface Tally {
  labels: Labels;
  results: Record<Result, number>;
  refused: Counts;
  bytes: { in: number; out: number };
}

/** In seconds: an acknowledgement takes a few milliseconds, a file or a full queue some seconds. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const RESULTS: readonly Result[] = ["committed", "repeated", "read", "refused"];

interface ChannelTally {
  senders: Map<string, Tally>;
  durations: Record<Result, Histogram>;
}

export function createMessageCounts(): MessageCounts {
  const channels = new Map<Answered["channel"], ChannelTally>();
  return {
    count(caller, answered, ms) {
      const channel = kept(channels, answered.channel, newChannel);
      const sender = caller === null ? "" : caller.kind === "provider" ? caller.provider : `:${caller.kind}`;
      const tally = channel.senders.get(sender) ?? addSender(channel, answered.channel, { sender, caller });
      const result = resultOf(answered);
      tally.results[result] += 1;
      if (result === "refused") tally.refused.add(answered.outcome);
      tally.bytes.in += answered.bytes;
      tally.bytes.out += answered.bytesOut ?? 0;
      channel.durations[result].observe(ms / 1000);
    },
    families(providers) {
      for (const { senders } of channels.values())
        for (const [sender, { labels }] of senders)
          if (labels["caller"] === "provider" && !providers.has(sender)) senders.delete(sender);
      return [...numbersOf([...channels.values()].flatMap(({ senders }) => [...senders.values()])), durationsOf(channels)];
    },
  };
}

function resultOf({ outcome, event }: Answered): Result {
  if (outcome === "done") return event ? "committed" : "read";
  return outcome === "repeated" ? "repeated" : "refused";
}

function newChannel(): ChannelTally {
  const histogram = (): Histogram => createHistogram(BOUNDS);
  return {
    senders: new Map(),
    durations: { committed: histogram(), repeated: histogram(), read: histogram(), refused: histogram() },
  };
}

function kept<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  let value = known.get(key);
  if (value === undefined) {
    value = make();
    known.set(key, value);
  }
  return value;
}

function addSender(
  { senders }: ChannelTally,
  channel: string,
  { sender, caller }: { sender: string; caller: Caller | null },
): Tally {
  const provider = caller?.kind === "provider" ? caller.provider : "";
  const tally: Tally = {
    labels: { channel, caller: caller?.kind ?? "", provider },
    results: { committed: 0, repeated: 0, read: 0, refused: 0 },
    refused: createCounts(),
    bytes: { in: 0, out: 0 },
  };
  senders.set(sender, tally);
  return tally;
}

const total = ({ results }: Tally): number => RESULTS.reduce((sum, one) => sum + results[one], 0);

/** The counters of all senders. */
function numbersOf(tallies: readonly Tally[]): Family[] {
  const counter = (name: string, help: string, value: (tally: Tally) => number): Family => ({
    ...{ name: `crossdesk_${name}_total`, type: "counter", help },
    samples: tallies.map((tally) => ({ labels: tally.labels, value: value(tally) })),
  });
  return [
    counter("messages_received", "Messages that were answered, whatever the answer.", total),
    counter("messages_committed", "Messages that led to an event.", ({ results }) => results.committed),
    counter("messages_repeated", "Repeats that got the first answer again.", ({ results }) => results.repeated),
    counter("messages_read", "Messages that asked for something and changed nothing.", ({ results }) => results.read),
    {
      name: "crossdesk_messages_refused_total",
      type: "counter",
      help: "Messages that were refused, quarantined or failed, by code.",
      samples: tallies.flatMap(({ labels, refused }) =>
        [...refused.entries()].map(([code, value]) => ({ labels: { ...labels, code }, value })),
      ),
    },
    counter("message_received_bytes", "Bytes of the bodies of messages.", ({ bytes }) => bytes.in),
    counter("message_answered_bytes", "Bytes of the bodies of answers.", ({ bytes }) => bytes.out),
  ];
}

function durationsOf(channels: ReadonlyMap<string, ChannelTally>): Family {
  return {
    name: "crossdesk_message_duration_seconds",
    type: "histogram",
    help: "Time from the arrival of a message to its answer, by channel and result.",
    histograms: [...channels].flatMap(([channel, { durations }]) =>
      RESULTS.map((result) => ({ labels: { channel, result }, of: durations[result] })),
    ),
  };
}
