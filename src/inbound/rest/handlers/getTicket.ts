// GET /v1/tickets/{ticketId}
import { Failure } from "../../../core/errors.ts";
import { ticketJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const getTicket: Operation<"getTicket"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views }) {
    const ticket = await views.ticket(call.path.ticketId);
    if (ticket === null) throw new Failure("unknown_ticket");
    return { status: 200, body: ticketJson(ticket) };
  },
};
