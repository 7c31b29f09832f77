// Tasks, tickets and alerts as the contract writes them: times as RFC 3339 in UTC.
import type { AttachmentFacts } from "../../core/events.ts";
import type { AttachmentView } from "../../store/views/attachments.ts";
import type { EventView, TaskView, TicketView } from "../../store/views/types.ts";
import type { Schemas } from "./typed.ts";

/** A time in milliseconds as RFC 3339. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** A task. */
export function taskJson(view: TaskView): Schemas["Task"] {
  return {
    number: view.number,
    ticket: view.ticket,
    status: view.status,
    group: view.group,
    provider: view.provider,
    reference: view.reference,
    subject: view.subject,
    description: view.description,
    priority: view.priority,
    solution: view.solution,
    resolvedAt: view.resolvedAt === null ? null : timeText(view.resolvedAt),
    custom: view.custom,
    createdAt: timeText(view.createdAt),
    updatedAt: timeText(view.updatedAt),
  };
}

/** A ticket. */
export function ticketJson(view: TicketView): Schemas["Ticket"] {
  return {
    number: view.number,
    status: view.status,
    subject: view.subject,
    description: view.description,
    priority: view.priority,
    requester: view.requester,
    custom: view.custom,
    createdAt: timeText(view.createdAt),
    updatedAt: timeText(view.updatedAt),
  };
}

/** What an alert tells. */
export function alertJson({
  kind,
  name,
  system,
  provider,
  task,
  says,
  since,
}: NonNullable<EventView["alert"]>): Schemas["Alert"] {
  return { kind, name, system, provider, task, says, since: timeText(since) };
}

/** Where the bytes of an attachment are. */
export function attachmentPath(id: string): string {
  return `/v1/attachments/${encodeURIComponent(id)}`;
}

/** What an event tells of a file. */
export function attachmentData(facts: AttachmentFacts): Schemas["EventAttachment"] {
  const { id, name, contentType, size, sha256, visibility } = facts;
  return { id, name, contentType, size, sha256, visibility, href: attachmentPath(id) };
}

/** An attachment in a list. */
export function attachmentJson(view: AttachmentView): Schemas["Attachment"] {
  return { ...attachmentData(view), provider: view.provider, event: view.event, addedAt: timeText(view.at) };
}
