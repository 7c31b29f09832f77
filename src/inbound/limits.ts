// Counts failures per name within a window, and bounds work that may run at once. Every map and queue here has an end.
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";

/** Failures per name. `most` failures within `windowMs` after the first close the name until that window ends. */
export interface Throttle {
  isClosed(name: string): boolean;
  /** Counts a failure; true when this one closed the name. */
  fail(name: string): boolean;
  readonly size: number;
}

export interface ThrottleOptions {
  clock: Clock;
  most: number;
  windowMs: number;
  /** Names remembered at once; the oldest goes first. */
  names: number;
}

/** Makes a throttle; see `Throttle` for the rule. */
export function createThrottle({ clock, most, windowMs, names }: ThrottleOptions): Throttle {
  const counts = new Map<string, { failures: number; until: number }>();
  const current = (name: string) => {
    const entry = counts.get(name);
    const left = entry === undefined ? 0 : entry.until - clock();
    // More than the window is left only when the clock was set back: nobody stays shut out for that long.
    return left > 0 && left <= windowMs ? entry : undefined;
  };
  return {
    isClosed: (name) => (current(name)?.failures ?? 0) >= most,
    fail(name) {
      const entry = current(name);
      if (entry) return ++entry.failures === most;
      counts.delete(name);
      if (counts.size >= names) dropOldest(counts);
      counts.set(name, { failures: 1, until: clock() + windowMs });
      return most === 1;
    },
    get size() {
      return counts.size;
    },
  };
}

/** Drops the entry that was added first. */
export function dropOldest(entries: Map<string, unknown>): void {
  const first = entries.keys().next();
  if (!first.done) entries.delete(first.value);
}

/** Runs at most `atOnce` jobs at a time and lets `waiting` more wait in order; rejects with `busy` over that. */
export type Lane = <T>(job: () => Promise<T>) => Promise<T>;

/** Makes a lane; `atOnce` and `waiting` are counts of jobs. */
export function createLane(atOnce: number, waiting: number): Lane {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) throw new Failure("busy");
      // The place is handed over by whoever ends, so `running` stays as it is.
      await new Promise<void>((resolve) => queue.push(resolve));
    } else {
      running += 1;
    }
    try {
      return await job();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

/** A lane that holders share: each has but a part of it, so that one who takes all that is his leaves some to the others. */
export type SharedLane = <T>(holder: string, job: () => Promise<T>) => Promise<T>;

export interface SharedLaneOptions {
  /** Jobs at a time and jobs that wait, of all holders. */
  atOnce: number;
  waiting: number;
  /** The same of one holder. Those that wait here do not count above. */
  each: { atOnce: number; waiting: number };
}

/** Makes a shared lane; a holder is remembered for as long as he has jobs. */
export function createSharedLane({ atOnce, waiting, each }: SharedLaneOptions): SharedLane {
  const all = createLane(atOnce, waiting);
  const holders = new Map<string, { lane: Lane; jobs: number }>();
  return async (holder, job) => {
    const own = holders.get(holder) ?? { lane: createLane(each.atOnce, each.waiting), jobs: 0 };
    holders.set(holder, own);
    own.jobs += 1;
    try {
      return await own.lane(() => all(job));
    } finally {
      own.jobs -= 1;
      if (own.jobs === 0) holders.delete(holder);
    }
  };
}

/** Places that are taken for a while, so many of all and so many of one holder; who finds none is turned away, not kept waiting. */
export interface Seats {
  /** Takes one and gives what frees it; `all` are taken, or the holder has his `share`, when there is none. */
  take(holder: string): (() => void) | "all" | "share";
  readonly taken: number;
}

export function createSeats({ all, each }: { all: number; each: number }): Seats {
  const holders = new Map<string, number>();
  let taken = 0;
  return {
    take(holder) {
      const own = holders.get(holder) ?? 0;
      if (own >= each) return "share";
      if (taken >= all) return "all";
      holders.set(holder, own + 1);
      taken += 1;
      let free = (): void => {
        free = () => undefined;
        taken -= 1;
        const left = (holders.get(holder) ?? 1) - 1;
        if (left === 0) holders.delete(holder);
        else holders.set(holder, left);
      };
      return () => free();
    },
    get taken() {
      return taken;
    },
  };
}
