// GET /v1/events/stream: the feed as server-sent events.
import { cloudEvent } from "../cloudevent.ts";
import { beginOf, checkPosition, filterOf, takeSeat } from "../feed/asked.ts";
import { runStream } from "../feed/stream.ts";
import type { Operation } from "../operation.ts";

const HEADERS = {
  "content-type": "text/event-stream",
  // Whatever stands between must neither keep nor pack what should arrive at once.
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
};

export const streamEvents: Operation<"streamEvents"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views, feed, source }) {
    const link = call.link();
    const free = takeSeat(feed.streams, call.visit.caller);
    try {
      const range = await views.range();
      const last = link.headers["last-event-id"] as string | undefined;
      const after = last ? Number(last) : ((await beginOf(views, call.query)) ?? range.head);
      checkPosition(after, range, call.query.oldest);
      const textOf = (event: Parameters<typeof cloudEvent>[0]): string =>
        feed.textOf(event, (one) => {
          const json = cloudEvent(one, source);
          return `id: ${one.position}\nevent: ${json.type}\ndata: ${JSON.stringify(json)}\n\n`;
        });
      const options = {
        views,
        tail: feed.tail,
        textOf,
        after,
        oldest: range.oldest,
        filter: filterOf(call.query),
        holds: link.holds,
      };
      return { status: 200, headers: HEADERS, live: (out) => runStream(options, out).finally(free) };
    } catch (error) {
      free();
      throw error;
    }
  },
};
