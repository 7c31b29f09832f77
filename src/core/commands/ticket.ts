// What the commands about a ticket have in common: the ticket they name, what its writer had read, and its open tasks.
import type { TicketDraft, TicketEventType } from "../events.ts";
import type { Refusal } from "../errors.ts";
import type { World } from "../ports.ts";
import type { Ticket } from "../task.ts";
import { statusOf, taskTag, ticketTag } from "../ticket-status.ts";
import { type Context, refuse, tooLong } from "./command.ts";

/** Most open tasks that are closed together with their ticket. */
export const MOST_CLOSED_TOGETHER = 100;
/** Open tasks that a refusal names. */
const NAMED = 5;

/** The ticket a command names, unless its writer has read an older one. */
export function deskTicket(number: string, ifMatch: readonly string[] | null | undefined, { world }: Context): Ticket | Refusal {
  const long = tooLong({ number });
  if (long) return long;
  const ticket = world.ticketByNumber(number);
  if (!ticket) return refuse("unknown_ticket");
  const status = statusOf(world.directory.ticketStatuses, ticket.status);
  const revision = world.revisionOf("ticket", number);
  return stale(ifMatch, revision === null ? null : ticketTag(revision, status)) ?? ticket;
}

/** Refuses a task of which the writer has read an older version. */
export function staleTask(number: string, ifMatch: readonly string[] | null | undefined, world: World): Refusal | null {
  const revision = world.revisionOf("task", number);
  return stale(ifMatch, revision === null ? null : taskTag(revision));
}

/** What was changed a moment ago, in the same commit, has no tag yet: nobody can have read it. */
function stale(ifMatch: readonly string[] | null | undefined, tag: string | null): Refusal | null {
  if (ifMatch === null || ifMatch === undefined) return null;
  return tag !== null && ifMatch.includes(tag) ? null : refuse("precondition_failed");
}

/** Refuses to close a ticket whose tasks are open. */
export function openTasks(ticket: string, world: World): Refusal | null {
  const open = world.openTasksOf(ticket);
  if (open.length === 0) return null;
  const named = open.slice(0, NAMED).map((one) => one.number);
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : "";
  return refuse("open_tasks", `${named.join(", ")}${more}: close them, or close the ticket with closeTasks.`);
}

/** The name of a status of the list that is final, or is not. */
export function statusNamed(name: string, final: boolean | null, world: World): string | Refusal {
  const status = world.directory.ticketStatuses.find((one) => one.name === name);
  if (!status) return refuse("unknown_status", `There is no ticket status ${name}.`);
  if (final !== null && status.final !== final)
    return refuse("unknown_status", `The status ${name} is ${final ? "not " : ""}final.`);
  return name;
}

/** An event of the ticket. */
export function ticketEvent(ticket: string, type: TicketEventType, changes: TicketDraft["changes"]): TicketDraft {
  return { kind: "ticket", type, ticket, changes };
}
