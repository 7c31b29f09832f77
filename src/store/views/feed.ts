// Read-only queries over the feed in position order, whole or filtered. The work of one call is bounded, however few events pass.
import type { Leap } from "../../lib/positions.ts";
import type { Reader as Source, Value } from "../db.ts";
import { boundedRows, eventQuery, type EventRow, eventView } from "./events.ts";
import type { EventFilter, FeedPage, FeedRange } from "./types.ts";

/** Positions that one call looks at, at most, for events that pass a filter. */
const WINDOW = 10_000;

interface FeedAsked {
  after: number;
  limit: number;
  filter?: EventFilter | undefined;
  /** Positions looked at, at most; only with a filter. */
  window?: number;
}

type Looked = Pick<FeedAsked, "after" | "filter"> & { head: number; leap: Leap | null; window: number };

/** What of the feed is looked at: after a position up to another, and which events of it are taken. */
interface Stretch {
  from: number;
  to: number;
  where: string;
  values: readonly Value[];
}

/**
 * The feed after a position. The head is read first: what is committed later belongs to the next call. What was purged is read
 * last, so that nothing can be missed that went away meanwhile.
 */
export async function feed(source: Source, { after, limit, filter, window = WINDOW }: FeedAsked): Promise<FeedPage> {
  const { head, leap } = await topOf(source);
  const stretch = await stretchOf(source, { after, head, leap, window, filter });
  const query = eventQuery(`select * from events where position > ? and position <= ?${stretch.where} order by position limit ?`);
  const read = (from: number | null, count: number): Promise<EventRow[]> =>
    from !== null && from >= stretch.to
      ? Promise.resolve([])
      : source.all<EventRow>(query, [from ?? stretch.from, stretch.to, ...stretch.values, count]);
  const { rows, ended } = stretch.from < stretch.to ? await boundedRows(limit, read) : { rows: [], ended: true };
  const next = ended ? Math.max(after, stretch.to) : (rows.at(-1)?.position ?? after);
  return { items: rows.map(eventView), next, head, leap, oldest: await oldestOf(source, head) };
}

async function stretchOf(source: Source, { after, head, leap, window, filter }: Looked): Promise<Stretch> {
  const whole = { from: after, to: head, where: "", values: [] };
  if (!filter || after >= head) return whole;
  const { where, values, task } = await conditionsOf(source, filter);
  if (task && task.last <= after) return { ...whole, from: head };
  // Its first event gave the task its id; where much was purged there is nothing to look at.
  const from = Math.max(after, await firstAfter(source, Math.max(after, (task?.id ?? 0) - 1), head));
  const end = from + window;
  // Nobody is left standing where nothing ever is.
  return { from, to: Math.min(head, leap && end > leap.from && end < leap.to ? leap.to : end), where, values };
}

/** The position before the first event there is after another one. */
async function firstAfter(source: Source, after: number, head: number): Promise<number> {
  const sql = "select position from events where position > ? and position <= ? order by position limit 1";
  const [row] = await source.all<{ position: number }>(sql, [after, head]);
  return row ? row.position - 1 : head;
}

interface Conditions {
  where: string;
  values: Value[];
  task: { id: number; last: number } | null;
}

async function conditionsOf(source: Source, { types, direction, provider, task, test }: EventFilter): Promise<Conditions> {
  const parts: string[] = [];
  const values: Value[] = [];
  const add = (sql: string, ...more: Value[]): void => {
    parts.push(` and ${sql}`);
    values.push(...more);
  };
  if (test !== "include") add("test = ?", test === "only" ? 1 : 0);
  if (types) add(`type in (${types.map(() => "?").join(", ")})`, ...types);
  if (direction) add("direction = ?", direction);
  if (provider !== undefined) add("provider = ?", provider);
  const found = task === undefined ? null : await taskPlace(source, task);
  if (found) add("task_id = ?", found.id);
  return { where: parts.join(""), values, task: found };
}

/** Of a task that is not there nothing is found. */
async function taskPlace(source: Source, number: string): Promise<{ id: number; last: number }> {
  const [row] = await source.all<{ id: number; last: number }>("select id, last_position as last from tasks where number = ?", [
    number,
  ]);
  return row ?? { id: 0, last: 0 };
}

/** The highest position there is. */
export async function headOf(source: Source): Promise<number> {
  return (await topOf(source)).head;
}

async function topOf(source: Source): Promise<Omit<FeedRange, "oldest">> {
  const sql = "select name, value from meta where name in ('position', 'leap_from', 'leap_to')";
  const meta = new Map((await source.all<{ name: string; value: number }>(sql)).map(({ name, value }) => [name, value]));
  const [from, to] = [meta.get("leap_from"), meta.get("leap_to")];
  return { head: meta.get("position") ?? 0, leap: from === undefined || to === undefined ? null : { from, to } };
}

/** The range of positions there is. */
export async function feedRange(source: Source): Promise<FeedRange> {
  const top = await topOf(source);
  return { ...top, oldest: await oldestOf(source, top.head) };
}

/** Behind everything that was purged: `purged` is the highest position that ever was. */
async function oldestOf(source: Source, head: number): Promise<number> {
  const [purged] = await source.all<{ value: number }>("select value from meta where name = 'purged'");
  const [first] = await source.all<{ position: number | null }>("select min(position) as position from events");
  return head === 0 ? 0 : Math.max(first?.position ?? head + 1, (purged?.value ?? 0) + 1);
}
