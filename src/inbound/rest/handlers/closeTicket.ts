// POST /v1/tickets/{ticketId}/closure
import type { Operation } from "../operation.ts";
import { changeOfTicket } from "../tickets.ts";

export const closeTicket: Operation<"closeTicket"> = {
  callers: ["ticketing"],
  handle: (call, services) =>
    changeOfTicket(call, { ...call.json, type: "close_ticket", ticket: call.path.ticketId }, services, 201),
};
