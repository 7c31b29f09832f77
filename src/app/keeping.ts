// Builds what keeps messages: the form of each, and the writer of those that led to nothing.
import type { AppOptions } from "../app.ts";
import type { Door } from "../core/ports.ts";
import { createKeepRaw, type KeepRaw } from "../inbound/kept/raw-form.ts";
import { createRecorder, type Recorder } from "../inbound/kept/recorder.ts";
import type { Clock } from "../lib/clock.ts";
import { drawId } from "../lib/ids.ts";
import type { Worker } from "../lib/worker.ts";
import type { RetentionDays } from "../store/retention.ts";
import type { Store } from "../store/store.ts";

/** What channels keep messages with, and the loop that takes away what was kept long enough. */
export interface Keeping {
  follow(): void;
  /** The recorder writes to its end; the store must still be open. */
  stop(): Promise<void>;
  recorder: Recorder;
  keepRaw: KeepRaw;
}

type Options = Pick<AppOptions, "settings" | "log"> & { clock: Clock };

const LEASE = "retention";
/** Longer than a step takes, and than the pause between two rounds. */
const LEASE_MS = 15 * 60_000;

/** Nothing is taken away before `follow`. */
export function createKeeping({ settings, log, clock }: Options, store: Store, door: Door): Keeping {
  const { findTask } = store.messages;
  const recorder = createRecorder({ door, findTask, clock, drawId, log, bytesPerHour: settings.refusedBytes });
  let retention: Worker | undefined;
  return {
    recorder,
    keepRaw: createKeepRaw(settings.messageBytes),
    follow() {
      retention = store.retention({
        days: daysOf(settings),
        overStatuses: () => store.site().ticketStatuses.flatMap(({ name, final }) => (final ? [name] : [])),
        ...{ clock, log },
        ...(store.shared ? { lease: () => store.leases.take(LEASE, LEASE_MS) } : {}),
      });
    },
    async stop() {
      await retention?.stop();
      if (store.shared) await store.leases.release(LEASE).catch(() => undefined);
      await recorder.stop();
    },
  };
}

function daysOf(settings: AppOptions["settings"]): RetentionDays {
  return {
    messages: settings.keepMessagesDays,
    refused: settings.keepRefusedDays,
    deliveries: settings.keepDeliveriesDays,
    audit: settings.keepAuditDays,
    tasks: settings.keepTasksDays,
    cursors: settings.keepCursorDays,
  };
}
