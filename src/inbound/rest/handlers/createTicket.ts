// POST /v1/tickets
import { created, execute } from "../execute.ts";
import { ticketJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const createTicket: Operation<"createTicket"> = {
  callers: ["ticketing"],
  async handle(call, services) {
    const { number, ...fields } = call.json;
    const done = await execute(call, { type: "create_ticket", number, fields }, services, { kind: "ticket", number });
    const ticket = await services.views.ticket(done.ticket ?? "");
    if (ticket === null) throw new Error("a ticket just made cannot be read");
    const answer = created(done);
    const location = `/v1/tickets/${encodeURIComponent(ticket.number)}`;
    return { ...answer, headers: { ...answer.headers, location }, body: { event: done.event, ticket: ticketJson(ticket) } };
  },
};
