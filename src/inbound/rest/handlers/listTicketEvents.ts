// GET /v1/tickets/{ticketId}/events
import { Failure } from "../../../core/errors.ts";
import { cloudEvent } from "../cloudevent.ts";
import type { Operation } from "../operation.ts";

export const listTicketEvents: Operation<"listTicketEvents"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views, source }) {
    const { after = 0, limit = 50 } = call.query;
    const page = await views.ticketEvents(call.path.ticketId, after, limit);
    if (page === null) throw new Failure("unknown_ticket");
    const next = page.next === null ? null : Number(page.next);
    return { status: 200, body: { events: page.items.map((event) => cloudEvent(event, source)), next }, next };
  },
};
