// GET /v1/events: the feed, page by page, or as soon as there is something.
import { Failure } from "../../../core/errors.ts";
import { cloudEvent } from "../cloudevent.ts";
import { accepts, BATCH } from "../feed/media-types.ts";
import { beginOf, checkPosition, filterOf, takeSeat } from "../feed/asked.ts";
import { waitForPage } from "../feed/wait.ts";
import type { CallOf, Operation, Services } from "../operation.ts";
import type { FeedPage } from "../../../store/views/types.ts";

export const listEvents: Operation<"listEvents"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, services) {
    const after = (await beginOf(services.views, call.query)) ?? 0;
    const page = await pageOf(call, services, after);
    checkPosition(after, page, call.query.oldest);
    const { items, next, head, oldest } = page;
    const events = items.map((event) => cloudEvent(event, services.source));
    if (!accepts(call.link().headers, BATCH)) return { status: 200, body: { events, next, head, oldest } };
    const places = { "crossdesk-next": String(next), "crossdesk-head": String(head) };
    return { status: 200, headers: { "content-type": BATCH, ...places }, body: events };
  },
};

async function pageOf({ query, visit, link }: CallOf<"listEvents">, services: Services, after: number): Promise<FeedPage> {
  const { views, feed } = services;
  const asked = { after, limit: query.limit ?? 100, filter: filterOf(query) };
  const ms = (query.wait ?? 0) * 1000;
  if (ms === 0) return views.events(asked.after, asked.limit, asked.filter);
  const free = takeSeat(feed.waiters, visit.caller);
  try {
    const { patient, holds } = link();
    const page = await waitForPage({ views, tail: feed.tail }, asked, { ms, gone: patient(ms) });
    // Credentials may have been taken away meanwhile.
    if (page.items.length > 0 && !(await holds())) throw new Failure("unauthenticated");
    return page;
  } finally {
    free();
  }
}
