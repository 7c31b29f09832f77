// The app fields of external integrations: one table from which both the catalogue people read and the values templates
// get are made, so that no field is listed and never filled, or filled and never listed.
import type { App } from "../../core/events.ts";
import type { EventView } from "../../store/views/types.ts";
import { type AppField, row } from "./app-field.ts";
import { TICKET_APP_FIELDS } from "./ticket-app-fields.ts";

const APP_NAMES: Readonly<Record<App, true>> = {
  TaskAssignment: true,
  TaskClosure: true,
  TaskUpdateMessage: true,
  TaskExternalAcknowledgement: true,
  TaskExternalReassignment: true,
  TaskExternalUpdateMessage: true,
};

/** The six apps by their full names. Every one of them carries every field. */
export const APPS: readonly string[] = Object.keys(APP_NAMES).map(fullAppName);

/** `TaskAssignment` or `Ticketing.TaskAssignment` as `Ticketing.TaskAssignment`. */
export function fullAppName(app: string): string {
  return app.startsWith("Ticketing.") ? app : `Ticketing.${app}`;
}

/** Milliseconds UTC as ISO 8601 text. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** The message a partner may read: for a file its name, so that an update is not without words. What is internal never gets into any field. */
export function openMessage({ message, attachment }: EventView): string | null {
  if (attachment?.visibility === "provider") return `Attachment: ${attachment.name} (${attachment.size} bytes)`;
  return message?.visibility === "provider" ? message.text : null;
}

export const APP_FIELDS: readonly AppField[] = [
  row("Task_ExternalRequestType", "event.requestType", {
    label: "Request type",
    example: "Submit Request",
    description: "What is asked: Submit Request, Update, Resolution Rejection, Closed, Acknowledged or Reassigned.",
    value: (event) => event.requestType,
  }),
  row("Task_ExternalRequestDirection", "event.direction", {
    label: "Direction",
    example: "Out",
    description: "Out towards the provider, In from it.",
    value: (event) => event.direction,
  }),
  row("Task_ExternalReferenceNumber", "task.reference", {
    label: "External reference",
    example: "INC0042",
    description: "The number the task has at the provider.",
    value: (event) => event.task?.reference ?? null,
  }),
  row("Task_UpdateMessage", "message", {
    label: "Message",
    example: "The printer on floor 3 works again.",
    description: "The text of the update; empty when the event has none that may leave.",
    value: openMessage,
  }),
  row("Process_Id", "event.processId", {
    label: "Process id",
    example: "0197a3c2-58f1-7c9b-9c1e-2f64d05a11be",
    description: "Id of the process the event started; the provider may give it back to name the task.",
    value: (event) => event.process?.id ?? null,
  }),
  row("Process_Name", "event.processName", {
    label: "Process name",
    example: "Hand over to Northwind",
    description: "Name of the process the event started.",
    value: (event) => event.process?.name ?? null,
  }),
  row("Event_Id", "event.id", {
    label: null,
    example: "0197a3c2-58f0-7d11-8a52-0b1c9e7f4410",
    description: "Id of the event, the same for every try of a delivery.",
    value: (event) => event.id,
  }),
  row("Event_Position", "event.position", {
    label: null,
    type: "number",
    example: "1042",
    description: "Place of the event in the order of all events.",
    value: (event) => event.position,
  }),
  row("Event_Type", "event.type", {
    label: null,
    example: "task.assigned",
    description: "What happened, in the words of the event feed.",
    value: (event) => event.type,
  }),
  row("Event_Time", "event.at", {
    label: null,
    type: "dateTime",
    example: "2026-03-01T08:30:00.000Z",
    description: "When it happened, UTC.",
    value: (event) => isoTime(event.at),
  }),
  row("Event_App", "event.app", {
    label: null,
    example: "Ticketing.TaskAssignment",
    description: "The app of this event.",
    value: (event) => event.app && fullAppName(event.app),
  }),
  row("Event_Channel", "event.channel", {
    label: null,
    example: "soap",
    description: "The way by which it came to the gateway.",
    value: (event) => event.channel,
  }),
  row("Event_Reason", "event.reason", {
    label: "Reason",
    example: "Not our device",
    description: "Why the task was given back, declined or taken away.",
    value: (event) => event.reason,
  }),
  row("Event_ClosedByProvider", "event.closedByProvider", {
    label: null,
    type: "boolean",
    example: "false",
    description: "Whether the provider closed the task itself.",
    value: (event) => event.closedByProvider,
  }),
  row("Event_Late", "event.late", {
    label: null,
    type: "boolean",
    example: "false",
    description: "Whether it came after the task was closed or taken back.",
    value: (event) => event.late,
  }),
  row("Task_Number", "task.number", {
    label: "Task number",
    example: "T-1042",
    description: "Number of the task at the desk.",
    value: (event) => event.task?.number ?? null,
  }),
  row("Task_Status", "task.status", {
    label: "Task status",
    example: "assigned",
    description: "assigned, acknowledged, solved or closed.",
    value: (event) => event.task?.status ?? null,
  }),
  row("Task_Group", "task.group", {
    label: "Assignment group",
    example: "Printers North",
    description: "The group that has the task.",
    value: (event) => event.task?.group ?? null,
  }),
  row("Task_Provider", "task.provider", {
    label: "Provider",
    example: "northwind",
    description: "The provider that has the task.",
    value: (event) => event.task?.provider ?? null,
  }),
  row("Task_Subject", "task.subject", {
    label: "Task subject",
    example: "Replace the drum",
    description: "Subject of the task.",
    value: (event) => event.task?.subject ?? null,
  }),
  row("Task_Description", "task.description", {
    label: "Task description",
    example: "Drum worn out, spare part on site.",
    description: "Description of the task.",
    value: (event) => event.task?.description ?? null,
  }),
  row("Task_Priority", "task.priority", {
    label: "Task priority",
    example: "High",
    description: "Priority of the task in the desk's words.",
    value: (event) => event.task?.priority ?? null,
  }),
  row("Task_Solution", "task.solution", {
    label: "Solution",
    example: "Drum replaced.",
    description: "The solution, once there is one.",
    value: (event) => event.task?.solution ?? null,
  }),
  row("Task_ResolvedAt", "task.resolvedAt", {
    label: "Resolved at",
    type: "dateTime",
    example: "2026-03-02T14:05:00.000Z",
    description: "When it was solved, UTC, as the provider reported it.",
    value: (event) => (event.task?.resolvedAt == null ? null : isoTime(event.task.resolvedAt)),
  }),
  ...TICKET_APP_FIELDS,
];
