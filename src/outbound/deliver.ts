// The loop of one System: takes what is due, as far as there is room, and has each delivery carried out. Order within a task is kept by
// the store; here only one try of a delivery is ever under way.
import type { Clock } from "../lib/clock.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { DueDelivery, OutgoingViews } from "../store/views/outgoing.ts";
import type { EventView } from "../store/views/types.ts";
import { type Carrier, type CarryOptions, carry } from "./carry.ts";
import { createPace } from "./pace.ts";

/** The right of this process to work for the System, which ends by itself when it is not taken again in time. */
export interface Lease {
  /** Takes or renews it; false while another process has it. */
  take(): Promise<boolean>;
  /** Whether it is this process's now. Asked right before a request leaves. */
  holds(): boolean;
}

export interface DeliverOptions extends CarryOptions {
  views: Pick<OutgoingViews, "due" | "held" | "eventsAt">;
  clock: Clock;
  /** By what it is told when a delivery is due, where that is another clock. */
  dueClock?: Clock;
  /** Absent where one process alone works on the database. */
  lease?: Lease;
}

export interface Deliveries extends Worker {
  /**
   * Takes nothing new, gives back what has not left, and lets requests under way go on for `graceMs` before they are cut. What was cut
   * before anything could have arrived is made again at the next start, with the same id. Another call can only shorten the time.
   */
  stop(graceMs?: number): Promise<void>;
}

/** How long the deliveries of other processes, and retries that have come due, wait to be noticed at most, in milliseconds. */
const POLL_MS = 500;
/** Read and rendered ahead of the sending, for each try that may be under way. */
const AHEAD = 4;
const LEAST_WINDOW = 32;
const MOST_WINDOW = 512;
/** Events in full that are read at once, and the characters of texts after which the rest has to wait. */
const EVENTS_AT_ONCE = 50;
const MOST_CHARACTERS = 8_000_000;
const GRACE_MS = 4000;

interface Loop extends DeliverOptions {
  carrier: Carrier;
  taken: Map<number, { carried: Promise<void>; characters: number }>;
  window: number;
  wake(): void;
}

/** Starts the loop of one System. `wake` it when it has new deliveries, or was held or let go. */
export function startDeliveries(options: DeliverOptions): Deliveries {
  const { system } = options.tools;
  const { inFlight, perSecond } = system.delivery;
  const carrier: Carrier = {
    ...options,
    system,
    pace: createPace(inFlight, perSecond),
    dropped: new AbortController(),
    cut: new AbortController(),
    held: false,
    holding: { underWay: 0, written: 0 },
    mayLeave: () => !carrier.held && (options.lease?.holds() ?? true),
  };
  const window = Math.min(MOST_WINDOW, Math.max(LEAST_WINDOW, inFlight * AHEAD));
  const loop: Loop = { ...options, carrier, taken: new Map(), window, wake: () => worker.wake() };
  const worker = startWorker({
    name: `deliveries to ${system.name}`,
    pollMs: POLL_MS,
    run: (signal) => takeNext(loop, signal),
    onError: options.onError,
  });
  return { ...worker, stop: (graceMs = GRACE_MS) => stop(loop, worker, graceMs) };
}

async function stop({ carrier, taken }: Loop, worker: Worker, graceMs: number): Promise<void> {
  const cut = setTimeout(() => carrier.cut.abort(), graceMs);
  carrier.dropped.abort();
  carrier.pace.close();
  await worker.stop();
  await Promise.all([...taken.values()].map((one) => one.carried));
  clearTimeout(cut);
}

/** Takes what is due, as far as there is room; what is under way already is passed over. */
async function takeNext(loop: Loop, signal: AbortSignal): Promise<void> {
  const { carrier, taken, views, window } = loop;
  const { name } = carrier.system;
  // First, whatever else: a lease that is not renewed while much is under way would be another's in the middle of it.
  if (loop.lease && !(await loop.lease.take())) return;
  const { written } = carrier.holding;
  const held = await views.held(name, loop.clock());
  carrier.held = held || carrier.holding.underWay > 0 || carrier.holding.written !== written;
  if (carrier.held || taken.size > window / 2) return;
  // What ends while the queue is read may stand in what was read as it was before: sending it again would be one time too many.
  const busy = new Set(taken.keys());
  const rows = await views.due(name, (loop.dueClock ?? loop.clock)(), busy.size + window);
  await begin(loop, rows.filter(({ id }) => !busy.has(id)).slice(0, window), signal);
}

/** Begins with as many as their texts leave room for; the others are taken when some have ended. */
async function begin(loop: Loop, fresh: readonly DueDelivery[], signal: AbortSignal): Promise<void> {
  let room = MOST_CHARACTERS;
  for (const { characters } of loop.taken.values()) room -= characters;
  for (let from = 0; from < fresh.length && room > 0 && !signal.aborted; from += EVENTS_AT_ONCE) {
    const some = fresh.slice(from, from + EVENTS_AT_ONCE);
    const events = await loop.views.eventsAt(some.map((one) => one.position));
    for (const delivery of some) {
      const event = events.get(delivery.position);
      const characters = event ? textsOf(event) : 0;
      if (room <= 0 || signal.aborted) return;
      room -= characters;
      carryOne(loop, delivery, { event, characters });
    }
  }
}

function carryOne(
  loop: Loop,
  delivery: DueDelivery,
  { event, characters }: { event: EventView | undefined; characters: number },
): void {
  const { taken, window, onError } = loop;
  const carried = carry(loop.carrier, delivery, event)
    .catch(onError)
    .finally(() => {
      taken.delete(delivery.id);
      if (taken.size <= window / 2) loop.wake();
    });
  taken.set(delivery.id, { carried, characters });
}

/** The characters of the texts that can be long. */
function textsOf({ message, task, ticket }: EventView): number {
  const wide = [message?.text, task?.description, task?.solution, ticket?.description];
  const custom = [...Object.values(task?.custom ?? {}), ...Object.values(ticket?.custom ?? {})];
  return [...wide, ...custom].reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
