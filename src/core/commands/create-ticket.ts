// A ticket is opened: by ticketing, or by a mail to a mailbox that says so.
import { EMPTY_TICKET } from "../apply.ts";
import { firstStatus } from "../ticket-status.ts";
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { statusNamed, ticketEvent } from "./ticket.ts";
import { differing, mergeTicket, personsIn, type TicketPatch } from "./ticket-fields.ts";

export interface CreateTicket {
  type: "create_ticket";
  /** The desk's own number; one is made when absent. */
  number?: string | null;
  /** `status` is one that is not final; the first of the list when absent. */
  fields: TicketPatch & { subject: string; status?: string | null };
}

export const createTicket: CommandSpec<CreateTicket> = {
  callers: ["ticketing", "mailbox"],
  mostEvents: 1,
  writesFields: false,
  names: ({ number, fields }) => ({ newTicket: number ?? null, persons: personsIn(fields) }),
  decide({ number, fields: { status: wanted, ...given } }, { world }) {
    const own = trimmed(number);
    const long = tooLong({ number: own });
    if (long) return long;
    const fields = mergeTicket(EMPTY_TICKET, given, world);
    if (isRefusal(fields)) return fields;
    const list = world.directory.ticketStatuses;
    const status = statusNamed(wanted ?? firstStatus(list, false).name, false, world);
    if (typeof status === "object") return status;
    if (own !== null && world.ticketByNumber(own)) return refuse("number_taken");
    const changes = { status, fields: differing(EMPTY_TICKET, fields) };
    return [ticketEvent(own ?? world.nextNumber("ticket"), "ticket.created", changes)];
  },
};
