// GET /v1/tickets/{ticketId}
import type { Operation } from "../operation.ts";
import { presentTicket } from "../tickets.ts";

export const getTicket: Operation<"getTicket"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, services) {
    const { body, etag } = await presentTicket(call.path.ticketId, services);
    return { status: 200, headers: etag, body };
  },
};
