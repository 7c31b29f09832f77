// Tickets and tasks as records that another gateway can import: read page by page in the order they were made, tickets first.
import type { HistoryRecord, ImportRecord, TaskRecord, TicketRecord } from "../../core/import-record.ts";
import type { Direction, TaskChanges } from "../../core/events.ts";
import type { Channel } from "../../core/ports.ts";
import type { TaskFields, TaskStatus, TicketFields } from "../../core/task.ts";
import type { Reader as Source } from "../db.ts";
import { chain } from "./events.ts";
import { referencesOf } from "./task-references.ts";

export interface ExportFilter {
  /** Continue after this, as given in `next`. */
  after?: string;
  /** 1 to 200. */
  limit: number;
  /** Only tasks that are not closed, and their tickets. */
  open: boolean;
}

export interface ExportPage {
  records: ImportRecord[];
  next: string | null;
}

export interface ExportViews {
  page(filter: ExportFilter): Promise<ExportPage>;
}

const TICKETS = `select k.id, k.number, k.status, k.created_at, v.fields from tickets k
join ticket_versions v on v.ticket_id = k.id and v.version = k.version
where k.id > ? order by k.id limit ?`;
const OPEN_TICKETS = TICKETS.replace(
  "where",
  "where (k.status = 'open' or exists (select 1 from tasks t where t.ticket_id = k.id and t.status <> 'closed')) and",
);
const TASKS = `select t.id, t.number, k.number as ticket, t.status, t.group_name, t.last_position, t.past, t.created_at, v.fields from tasks t
join tickets k on k.id = t.ticket_id
join task_versions v on v.task_id = t.id and v.version = t.version
where t.id > ? order by t.id limit ?`;
const OPEN_TASKS = TASKS.replace("where", "where t.status <> 'closed' and");

/** Bytes of a page after which it ends: a task may bring a history of many texts. */
const PAGE_CHARACTERS = 4_000_000;
/** Events read at once. */
const EVENTS_AT_ONCE = 100;

export function createExportViews(source: Source): ExportViews {
  return {
    page(filter) {
      const [kind = "ticket", id = "0"] = (filter.after ?? "ticket:0").split(":");
      return kind === "task" ? tasks(source, Number(id), filter) : tickets(source, Number(id), filter);
    },
  };
}

interface TicketRow {
  id: number;
  number: string;
  status: string;
  created_at: number;
  fields: string;
}

async function tickets(source: Source, after: number, { limit, open }: ExportFilter): Promise<ExportPage> {
  const rows = await source.all<TicketRow>(open ? OPEN_TICKETS : TICKETS, [after, limit]);
  const { taken, more } = bounded(rows, (row) => row.fields.length, limit);
  return { records: taken.map(ticketRecord), next: more ? `ticket:${taken.at(-1)?.id}` : "task:0" };
}

/** The rows that fit into a page, at least one. */
function bounded<T>(rows: readonly T[], size: (row: T) => number, limit: number): { taken: T[]; more: boolean } {
  const taken: T[] = [];
  for (let total = 0, index = 0; index < rows.length && total < PAGE_CHARACTERS; index += 1) {
    const row = rows[index];
    if (row === undefined) break;
    taken.push(row);
    total += size(row);
  }
  return { taken, more: taken.length < rows.length || rows.length === limit };
}

function ticketRecord({ number, status, created_at: at, fields }: TicketRow): TicketRecord {
  return { kind: "ticket", number, status, ...(JSON.parse(fields) as TicketFields), createdAt: timeText(at) };
}

interface TaskRow extends TicketRow {
  ticket: string;
  status: TaskStatus;
  group_name: string;
  last_position: number;
  past: string;
}

async function tasks(source: Source, after: number, { limit, open }: ExportFilter): Promise<ExportPage> {
  const rows = await source.all<TaskRow>(open ? OPEN_TASKS : TASKS, [after, limit]);
  const records: TaskRecord[] = [];
  let size = 0;
  for (const row of rows) {
    const record = await taskRecord(source, row);
    size += JSON.stringify(record).length;
    records.push(record);
    if (size > PAGE_CHARACTERS) break;
  }
  const last = rows[records.length - 1];
  const more = records.length < rows.length || rows.length === limit;
  return { records, next: more && last ? `task:${last.id}` : null };
}

async function taskRecord(source: Source, row: TaskRow): Promise<TaskRecord> {
  return {
    kind: "task",
    number: row.number,
    ticket: row.ticket,
    status: row.status,
    group: row.group_name,
    ...fieldTexts(JSON.parse(row.fields) as TaskFields),
    references: await references(source, row),
    createdAt: timeText(row.created_at),
    history: await history(source, row),
  };
}

function fieldTexts<F extends Partial<TaskFields>>({ resolvedAt, ...texts }: F) {
  return resolvedAt === undefined ? texts : { ...texts, resolvedAt: resolvedAt === null ? null : timeText(resolvedAt) };
}

async function references(source: Source, task: TaskRow): Promise<NonNullable<TaskRecord["references"]>> {
  return (await referencesOf(source, task)).map(({ provider, reference, since }) => ({
    provider,
    reference,
    since: timeText(since),
  }));
}

interface EventRow {
  id: string;
  kind: string;
  type: string;
  direction: Direction | null;
  provider: string | null;
  channel: Channel;
  at: number;
  changes: string;
  fields: string | null;
}

async function history(source: Source, { last_position: last }: TaskRow): Promise<HistoryRecord[]> {
  const positions = await chain(source, last, 0);
  const entries: HistoryRecord[] = [];
  for (let from = 0; from < positions.length; from += EVENTS_AT_ONCE) {
    const some = positions.slice(from, from + EVENTS_AT_ONCE);
    const rows = await source.all<EventRow>(
      `select e.id, e.kind, e.type, e.direction, e.provider, e.channel, e.at, e.changes, v.fields from events e
       left join task_versions v on v.task_id = e.task_id and v.version = e.task_version
       where e.position in (${some.map(() => "?").join(", ")}) order by e.position`,
      some,
    );
    entries.push(...rows.flatMap(entryOf));
  }
  return entries;
}

type Kept = Omit<TaskChanges, "fields"> & { fields?: (keyof TaskFields)[] };

/** What the entry brought. Alerts are this gateway's own affair, and files are not in the records. */
function entryOf(row: EventRow): HistoryRecord[] {
  if (row.kind !== "task" || row.type === "task.attachment") return [];
  const { imported, message, reference, provider: holder, fields, attachment: _file, ...rest } = JSON.parse(row.changes) as Kept;
  const provider = row.provider ?? reference?.provider;
  return [
    {
      id: row.id,
      type: row.type,
      at: timeText(imported?.at ?? row.at),
      channel: imported?.channel ?? row.channel,
      ...(row.direction === null ? {} : { direction: row.direction }),
      ...(provider === undefined ? {} : { provider }),
      ...rest,
      ...(holder === undefined ? {} : { holder }),
      ...(reference ? { reference: reference.value } : {}),
      ...(message ? { text: message.text, visibility: message.visibility } : {}),
      ...(fields && row.fields ? { fields: fieldTexts(picked(JSON.parse(row.fields) as TaskFields, fields)) } : {}),
    },
  ];
}

function picked(fields: TaskFields, names: readonly (keyof TaskFields)[]): Partial<TaskFields> {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}

const timeText = (ms: number): string => new Date(ms).toISOString();
