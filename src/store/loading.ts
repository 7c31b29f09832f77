// Loads and locks what a batch names: first plain reads that resolve names to ids, then locks in one fixed order.
import { EMPTY_TASK_FIELDS, type TicketVersion, ticketVersion } from "./fields.ts";
import type { SelectShape, Session, Value } from "./db.ts";
import {
  TASK_VERSIONS,
  type TaskEntry,
  type TaskRow,
  TASKS_BY_ID,
  TASKS_BY_NUMBER,
  TASKS_BY_TICKET,
  taskEntry,
  type TicketEntry,
  TICKET_VERSIONS,
  type TicketRow,
  TICKETS_BY_ID,
  ticketEntry,
} from "./rows.ts";
import type { TaskFields, TicketFields } from "../core/task.ts";

/** Everything the units of a batch name. */
export interface Wanted {
  /** Task numbers or process ids. */
  tasks: Set<string>;
  tickets: Set<string>;
  /** Provider and reference, joined by `referenceKey`. */
  references: Map<string, { provider: string; reference: string }>;
  /** Names of alerts. */
  alerts: Set<string>;
  /** Ids of staged files. */
  attachments: Set<string>;
  /** Whether a command of the batch may change wide fields: then they are loaded for all its tasks. */
  withFields: boolean;
  /** Tickets that a command may change: their wide fields are loaded. */
  wholeTickets: Set<string>;
  /** Tickets whose tasks are loaded too. */
  ticketsWithTasks: Set<string>;
  /** Ids of persons. */
  persons: Set<string>;
}

export interface Loaded {
  tasks: Map<string, TaskEntry>;
  tickets: Map<string, TicketEntry>;
  /** Process id to task number. */
  processes: Map<string, string>;
  /** Reference key to task numbers. */
  references: Map<string, string[]>;
}

export const referenceKey = (provider: string, reference: string): string => `${provider}\n${reference}`;

const PROCESS_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Place {
  id: number;
  number: string;
  ticket_id: number;
}

/** How a place is looked up. Where nobody else can write meanwhile the whole row is read, for there is no second look. */
const PLACE_COLUMNS = ["id", "number", "ticket_id"];
const PLACES = {
  id: { whole: TASKS_BY_ID, small: { ...TASKS_BY_ID, columns: PLACE_COLUMNS } },
  number: { whole: TASKS_BY_NUMBER, small: { ...TASKS_BY_NUMBER, columns: PLACE_COLUMNS } },
  ticket_id: { whole: TASKS_BY_TICKET, small: { ...TASKS_BY_TICKET, columns: PLACE_COLUMNS } },
} as const;

const TICKETS_BY_NUMBER: SelectShape = { table: "tickets", columns: ["id"], by: ["number"] };
const PROCESSES: SelectShape = { table: "events", columns: ["id", "task_id"], by: ["id"] };
const FIELDS: SelectShape = { ...TASK_VERSIONS, columns: ["task_id", "fields"], by: ["task_id", "version"] };

/** `candidates` is the most tasks looked at for one reference. */
export async function load(session: Session, wanted: Wanted, candidates: number): Promise<Loaded> {
  const all = new Map<number, Place>();
  const numbers = new Set<string>();
  for (const one of await places(session, "number", wanted.tasks)) {
    all.set(one.id, one);
    numbers.add(one.number);
  }
  const processes = await byProcess(session, wanted.tasks, numbers);
  const references = await byReference(session, wanted, candidates);
  const further = new Set([...processes.values(), ...[...references.values()].flat()]);
  for (const one of await places(session, "id", further)) all.set(one.id, one);
  const byId = await lockTickets(session, wanted, all.values());
  for (const one of await placesOf(session, wanted.ticketsWithTasks, byId)) all.set(one.id, one);
  const tasks = await lockTasks(session, [...all.values()], byId, wanted);
  const tickets = new Map<string, TicketEntry>();
  for (const entry of byId.values()) tickets.set(entry.ticket.number, entry);
  const numberOf = (id: number): string => all.get(id)?.number ?? "";
  return {
    tasks,
    tickets,
    processes: new Map([...processes].map(([process, id]) => [process, numberOf(id)])),
    references: new Map([...references].map(([key, ids]) => [key, ids.map(numberOf)])),
  };
}

/** Where nobody else can write meanwhile, the rows read here are the ones worked with, and need no second look. */
function places(session: Session, column: keyof typeof PLACES, values: ReadonlySet<Value>): Place[] | Promise<Place[]> {
  const { whole, small } = PLACES[column];
  return session.select<Place>(session.exclusive ? whole : small, keysOf(values));
}

/** Read when the tickets are locked: from then on nobody else gives them another task. */
async function placesOf(
  session: Session,
  tickets: ReadonlySet<string>,
  byId: ReadonlyMap<number, TicketEntry>,
): Promise<Place[]> {
  if (tickets.size === 0) return [];
  const ids = [...byId].flatMap(([id, { ticket }]) => (tickets.has(ticket.number) ? [id] : []));
  return places(session, "ticket_id", new Set(ids));
}

function keysOf(values: Iterable<Value>): Value[][] {
  const keys: Value[][] = [];
  for (const one of values) keys.push([one]);
  return keys;
}

/** What is no task's number may be the id of an event that started a process. */
async function byProcess(
  session: Session,
  names: ReadonlySet<string>,
  numbers: ReadonlySet<string>,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (numbers.size === names.size) return found;
  const ids = [...names].filter((name) => !numbers.has(name) && PROCESS_ID.test(name));
  const rows = await session.select<{ id: string; task_id: number | null }>(PROCESSES, keysOf(ids));
  for (const { id, task_id: task } of rows) if (task !== null) found.set(id, task);
  return found;
}

async function byReference(session: Session, { references }: Wanted, candidates: number): Promise<Map<string, number[]>> {
  const found = new Map<string, number[]>();
  for (const [key, { provider, reference }] of references) {
    const sql =
      "select task_id from task_references where provider = ? and reference = ? and until is null order by task_id desc limit ?";
    const rows = await session.all<{ task_id: number }>(sql, [provider, reference, candidates]);
    found.set(
      key,
      rows.map((row) => row.task_id),
    );
  }
  return found;
}

async function lockTickets(session: Session, wanted: Wanted, of: Iterable<Place>): Promise<Map<number, TicketEntry>> {
  const ids = new Set<number>();
  for (const one of of) ids.add(one.ticket_id);
  for (const row of await session.select<{ id: number }>(TICKETS_BY_NUMBER, keysOf(wanted.tickets))) ids.add(row.id);
  const rows = await session.select<TicketRow>(TICKETS_BY_ID, inOrder(ids), "lock");
  const fields = await wideTickets(session, rows, wanted.wholeTickets);
  const entries = new Map<number, TicketEntry>();
  for (const row of rows) entries.set(row.id, ticketEntry(row, fields?.get(row.id) ?? null));
  return entries;
}

const TICKET_FIELDS: SelectShape = { ...TICKET_VERSIONS, columns: ["ticket_id", "fields"], by: ["ticket_id", "version"] };

async function wideTickets(session: Session, rows: readonly TicketRow[], whole: ReadonlySet<string>) {
  if (whole.size === 0) return null;
  const keys = rows.flatMap((row) => (whole.has(row.number) ? [[row.id, row.version]] : []));
  const found = await session.select<{ ticket_id: number; fields: string }>(TICKET_FIELDS, keys);
  return new Map(found.map((row) => [row.ticket_id, fieldsOf(ticketVersion(row.fields))]));
}

/** The status stands in the row. */
const fieldsOf = ({ status: _status, ...fields }: TicketVersion): TicketFields => fields;

const inOrder = (ids: Iterable<number>): Value[][] => keysOf([...ids].sort((a, b) => a - b));

async function lockTasks(
  session: Session,
  of: readonly Place[],
  tickets: ReadonlyMap<number, TicketEntry>,
  wanted: Wanted,
): Promise<Map<string, TaskEntry>> {
  const rows = session.exclusive
    ? (of as readonly TaskRow[])
    : await session.select<TaskRow>(TASKS_BY_ID, inOrder(of.map((one) => one.id)), "lock");
  const fields = wanted.withFields ? await wideFields(session, rows) : new Map<number, TaskFields>();
  const entries = new Map<string, TaskEntry>();
  for (const row of rows) {
    const ticket = tickets.get(row.ticket_id);
    if (ticket) entries.set(row.number, taskEntry(row, ticket, fields.get(row.id) ?? EMPTY_TASK_FIELDS));
  }
  return entries;
}

async function wideFields(session: Session, rows: readonly TaskRow[]): Promise<Map<number, TaskFields>> {
  const keys = rows.map((row) => [row.id, row.version]);
  const found = await session.select<{ task_id: number; fields: string }>(FIELDS, keys);
  return new Map(found.map((row) => [row.task_id, JSON.parse(row.fields) as TaskFields]));
}
