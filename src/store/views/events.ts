// Read-only queries over events: those picked by their positions or id, and the history of one task.
import type { AlertFacts, Direction, TaskChanges } from "../../core/events.ts";
import type { Channel } from "../../core/ports.ts";
import type { TaskFields, TaskStatus } from "../../core/task.ts";
import type { Reader as Source } from "../db.ts";
import { ticketVersion } from "../fields.ts";
import type { EventView, Page, Reader } from "./types.ts";

/** An event with what it is about, as it is read. */
export interface EventRow {
  position: number;
  id: string;
  kind: "task" | "ticket" | "alert";
  type: string;
  status: string;
  group_name: string | null;
  holder: string | null;
  reference: string | null;
  provider: string | null;
  request_type: string | null;
  direction: Direction | null;
  app: string | null;
  process: string | null;
  channel: Channel;
  at: number;
  changes: string;
  test: number;
  task_number: string | null;
  task_fields: string | null;
  ticket_number: string | null;
  ticket_fields: string | null;
}

/**
 * Events with ticket and task as they were; an alert may have neither. The events are picked first, by themselves: left to choose,
 * MariaDB begins with the tickets when they are few, and sorts all events for each page.
 */
export function eventQuery(events: string): string {
  return `select picked.position, picked.id, picked.kind, picked.type, picked.status, picked.group_name, picked.holder, picked.reference, picked.provider,
  picked.request_type, picked.direction, picked.app, picked.process, picked.channel, picked.at, picked.changes, picked.test,
  t.number as task_number, tv.fields as task_fields, k.number as ticket_number, kv.fields as ticket_fields
from (${events}) picked
left join tickets k on k.id = picked.ticket_id
left join ticket_versions kv on kv.ticket_id = picked.ticket_id and kv.version = picked.ticket_version
left join tasks t on t.id = picked.task_id
left join task_versions tv on tv.task_id = picked.task_id and tv.version = picked.task_version
order by picked.position`;
}

/** Rows read at once, and the characters of a page after which it ends: an event may carry half a megabyte of texts. */
const ROWS_AT_ONCE = 50;
const PAGE_CHARACTERS = 4_000_000;

/** Reads `limit` rows in small steps, and stops early when they grow large. `read` gives those after a position; `ended` is when it has no more. */
export async function boundedRows(
  limit: number,
  read: (from: number | null, count: number) => Promise<EventRow[]>,
): Promise<{ rows: EventRow[]; ended: boolean }> {
  const rows: EventRow[] = [];
  for (let size = 0; rows.length < limit && size < PAGE_CHARACTERS; ) {
    const count = Math.min(ROWS_AT_ONCE, limit - rows.length);
    const more = await read(rows.at(-1)?.position ?? null, count);
    rows.push(...more);
    for (const row of more) size += row.changes.length + (row.ticket_fields?.length ?? 0) + (row.task_fields?.length ?? 0);
    if (more.length < count) return { rows, ended: true };
  }
  return { rows, ended: false };
}

/** So many links of a task's chain are followed in one query, and so many events of one task can be paged through. */
const STEPS = 500;
const MOST = 500_000;

/** From one event of a task back to the ones before it: found by primary key, so that no index by task is kept. */
export const CHAIN_QUERY = `with recursive chain (position, previous, step) as (
  select position, previous, 1 from events where position = ?
  union all
  select e.position, e.previous, c.step + 1 from events e join chain c on e.position = c.previous where c.step < ${STEPS} and c.previous > ?
) select position, previous from chain`;

/** The events of one task, or of one ticket, after a position, oldest first; `last` is its newest. A provider is shown what concerns it, never the desk's own events. */
export async function eventChain(
  source: Source,
  last: number,
  page: { after: number; limit: number },
  reader: Reader,
): Promise<Page<EventView>> {
  const positions = await chain(source, last, page.after);
  let taken = 0;
  const { rows: found } = await boundedRows(page.limit, (_from, count) => {
    const next = positions.slice(taken, taken + count);
    taken += next.length;
    return rowsAt(source, next);
  });
  const rest = positions.length > taken;
  return { items: found.filter((row) => concerns(row, reader)).map(eventView), next: rest ? String(positions[taken - 1]) : null };
}

/** Positions of the events of one task after a position, oldest first. */
export async function chain(source: Source, last: number, after: number): Promise<number[]> {
  const positions: number[] = [];
  let from: number | null = last;
  while (from !== null && from > after && positions.length < MOST) {
    const links: { position: number; previous: number | null }[] = await source.all(CHAIN_QUERY, [from, after]);
    positions.push(...links.map((one) => one.position));
    from = links.at(-1)?.previous ?? null;
  }
  return positions.reverse();
}

/** Events by their positions, in position order. */
export async function eventsAt(source: Source, positions: readonly number[]): Promise<EventView[]> {
  return (await rowsAt(source, positions)).map(eventView);
}

/** One event by its id. */
export async function eventById(source: Source, id: string): Promise<EventView | null> {
  const [row] = await source.all<EventRow>(eventQuery("select * from events where id = ?"), [id]);
  return row ? eventView(row) : null;
}

async function rowsAt(source: Source, positions: readonly number[]): Promise<EventRow[]> {
  if (positions.length === 0) return [];
  const places = positions.map(() => "?").join(", ");
  return source.all<EventRow>(
    eventQuery(`select * from events where position in (${places}) order by position limit ${positions.length}`),
    positions,
  );
}

function concerns(row: EventRow, reader: Reader): boolean {
  return reader.kind === "desk" || (row.kind !== "alert" && row.provider === reader.provider && row.request_type !== null);
}

/** The event behind a row. */
export function eventView(row: EventRow): EventView {
  const changes = JSON.parse(row.changes) as Kept;
  const started = row.direction === "Out";
  return {
    position: row.position,
    id: row.id,
    kind: row.kind,
    type: row.type,
    at: changes.imported?.at ?? row.at,
    requestType: row.request_type,
    direction: row.direction,
    app: row.app,
    channel: row.channel,
    provider: row.provider,
    process: started ? { id: row.id, name: row.process } : null,
    late: changes.late ?? false,
    message: changes.message ?? null,
    attachment: changes.attachment ?? null,
    reason: changes.reason ?? null,
    closedByProvider: changes.closed ?? false,
    task: taskOf(row),
    ticket: ticketOf(row),
    alert: changes.alert ?? null,
    changed: changes.late ? [] : namesOf(changes),
    test: row.test === 1,
  };
}

/** What an event changed, as it is kept: of wide fields the names alone. */
type Kept = Omit<TaskChanges, "fields"> & { fields?: readonly string[]; alert?: AlertFacts };

function namesOf({ status, group, provider, reference, fields = [] }: Kept): string[] {
  const small = { status, group, provider, reference };
  return [...Object.entries(small).flatMap(([name, value]) => (value === undefined ? [] : [name])), ...fields];
}

function ticketOf({ ticket_number: number, ticket_fields: fields }: EventRow): EventView["ticket"] {
  return number === null || fields === null ? null : { number, ...ticketVersion(fields) };
}

function taskOf(row: EventRow): EventView["task"] {
  if (row.task_number === null || row.task_fields === null) return null;
  const small = {
    number: row.task_number,
    status: row.status as TaskStatus,
    group: row.group_name ?? "",
    provider: row.holder,
    reference: row.reference,
  };
  return { ...small, ...(JSON.parse(row.task_fields) as TaskFields) };
}
