// Events as rows: what stands in the small columns, and the position each is given. Wide values are never written here.
import { SIGNALS } from "../core/events.ts";
import type { Actor, Step, Unit } from "../core/ports.ts";
import type { Task } from "../core/task.ts";
import type { AlertEntry } from "./alerts.ts";
import type { Shape, Value } from "./db.ts";
import type { TaskEntry, TicketEntry } from "./rows.ts";
import type { Site } from "./site.ts";

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
  /** Whether it was of a provider that was only tried out then. */
  test: boolean;
}

export const EVENTS: Shape = {
  table: "events",
  columns: [
    ...["position", "id", "kind", "type", "ticket_id", "ticket_version", "task_id", "task_version", "previous"],
    ...["status", "group_name", "holder", "reference", "provider", "request_type", "direction", "app", "process"],
    ...["channel", "actor", "at", "changes", "test"],
  ],
};

/** Whether an event is of a provider that is only tried out now: the one it concerns, else the one that has the task. */
export function isTest(step: Step, { providers, systems }: Pick<Site, "providers" | "systems">): boolean {
  const provider = providerOf(step, systems);
  return provider !== null && (providers.get(provider)?.test ?? false);
}

function providerOf(step: Step, systems: Site["systems"]): string | null {
  if ("task" in step) return step.draft.provider ?? step.task.provider;
  if ("ticket" in step) return null;
  const { provider, system } = step.draft.changes.alert;
  const ofSystem = system === null ? undefined : systems.get(system)?.provider;
  return provider ?? ofSystem ?? step.about?.provider ?? null;
}

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
  const actor = actorText(caller);
  row.push(...smallColumns(step), unit.channel, actor, unit.at, changesText(step), event.test ? 1 : 0);
  return row;
}

function actorText(caller: Actor): string {
  if (caller.kind === "gateway") return caller.kind;
  return `${caller.kind}:${caller.kind === "mailbox" ? caller.mailbox : caller.credential}`;
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
