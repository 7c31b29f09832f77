// What pages and feeds read: shapes of the read-only queries.
import type { Leap } from "../../lib/positions.ts";
import type { AlertFacts, AttachmentFacts, Direction } from "../../core/events.ts";
import type { Channel } from "../../core/ports.ts";
import type { TaskFields, TaskStatus, TicketFields } from "../../core/task.ts";

/** A task as its reader may see it: `reference` is the reader's own, or for the desk the present provider's. */
export interface TaskView extends TaskFields {
  number: string;
  ticket: string;
  status: TaskStatus;
  group: string;
  provider: string | null;
  reference: string | null;
  createdAt: number;
  updatedAt: number;
  /** Position of its last event. */
  revision: number;
}

export interface TicketView extends TicketFields {
  number: string;
  status: string;
  createdAt: number;
  updatedAt: number;
  /** Position of its last event. */
  revision: number;
}

/** One event of the feed, with ticket and task as they were right after it. Times in milliseconds UTC. */
export interface EventView {
  position: number;
  id: string;
  kind: "task" | "ticket" | "alert";
  /** Without the `crossdesk.` that CloudEvents put before it. */
  type: string;
  at: number;
  requestType: string | null;
  direction: Direction | null;
  app: string | null;
  channel: Channel;
  provider: string | null;
  /** Name and id of the process this event started. */
  process: { id: string; name: string | null } | null;
  late: boolean;
  message: { text: string; visibility: "internal" | "provider"; author?: string } | null;
  attachment: AttachmentFacts | null;
  reason: string | null;
  closedByProvider: boolean;
  task:
    | (TaskFields & { number: string; status: TaskStatus; group: string; provider: string | null; reference: string | null })
    | null;
  /** Null for an alert that is about no task. */
  ticket: (TicketFields & { number: string; status: string }) | null;
  /** Names of what it changed, such as `status` and `priority`. */
  changed: readonly string[];
  /** What an alert tells; null for every other event. For the desk's eyes alone. */
  alert: AlertFacts | null;
  /** Whether it was of a provider that was only tried out then. */
  test: boolean;
}

/** Whose eyes: a provider sees only its own tasks and none of the desk's internal events. */
export type Reader = { kind: "desk" } | { kind: "provider"; provider: string };

export interface Page<T> {
  items: readonly T[];
  /** Position or key to continue after; null at the end. */
  next: string | null;
}

export interface TaskFilter {
  /** Any of these. */
  status?: readonly TaskStatus[];
  /** Number of the task, or a reference it has or had: for a provider its own, for the desk anybody's. */
  reference?: string;
  group?: string;
  /** Number of the ticket. */
  ticket?: string;
  /** Tasks something happened to at this time, in milliseconds, or later; the list is then in the order of what happened last. */
  updatedSince?: number;
  /** Where to go on, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

export interface TicketFilter {
  /** One of these; all when absent. */
  statuses?: readonly string[];
  number?: string;
  /** The text, or the id of a person. */
  requester?: string;
  /** Id of a person. */
  engineer?: string;
  /** Changed at or after this time; those changed first come first then. */
  updatedSince?: number;
  /** Continue after this place in the list, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

/** A page of tasks. By what happened last a list has no end: `next` is never null, and `more` tells whether there is more now. */
export interface TaskPage extends Page<TaskView> {
  more: boolean;
  /** The position up to which all was looked at, and the newest there is; both null where the list is in the order of making. */
  seen: number | null;
  head: number | null;
}

/** An alert that is raised: what its event told. */
export interface AlertView extends AlertFacts {
  /** Position of the event that raised it. */
  position: number;
}

export interface AlertFilter {
  /** Continue after this position, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

/** One change of the audit log. */
export interface AuditView {
  /** Counts up in the order of writing. */
  id: number;
  /** Milliseconds UTC. */
  at: number;
  who: string;
  address: string | null;
  requestId: string | null;
  kind: string;
  name: string;
  deed: string;
  before: Readonly<Record<string, unknown>> | null;
  after: Readonly<Record<string, unknown>> | null;
}

export interface AuditFilter {
  who?: string;
  kind?: string;
  name?: string;
  /** From this time on, and before that one, in milliseconds UTC. */
  since?: number;
  until?: number;
  /** Continue after this id, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

/** Which events of the feed are wanted. What is absent does not count. */
export interface EventFilter {
  /** Types without the `crossdesk.`. */
  types?: readonly string[];
  direction?: Direction;
  /** The provider an event concerns. */
  provider?: string;
  /** Number of a task. */
  task?: string;
  /** Those of providers that were only tried out. */
  test: "exclude" | "include" | "only";
}

/** The positions there are. */
export interface FeedRange {
  /** The highest. */
  head: number;
  /** From this one on nothing was purged; 0 while there is nothing. */
  oldest: number;
  /** What lies between these was never there, or is gone with a database that was restored from a backup; null for no such thing. */
  leap: Leap | null;
}

export interface FeedPage extends FeedRange {
  items: readonly EventView[];
  /** Where to go on: everything up to it was looked at, also what did not pass the filter. */
  next: number;
}

/** A named place in the feed. */
export interface CursorView {
  name: string;
  /** Who made it. */
  holder: string;
  position: number;
  /** How many positions the head is before it. */
  lag: number;
  updatedAt: number;
}

export interface Views {
  task(number: string, reader: Reader): Promise<TaskView | null>;
  tasks(filter: TaskFilter, reader: Reader): Promise<TaskPage>;
  ticket(number: string): Promise<TicketView | null>;
  tickets(filter: TicketFilter): Promise<Page<TicketView>>;
  /** The events of the ticket itself, oldest first; those of its tasks are theirs. */
  ticketEvents(number: string, after: number, limit: number): Promise<Page<EventView> | null>;
  /** The events of one task, oldest first. */
  taskEvents(number: string, after: number, limit: number, reader: Reader): Promise<Page<EventView> | null>;
  /** The feed in position order, all of it without a filter. However few events pass, the work of one call is bounded. */
  events(after: number, limit: number, filter?: EventFilter): Promise<FeedPage>;
  event(id: string): Promise<EventView | null>;
  /** The highest position there is. */
  head(): Promise<number>;
  /** The range of positions there is, as in a page. */
  range(): Promise<FeedRange>;
  /** Named places in the feed, by name. They are few. */
  cursors(): Promise<CursorView[]>;
  cursor(name: string): Promise<CursorView | null>;
  /** Alerts that are raised now, those raised last first. */
  alerts(filter: AlertFilter): Promise<Page<AlertView>>;
  /** What was changed by whom, newest first. */
  audit(filter: AuditFilter): Promise<Page<AuditView>>;
}
