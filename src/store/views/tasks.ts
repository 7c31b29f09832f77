// Read-only queries over tasks as they are now.
import type { TaskFields, TaskStatus } from "../../core/task.ts";
import type { Reader as Source } from "../db.ts";
import type { Reader, TaskView } from "./types.ts";

interface TaskRow {
  id: number;
  number: string;
  ticket: string;
  status: TaskStatus;
  group_name: string;
  provider: string | null;
  past: string;
  fields: string;
  last_position: number;
  created_at: number;
  updated_at: number;
}

const TASK_QUERY = `select t.id, t.number, k.number as ticket, t.status, t.group_name, t.provider, t.past, t.last_position,
  t.created_at, t.updated_at, v.fields
from tasks t
join tickets k on k.id = t.ticket_id
join task_versions v on v.task_id = t.id and v.version = t.version`;

/** A task by number, with the position of its last event; null when there is none that the reader may see. */
export async function oneTask(
  source: Source,
  number: string,
  reader: Reader,
): Promise<{ view: TaskView; lastPosition: number } | null> {
  const [row] = await source.all<TaskRow>(`${TASK_QUERY} where t.number = ?`, [number]);
  if (!row || (reader.kind === "provider" && row.provider !== reader.provider)) return null;
  return { view: taskView(row, reader), lastPosition: row.last_position };
}

/** Rows read at once, and the characters of a page after which it ends: a task may carry a quarter of a megabyte of texts. */
const ROWS_AT_ONCE = 50;
const PAGE_CHARACTERS = 4_000_000;

/**
 * Tasks by their ids, in that order, each with its id; fewer than were asked for when they grow large. One that `isWanted` no more, or
 * that is not the reader's any more, is left out: it may have changed since its id was found.
 */
export async function tasksById(
  source: Source,
  ids: readonly number[],
  reader: Reader,
  isWanted: (row: Pick<TaskRow, "status" | "group_name">) => boolean,
): Promise<{ views: TaskView[]; read: number }> {
  const views: TaskView[] = [];
  let read = 0;
  for (let size = 0; read < ids.length && size < PAGE_CHARACTERS; ) {
    const wanted = ids.slice(read, read + ROWS_AT_ONCE);
    read += wanted.length;
    const places = wanted.map(() => "?").join(", ");
    const rows = await source.all<TaskRow>(`${TASK_QUERY} where t.id in (${places})`, wanted);
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const id of wanted) {
      const row = byId.get(id);
      if (!row || (reader.kind === "provider" && row.provider !== reader.provider) || !isWanted(row)) continue;
      views.push(taskView(row, reader));
      size += row.fields.length;
    }
  }
  return { views, read };
}

function taskView(row: TaskRow, reader: Reader): TaskView {
  const past = JSON.parse(row.past) as { references: Record<string, string> };
  const whose = reader.kind === "provider" ? reader.provider : row.provider;
  return {
    number: row.number,
    ticket: row.ticket,
    status: row.status,
    group: row.group_name,
    provider: row.provider,
    reference: whose === null || !Object.hasOwn(past.references, whose) ? null : (past.references[whose] ?? null),
    ...(JSON.parse(row.fields) as TaskFields),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    revision: row.last_position,
  };
}
