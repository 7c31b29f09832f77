// What a call asks of the feed: where to begin, and what passes. Tells who asks for what is not there which range there is.
import { Failure } from "../../../core/errors.ts";
import type { Caller } from "../../../core/ports.ts";
import type { EventFilter, FeedRange, Views } from "../../../store/views/types.ts";
import type { Seats } from "../../limits.ts";
import { holderOf } from "../duplicate-key.ts";
import { Problem } from "../problem.ts";
import type { QueryOf } from "../typed.ts";

const PREFIX = "crossdesk.";

/** The parameters of a filter. */
export function filterOf({ type, direction, provider, task, test = "exclude" }: QueryOf<"streamEvents">): EventFilter {
  return {
    test,
    ...(type ? { types: type.map((one) => one.slice(PREFIX.length)) } : {}),
    ...(direction ? { direction } : {}),
    ...(provider === undefined ? {} : { provider }),
    ...(task === undefined ? {} : { task }),
  };
}

/** The position to begin after: as given, or that of a cursor; null where neither is. */
export async function beginOf(views: Pick<Views, "cursor">, { after, cursor }: QueryOf<"streamEvents">): Promise<number | null> {
  if (cursor === undefined) return after ?? null;
  if (after !== undefined) throw new Failure("invalid_request", "Give either after or cursor.");
  const found = await views.cursor(cursor);
  if (found === null) throw new Problem("unknown_cursor");
  return found.position;
}

/** Takes a place of the caller's share and gives what frees it. */
export function takeSeat(seats: Seats, caller: Caller): () => void {
  const free = seats.take(holderOf(caller));
  if (free === "share") throw new Problem("too_many_readers");
  if (free === "all") throw new Failure("busy");
  return free;
}

/**
 * Throws unless everything after the position is there. Who begins at 0 takes what is left; further pages are known by `told`, the
 * `oldest` that the first one told.
 */
export function checkPosition(after: number, { oldest, head, leap }: FeedRange, told?: number): void {
  const isGone = after > 0 && after < oldest - 1 && told !== oldest;
  const isLost = leap !== null && after > leap.from && after < leap.to;
  if (after <= head && !isGone && !isLost) return;
  const range = head === 0 ? "The feed is empty." : `The feed has the positions ${oldest} to ${head}.`;
  throw new Problem("position_unknown", range, { extra: { oldest, head } });
}
