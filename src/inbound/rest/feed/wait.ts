// Long-poll: a page of the feed as soon as there is something for it, or an empty one when the time is over.
import type { EventFilter, EventView, FeedPage, Views } from "../../../store/views/types.ts";
import { passes } from "./passes.ts";
import type { Follower, Tail } from "./tail.ts";

export interface Asked {
  after: number;
  limit: number;
  filter: EventFilter;
}

interface Patience {
  /** In milliseconds. */
  ms: number;
  /** Aborted when the client has gone. */
  gone: AbortSignal;
}

interface Tools {
  views: Pick<Views, "events">;
  tail: Tail;
}

/** What was not read yet is looked through in steps, of which each goes back to the client. */
const MOST_READS = 5;

/** The page, at once where there is something for it or something left to look through. */
export async function waitForPage({ views, tail }: Tools, asked: Asked, patience: Patience): Promise<FeedPage> {
  let page = await views.events(asked.after, asked.limit, asked.filter);
  for (let reads = 1; page.items.length === 0 && page.next === page.head; reads++) {
    const found = comes(tail, { ...asked, after: page.next }, patience);
    if (found !== null) return { ...page, ...(await found) };
    if (reads === MOST_READS) break;
    page = await views.events(page.next, asked.limit, asked.filter);
  }
  return page;
}

type Found = Pick<FeedPage, "items" | "next" | "head">;

/** What comes after a position that is the head; null where something has come meanwhile. */
function comes(tail: Tail, { after, limit, filter }: Asked, { ms, gone }: Patience): Promise<Found> | null {
  const { promise, resolve } = Promise.withResolvers<Found>();
  const until = tail.now() + ms;
  let next = after;
  const nothing = (): void => resolve({ items: [], next, head: next });
  const follower: Follower = {
    take({ events, upTo }) {
      if (upTo <= next) return;
      const items = events.filter((event) => event.position > next && passes(event, filter));
      const page: EventView[] = items.slice(0, limit);
      next = items.length > limit ? (page.at(-1)?.position ?? upTo) : upTo;
      if (page.length > 0) resolve({ items: page, next, head: upTo });
    },
    tick: (now) => now >= until && nothing(),
    check: () => undefined,
    end: nothing,
  };
  const leave = tail.enter(follower);
  gone.addEventListener("abort", nothing, { once: true });
  const done = (): void => {
    leave();
    gone.removeEventListener("abort", nothing);
  };
  if (!tail.follow(follower, after)) {
    done();
    return null;
  }
  if (gone.aborted) nothing();
  return promise.finally(done);
}
