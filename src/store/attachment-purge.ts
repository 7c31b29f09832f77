// The loop that drops files no event took over: an upload that broke off, a refused one, the second copy of a repeat. In small steps
// through the door, so that no message waits long behind a large file, and no file that an event takes meanwhile is touched.
import type { Door } from "../core/ports.ts";
import type { Clock } from "../lib/clock.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { AttachmentViews, IdleAttachment } from "./views/attachments.ts";

export interface PurgeOptions {
  door: Door;
  views: Pick<AttachmentViews, "idle">;
  clock: Clock;
  /** Where several processes work on the database, true for the one that purges. */
  lease?(): Promise<boolean>;
  onDropped?(id: string): void;
  onError(error: unknown): void;
  pollMs?: number;
}

/** How long a file waits for its event, in milliseconds. */
export const IDLE_MS = 60 * 60_000;
const POLL_MS = 60_000;
const FILES = 20;
/** Pieces taken away in one unit: 2 MiB. */
const PIECES = 8;

/** Starts the loop. */
export function startAttachmentPurge(options: PurgeOptions): Worker {
  const { views, clock, lease = async () => true } = options;
  return startWorker({
    name: "attachments",
    pollMs: options.pollMs ?? POLL_MS,
    onError: options.onError,
    async run(signal) {
      while (!signal.aborted && (await lease())) {
        const files = await views.idle(clock() - IDLE_MS, FILES);
        let failed = 0;
        for (const file of files) if (!(await drop(file, options, signal))) failed += 1;
        if (failed === files.length) return;
      }
    },
  });
}

/** False when it could not be dropped for now, or somebody else was at it: the next round looks again. */
async function drop({ id, pieces }: IdleAttachment, options: PurgeOptions, signal: AbortSignal): Promise<boolean> {
  const { door, clock, onDropped, onError } = options;
  try {
    for (let left = pieces; left > 0; ) {
      if (signal.aborted) return false;
      const keep = Math.max(0, left - PIECES);
      const side = { kind: "attachment", step: "drop", id, pieces: left, keep, idleSince: clock() - IDLE_MS } as const;
      await door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side });
      left = keep;
    }
    onDropped?.(id);
    return true;
  } catch (error) {
    onError(error);
    return false;
  }
}
