// Ticketing closes a ticket: when no task of it is open, or together with those that are.
import type { Draft } from "../events.ts";
import type { Refusal } from "../errors.ts";
import { firstStatus, statusOf } from "../ticket-status.ts";
import { closing } from "./close-task.ts";
import { type CommandSpec, type Context, isRefusal, refuse, tooLong, trimmed } from "./command.ts";
import { deskTicket, MOST_CLOSED_TOGETHER, openTasks, statusNamed, ticketEvent } from "./ticket.ts";

export interface CloseTicket {
  type: "close_ticket";
  ticket: string;
  /** A final one; the first of the list when absent. */
  status?: string | null;
  reason?: string | null;
  /** Stays as it is when absent. */
  result?: string | null;
  /** Closes its open tasks as well, each as ticketing closes one. */
  closeTasks?: boolean;
}

export const closeTicket: CommandSpec<CloseTicket> = {
  callers: ["ticketing"],
  mostEvents: MOST_CLOSED_TOGETHER + 1,
  writesFields: false,
  writesTicket: true,
  names: ({ ticket }) => ({ ticket, withTasks: true }),
  decide(command, context) {
    const long = tooLong({ reason: command.reason, text: command.result });
    if (long) return long;
    const { world } = context;
    const ticket = deskTicket(command.ticket, null, context);
    if (isRefusal(ticket)) return ticket;
    const list = world.directory.ticketStatuses;
    if (statusOf(list, ticket.status).final) return refuse("ticket_closed");
    const status = statusNamed(command.status ?? firstStatus(list, true).name, true, world);
    if (typeof status === "object") return status;
    const reason = trimmed(command.reason);
    const tasks = command.closeTasks ? closeAll(ticket.number, reason, context) : (openTasks(ticket.number, world) ?? []);
    if (isRefusal(tasks)) return tasks;
    const { result } = command;
    const isNew = result !== undefined && result !== ticket.fields.result;
    const changes = { status, ...(isNew ? { fields: { result } } : {}), ...(reason === null ? {} : { reason }) };
    return [...tasks, ticketEvent(ticket.number, "ticket.closed", changes)];
  },
};

function closeAll(ticket: string, reason: string | null, { world }: Context): Draft[] | Refusal {
  const open = world.openTasksOf(ticket);
  if (open.length > MOST_CLOSED_TOGETHER)
    return refuse("open_tasks", `${open.length} are open, and at most ${MOST_CLOSED_TOGETHER} are closed with their ticket.`);
  return open.map((task) => closing(task, reason, world));
}
