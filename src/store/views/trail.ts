// The newest events of a task, of a ticket with its tasks, or one event: where to find something that a mapping can be tried on.
// Read-only, by key, and never more than a hundred.
import type { Reader as Source } from "../db.ts";
import { places } from "./subjects.ts";

/** What is named; exactly one. */
export type TrailOf = { task: string } | { ticket: string } | { event: string };

const MOST = 100;
/** Tasks of one ticket that are looked at, the newest first. */
const MOST_TASKS = 50;

/** From each event back to the one before it of the same task or ticket. */
const trailQuery = (starts: readonly number[]): string => `with recursive chain (position, previous, step) as (
  select position, previous, 1 from events where position in (${places(starts)})
  union all
  select e.position, e.previous, c.step + 1 from events e join chain c on e.position = c.previous where c.step < ${MOST}
) select position from chain order by position desc limit ${MOST}`;

/** Positions of the newest events, newest first; null when nothing has this number or id. */
export async function trail(source: Source, of: TrailOf): Promise<number[] | null> {
  if ("event" in of) return nullIfNone(await positions(source, "select position from events where id = ?", of.event));
  const starts = "task" in of ? await ofTask(source, of.task) : await ofTicket(source, of.ticket);
  if (starts.length === 0) return null;
  return (await source.all<{ position: number }>(trailQuery(starts), starts)).map((row) => row.position);
}

function ofTask(source: Source, number: string): Promise<number[]> {
  return positions(source, "select last_position as position from tasks where number = ?", number);
}

async function ofTicket(source: Source, number: string): Promise<number[]> {
  const sql = `select t.last_position as position from tickets k join tasks t on t.ticket_id = k.id where k.number = ?
    order by t.id desc limit ${MOST_TASKS}`;
  const own = await positions(source, "select last_position as position from tickets where number = ?", number);
  return own.length === 0 ? [] : [...own, ...(await positions(source, sql, number))];
}

async function positions(source: Source, sql: string, value: string): Promise<number[]> {
  return (await source.all<{ position: number }>(sql, [value])).map((row) => row.position);
}

function nullIfNone<T>(list: readonly T[]): T[] | null {
  return list.length === 0 ? null : [...list];
}
