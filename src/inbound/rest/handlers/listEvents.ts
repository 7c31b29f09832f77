// GET /v1/events: the feed.
import { cloudEvent } from "../cloudevent.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const listEvents: Operation<"listEvents"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views, source }) {
    const { after = 0, limit = 100 } = call.query;
    const { items, next, head, oldest } = await views.events(after, limit, { test: "exclude" });
    if (after > head) {
      const range = head === 0 ? "The feed is empty." : `The feed has the positions ${oldest} to ${head}.`;
      throw new Problem("position_unknown", range, { extra: { oldest, head } });
    }
    return { status: 200, body: { events: items.map((event) => cloudEvent(event, source)), next, head } };
  },
};
