// How tickets and tasks lie in their rows: columns, and the way from a row to a task and back.
import type { Task, TaskFields, TaskStatus, Ticket, TicketFields } from "../core/task.ts";
import type { SelectShape, Shape, UpsertShape, Value } from "./db.ts";
import { EMPTY_TICKET_FIELDS, type TicketVersion } from "./fields.ts";

export const TICKET_COLUMNS = ["id", "number", "status", "version", "last_position", "created_at", "updated_at"] as const;
export const TASK_COLUMNS = [
  "id",
  "number",
  "ticket_id",
  "status",
  "group_name",
  "provider",
  "past",
  "version",
  "last_position",
  "digests",
  "created_at",
  "updated_at",
] as const;

/** What tickets are looked for by stands in their wide fields too, so that no batch reads it. */
const TICKET_SEARCH_COLUMNS = ["requester", "requester_person", "engineer_person"] as const;

export const TICKETS: Shape = { table: "tickets", columns: [...TICKET_COLUMNS, ...TICKET_SEARCH_COLUMNS] };
export const TICKETS_BY_ID: SelectShape = { table: "tickets", columns: TICKET_COLUMNS, by: ["id"] };
/** What lists are read by; a batch knows it from the status. */
export const TASKS: Shape = { table: "tasks", columns: [...TASK_COLUMNS, "is_open"] };
export const TASKS_BY_ID: SelectShape = { table: "tasks", columns: TASK_COLUMNS, by: ["id"] };
export const TASKS_BY_TICKET: SelectShape = { table: "tasks", columns: TASK_COLUMNS, by: ["ticket_id"] };
export const TASKS_BY_NUMBER: SelectShape = { table: "tasks", columns: TASK_COLUMNS, by: ["number"] };

export const TICKET_VERSIONS: Shape = { table: "ticket_versions", columns: ["ticket_id", "version", "fields"] };
export const TASK_VERSIONS: Shape = { table: "task_versions", columns: ["task_id", "version", "fields"] };

export const TICKET_REWRITE: UpsertShape = {
  ...TICKETS,
  key: ["id"],
  change: ["status", "version", "last_position", "updated_at", ...TICKET_SEARCH_COLUMNS],
};

/** What most events change: no column here stands in an index, so that one page is touched and no more. */
export const TASK_REWRITE: UpsertShape = {
  ...TASKS,
  key: ["id"],
  change: ["status", "past", "version", "last_position", "digests", "updated_at"],
};

/** The same for a task that went to another group, was closed or opened again. Where these stay they are not written: lists have indexes on them. */
export const TASK_MOVE: UpsertShape = { ...TASK_REWRITE, change: [...TASK_REWRITE.change, "group_name", "provider", "is_open"] };

export interface TicketRow {
  id: number;
  number: string;
  status: string;
  version: number;
  last_position: number;
  created_at: number;
  updated_at: number;
}

export interface TaskRow {
  id: number;
  number: string;
  ticket_id: number;
  status: TaskStatus;
  group_name: string;
  provider: string | null;
  /** JSON: groups that ever held it, and each provider's reference. */
  past: string;
  version: number;
  last_position: number;
  digests: Uint8Array;
  created_at: number;
  updated_at: number;
}

/** What stands behind a ticket or task while a batch is decided. `id` is 0 until the event that creates it has its position. */
export interface TicketEntry {
  id: number;
  ticket: Ticket;
  version: number;
  lastPosition: number;
  createdAt: number;
  updatedAt: number;
  state: "stored" | "changed" | "new";
  /** Whether its wide fields are there: without them it cannot be changed. */
  whole: boolean;
  versions: { version: number; fields: TicketVersion }[];
}

export interface TaskEntry {
  id: number;
  task: Task;
  ticket: TicketEntry;
  version: number;
  lastPosition: number;
  digests: Buffer;
  createdAt: number;
  updatedAt: number;
  /** `moved`: changed, and its group, or whether it is open, too. */
  state: "stored" | "changed" | "moved" | "new";
  versions: { version: number; fields: TaskFields }[];
}

interface Past {
  groups: readonly string[];
  providers: readonly string[];
  references: Readonly<Record<string, string>>;
}

/** What each provider calls a task now, from its column `past`. */
export function referencesInForce(past: string): { provider: string; reference: string }[] {
  const { references } = JSON.parse(past) as Past;
  return Object.entries(references).map(([provider, reference]) => ({ provider, reference }));
}

/** A stored ticket as a batch works with it. `fields` are those of its present version, null when nothing will change them. */
export function ticketEntry(row: TicketRow, fields: TicketFields | null): TicketEntry {
  return {
    id: row.id,
    ticket: { number: row.number, status: row.status, fields: fields ?? EMPTY_TICKET_FIELDS },
    whole: fields !== null,
    version: row.version,
    lastPosition: row.last_position,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    state: "stored",
    versions: [],
  };
}

/** `fields` are the wide fields of its present version, or a stand-in when nothing will change them. */
export function taskEntry(row: TaskRow, ticket: TicketEntry, fields: TaskFields): TaskEntry {
  const past = JSON.parse(row.past) as Past;
  return {
    id: row.id,
    task: {
      number: row.number,
      ticket: ticket.ticket.number,
      status: row.status,
      group: row.group_name,
      provider: row.provider,
      heldBy: past.groups,
      providers: past.providers,
      references: past.references,
      fields,
    },
    ticket,
    version: row.version,
    lastPosition: row.last_position,
    digests: bytesOf(row.digests),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    state: "stored",
    versions: [],
  };
}

/** Both databases give a Buffer of its own, which needs no copy. */
function bytesOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);
}

/** The row of a ticket, in the order of `TICKETS`. */
export function ticketValues({ id, ticket, version, lastPosition, createdAt, updatedAt }: TicketEntry): Value[] {
  const { requester, requesterPerson, engineer } = ticket.fields;
  const search = [requester, requesterPerson, engineer?.person ?? null];
  return [id, ticket.number, ticket.status, version, lastPosition, createdAt, updatedAt, ...search];
}

/** Whether something is still to be done about a task. */
export const isOpen = ({ status }: Pick<Task, "status">): boolean => status !== "closed";

/** The row of a task, in the order of `TASKS`. */
export function taskValues({ id, task, ticket, version, lastPosition, digests, createdAt, updatedAt }: TaskEntry): Value[] {
  const { number, status, group, provider } = task;
  const past = pastText(task);
  const times = [createdAt, updatedAt];
  return [id, number, ticket.id, status, group, provider, past, version, lastPosition, digests, ...times, isOpen(task) ? 1 : 0];
}

function pastText({ heldBy, providers, references }: Task): string {
  const past: Past = { groups: heldBy, providers, references };
  return JSON.stringify(past);
}
