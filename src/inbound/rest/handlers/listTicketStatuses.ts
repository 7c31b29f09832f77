// GET /v1/ticket-statuses
import type { Operation } from "../operation.ts";

export const listTicketStatuses: Operation<"listTicketStatuses"> = {
  callers: ["ticketing", "administrator"],
  handle: async (_call, { site }) => ({ status: 200, body: { ticketStatuses: site().ticketStatuses } }),
};
