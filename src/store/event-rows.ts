// Events as rows: what stands in the small columns, and the position each is given. Wide values are never written here.
import { SIGNALS } from "../core/events.ts";
import type { Step, Unit } from "../core/ports.ts";
import type { Task } from "../core/task.ts";
import type { AlertEntry } from "./alerts.ts";
import type { Shape, Value } from "./db.ts";
import type { TaskEntry, TicketEntry } from "./rows.ts";

/** An event that waits for its position. */
export interface PendingEvent {
  id: string;
  unit: Unit;
  step: Step;
  /** Null for an alert that is about no task. */
  ticket: TicketEntry | null;
  task: TaskEntry | null;
  alert: AlertEntry | null;
  ticketVersion: number;
  taskVersion: number | null;
}

export const EVENTS: Shape = {
  table: "events",
  columns: [
    ...["position", "id", "kind", "type", "ticket_id", "ticket_version", "task_id", "task_version", "previous"],
    ...["status", "group_name", "holder", "reference", "provider", "request_type", "direction", "app", "process"],
    ...["channel", "actor", "at", "changes"],
  ],
};

/** Gives the event its position, and an id to what it creates: the position of the event that created it. */
export function place(event: PendingEvent, position: number): Value[] {
  const { step, unit, ticket, task, alert } = event;
  const subject = task ?? ticket ?? alert;
  if (!subject) throw new Error("an event about nothing");
  for (const made of [subject, alert]) if (made?.id === 0) made.id = position;
  const previous = subject.lastPosition || null;
  subject.lastPosition = position;
  const row: Value[] = [
    position,
    event.id,
    step.draft.kind,
    step.draft.type,
    // An alert that is about no task goes by its own id, which no ticket has: positions are given once.
    ticket?.id ?? alert?.id ?? 0,
    event.ticketVersion,
    task?.id ?? null,
    event.taskVersion,
    previous,
  ];
  const { caller } = unit;
  const actor = caller.kind === "gateway" ? caller.kind : `${caller.kind}:${caller.credential}`;
  row.push(...smallColumns(step), unit.channel, actor, unit.at, changesText(step));
  return row;
}

function smallColumns(step: Step): Value[] {
  if ("ticket" in step) return [step.ticket.status, null, null, null, null, null, null, null, null];
  if ("about" in step) return aboutColumns(step.about);
  const { task, draft } = step;
  const signal = draft.signal ? SIGNALS[draft.signal] : null;
  const reference =
    (draft.provider ?? task.provider) === null ? null : (task.references[draft.provider ?? task.provider ?? ""] ?? null);
  const now = [task.status, task.group, task.provider, reference, draft.provider];
  return [...now, signal?.requestType ?? null, signal?.direction ?? null, signal?.app ?? null, draft.process];
}

/** The task of an alert as it is. The event concerns no provider, so that none is ever shown it. */
function aboutColumns(task: Task | null): Value[] {
  const reference = task === null || task.provider === null ? null : (task.references[task.provider] ?? null);
  return [task?.status ?? null, task?.group ?? null, task?.provider ?? null, reference, null, null, null, null, null];
}

/** Wide fields are named only: their values stand once, in the version. */
function changesText({ draft }: Step): string {
  const fields = draft.kind === "alert" ? undefined : draft.changes.fields;
  return JSON.stringify(fields ? { ...draft.changes, fields: Object.keys(fields) } : draft.changes);
}
