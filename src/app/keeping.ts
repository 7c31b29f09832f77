// Builds what keeps messages: the form of each, and the writer of those that led to nothing.
import type { AppOptions } from "../app.ts";
import type { Door } from "../core/ports.ts";
import { createKeepRaw, type KeepRaw } from "../inbound/kept/raw-form.ts";
import { createRecorder, type Recorder } from "../inbound/kept/recorder.ts";
import type { Clock } from "../lib/clock.ts";
import { drawId } from "../lib/ids.ts";
import type { Store } from "../store/store.ts";

/** What channels keep messages with. */
export interface Keeping {
  recorder: Recorder;
  keepRaw: KeepRaw;
}

type Options = Pick<AppOptions, "settings" | "log"> & { clock: Clock };

/** The recorder writes at once; it is stopped before the store is closed. */
export function createKeeping({ settings, log, clock }: Options, store: Store, door: Door): Keeping {
  const { findTask } = store.messages;
  const recorder = createRecorder({ door, findTask, clock, drawId, log, bytesPerHour: settings.refusedBytes });
  return { recorder, keepRaw: createKeepRaw(settings.messageBytes) };
}
