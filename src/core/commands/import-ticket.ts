// Takes over a ticket from another gateway, under its own number and with the time it was opened.
import type { TicketFields } from "../task.ts";
import { firstStatus } from "../ticket-status.ts";
import { type CommandSpec, refuse, tooLong, trimmed } from "./command.ts";
import { checkFields } from "./fields.ts";

export interface ImportTicket {
  type: "import_ticket";
  number: string;
  fields: Partial<TicketFields> & { subject: string };
  /** Milliseconds UTC; the time of the import when absent. */
  createdAt?: number;
}

export const importTicket: CommandSpec<ImportTicket> = {
  callers: ["administrator", "gateway"],
  mostEvents: 1,
  writesFields: true,
  names: (command) => ({ newTicket: command.number }),
  decide({ number, fields, createdAt }, { world, at }) {
    const ticket = trimmed(number);
    if (ticket === null) return refuse("invalid_request", "The number is empty.");
    const wrong = tooLong({ number, requester: fields.requester }) ?? checkFields(fields);
    if (wrong) return wrong;
    if (world.ticketByNumber(ticket)) return refuse("import_differs", "This ticket did not come by this record.");
    const { name: status } = firstStatus(world.directory.ticketStatuses, false);
    const imported = { at: createdAt ?? at, channel: "import" } as const;
    return [{ kind: "ticket", type: "ticket.created", ticket, changes: { status, fields, imported } }];
  },
};
