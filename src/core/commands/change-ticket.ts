// Ticketing changes fields of a ticket, or its status. A final status closes it, an open one re-opens it.
import type { TicketDraft } from "../events.ts";
import type { Refusal } from "../errors.ts";
import type { Ticket } from "../task.ts";
import { statusOf } from "../ticket-status.ts";
import { type CommandSpec, type Context, isRefusal, refuse } from "./command.ts";
import { deskTicket, openTasks, statusNamed, ticketEvent } from "./ticket.ts";
import { differing, mergeTicket, personsIn, type TicketPatch } from "./ticket-fields.ts";

export interface ChangeTicket {
  type: "change_ticket";
  ticket: string;
  patch: TicketPatch & { status?: string };
  /** Tags of which one must be the present; null asks for none. */
  ifMatch?: readonly string[] | null;
}

/** What is so already leads to no event. */
export const changeTicket: CommandSpec<ChangeTicket> = {
  callers: ["ticketing"],
  mostEvents: 1,
  writesFields: false,
  writesTicket: true,
  names: ({ ticket, patch }) => ({ ticket, withTasks: patch.status !== undefined, persons: personsIn(patch) }),
  decide({ ticket: number, patch, ifMatch }, context) {
    const ticket = deskTicket(number, ifMatch, context);
    if (isRefusal(ticket)) return ticket;
    const { status: wanted = ticket.status, ...fields } = patch;
    const status = wanted === ticket.status ? wanted : statusNamed(wanted, null, context.world);
    if (typeof status === "object") return status;
    const after = mergeTicket(ticket.fields, fields, context.world);
    if (isRefusal(after)) return after;
    const changed = differing(ticket.fields, after);
    const changes = {
      ...(status === ticket.status ? {} : { status }),
      ...(Object.keys(changed).length === 0 ? {} : { fields: changed }),
    };
    return Object.keys(changes).length === 0 ? [] : changing(ticket, changes, context);
  },
};

function changing(ticket: Ticket, changes: TicketDraft["changes"], { world }: Context): TicketDraft[] | Refusal {
  const list = world.directory.ticketStatuses;
  const was = statusOf(list, ticket.status).final;
  const is = statusOf(list, changes.status ?? ticket.status).final;
  if (was && is) return refuse("ticket_closed");
  const open = !was && is ? openTasks(ticket.number, world) : null;
  if (open) return open;
  return [ticketEvent(ticket.number, was === is ? "ticket.changed" : is ? "ticket.closed" : "ticket.reopened", changes)];
}
