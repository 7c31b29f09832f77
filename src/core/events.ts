// What happened to a task or ticket, and the signals (request type, direction, app) under which partners know it.
import type { Processes } from "./directory.ts";
import type { Channel } from "./ports.ts";
import type { TaskFields, TaskStatus, TicketFields } from "./task.ts";

export type Direction = "In" | "Out";

export type App =
  | "TaskAssignment"
  | "TaskClosure"
  | "TaskUpdateMessage"
  | "TaskExternalAcknowledgement"
  | "TaskExternalReassignment"
  | "TaskExternalUpdateMessage";

/** One row of the table of External Integrations: what a process is told when something happens. */
export interface Signal {
  requestType: string;
  direction: Direction;
  app: App;
  /** Which of the group's three processes it starts; null for what comes in. */
  process: keyof Processes | null;
}

/** Request types, directions and apps. `Acknowledged` and the two of `resolutionRejection` are our choice where the old manual is silent. */
export const SIGNALS = {
  submitRequest: { requestType: "Submit Request", direction: "Out", app: "TaskAssignment", process: "newAssignment" },
  updateOut: { requestType: "Update", direction: "Out", app: "TaskUpdateMessage", process: "updateMessage" },
  resolutionRejection: { requestType: "Resolution Rejection", direction: "Out", app: "TaskAssignment", process: "newAssignment" },
  closed: { requestType: "Closed", direction: "Out", app: "TaskClosure", process: "closure" },
  acknowledged: { requestType: "Acknowledged", direction: "In", app: "TaskExternalAcknowledgement", process: null },
  updateIn: { requestType: "Update", direction: "In", app: "TaskExternalUpdateMessage", process: null },
  reassigned: { requestType: "Reassigned", direction: "In", app: "TaskExternalReassignment", process: null },
} as const satisfies Record<string, Signal>;

export type SignalName = keyof typeof SIGNALS;

export const TASK_EVENT_TYPES = [
  "task.created",
  "task.assigned",
  "task.withdrawn",
  "task.acknowledged",
  "task.message",
  "task.attachment",
  "task.solved",
  "task.returned",
  "task.solution_declined",
  "task.closed",
  "task.imported",
  "task.changed",
] as const;
export const TICKET_EVENT_TYPES = [
  "ticket.created",
  "ticket.changed",
  "ticket.closed",
  "ticket.reopened",
  "ticket.message",
] as const;
export const ALERT_EVENT_TYPES = ["alert.raised", "alert.cleared"] as const;

export type TaskEventType = (typeof TASK_EVENT_TYPES)[number];
export type TicketEventType = (typeof TICKET_EVENT_TYPES)[number];
export type AlertEventType = (typeof ALERT_EVENT_TYPES)[number];
export type EventType = TaskEventType | TicketEventType | AlertEventType;

/**
 * What the gateway warns the desk of: too many deliveries wait for a System; deliveries to it fail; a provider gave no reference
 * for a task in time; a provider that has open tasks says nothing; a mailbox is not read; nothing comes to it.
 */
export const ALERT_KINDS = [
  "queue_long",
  "deliveries_failing",
  "no_reference",
  "provider_silent",
  "mailbox_unread",
  "mailbox_silent",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** What an alert is about. What does not belong to its kind is null. */
export interface AlertSubject {
  kind: AlertKind;
  system: string | null;
  provider: string | null;
  /** Number of the task. */
  task: string | null;
  /** Only there in alerts about one. */
  mailbox?: string;
}

/** What the event of an alert tells. `name` is the same when it is raised and when it is cleared. */
export interface AlertFacts extends AlertSubject {
  name: string;
  /** A sentence for an operator. */
  says: string;
  /** When it was raised, in milliseconds UTC. */
  since: number;
}

/** A text that belongs to the event. `internal` never leaves the desk. */
export interface MessageText {
  text: string;
  visibility: "internal" | "provider";
  /** Whoever wrote it, where that is nobody who can be a caller: the address a mail came from. Nobody vouches for it. */
  author?: string;
}

/** A file that belongs to the event. Its bytes are kept apart; `internal` never leaves the desk. */
export interface AttachmentFacts {
  id: string;
  name: string;
  contentType: string;
  /** In bytes. */
  size: number;
  /** Hex digits. */
  sha256: string;
  visibility: "internal" | "provider";
  /** Of a picture that stands in the text of a mail: its content id there (RFC 2392), empty for one without. */
  inlineId?: string;
}

/** Of an event that was taken over from elsewhere: when and by which way it came there. */
export interface ImportedFacts {
  /** Milliseconds UTC. */
  at: number;
  channel: Channel;
}

/** What an event changed in a task. Absent means unchanged. The values of `fields` are kept once, in the task's versions. */
export interface TaskChanges {
  status?: TaskStatus;
  group?: string;
  provider?: string | null;
  reference?: { provider: string; value: string };
  fields?: Partial<TaskFields>;
  message?: MessageText;
  attachment?: AttachmentFacts;
  reason?: string;
  /** The provider closed the task itself (the signal alone does not tell this from a solution). */
  closed?: boolean;
  /** Came after the task was closed or taken back: kept for the record, changed nothing. */
  late?: boolean;
  imported?: ImportedFacts;
}

/** What an event changed in a ticket. Absent means unchanged. The values of `fields` are kept once, in the ticket's versions. */
export interface TicketChanges {
  status?: string;
  fields?: Partial<TicketFields>;
  message?: MessageText;
  reason?: string;
  imported?: ImportedFacts;
}

/** An event as a decision makes it: the ledger adds id, position and time. */
export interface TaskDraft {
  kind: "task";
  type: TaskEventType;
  task: string;
  ticket: string;
  /** The provider this event concerns: who sent it, or whose process it starts. Null for the desk's own affairs. */
  provider: string | null;
  signal: SignalName | null;
  /** Name of the process started, null for none. */
  process: string | null;
  changes: TaskChanges;
  /** The id it was given elsewhere; absent for one that is drawn here. */
  id?: string;
}

export interface TicketDraft {
  kind: "ticket";
  type: TicketEventType;
  ticket: string;
  changes: TicketChanges;
}

/** For the desk's eyes alone. It changes neither the task nor the ticket it may name. */
export interface AlertDraft {
  kind: "alert";
  type: AlertEventType;
  /** Null when it is about no task, or about one that is gone. */
  task: string | null;
  ticket: string | null;
  changes: { alert: AlertFacts };
}

export type Draft = TaskDraft | TicketDraft | AlertDraft;
