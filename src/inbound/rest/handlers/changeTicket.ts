// PATCH /v1/tickets/{ticketId}
import type { Operation } from "../operation.ts";
import { changeOfTicket } from "../tickets.ts";

export const changeTicket: Operation<"changeTicket"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const command = { type: "change_ticket", ticket: call.path.ticketId, patch: call.json, ifMatch: call.ifMatch } as const;
    return changeOfTicket(call, command, services, 200);
  },
};
