// Fills a database with many tasks and events, by statements of many rows: a million events in well under a minute, where the door would
// take several. Begins where an earlier run was broken off. Only what pages read is there.
import { type Connection, connect } from "../test/helpers/store.ts";

/** How much there is to be; events are spread over the tasks in turn, so that each task's last one is among the newest. */
export interface Amount {
  tasks: number;
  events: number;
}

/** Rows of one statement. */
const AT_ONCE = 20_000;
const START = Date.UTC(2026, 0, 1);

const FIELDS = `'{"subject":"Printer on floor 3 is out of order","description":null,"priority":"High","solution":null,"resolvedAt":null,"custom":{}}'`;
const TICKET_FIELDS = `'{"subject":"Printer on floor 3 is out of order","description":null,"priority":null,"requester":null,"custom":{}}'`;
/** Of ten tasks seven are closed, and two are globex's. */
const status = (n: string): string =>
  `case ${n} % 10 when 0 then 'assigned' when 1 then 'acknowledged' when 2 then 'solved' else 'closed' end`;
const provider = (n: string): string => `case when ${n} % 5 = 3 then 'globex' else 'acme' end`;
const group = (n: string): string => `case when ${n} % 5 = 3 then 'globex-net' else 'acme-field' end`;

interface Step {
  table: string;
  /** The column that counts its rows. */
  key: string;
  rows: number;
  columns: string;
  /** What stands in them, by the number of the row, from 1. */
  values: string;
}

function stepsFor({ tasks, events }: Amount, isSqlite: boolean): Step[] {
  const text = (prefix: string): string => (isSqlite ? `'${prefix}' || n` : `concat('${prefix}', n)`);
  const tickets = Math.ceil(tasks / 5);
  const task = `((n - 1) % ${tasks} + 1)`;
  // Five tasks to a ticket, and five numbers apart as well, so that a ticket has tasks of both providers.
  const ticket = (n: string): string => `((${n} - 1) / 5 ${isSqlite ? "" : "div 1"} + 1)`;
  const id = isSqlite
    ? "printf('01900000-%04x-7000-8000-%012x', n / 65536, n)"
    : "concat('01900000-', lpad(hex(n div 65536), 4, '0'), '-7000-8000-', lpad(hex(n), 12, '0'))";
  return [
    {
      table: "tickets",
      key: "id",
      rows: tickets,
      columns: "id, number, status, version, last_position, created_at, updated_at",
      values: `n, ${text("TKT-")}, 'open', 1, 1, ${START}, ${START}`,
    },
    {
      table: "ticket_versions",
      key: "ticket_id",
      rows: tickets,
      columns: "ticket_id, version, fields",
      values: `n, 1, ${TICKET_FIELDS}`,
    },
    {
      table: "tasks",
      key: "id",
      rows: tasks,
      columns:
        "id, number, ticket_id, status, group_name, provider, past, version, last_position, digests, created_at, updated_at, is_open",
      values: `n, ${text("TSK-")}, ${ticket("n")}, ${status("n")}, ${group("n")}, ${provider("n")}, '{"references":{},"groups":[]}', 1, ${events - tasks} + n, '', ${START} + n, ${START} + n, case when ${status("n")} = 'closed' then 0 else 1 end`,
    },
    { table: "task_versions", key: "task_id", rows: tasks, columns: "task_id, version, fields", values: `n, 1, ${FIELDS}` },
    {
      table: "task_references",
      key: "task_id",
      rows: tasks,
      columns: "provider, reference, task_id, since",
      values: `${provider("n")}, ${text("INC")}, n, ${START}`,
    },
    {
      table: "events",
      key: "position",
      rows: events,
      columns:
        "position, id, kind, type, ticket_id, ticket_version, task_id, task_version, previous, status, group_name, holder, provider, request_type, direction, app, process, channel, actor, at, changes",
      values: `n, ${id}, 'task', case n % 3 when 0 then 'task.closed' else 'task.message' end, ${ticket(task)}, 1, ${task}, 1, ${`case when n > ${tasks} then n - ${tasks} else null end`}, ${status(task)}, ${group(task)}, ${provider(task)}, ${provider(task)}, 'Update', case n % 2 when 0 then 'In' else 'Out' end, 'TaskUpdateMessage', null, 'rest', 'provider:acme', ${START} + n, '{"message":{"text":"The part is on its way.","visibility":"provider"}}'`,
    },
  ];
}

/** The database has as much as that afterwards; it was migrated before. Tells of each step. */
export async function fillMany(url: string, amount: Amount, told: (text: string) => void): Promise<void> {
  const db = await connect(url);
  const isSqlite = url.startsWith("sqlite:");
  try {
    if (!isSqlite) await db.rows(`set session max_recursive_iterations = ${AT_ONCE}`);
    for (const step of stepsFor(amount, isSqlite)) {
      const startedAt = Date.now();
      await fillTable(db, step);
      told(`${step.table}: ${step.rows} rows (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
    }
    await db.rows(`update meta set value = ${amount.events} where name = 'position'`);
    if (!isSqlite) await db.rows("analyze table tasks, tickets, events, task_references, task_versions, ticket_versions");
  } finally {
    await db.close();
  }
}

async function fillTable(db: Connection, { table, key, rows, columns, values }: Step): Promise<void> {
  const [last] = await db.rows<{ last: number | null }>(`select max(${key}) as last from ${table}`);
  for (let from = (last?.last ?? 0) + 1; from <= rows; from += AT_ONCE) {
    const to = Math.min(rows, from + AT_ONCE - 1);
    const numbers = `with recursive x (n) as (select ${from} union all select n + 1 from x where n < ${to})`;
    await db.rows(`insert into ${table} (${columns}) ${numbers} select ${values} from x`);
  }
}
