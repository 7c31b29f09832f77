// Folds events into the task or ticket they tell of. Pure: the same events give the same task, on every machine, for ever.
import type { TaskDraft, TicketDraft } from "./events.ts";
import type { Task, TaskFields, Ticket, TicketFields } from "./task.ts";

export const EMPTY_FIELDS: TaskFields = {
  subject: "",
  description: null,
  priority: null,
  solution: null,
  resolvedAt: null,
  custom: {},
};

export const EMPTY_TICKET: TicketFields = {
  subject: "",
  description: null,
  priority: null,
  requester: null,
  requesterPerson: null,
  engineer: null,
  appointment: null,
  result: null,
  custom: {},
};

/** What tickets had before there was a list of statuses: their events tell none. */
const FIRST_STATUS = "open";

/** The ticket after `event`. `before` is null only for `ticket.created`. */
export function applyTicketEvent(before: Ticket | null, { type, ticket, changes }: TicketDraft): Ticket {
  if (before === null && type !== "ticket.created") throw new Error(`a ticket cannot begin with ${type}`);
  const { status = FIRST_STATUS, fields = EMPTY_TICKET } = before ?? {};
  return { number: ticket, status: changes.status ?? status, fields: { ...fields, ...changes.fields } };
}

/** The task after `event`. `before` is null only for `task.created`. */
export function applyEvent(before: Task | null, event: TaskDraft): Task {
  const { changes } = event;
  if (before === null) return createdTask(event);
  if (changes.late) return before;
  const group = changes.group ?? before.group;
  const provider = changes.provider === undefined ? before.provider : changes.provider;
  return {
    ...before,
    status: changes.status ?? before.status,
    group,
    provider,
    heldBy: including(before.heldBy, group),
    providers: including(before.providers, provider),
    references: changes.reference
      ? { ...before.references, [changes.reference.provider]: changes.reference.value }
      : before.references,
    fields: changes.fields ? { ...before.fields, ...changes.fields } : before.fields,
  };
}

function including(names: readonly string[], name: string | null): readonly string[] {
  return name === null || names.includes(name) ? names : [...names, name];
}

function createdTask(event: TaskDraft): Task {
  const { changes } = event;
  if (event.type !== "task.created" || changes.group === undefined) throw new Error(`a task cannot begin with ${event.type}`);
  return {
    number: event.task,
    ticket: event.ticket,
    status: changes.status ?? "assigned",
    group: changes.group,
    provider: changes.provider ?? null,
    heldBy: [changes.group],
    providers: including([], changes.provider ?? null),
    references: {},
    fields: { ...EMPTY_FIELDS, ...changes.fields },
  };
}
