// A text is added to a ticket, for the desk alone: by ticketing, by a provider that has a task of it, or by a mail of somebody else.
import { type CommandSpec, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { placeFor } from "./provider.ts";
import { deskTicket, ticketEvent } from "./ticket.ts";

export interface AddTicketMessage {
  type: "add_ticket_message";
  ticket: string;
  /** What a provider names beside it: a task that must be its own, and one of this ticket. */
  task?: string | null;
  text: string;
  /** Who wrote it, where that is not who gives the command: the sender of a mail. */
  author?: string | null;
}

export const addTicketMessage: CommandSpec<AddTicketMessage> = {
  callers: ["ticketing", "provider", "mailbox"],
  mostEvents: 1,
  writesFields: false,
  writesTicket: true,
  names: ({ ticket, task }) => ({ ticket, withTasks: true, ...(task ? { task: { task } } : {}) }),
  decide({ ticket: number, task, text: given, author }, context) {
    const { caller, world } = context;
    const ticket = deskTicket(number, null, context);
    if (isRefusal(ticket)) return ticket;
    // To a provider a ticket none of whose tasks it has is not there.
    if (caller.kind === "provider" && !world.openTasksOf(ticket.number).some((task) => task.provider === caller.provider))
      return refuse("unknown_ticket");
    if (caller.kind === "provider" && task) {
      const place = placeFor({ task, ticket: number }, context);
      if (isRefusal(place)) return place;
    }
    const text = trimmed(given);
    if (text === null) return refuse("message_required");
    const long = tooLong({ text, requester: author });
    if (long) return long;
    const by = author ? { author } : {};
    return [ticketEvent(ticket.number, "ticket.message", { message: { text, visibility: "internal", ...by } })];
  },
};
