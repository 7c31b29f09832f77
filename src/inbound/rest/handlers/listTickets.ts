// GET /v1/tickets
import { statusOf } from "../../../core/ticket-status.ts";
import { Failure } from "../../../core/errors.ts";
import type { TicketFilter } from "../../../store/views/types.ts";
import { givenTime } from "../json-interfaces.ts";
import { ticketJson } from "../json.ts";
import type { CallOf, Operation, Services } from "../operation.ts";

export const listTickets: Operation<"listTickets"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views, site }) {
    const { ticketStatuses } = site();
    const page = await views.tickets(filterOf(call.query, ticketStatuses));
    const tickets = page.items.map((view) => ticketJson(view, statusOf(ticketStatuses, view.status)));
    return { status: 200, body: { tickets, next: page.next }, next: page.next };
  },
};

function filterOf(query: CallOf<"listTickets">["query"], list: ReturnType<Services["site"]>["ticketStatuses"]): TicketFilter {
  const { status, portalStatus, updatedSince, limit = 50, ...filter } = query;
  // A page by time goes on by time, one by age by age.
  if (filter.after !== undefined && filter.after.includes("-") !== (updatedSince !== undefined))
    throw new Failure("invalid_request", "query parameter after: it belongs to a list with other parameters.");
  const feeding = list.filter(({ portal }) => portal === portalStatus).map(({ name }) => name);
  const statuses = portalStatus === undefined ? status && [status] : feeding.filter((name) => name === (status ?? name));
  return { ...filter, ...givenTime("updatedSince", updatedSince), ...(statuses ? { statuses } : {}), limit };
}
