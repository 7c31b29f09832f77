// POST /v1/tickets/{ticketId}/messages
import type { Operation } from "../operation.ts";
import { changeOfTicket } from "../tickets.ts";

export const addTicketMessage: Operation<"addTicketMessage"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const command = { type: "add_ticket_message", ticket: call.path.ticketId, text: call.json.message } as const;
    return changeOfTicket(call, command, services, 201);
  },
};
