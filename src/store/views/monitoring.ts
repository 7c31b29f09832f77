// Interface monitoring: the queues of deliveries, by System or by System and task, with the one word that says how each is.
// Read-only; counts and places are read by index, however many deliveries are done.
import type { Reader as Source, Value } from "../db.ts";
import { type DeliveryDetail, type DeliveryFilter, type DeliveryView, oneDelivery, searchDeliveries } from "./delivery-search.ts";
import { LEFT_QUEUE, leftNames } from "./left-queues.ts";
import { type QueueStatus, queueStatus } from "./queue-status.ts";
import { places, subjectNames } from "./subjects.ts";
import { type TrailOf, trail } from "./trail.ts";
import type { Page } from "./types.ts";

/** Why and how long nothing is sent to a System. */
export interface HoldView {
  /** Whether it is held at this moment. */
  active: boolean;
  /** Null when it is held until somebody releases it. */
  from: number | null;
  until: number | null;
  /** Who held it and why. */
  note: string | null;
}

export interface QueueView {
  system: string;
  /** Numbers of task and ticket of a queue by task; null otherwise, and where they are gone. */
  task: string | null;
  ticket: string | null;
  status: QueueStatus;
  /** Deliveries that were never tried, and those that wait for an older one. */
  waiting: number;
  /** Deliveries that failed and are tried again. */
  retrying: number;
  /** Dead letters. */
  rejected: number;
  /** When the oldest of those that wait or are tried again was made; null when there is none. */
  oldestAt: number | null;
  /** Null when the System is not held and will not be. */
  hold: HoldView | null;
}

export interface QueueFilter {
  status?: QueueStatus;
  /** Continue after the `next` of the page before. */
  after?: string;
  /** 1 to 200. */
  limit: number;
  /** Milliseconds UTC. */
  now: number;
}

interface HoldRow {
  system_name: string;
  held: number;
  held_from: number | null;
  held_until: number | null;
  note: string | null;
}

interface QueueRow extends HoldRow {
  fresh: number;
  behind: number;
  retrying: number;
  rejected: number;
  acknowledged_at: number | null;
  done_at: number | null;
  first_ready: number | null;
  first_behind: number | null;
  holds_back: number;
}

const inState = (state: string): string => `from deliveries d where d.system_name = q.system_name and d.state = '${state}'`;

/** `due_at` of what has ended is when it ended. Zero is added to ids, lest other Systems' rows are walked in search of the first. */
const queuesQuery = (from: string): string => `select q.system_name, q.held, q.held_from, q.held_until, q.note,
  (select count(*) ${inState("ready")} and d.code is null) as fresh,
  (select count(*) ${inState("behind")}) as behind,
  (select count(*) ${inState("ready")} and d.code is not null) as retrying,
  (select count(*) ${inState("rejected")}) as rejected,
  (select d.due_at ${inState("acknowledged")} order by d.due_at desc limit 1) as acknowledged_at,
  (select d.due_at ${inState("done")} order by d.due_at desc limit 1) as done_at,
  (select min(d.id + 0) ${inState("ready")}) as first_ready,
  (select min(d.id + 0) ${inState("behind")}) as first_behind,
  exists (select 1 ${inState("rejected")} and d.is_open = 1 and exists (
    select 1 from deliveries b where b.system_name = d.system_name and b.is_open = 1 and b.subject = d.subject and b.id > d.id
  )) as holds_back
from ${from}`;

const LEFT_QUERY = queuesQuery(LEFT_QUEUE);

/** One page of the queues of Systems, by name. With a status a page may have fewer than `limit`: `next` alone tells the end. */
async function systemQueues(source: Source, filter: QueueFilter & { system?: string }): Promise<Page<QueueView>> {
  const { limit, status, now } = filter;
  const rows = await queueRows(source, filter);
  const page = rows.slice(0, limit);
  const made = await madeAt(
    source,
    page.flatMap((row) => oldestId(row) ?? []),
  );
  const views = page.map((row) => systemQueue(row, made.get(oldestId(row) ?? 0) ?? null, now));
  return { items: withStatus(views, status), next: rows.length > limit ? (page.at(-1)?.system_name ?? null) : null };
}

async function queueRows(source: Source, { system, after = "", limit }: QueueFilter & { system?: string }): Promise<QueueRow[]> {
  if (system !== undefined) {
    const [row] = await source.all<QueueRow>(queuesQuery("delivery_queues q where q.system_name = ?"), [system]);
    const rows = row ? [row] : await source.all<QueueRow>(LEFT_QUERY, [system]);
    return rows.filter((one) => row || one.fresh + one.behind + one.retrying + one.rejected > 0);
  }
  const sql = queuesQuery("delivery_queues q where q.system_name > ? order by q.system_name limit ?");
  const rows = await source.all<QueueRow>(sql, [after, limit + 1]);
  for (const name of await leftNames(source, after, limit + 1)) rows.push(...(await source.all<QueueRow>(LEFT_QUERY, [name])));
  return rows.toSorted((one, other) => (one.system_name < other.system_name ? -1 : 1)).slice(0, limit + 1);
}

function oldestId({ first_ready: ready, first_behind: behind }: QueueRow): number | null {
  if (ready === null || behind === null) return ready ?? behind;
  return Math.min(ready, behind);
}

function systemQueue(row: QueueRow, oldestAt: number | null, now: number): QueueView {
  const hold = holdOf(row, now);
  const { rejected, retrying, acknowledged_at: acknowledgedAt, done_at: doneAt } = row;
  const signs = { held: hold?.active ?? false, holdsBack: row.holds_back === 1, rejected, retrying, acknowledgedAt, doneAt };
  const waiting = row.fresh + row.behind;
  const status = queueStatus(signs);
  return { system: row.system_name, task: null, ticket: null, status, waiting, retrying, rejected, oldestAt, hold };
}

async function madeAt(source: Source, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const sql = `select id, created_at from deliveries where id in (${places(ids)})`;
  const rows = await source.all<{ id: number; created_at: number }>(sql, ids);
  return new Map(rows.map((row) => [row.id, row.created_at]));
}

/** The hold a queue has now or will have; a window that is over is none. */
function holdOf({ held, held_from: from, held_until: until, note }: HoldRow, now: number): HoldView | null {
  if (held === 1) return { active: true, from: null, until: null, note };
  if (from === null || until === null || until <= now) return null;
  return { active: from <= now, from, until, note };
}

function withStatus(views: readonly QueueView[], status: QueueStatus | undefined): QueueView[] {
  return status === undefined ? [...views] : views.filter((view) => view.status === status);
}

interface LineRow {
  subject: number;
  state: "ready" | "behind" | "done" | "rejected" | "acknowledged";
  is_open: number;
  failed: number;
  amount: number;
  oldest_id: number;
  newest_id: number;
  oldest_at: number;
  latest_due: number;
}

/** Tasks of which something is open, a dead letter, or acknowledged; each part of the union ends by itself. */
const SUBJECTS_QUERY = `select subject from (
  select distinct subject from deliveries where system_name = ? and is_open = 1 and subject > ? order by subject limit ?) open
union select subject from (
  select distinct subject from deliveries where system_name = ? and state = 'rejected' and subject > ? order by subject limit ?) dead
union select subject from (
  select distinct subject from deliveries where system_name = ? and state = 'acknowledged' and subject > ? order by subject limit ?) seen
order by subject limit ?`;

/** The System is compared in a way no index is chosen by: that of the tasks is the short way. */
const linesQuery = (subjects: readonly number[]): string => `select subject, state, is_open,
  case when code is null then 0 else 1 end as failed, count(*) as amount, min(id) as oldest_id, max(id) as newest_id,
  min(created_at) as oldest_at, max(due_at) as latest_due
from deliveries where subject in (${places(subjects)}) and coalesce(system_name, '') = ? group by subject, state, is_open, failed`;

/** One page of the queues of a System's tasks. Those that are done with are left out, so a page may have fewer than `limit`. */
async function taskQueues(source: Source, hold: HoldRow, { status, after, limit, now }: QueueFilter): Promise<Page<QueueView>> {
  const from = after === undefined ? Number.MIN_SAFE_INTEGER : Number(after);
  const part: Value[] = [hold.system_name, from, limit + 1];
  const found = await source.all<{ subject: number }>(SUBJECTS_QUERY, [...part, ...part, ...part, limit + 1]);
  const subjects = found.slice(0, limit).map((row) => row.subject);
  if (subjects.length === 0) return { items: [], next: null };
  const rows = await source.all<LineRow>(linesQuery(subjects), [...subjects, hold.system_name]);
  const names = await subjectNames(source, subjects);
  const views = subjects.flatMap((subject) => {
    const lines = rows.filter((row) => row.subject === subject);
    return taskQueue(lines, { ...(names.get(subject) ?? NOBODY), hold, now }) ?? [];
  });
  return { items: withStatus(views, status), next: found.length > limit ? String(subjects.at(-1)) : null };
}

const NOBODY = { task: null, ticket: null };

interface LineOf {
  task: string | null;
  ticket: string | null;
  hold: HoldRow;
  now: number;
}

function taskQueue(lines: readonly LineRow[], { task, ticket, hold: row, now }: LineOf): QueueView | null {
  const hold = holdOf(row, now);
  const open = lines.filter((one) => one.state === "ready" || one.state === "behind");
  const total = (some: readonly LineRow[]): number => some.reduce((sum, one) => sum + one.amount, 0);
  const failed = open.filter((one) => one.state === "ready" && one.failed === 1);
  const dead = lines.filter((one) => one.state === "rejected");
  const endOf = (state: string): number | null => lastOf(lines.filter((one) => one.state === state));
  const holdsBack = dead.some((one) => one.is_open === 1 && open.some((other) => other.newest_id > one.oldest_id));
  const [retrying, rejected, ends] = [
    total(failed),
    total(dead),
    { acknowledgedAt: endOf("acknowledged"), doneAt: endOf("done") },
  ];
  const status = queueStatus({ held: hold?.active ?? false, holdsBack, rejected, retrying, ...ends });
  const oldestAt = open.length === 0 ? null : Math.min(...open.map((one) => one.oldest_at));
  const settled = queueStatus({ held: false, holdsBack, rejected, retrying, ...ends }) === "OKAY";
  if (settled && open.length === 0) return null;
  return { system: row.system_name, task, ticket, status, waiting: total(open) - retrying, retrying, rejected, oldestAt, hold };
}

function lastOf(lines: readonly LineRow[]): number | null {
  return lines.length === 0 ? null : Math.max(...lines.map((one) => one.latest_due));
}

/** What interface monitoring reads. */
export interface MonitoringViews {
  /** Queues of all Systems, or the one of a System. One that is gone has a queue as long as something of it is open or dead. */
  queues(filter: QueueFilter & { system?: string }): Promise<Page<QueueView>>;
  /** Queues of a System's tasks; null when there is no such System, nor a delivery of one. */
  taskQueues(system: string, filter: QueueFilter): Promise<Page<QueueView> | null>;
  deliveries(filter: DeliveryFilter): Promise<Page<DeliveryView>>;
  delivery(key: string): Promise<DeliveryDetail | null>;
  trail(of: TrailOf): Promise<number[] | null>;
}

export function createMonitoringViews(source: Source): MonitoringViews {
  return {
    queues: (filter) => systemQueues(source, filter),
    async taskQueues(system, filter) {
      const sql = "select system_name, held, held_from, held_until, note from delivery_queues where system_name = ?";
      const [hold] = await source.all<HoldRow>(sql, [system]);
      const [left] = hold ? [hold] : await source.all<HoldRow>(LEFT_QUERY, [system]);
      return left ? taskQueues(source, left, filter) : null;
    },
    deliveries: (filter) => searchDeliveries(source, filter),
    delivery: (key) => oneDelivery(source, key),
    trail: (of) => trail(source, of),
  };
}
