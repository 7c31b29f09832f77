// Stands in for the keeping of messages where a test is about something else.
import type { MessageDesk } from "../../src/inbound/kept/again.ts";
import { createKeepRaw } from "../../src/inbound/kept/raw-form.ts";
import type { Recorder } from "../../src/inbound/kept/recorder.ts";
import type { MessageViews } from "../../src/store/views/messages.ts";

/** Makes raw forms as the gateway does, and forgets what it is handed. */
export const KEEPING = {
  recorder: { keep: () => undefined, settled: async () => undefined, stop: async () => undefined } satisfies Recorder,
  createDesk: () => ({}) as MessageDesk,
  messages: {} as MessageViews,
  keepRaw: createKeepRaw(262_144),
};
