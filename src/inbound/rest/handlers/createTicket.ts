// POST /v1/tickets
import { created, execute } from "../execute.ts";
import type { Operation } from "../operation.ts";
import { ticketAfter } from "../tickets.ts";

export const createTicket: Operation<"createTicket"> = {
  callers: ["ticketing"],
  async handle(call, services) {
    const { number, ...fields } = call.json;
    const done = await execute(call, { type: "create_ticket", number, fields }, services, { kind: "ticket", number });
    const { body: ticket, etag } = await ticketAfter(done, services);
    const answer = created(done);
    const location = `/v1/tickets/${encodeURIComponent(ticket.number)}`;
    return { ...answer, headers: { ...answer.headers, ...etag, location }, body: { event: done.event, ticket } };
  },
};
