// Ticketing opens a task on a ticket and gives it to a group.
import { applyEvent } from "../apply.ts";
import type { TaskDraft } from "../events.ts";
import type { TaskFields } from "../task.ts";
import { statusOf } from "../ticket-status.ts";
import { assigned } from "./assignment.ts";
import { type CommandSpec, type Context, refuse, tooLong, trimmed } from "./command.ts";
import { checkFields } from "./fields.ts";

export interface CreateTask {
  type: "create_task";
  /** Number of the ticket. */
  ticket: string;
  /** The desk's own number for the task; one is made when absent. */
  number?: string | null;
  group: string;
  fields: Partial<Pick<TaskFields, "description" | "priority" | "custom">> & { subject: string };
}

export const createTask: CommandSpec<CreateTask> = {
  callers: ["ticketing"],
  mostEvents: 2,
  writesFields: true,
  names: (command) => ({ ticket: command.ticket, newTask: command.number ?? null }),
  decide(command, context) {
    const { world } = context;
    const wanted = trimmed(command.number);
    const wrong = tooLong({ number: wanted }) ?? checkFields(command.fields);
    if (wrong) return wrong;
    const ticket = world.ticketByNumber(command.ticket);
    if (!ticket) return refuse("unknown_ticket");
    if (statusOf(world.directory.ticketStatuses, ticket.status).final) return refuse("ticket_closed");
    if (wanted !== null && world.taskByNumber(wanted)) return refuse("number_taken");
    return create(command, wanted ?? world.nextNumber("task"), context);
  },
};

function create(command: CreateTask, number: string, { world }: Context) {
  const group = world.directory.groups.get(command.group);
  if (!group) return refuse("unknown_group");
  const created: TaskDraft = {
    kind: "task",
    type: "task.created",
    task: number,
    ticket: command.ticket,
    provider: null,
    signal: null,
    process: null,
    changes: { status: "assigned", group: group.name, provider: group.provider, fields: command.fields },
  };
  return [created, assigned(applyEvent(null, created), group, true)];
}
