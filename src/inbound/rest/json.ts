// Tasks, tickets and alerts as the contract writes them: times as RFC 3339 in UTC.
import type { TicketStatus } from "../../core/directory.ts";
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

/** The ticket as it was at an event, or the part of one that stands in its row. */
export function ticketData(ticket: Omit<TicketView, "createdAt" | "updatedAt" | "revision">): Schemas["EventTicket"] {
  const { number, status, subject, description, priority, requester, requesterPerson, engineer, appointment } = ticket;
  return {
    ...{ number, status, subject, description, priority, requester, requesterPerson },
    engineer: engineer && { person: engineer.person, name: engineer.name, phone: engineer.phone },
    appointment: appointment && { from: appointment.from, until: appointment.until },
    ...{ result: ticket.result, custom: ticket.custom },
  };
}

/** A ticket. */
export function ticketJson(view: TicketView, { portal }: TicketStatus): Schemas["Ticket"] {
  return {
    ...ticketData(view),
    portalStatus: portal,
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
  mailbox,
  says,
  since,
}: NonNullable<EventView["alert"]>): Schemas["Alert"] {
  return { kind, name, system, provider, task, ...(mailbox === undefined ? {} : { mailbox }), says, since: timeText(since) };
}

/** Where the bytes of an attachment are. */
export function attachmentPath(id: string): string {
  return `/v1/attachments/${encodeURIComponent(id)}`;
}

/** What an event tells of a file. */
export function attachmentData(facts: AttachmentFacts | AttachmentView): Schemas["EventAttachment"] {
  const { id, name, contentType, size, sha256, visibility, inlineId } = facts;
  return { id, name, contentType, size, sha256, visibility, href: attachmentPath(id), ...inlineData(inlineId) };
}

/** Whether a file is a picture in the text of a mail, and its content id there. */
function inlineData(id: string | null | undefined): { inline: boolean; contentId: string | null } {
  return { inline: typeof id === "string", contentId: id || null };
}

/** An attachment in a list. */
export function attachmentJson(view: AttachmentView): Schemas["Attachment"] {
  return { ...attachmentData(view), provider: view.provider, event: view.event, addedAt: timeText(view.at) };
}
