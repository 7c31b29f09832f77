// Loads and locks what a batch names: first plain reads that resolve names to ids, then locks in one fixed order.
import { EMPTY_TASK_FIELDS } from "./fields.ts";
import type { Session, Value } from "./db.ts";
import {
  TASK_COLUMNS,
  TICKET_COLUMNS,
  type TaskEntry,
  type TaskRow,
  taskEntry,
  type TicketEntry,
  type TicketRow,
  ticketEntry,
} from "./rows.ts";
import type { TaskFields } from "../core/task.ts";

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

/** `candidates` is the most tasks looked at for one reference. */
export async function load(session: Session, wanted: Wanted, candidates: number): Promise<Loaded> {
  const named = await places(session, "number", [...wanted.tasks]);
  const numbers = new Set(named.map((one) => one.number));
  const processes = await byProcess(
    session,
    [...wanted.tasks].filter((name) => !numbers.has(name) && PROCESS_ID.test(name)),
  );
  const references = await byReference(session, wanted, candidates);
  const further = await places(session, "id", [...new Set([...processes.values(), ...[...references.values()].flat()])]);
  const all = new Map([...named, ...further].map((one) => [one.id, one]));
  const tickets = await lockTickets(session, wanted, [...all.values()]);
  const tasks = await lockTasks(session, [...all.values()], tickets, wanted);
  const numberOf = (id: number): string => all.get(id)?.number ?? "";
  return {
    tasks,
    tickets: new Map([...tickets.values()].map((entry) => [entry.ticket.number, entry])),
    processes: new Map([...processes].map(([process, id]) => [process, numberOf(id)])),
    references: new Map([...references].map(([key, ids]) => [key, ids.map(numberOf)])),
  };
}

/** Where nobody else can write meanwhile, the rows read here are the ones worked with, and need no second look. */
async function places(session: Session, column: "id" | "number", values: readonly Value[]): Promise<Place[]> {
  if (values.length === 0) return [];
  const columns = session.exclusive ? TASK_COLUMNS : ["id", "number", "ticket_id"];
  return session.select<Place>("tasks", columns, { columns: [column], values: values.map((one) => [one]) });
}

async function byProcess(session: Session, ids: readonly string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const keys = { columns: ["id"], values: ids.map((id) => [id]) };
  const rows = await session.select<{ id: string; task_id: number | null }>("events", ["id", "task_id"], keys);
  return new Map(rows.flatMap((row) => (row.task_id === null ? [] : [[row.id, row.task_id]])));
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

async function lockTickets(session: Session, wanted: Wanted, of: readonly Place[]): Promise<Map<number, TicketEntry>> {
  const ids = new Set(of.map((one) => one.ticket_id));
  if (wanted.tickets.size > 0) {
    const keys = { columns: ["number"], values: [...wanted.tickets].map((number) => [number]) };
    for (const row of await session.select<{ id: number }>("tickets", ["id"], keys)) ids.add(row.id);
  }
  if (ids.size === 0) return new Map();
  const keys = { columns: ["id"], values: [...ids].sort((a, b) => a - b).map((id) => [id]) };
  const rows = await session.select<TicketRow>("tickets", TICKET_COLUMNS, keys, "lock");
  return new Map(rows.map((row) => [row.id, ticketEntry(row)]));
}

async function lockTasks(
  session: Session,
  of: readonly Place[],
  tickets: ReadonlyMap<number, TicketEntry>,
  wanted: Wanted,
): Promise<Map<string, TaskEntry>> {
  if (of.length === 0) return new Map();
  const ids = of.map((one) => one.id).sort((a, b) => a - b);
  const rows = session.exclusive
    ? (of as readonly TaskRow[])
    : await session.select<TaskRow>("tasks", TASK_COLUMNS, { columns: ["id"], values: ids.map((id) => [id]) }, "lock");
  const fields = wanted.withFields ? await wideFields(session, rows) : new Map<number, TaskFields>();
  const entries = new Map<string, TaskEntry>();
  for (const row of rows) {
    const ticket = tickets.get(row.ticket_id);
    if (ticket) entries.set(row.number, taskEntry(row, ticket, fields.get(row.id) ?? EMPTY_TASK_FIELDS));
  }
  return entries;
}

async function wideFields(session: Session, rows: readonly TaskRow[]): Promise<Map<number, TaskFields>> {
  const keys = { columns: ["task_id", "version"], values: rows.map((row) => [row.id, row.version]) };
  const found = await session.select<{ task_id: number; fields: string }>("task_versions", ["task_id", "fields"], keys);
  return new Map(found.map((row) => [row.task_id, JSON.parse(row.fields) as TaskFields]));
}
