// Ticketing opens a closed ticket again. Its tasks stay closed until one is assigned again.
import { firstStatus, statusOf } from "../ticket-status.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTicket, statusNamed, ticketEvent } from "./ticket.ts";

export interface ReopenTicket {
  type: "reopen_ticket";
  ticket: string;
  /** One that is not final; the first of the list when absent. */
  status?: string | null;
  reason?: string | null;
}

export const reopenTicket: CommandSpec<ReopenTicket> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: false,
  writesTicket: true,
  names: ({ ticket }) => ({ ticket }),
  decide(command, context) {
    const long = tooLong({ reason: command.reason });
    if (long) return long;
    const ticket = deskTicket(command.ticket, null, context);
    if (isRefusal(ticket)) return ticket;
    const list = context.world.directory.ticketStatuses;
    if (!statusOf(list, ticket.status).final) return refuse("ticket_open");
    const status = statusNamed(command.status ?? firstStatus(list, false).name, false, context.world);
    if (typeof status === "object") return status;
    const reason = trimmed(command.reason);
    return [ticketEvent(ticket.number, "ticket.reopened", { status, ...(reason === null ? {} : { reason }) })];
  },
};
