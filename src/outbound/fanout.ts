// Looks at every event once, in order, and makes the deliveries it leads to. It sends nothing and renders nothing.
import type { Door, NewDelivery } from "../core/ports.ts";
import { Failure } from "../core/errors.ts";
import type { DrawId } from "../lib/ids.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { OutgoingViews } from "../store/views/outgoing.ts";
import { type Matchable, matching } from "./match.ts";

export interface FanoutOptions {
  door: Door;
  views: Pick<OutgoingViews, "fanout" | "unlooked">;
  site(): Matchable;
  drawId: DrawId;
  /** Whether this process may do the work now; another process holds the lease when not. */
  lease?: () => Promise<boolean>;
  /** Told which Systems have new deliveries. */
  onDeliveries(systems: ReadonlySet<string>): void;
  onError(error: unknown): void;
}

/** How often events of other processes are looked for, in milliseconds. */
const POLL_MS = 200;
const EVENTS_AT_ONCE = 500;
const GATEWAY = { kind: "gateway" } as const;

/** Starts the loop. `wake` it after a commit, so that nobody waits for the next poll. */
export function startFanout(options: FanoutOptions): Worker {
  const round = async (signal: AbortSignal): Promise<void> => {
    if (options.lease && !(await options.lease())) return;
    for (let more = true; more && !signal.aborted; ) more = await lookAtNext(options);
  };
  return startWorker({ name: "fan-out", pollMs: POLL_MS, run: round, onError: options.onError });
}

/** Looks at the next events; true when there may be more. */
async function lookAtNext({ door, views, site, drawId, onDeliveries }: FanoutOptions): Promise<boolean> {
  const { looked, head } = await views.fanout();
  if (head <= looked) return false;
  const now = site();
  const idle = ![...now.mappings.values()].some((one) => one.active);
  const events = idle ? [] : await views.unlooked(looked, head, EVENTS_AT_ONCE);
  const after = events.length === EVENTS_AT_ONCE ? (events.at(-1)?.position ?? head) : head;
  const deliveries = events.flatMap((event): NewDelivery[] =>
    matching(event, now).map(({ name, system }) => ({
      key: drawId(),
      system,
      mapping: name,
      position: event.position,
      subject: event.subject,
    })),
  );
  // Without a mapping nothing can be missed: the place is kept by `since` of the mapping that comes.
  if (idle && head - looked < EVENTS_AT_ONCE) return false;
  try {
    await door.execute({
      commands: [],
      caller: GATEWAY,
      channel: "gateway",
      side: { kind: "fanout", before: looked, after, deliveries },
    });
  } catch (error) {
    // Another process was faster: its work counts.
    if (error instanceof Failure && error.code === "guard_lost") return true;
    throw error;
  }
  if (deliveries.length > 0) onDeliveries(new Set(deliveries.map((one) => one.system)));
  return after < head;
}
