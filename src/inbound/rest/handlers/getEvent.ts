// GET /v1/events/{eventId}: one event, as it stood in the feed.
import { cloudEvent } from "../cloudevent.ts";
import { accepts, SINGLE } from "../feed/media-types.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const getEvent: Operation<"getEvent"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views, source }) {
    const event = await views.event(call.path.eventId);
    if (event === null) throw new Problem("unknown_event");
    const type = accepts(call.link().headers, SINGLE) ? SINGLE : "application/json";
    return { status: 200, headers: { "content-type": type }, body: cloudEvent(event, source) };
  },
};
