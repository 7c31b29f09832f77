// What the ledger does, in numbers: the transactions that were committed, how large they were, how long they took, what failed.
import { createCounts, createHistogram, type Family, single } from "../lib/metrics.ts";
import type { StoreError } from "./db.ts";

/** What waits in the ledger, and how much may. */
export interface LedgerLoad {
  units: number;
  bytes: number;
  mostUnits: number;
  mostBytes: number;
}

export interface LedgerMeter {
  /** A transaction was committed: so many units together, in so many milliseconds. */
  committed(units: number, ms: number): void;
  /** A batch was given up, and its callers were told. */
  failed(kind: StoreError["kind"], units: number): void;
  /** A unit was turned away because the queue was full. */
  full(): void;
  families(load: LedgerLoad): Family[];
}

/** In seconds. */
const TIMES = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

export function createLedgerMeter(): LedgerMeter {
  const times = createHistogram(TIMES);
  const sizes = createHistogram(SIZES);
  const failures = createCounts<StoreError["kind"]>();
  let turnedAway = 0;
  return {
    committed(units, ms) {
      times.observe(ms / 1000);
      sizes.observe(units);
    },
    failed: (kind, units) => failures.add(kind, units),
    full() {
      turnedAway += 1;
    },
    families: (load) => [
      ...loadFamilies(load),
      single("counter", "crossdesk_ledger_turned_away_total", "Units answered busy because the queue was full.", turnedAway),
      {
        name: "crossdesk_ledger_failures_total",
        type: "counter",
        help: "Units of batches that could not be stored, by kind: lost, commit_lost, conflict or broken.",
        samples: [...failures.entries()].map(([kind, value]) => ({ labels: { kind }, value })),
      },
      {
        name: "crossdesk_ledger_commit_duration_seconds",
        type: "histogram",
        help: "Time of one transaction, from its begin to the end of its commit.",
        histograms: [{ of: times }],
      },
      {
        name: "crossdesk_ledger_batch_units",
        type: "histogram",
        help: "Units committed in one transaction.",
        histograms: [{ of: sizes }],
      },
    ],
  };
}

function loadFamilies({ units, bytes, mostUnits, mostBytes }: LedgerLoad): Family[] {
  return [
    single("gauge", "crossdesk_ledger_queue_units", "Units that wait to be stored or are being stored.", units),
    single("gauge", "crossdesk_ledger_queue_units_limit", "Most units that may wait (CROSSDESK_QUEUE_UNITS).", mostUnits),
    single("gauge", "crossdesk_ledger_queue_bytes", "Bytes of those units, roughly counted.", bytes),
    single("gauge", "crossdesk_ledger_queue_bytes_limit", "Most bytes that may wait (CROSSDESK_QUEUE_BYTES).", mostBytes),
  ];
}
