// Builds what channels stage files with, and the loop that drops those no event took over. Nothing runs before `follow`.
import type { AppOptions } from "../app.ts";
import type { Door } from "../core/ports.ts";
import { type Attachments, createAttachments } from "../inbound/attachments.ts";
import type { Clock } from "../lib/clock.ts";
import { drawId } from "../lib/ids.ts";
import { errorText } from "../lib/log.ts";
import type { Worker } from "../lib/worker.ts";
import { startAttachmentPurge } from "../store/attachment-purge.ts";
import type { Store } from "../store/store.ts";
import type { Meters } from "./metrics.ts";

const PURGE = "attachments";
/** Longer than the pause between two rounds, so that no other process begins in between. */
const LEASE_MS = 90_000;

export interface AttachmentParts {
  attachments: Attachments;
  follow(): void;
  stop(): Promise<void>;
}

interface Options extends Pick<AppOptions, "settings" | "log"> {
  clock: Clock;
  meters: Pick<Meters, "attachments">;
}

export function createAttachmentParts({ settings, log, clock, meters }: Options, store: Store, door: Door): AttachmentParts {
  let purge: Worker | undefined;
  return {
    attachments: countFiles(
      createAttachments({ door, drawId, limitBytes: settings.attachmentBytes, taken: settings.attachmentAllow }),
      meters,
    ),
    follow() {
      purge = startAttachmentPurge({
        ...{ door, clock, views: store.attachments },
        ...(store.shared ? { lease: () => store.leases.take(PURGE, LEASE_MS) } : {}),
        onDropped: (attachment) => log("info", "attachment.dropped", { attachment }),
        onError: (error) => log("warn", "attachment.kept_waiting", { error: errorText(error) }),
      });
    },
    async stop() {
      await purge?.stop();
      // Where the store is out of reach the lease ends by itself.
      if (store.shared) await store.leases.release(PURGE).catch(() => undefined);
    },
  };
}

function countFiles(attachments: Attachments, { attachments: counted }: Pick<Meters, "attachments">): Attachments {
  return {
    ...attachments,
    async stage(file) {
      const staged = await attachments.stage(file);
      counted.files += 1;
      counted.bytes += staged.size;
      return staged;
    },
  };
}
