// Ticketing opens a ticket.
import type { TicketFields } from "../task.ts";
import { type CommandSpec, refuse, tooLong, trimmed } from "./command.ts";
import { checkFields } from "./fields.ts";

export interface CreateTicket {
  type: "create_ticket";
  /** The desk's own number; one is made when absent. */
  number?: string | null;
  fields: Partial<TicketFields> & { subject: string };
}

export const createTicket: CommandSpec<CreateTicket> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: true,
  names: (command) => ({ newTicket: command.number ?? null }),
  decide(command, { world }) {
    const wanted = trimmed(command.number);
    const wrong = tooLong({ number: wanted, requester: command.fields.requester }) ?? checkFields(command.fields);
    if (wrong) return wrong;
    if (wanted !== null && world.ticketByNumber(wanted)) return refuse("number_taken");
    const ticket = wanted ?? world.nextNumber("ticket");
    return [{ kind: "ticket", type: "ticket.created", ticket, changes: { fields: command.fields } }];
  },
};
