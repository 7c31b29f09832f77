// Read-only queries over tasks as they are now.
import type { TaskFields, TaskStatus } from "../../core/task.ts";
import type { Reader as Source, Value } from "../db.ts";
import type { Page, Reader, TaskFilter, TaskView } from "./types.ts";

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

/** One page of tasks the reader may see, oldest first. */
export async function listTasks(source: Source, filter: TaskFilter, reader: Reader): Promise<Page<TaskView>> {
  const { sql, values } = listQuery(filter, reader);
  const rows = await source.all<TaskRow>(sql, values);
  const page = rows.slice(0, filter.limit);
  return { items: page.map((row) => taskView(row, reader)), next: rows.length > filter.limit ? String(page.at(-1)?.id) : null };
}

/**
 * Paged by row id. Of the desk any provider's reference is found, of a provider only its own. The `cross join` makes SQLite
 * begin with the few providers; by itself it would read every reference there is.
 */
export function listQuery(filter: TaskFilter, reader: Reader): { sql: string; values: Value[] } {
  const where = ["t.id > ?"];
  const values: Value[] = [Number(filter.after ?? 0)];
  const also = (condition: string, ...more: Value[]): void => {
    where.push(condition);
    values.push(...more);
  };
  if (reader.kind === "provider") also("t.provider = ?", reader.provider);
  if (filter.status) also("t.status = ?", filter.status);
  if (filter.reference && reader.kind === "provider") {
    also("t.id in (select task_id from task_references where provider = ? and reference = ?)", reader.provider, filter.reference);
  } else if (filter.reference) {
    also(
      "t.id in (select r.task_id from providers p cross join task_references r on r.provider = p.name and r.reference = ?)",
      filter.reference,
    );
  }
  return { sql: `${TASK_QUERY} where ${where.join(" and ")} order by t.id limit ?`, values: [...values, filter.limit + 1] };
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
