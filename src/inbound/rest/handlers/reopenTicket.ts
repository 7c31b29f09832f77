// POST /v1/tickets/{ticketId}/reopening
import type { Operation } from "../operation.ts";
import { changeOfTicket } from "../tickets.ts";

export const reopenTicket: Operation<"reopenTicket"> = {
  callers: ["ticketing"],
  handle: (call, services) =>
    changeOfTicket(call, { ...call.json, type: "reopen_ticket", ticket: call.path.ticketId }, services, 201),
};
