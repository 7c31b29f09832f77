// Deliveries as an operator looks for them, newest first, and one with every try. Read-only. It walks along one index in
// bounded steps and looks at the rest of the question there, so that no question reads a whole table.
import type { DeliveryAttempt } from "../../core/ports.ts";
import type { Reader as Source, Value } from "../db.ts";
import { reportsOn, type ReportsView } from "./delivery-reports.ts";
import { subjectNames, subjectsOf } from "./subjects.ts";
import type { Page } from "./types.ts";

/** `ready` is tried now or at its time, `behind` waits for an older one of its task, `rejected` is a dead letter. */
export const DELIVERY_STATUSES = ["ready", "behind", "done", "rejected", "acknowledged"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A delivery. Times in milliseconds UTC. */
export interface DeliveryView {
  /** The key a receiver knows repeats by. */
  id: string;
  system: string;
  mapping: string;
  status: DeliveryStatus;
  /** Numbers of the task and ticket it is about; null where there is none, or it is gone. */
  task: string | null;
  ticket: string | null;
  /** Tries ever made. */
  attempts: number;
  /** When it is tried next; null unless it is `ready`. */
  dueAt: number | null;
  /** How the last try ended, and why; null before the first. */
  code: string | null;
  note: string | null;
  /** What somebody did about it last. The comment is that of an acknowledgement. */
  handled: { by: string; at: number; comment: string | null } | null;
  createdAt: number;
  updatedAt: number;
}

/** One try as it was kept, without secrets. */
export interface AttemptView extends DeliveryAttempt {
  number: number;
}

export interface DeliveryDetail extends DeliveryView, ReportsView {
  /** The event it tells of; null when that was purged. */
  event: { id: string; type: string; position: number } | null;
  /** The newest tries, oldest of them first; at most `MOST_TRIES`. */
  tries: readonly AttemptView[];
}

export const MOST_TRIES = 50;

export interface DeliveryFilter {
  status?: DeliveryStatus;
  system?: string;
  mapping?: string;
  /** Number of the task. */
  task?: string;
  /** The desk's number of a task or ticket, or any number the task ever had at any provider. */
  reference?: string;
  /** Made at or after, and before; milliseconds UTC. */
  from?: number;
  until?: number;
  /** Continue after the `next` of the page before. */
  after?: string;
  /** 1 to 200. */
  limit: number;
}

interface ListRow {
  id: number;
  delivery_key: string;
  system_name: string;
  mapping: string;
  subject: number;
  state: DeliveryStatus;
  attempts: number;
  due_at: number;
  code: string | null;
  note: string | null;
  handled_by: string | null;
  handled_at: number | null;
  comment: string | null;
  created_at: number;
  updated_at: number;
}

const COLUMNS = `id, delivery_key, system_name, mapping, subject, state, attempts, due_at, code, note, handled_by, handled_at,
  comment, created_at, updated_at`;

/** Rows looked at in one step, and steps of one page. */
const STEP_ROWS = 5000;
const MOST_STEPS = 20;
/** Ids follow the time but for what the clocks of several processes differ. */
const CLOCKS_DIFFER_MS = 600_000;

/** An index to walk along: a condition with one value, or none for the deliveries as they were made. */
interface Walk {
  where: string;
  values: readonly Value[];
}

interface Range {
  /** Ids below this one, and from that one on. */
  below: number;
  least: number;
}

/** One page, newest first. It may have fewer than `limit`, also none, where much was looked at: `next` alone tells the end. */
export async function searchDeliveries(source: Source, filter: DeliveryFilter): Promise<Page<DeliveryView>> {
  const subjects = await subjectsOf(source, filter);
  const range = await rangeOf(source, filter);
  const found = subjects ? await ofSubjects(source, subjects, filter, range) : await along(source, filter, range);
  return { items: await withNames(source, found.items), next: found.next };
}

/** A delivery by its key, with its event and its tries; null when there is none. */
export async function oneDelivery(source: Source, key: string): Promise<DeliveryDetail | null> {
  const [row] = await source.all<ListRow & { position: number }>(
    `select ${COLUMNS}, position from deliveries where delivery_key = ?`,
    [key],
  );
  if (!row) return null;
  const [view] = await withNames(source, [row]);
  const [event] = await source.all<{ id: string; type: string; position: number }>(
    "select id, type, position from events where position = ?",
    [row.position],
  );
  const tries = await source.all<AttemptView>(
    `select number, at, ms, class, code, detail, request, answer from delivery_attempts where delivery_id = ?
     order by number desc limit ${MOST_TRIES}`,
    [row.id],
  );
  const reports = await reportsOn(source, row.id);
  return view ? { ...view, event: event ?? null, tries: tries.reverse(), ...reports } : null;
}

/** The rest of the question, written so that no index is chosen by it. */
function restOf(filter: DeliveryFilter): Walk {
  const asked: [string, Value | undefined][] = [
    ["coalesce(state, '') = ?", filter.status],
    ["coalesce(system_name, '') = ?", filter.system],
    ["coalesce(mapping, '') = ?", filter.mapping],
    ["coalesce(created_at, 0) >= ?", filter.from],
    ["coalesce(created_at, 0) < ?", filter.until],
  ];
  const given = asked.flatMap(([where, value]) => (value === undefined ? [] : [[where, value] as const]));
  return { where: given.map(([where]) => ` and ${where}`).join(""), values: given.map(([, value]) => value) };
}

/** What is not done is the smaller part of a state, and done is most of everything. */
function walkOf({ status, system }: DeliveryFilter): Walk {
  if (status !== undefined && status !== "done") return { where: "state = ? and", values: [status] };
  if (system !== undefined) return { where: "system_name = ? and", values: [system] };
  return { where: "", values: [] };
}

type Found = Page<ListRow>;

async function along(source: Source, filter: DeliveryFilter, { below, least }: Range): Promise<Found> {
  const [walk, rest] = [walkOf(filter), restOf(filter)];
  const items: ListRow[] = [];
  let from = below;
  for (let step = 0; step < MOST_STEPS; step++) {
    const end = await stepEnd(source, walk, { below: from, least });
    if (end === null) return { items, next: null };
    const room = filter.limit - items.length;
    const rows = await source.all<ListRow>(
      `select ${COLUMNS} from deliveries where ${walk.where} id < ? and id >= ?${rest.where} order by id desc limit ?`,
      [...walk.values, from, end, ...rest.values, room + 1],
    );
    items.push(...rows.slice(0, room));
    if (rows.length > room) return { items, next: String(items.at(-1)?.id) };
    from = end;
  }
  return { items, next: String(from) };
}

/** The id at which a step ends; null when nothing is left to look at. */
async function stepEnd(source: Source, { where, values }: Walk, { below, least }: Range): Promise<number | null> {
  const [row] = await source.all<{ lowest: number | null }>(
    `select min(id) as lowest from (
       select id from deliveries where ${where} id < ? and id >= ? order by id desc limit ${STEP_ROWS}) step`,
    [...values, below, least],
  );
  return row?.lowest ?? null;
}

async function ofSubjects(source: Source, subjects: readonly number[], filter: DeliveryFilter, range: Range): Promise<Found> {
  const rest = restOf(filter);
  const rows: ListRow[] = [];
  for (const subject of subjects) {
    const values = [subject, range.below, range.least, ...rest.values, filter.limit + 1];
    const sql = `select ${COLUMNS} from deliveries where subject = ? and id < ? and id >= ?${rest.where} order by id desc limit ?`;
    rows.push(...(await source.all<ListRow>(sql, values)));
  }
  const page = rows.toSorted((one, other) => other.id - one.id).slice(0, filter.limit);
  return { items: page, next: rows.length > page.length ? String(page.at(-1)?.id) : null };
}

async function rangeOf(source: Source, { after, from, until }: DeliveryFilter): Promise<Range> {
  const [counter] = await source.all<{ value: number }>("select value from meta where name = 'delivery'");
  const head = (counter?.value ?? 0) + 1;
  const least = from === undefined ? 0 : await firstSince(source, from - CLOCKS_DIFFER_MS, head);
  const end = until === undefined ? head : await firstSince(source, until + CLOCKS_DIFFER_MS, head);
  return { below: Math.min(end, after === undefined ? head : Number(after)), least };
}

/** The lowest id whose delivery was made at or after a time, found by halving: ids are given in the order of time. */
async function firstSince(source: Source, time: number, head: number): Promise<number> {
  let [low, high] = [0, head];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const sql = "select id, created_at from deliveries where id >= ? order by id limit 1";
    const [row] = await source.all<{ id: number; created_at: number }>(sql, [middle]);
    if (!row || row.created_at >= time) high = middle;
    else low = row.id + 1;
  }
  return low;
}

async function withNames(source: Source, rows: readonly ListRow[]): Promise<DeliveryView[]> {
  const names = await subjectNames(
    source,
    rows.map((row) => row.subject),
  );
  return rows.map((row) => ({ ...deliveryView(row), ...(names.get(row.subject) ?? { task: null, ticket: null }) }));
}

function deliveryView(row: ListRow): Omit<DeliveryView, "task" | "ticket"> {
  const { handled_by: by, handled_at: at, comment } = row;
  return {
    ...{ id: row.delivery_key, system: row.system_name, mapping: row.mapping, status: row.state },
    ...{ attempts: row.attempts, dueAt: row.state === "ready" ? row.due_at : null, code: row.code, note: row.note },
    handled: by === null || at === null ? null : { by, at, comment },
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  };
}
