// Stands in for the keeping of messages where a test is about something else.
import { createKeepRaw, type KeepRaw } from "../../src/inbound/kept/raw-form.ts";
import type { Recorder } from "../../src/inbound/kept/recorder.ts";

/** Makes raw forms as the gateway does, and forgets what it is handed. */
export const KEEPING: { recorder: Recorder; keepRaw: KeepRaw } = {
  recorder: { keep: () => undefined, settled: async () => undefined, stop: async () => undefined },
  keepRaw: createKeepRaw(262_144),
};
