// Task events as CloudEvents 1.0 JSON objects (specification section 3, `sequence` from its extension). For a provider's
// eyes it leaves out whatever is not that provider's own.
import type { EventView, Reader } from "../../store/views/types.ts";
import { alertJson, attachmentData, ticketData, timeText } from "./json.ts";
import type { Schemas } from "./typed.ts";

/** The event as ticketing reads it. `source` names this gateway; `subject` is the number of the task or ticket, or the name of an alert. */
export function cloudEvent(event: EventView, source: string): Schemas["Event"] {
  return {
    specversion: "1.0",
    id: event.id,
    source,
    type: `crossdesk.${event.type}`,
    subject: event.task?.number ?? event.ticket?.number ?? event.alert?.name ?? "",
    time: timeText(event.at),
    sequence: String(event.position),
    datacontenttype: "application/json",
    data: eventData(event),
  };
}

function eventData(event: EventView): Schemas["EventData"] {
  return {
    requestType: event.requestType,
    direction: event.direction,
    app: event.app === null ? null : appName(event.app),
    channel: event.channel,
    provider: event.provider,
    process: event.process && { id: event.process.id, name: event.process.name },
    message: event.message && { ...event.message },
    attachment: event.attachment && attachmentData(event.attachment),
    reason: event.reason,
    closed: event.closedByProvider,
    late: event.late,
    changed: [...event.changed],
    ticket: event.ticket && ticketData(event.ticket),
    task: taskData(event.task),
    alert: event.alert && alertJson(event.alert),
    test: event.test,
  };
}

function appName(app: string): string {
  return app.startsWith("Ticketing.") ? app : `Ticketing.${app}`;
}

function taskData(task: EventView["task"]): Schemas["EventData"]["task"] {
  if (task === null) return null;
  return {
    number: task.number,
    status: task.status,
    group: task.group,
    provider: task.provider,
    reference: task.reference,
    subject: task.subject,
    description: task.description,
    priority: task.priority,
    solution: task.solution,
    resolvedAt: task.resolvedAt === null ? null : timeText(task.resolvedAt),
    custom: task.custom,
  };
}

/**
 * The event as `reader` may see it, or null. The views leave such events out already; this is the second lock on the
 * door, because an internal note that leaves cannot be called back.
 */
export function eventFor(event: EventView, reader: Reader): EventView | null {
  if (reader.kind === "desk") return event;
  const { provider } = reader;
  if (event.kind === "alert") return null;
  if (event.message?.visibility === "internal" || event.attachment?.visibility === "internal") return null;
  if (event.provider !== null && event.provider !== provider) return null;
  if (event.task === null || event.task.provider === null || event.task.provider === provider) return event;
  return { ...event, task: { ...event.task, provider: null, reference: null } };
}
