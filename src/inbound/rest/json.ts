// Tasks, tickets and alerts as the contract writes them: times as RFC 3339 in UTC.
import type { AttachmentFacts } from "../../core/events.ts";
import type { AttachmentView } from "../../store/views/attachments.ts";
import type { EventView, TaskView, TicketView } from "../../store/views/types.ts";

/** A time in milliseconds as RFC 3339. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString();
}

/** A task, with every field of the contract's `Task`. */
export function taskJson(view: TaskView) {
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

/** A ticket, with every field of the contract's `Ticket`. */
export function ticketJson(view: TicketView) {
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

/** What an alert tells, with every field of the contract's `Alert`. */
export function alertJson({ kind, name, system, provider, task, says, since }: NonNullable<EventView["alert"]>) {
  return { kind, name, system, provider, task, says, since: timeText(since) };
}

/** Where the bytes of an attachment are. */
export function attachmentPath(id: string): string {
  return `/v1/attachments/${encodeURIComponent(id)}`;
}

/** What an event tells of a file, with every field of the contract's `EventAttachment`. */
export function attachmentData({ id, name, contentType, size, sha256, visibility }: AttachmentFacts) {
  return { id, name, contentType, size, sha256, visibility, href: attachmentPath(id) };
}

/** An attachment in a list, with every field of the contract's `Attachment`. */
export function attachmentJson(view: AttachmentView) {
  return { ...attachmentData(view), provider: view.provider, event: view.event, addedAt: timeText(view.at) };
}
