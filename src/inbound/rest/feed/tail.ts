// The one reader at the head of the feed: however many wait for what comes, a process reads each new event once. It keeps nothing,
// and reads nothing while nobody waits.
import type { Clock } from "../../../lib/clock.ts";
import { startWorker } from "../../../lib/worker.ts";
import type { EventView, Views } from "../../../store/views/types.ts";

/** What was read at once. `upTo`: there is nothing else up to this position. */
export interface Batch {
  events: readonly EventView[];
  upTo: number;
}

/** Somebody who waits at the head. None of these may throw. */
export interface Follower {
  take(batch: Batch): void;
  /** Called several times a second, with milliseconds that never go back. */
  tick(now: number): void;
  /** Who may do what has changed. */
  check(): void;
  /** The gateway stops. */
  end(): void;
}

export interface Tail {
  /** From now on it hears ticks, checks and the end; what is given ends that. */
  enter(follower: Follower): () => void;
  /** Whether it is handed what comes after `position`: not while that is behind, so that it must read on by itself first. */
  follow(follower: Follower, position: number): boolean;
  /** Is handed nothing any more, until it follows again. */
  rest(follower: Follower): void;
  /** The time that followers are told. */
  now(): number;
  wake(): void;
  checkAll(): void;
  stop(): Promise<void>;
}

export interface TailOptions {
  views: Pick<Views, "events" | "head">;
  clock: Clock;
  onError(error: unknown): void;
}

/** How often other processes' events are looked for, in milliseconds. */
const POLL_MS = 200;
const EVENTS_AT_ONCE = 200;

export function createTail({ views, clock, onError }: TailOptions): Tail {
  const present = new Set<Follower>();
  const taking = new Set<Follower>();
  const time = steady(clock);
  let position = 0;
  /** Counts up when the position is set anew: what is being read meanwhile belongs to nobody. */
  let round = 0;
  let stopped = false;
  const tellAll = (tell: (one: Follower) => void): void => [...present].forEach(tell);

  /** Reads what is new; false when there is nothing. */
  const readOn = async (): Promise<boolean> => {
    const [from, mine] = [position, round];
    if ((await views.head()) <= from) return false;
    const { items, next } = await views.events(from, EVENTS_AT_ONCE);
    if (mine !== round) return true;
    position = next;
    for (const one of [...taking]) one.take({ events: items, upTo: next });
    return next > from;
  };
  const worker = startWorker({
    name: "feed",
    pollMs: POLL_MS,
    async run(signal) {
      const now = time();
      tellAll((one) => one.tick(now));
      while (taking.size > 0 && !signal.aborted && (await readOn()));
    },
    onError,
  });
  return {
    enter(follower) {
      present.add(follower);
      if (stopped) follower.end();
      return () => void (present.delete(follower) && taking.delete(follower));
    },
    follow(follower, from) {
      if (taking.size === 0) {
        position = from;
        round += 1;
      }
      if (from < position) return false;
      taking.add(follower);
      worker.wake();
      return true;
    },
    rest: (follower) => void taking.delete(follower),
    now: time,
    wake: () => {
      if (taking.size > 0) worker.wake();
    },
    checkAll: () => tellAll((one) => one.check()),
    async stop() {
      stopped = true;
      tellAll((one) => one.end());
      await worker.stop();
    },
  };
}

/** A clock that is set back makes nobody wait longer: what it says is added up, and steps back count as nothing. */
function steady(clock: Clock): () => number {
  let last = clock();
  let passed = 0;
  return () => {
    const now = clock();
    passed += Math.max(0, now - last);
    last = now;
    return passed;
  };
}
