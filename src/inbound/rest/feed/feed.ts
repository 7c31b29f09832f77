// What waits at the head of the feed: the one reader for all, and how many may wait. Nothing is read while nobody waits.
import type { Clock } from "../../../lib/clock.ts";
import type { EventView, Views } from "../../../store/views/types.ts";
import { createSeats, type Seats } from "../../limits.ts";
import { createTail, type Tail } from "./tail.ts";

export interface Feed {
  tail: Tail;
  /** Calls that wait for events, and streams. */
  waiters: Seats;
  streams: Seats;
  /** An event as streams send it: written out once, however many are sent it. */
  textOf(event: EventView, write: (event: EventView) => string): string;
}

export interface FeedOptions {
  views: Pick<Views, "events" | "head">;
  clock: Clock;
  onError(error: unknown): void;
}

/** Each holds a connection and next to nothing else. */
const WAITERS = { all: 1000, each: 100 };
const STREAMS = { all: 500, each: 20 };

/** Its tail looks around until it is stopped. */
export function createFeed(options: FeedOptions): Feed {
  const texts = new WeakMap<EventView, string>();
  return {
    tail: createTail(options),
    waiters: createSeats(WAITERS),
    streams: createSeats(STREAMS),
    textOf(event, write) {
      const known = texts.get(event) ?? write(event);
      texts.set(event, known);
      return known;
    },
  };
}
