// Lists of tasks, a page at a time: in the order in which they were made, or of what happened to them last. A page costs the same
// wherever it is in the list: what is looked through for it has an end.
import { Failure } from "../../core/errors.ts";
import type { TaskStatus } from "../../core/task.ts";
import type { Reader as Source, Value } from "../db.ts";
import { cursorText, readCursor } from "./cursor.ts";
import { tasksById } from "./tasks.ts";
import type { Reader, TaskFilter, TaskPage } from "./types.ts";

/** One page of tasks the reader may see. Throws `invalid_request` for a cursor of another list. */
export async function listTasks(source: Source, filter: TaskFilter, reader: Reader): Promise<TaskPage> {
  const cursor = filter.after === undefined ? null : readCursor(filter.after);
  const byChange = cursor === null ? filter.updatedSince !== undefined : cursor.kind === "changed";
  if (byChange) return listChanged(source, filter, reader, cursor?.at ?? null);
  if (filter.updatedSince !== undefined)
    throw new Failure("invalid_request", "query parameter after: is of a list without updatedSince.");
  return listMade(source, filter, reader, cursor?.at ?? 0);
}

const isWantedBy =
  ({ status, group }: TaskFilter) =>
  (row: { status: TaskStatus; group_name: string }): boolean =>
    (status === undefined || status.includes(row.status)) && (group === undefined || row.group_name === group);

async function listMade(source: Source, filter: TaskFilter, reader: Reader, after: number): Promise<TaskPage> {
  const { limit } = filter;
  const { places, seen, more: rest } = await placesMade(source, filter, reader, after);
  const { views, read } = await tasksById(source, places.slice(0, limit), reader, isWantedBy(filter));
  const more = places.length > read || rest;
  const last = (read < places.length ? places[read - 1] : seen) ?? after;
  return { items: views, next: more ? cursorText("made", last) : null, more, seen: null, head: null };
}

interface Made {
  /** Ids of tasks that pass, one more than the page takes where there is one. */
  places: number[];
  /** The id up to which all was looked through. */
  seen: number;
  /** Whether there may be more behind it. */
  more: boolean;
}

/** Open tasks looked through for a page, where one status of them is asked for; each look is twice as long as the one before. */
const MOST_TASKS = 2000;

async function placesMade(source: Source, filter: TaskFilter, reader: Reader, after: number): Promise<Made> {
  const { limit, status } = filter;
  const places: number[] = [];
  let seen = after;
  for (let [looked, step] = [0, limit + 1]; looked < MOST_TASKS; looked += step, step = Math.min(2 * step, MOST_TASKS - looked)) {
    const { sql, values } = madeQuery({ ...filter, limit: step - 1 }, reader, seen);
    const rows = await source.all<{ id: number; status: TaskStatus }>(sql, values);
    for (const row of rows) if (status === undefined || status.includes(row.status)) places.push(row.id);
    seen = rows.at(-1)?.id ?? seen;
    if (rows.length < step) return { places, seen, more: false };
    if (places.length > limit) break;
  }
  return { places, seen, more: true };
}

/** A condition on tasks, with its values. */
type Part = readonly [condition: string, ...values: Value[]];

/** The ids of one page and the one behind it, with their statuses: of those asked for, only whether they are open is looked at. */
export function madeQuery(filter: TaskFilter, reader: Reader, after: number): Query {
  const { limit, reference, ticket, group, status } = filter;
  const rest: Part = ["t.id > ?", after];
  if (reference !== undefined || ticket !== undefined) return fewQuery({ filter, reader, rest, by: "id" });
  const whose: Part[] = reader.kind === "provider" ? [["t.provider = ?", reader.provider]] : [];
  if (group === undefined && status === undefined)
    return ordered([...whose, rest], { index: reader.kind === "provider" ? "tasks_provider" : "primary", limit });
  const open = openOf(status ?? STATUSES);
  if (group !== undefined) {
    const part: Part = ["t.group_name = ?", group];
    return merged(open, (one) => [part, one, ...hidden({}, reader), rest], { index: "tasks_group_open", limit });
  }
  const index = reader.kind === "provider" ? "tasks_provider_open" : "tasks_open";
  return merged(open, (one) => [...whose, one, rest], { index, limit });
}

/** Whether tasks in these statuses are open, closed, or some of them each. */
function openOf(statuses: readonly TaskStatus[]): number[] {
  return [...new Set(statuses.map((status) => (status === "closed" ? 0 : 1)))];
}

interface Query {
  sql: string;
  values: Value[];
}

interface Few {
  filter: TaskFilter;
  reader: Reader;
  /** From where on. */
  rest: Part;
  by: "id" | "last_position";
}

/** Of a reference or a ticket there are few tasks: all are found, and the page is taken of them. */
function fewQuery({ filter, reader, rest, by }: Few): Query {
  const { limit, reference, ticket, group, status, updatedSince } = filter;
  const [found, ...named] = reference === undefined ? ticketPart(ticket ?? "") : referencePart(reference, reader);
  const parts = [...hidden({ group, status }, reader), rest];
  if (reference !== undefined && ticket !== undefined)
    parts.push(["t.ticket_id = (select k.id from tickets k where k.number = ?)", ticket]);
  if (updatedSince !== undefined) parts.push(["t.updated_at >= ?", updatedSince]);
  const where = parts.map(([condition]) => condition).join(" and ");
  const values = parts.flatMap(([, ...more]) => more);
  // What was found comes first, in both databases: by themselves they would go through all tasks and look for each among the few.
  const sql = `select /*! straight_join */ t.id, t.status, t.last_position from (${found}) f cross join tasks t on t.id = f.id
where ${where} order by t.${by} limit ?`;
  return { sql, values: [...named, ...values, limit + 1] };
}

const STATUSES: readonly TaskStatus[] = ["assigned", "acknowledged", "solved", "closed"];

function ticketPart(number: string): Part {
  return ["select m.id from tickets k join tasks m on m.ticket_id = k.id where k.number = ?", number];
}

/** The number of the task, or a reference it has or had. Of the desk any provider's is found, in the few providers one by one. */
function referencePart(reference: string, reader: Reader): Part {
  const number = "select n.id from tasks n where n.number = ?";
  return reader.kind === "provider"
    ? [
        `${number} union select r.task_id from task_references r where r.provider = ? and r.reference = ?`,
        ...[reference, reader.provider, reference],
      ]
    : [
        `${number} union select r.task_id from providers p cross join task_references r on r.provider = p.name and r.reference = ?`,
        ...[reference, reference],
      ];
}

/** What few tasks are left to be looked at by: written so that no index serves it, for a planner is easily led to the wrong one. */
function hidden({ group, status }: Pick<TaskFilter, "group" | "status">, reader: Reader): Part[] {
  const parts: Part[] = [];
  if (reader.kind === "provider") parts.push(["coalesce(t.provider, '') = ?", reader.provider]);
  if (group !== undefined) parts.push(["coalesce(t.group_name, '') = ?", group]);
  if (status !== undefined) parts.push([`coalesce(t.status, '') in (${status.map(() => "?").join(", ")})`, ...status]);
  return parts;
}

interface Read {
  index: string;
  limit: number;
}

/** The hint is a comment to SQLite, which needs none: MariaDB takes the primary key where it thinks that little of it is left. */
function ordered(parts: readonly Part[], { index, limit }: Read): Query {
  const where = parts.map(([condition]) => condition).join(" and ");
  const values = parts.flatMap(([, ...more]) => more);
  const sql = `select t.id, t.status from tasks t /*! force index (\`${index}\`) */ where ${where} order by t.id limit ?`;
  return { sql, values: [...values, limit + 1] };
}

/** One list of the open and one of the closed, each read from its own place in the index, and put together: one alone would be sorted. */
function merged(open: readonly number[], partsOf: (one: Part) => Part[], read: Read): Query {
  const lists = open.map((one) => ordered(partsOf(["t.is_open = ?", one]), read));
  const [only] = lists;
  if (only && lists.length === 1) return only;
  const all = lists.map(({ sql }, index) => `select id, status from (${sql}) s${index}`).join(" union all ");
  return { sql: `${all} order by id limit ?`, values: [...lists.flatMap(({ values }) => values), read.limit + 1] };
}

/** Events looked through for a page, at once and altogether. A page may have fewer tasks than it could, and there are more all the same. */
const STEP = 250;
const MOST_EVENTS = 2000;

/**
 * Tasks in the order of the last event of each. The events themselves are the index: where one is the last of its task, the task has
 * its place there. Their positions are in the order of the commits, so a reader who goes on from where it was misses nothing, however
 * many write meanwhile; a task that changes again after it was read comes again, and one that changes before comes once.
 */
async function listChanged(source: Source, filter: TaskFilter, reader: Reader, after: number | null): Promise<TaskPage> {
  const [counter] = await source.all<{ value: number }>("select value from meta where name = 'position'");
  const head = counter?.value ?? 0;
  const start = after ?? (await positionAt(source, filter.updatedSince ?? 0, head));
  const few = filter.reference !== undefined || filter.ticket !== undefined;
  const { places, ...looked } = await (few ? changedFew : changedMany)(source, filter, reader, { start, head });
  const wanted = places.slice(0, filter.limit);
  const ids = wanted.map((one) => one.id);
  const { views, read } = await tasksById(source, ids, reader, isWantedBy(filter));
  const seen = read < places.length ? (places[read - 1]?.position ?? start) : looked.seen;
  return { items: views, next: cursorText("changed", seen), more: seen < head, seen, head };
}

interface Looked {
  /** Where tasks changed last, in that order. */
  places: { position: number; id: number }[];
  /** The position up to which all was looked at. */
  seen: number;
}

async function changedFew(source: Source, filter: TaskFilter, reader: Reader, { start, head }: From): Promise<Looked> {
  const { sql, values } = fewQuery({ filter, reader, rest: ["t.last_position > ?", start], by: "last_position" });
  const rows = await source.all<{ id: number; last_position: number }>(sql, values);
  return { places: rows.map(({ id, last_position: position }) => ({ id, position })), seen: Math.max(start, head) };
}

interface From {
  start: number;
  head: number;
}

async function changedMany(source: Source, filter: TaskFilter, reader: Reader, { start, head }: From): Promise<Looked> {
  const places: Looked["places"] = [];
  let seen = start;
  for (let looked = 0; seen < head && looked < MOST_EVENTS && places.length < filter.limit; looked += STEP) {
    const end = Math.min(head, seen + STEP);
    const { sql, values } = changedQuery(filter, reader, { after: seen, end });
    const rows = await source.all<{ position: number; id: number | null }>(sql, values);
    for (const { position, id } of rows) if (id !== null) places.push({ position, id });
    seen = end;
  }
  return { places, seen };
}

/** The conditions stand with the join, not behind it: else MariaDB begins with the tasks, and sorts them all. */
export function changedQuery(filter: TaskFilter, reader: Reader, { after, end }: { after: number; end: number }): Query {
  const { updatedSince } = filter;
  const parts = hidden(filter, reader);
  if (updatedSince !== undefined) parts.push(["t.updated_at >= ?", updatedSince]);
  const on = ["t.id = e.task_id", "t.last_position = e.position", ...parts.map(([condition]) => condition)].join(" and ");
  return {
    sql: `select e.position, t.id
from (select position, task_id from events where position > ? and position <= ? order by position limit ${STEP}) e
left join tasks t on ${on} order by e.position`,
    values: [after, end, ...parts.flatMap(([, ...more]) => more)],
  };
}

/** Longer than a command waits for its commit, and the clocks of two gateways differ. */
const MARGIN_MS = 60_000;

/** From which position on all events are that were stored since then. Their ids tell, which have the time they were drawn in them. */
async function positionAt(source: Source, since: number, head: number): Promise<number> {
  const [first] = await source.all<{ position: number }>(POSITION_QUERY, [leastId(since - MARGIN_MS)]);
  return first ? first.position - 1 : head;
}

export const POSITION_QUERY = "select position from events where id >= ? order by id limit 1";

/** The least UUID version 7 of a time (RFC 9562 section 5.7). */
function leastId(ms: number): string {
  const hex = Math.min(Math.max(0, ms), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
