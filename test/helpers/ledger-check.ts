// What must hold for any ledger, whatever was done: read from the rows themselves by a connection of the test's own.
import assert from "node:assert/strict";
import { applyEvent, applyTicketEvent } from "../../src/core/apply.ts";
import type { TaskChanges, TaskDraft, TaskEventType, TicketChanges, TicketEventType } from "../../src/core/events.ts";
import type { Task, TaskFields, Ticket, TicketFields } from "../../src/core/task.ts";
import type { Connection } from "./store.ts";

interface EventRow {
  position: number;
  id: string;
  kind: "task" | "ticket" | "alert";
  type: TaskEventType;
  ticket_id: number;
  task_id: number | null;
  task_version: number | null;
  previous: number | null;
  status: string;
  group_name: string;
  holder: string | null;
  changes: string;
  fields: string | null;
}

interface TaskRow {
  id: number;
  number: string;
  ticket: string;
  status: string;
  group_name: string;
  provider: string | null;
  past: string;
  version: number;
  last_position: number;
  fields: string;
}

const EVENTS = `select e.*, v.fields from events e
  left join task_versions v on v.task_id = e.task_id and v.version = e.task_version order by e.position`;

const TASKS = `select t.*, k.number as ticket, v.fields from tasks t join tickets k on k.id = t.ticket_id
  join task_versions v on v.task_id = t.id and v.version = t.version order by t.id`;

/** Positions run to the counter without a gap but the leap of a restored database, from behind what was purged; ids are unique; chains lead back; every task is the fold of its events. */
export async function checkLedger(db: Connection): Promise<{ events: number; tasks: number }> {
  const events = await db.rows<EventRow>(EVENTS);
  const [counter] = await db.rows<{ value: number }>("select value from meta where name = 'position'");
  const meta = new Map(
    (await db.rows<{ name: string; value: number }>("select name, value from meta")).map(({ name, value }) => [name, value]),
  );
  const purged = meta.get("purged") ?? 0;
  const [head, positions] = [counter?.value ?? 0, events.map((one) => one.position)];
  const leap = { from: meta.get("leap_from") ?? head, to: meta.get("leap_to") ?? head };
  const upTo = (from: number, to: number): number[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index + 1);
  assert.deepEqual(
    positions.filter((position) => position > purged),
    [...upTo(purged, leap.from), ...upTo(Math.max(purged, leap.to), head)],
  );
  assert.equal(new Set(events.map((one) => one.id)).size, events.length);
  checkChains(events);
  const [count] = await db.rows<{ tasks: number }>("select count(*) as tasks from tasks");
  const tasks = await db.rows<TaskRow>(TASKS);
  assert.equal(tasks.length, count?.tasks, "every task has its ticket and version");
  for (const task of tasks)
    checkTask(
      task,
      events.filter((one) => one.task_id === task.id),
    );
  await checkTickets(db);
  await checkReferences(db, tasks);
  return { events: events.length, tasks: tasks.length };
}

/** Each event names the one before it of the same task, or of the same ticket (or alert) alone. */
function checkChains(events: readonly EventRow[]): void {
  const last = new Map<string, number>();
  for (const { kind, task_id, ticket_id, position, previous } of events) {
    const subject = kind !== "ticket" && task_id !== null ? `task ${task_id}` : `ticket ${ticket_id}`;
    assert.equal(previous, last.get(subject) ?? null, `the event at ${position} follows the one before it`);
    last.set(subject, position);
  }
}

interface TicketEventRow {
  type: TicketEventType;
  number: string;
  version: number;
  now: number;
  now_status: string;
  status: string;
  changes: string;
  fields: string;
}

const TICKET_EVENTS = `select e.type, e.status, e.changes, e.ticket_version as version, k.number, k.version as now, k.status as now_status, v.fields
  from events e join tickets k on k.id = e.ticket_id
  join ticket_versions v on v.ticket_id = e.ticket_id and v.version = e.ticket_version where e.kind = 'ticket' order by e.position`;

/** Each event of a ticket makes a version, which is the fold of the events up to it; the newest is the stored one. */
async function checkTickets(db: Connection): Promise<void> {
  const folded = new Map<string, Ticket>();
  for (const row of await db.rows<TicketEventRow>(TICKET_EVENTS)) {
    const { fields: names, ...rest } = JSON.parse(row.changes) as Omit<TicketChanges, "fields"> & { fields?: string[] };
    const { status, ...values } = JSON.parse(row.fields) as TicketFields & { status: string };
    const fields = names && Object.fromEntries(names.map((name) => [name, (values as Record<string, unknown>)[name]]));
    const draft = { kind: "ticket", type: row.type, ticket: row.number, changes: fields ? { ...rest, fields } : rest } as const;
    const ticket = applyTicketEvent(folded.get(row.number) ?? null, draft);
    folded.set(row.number, ticket);
    assert.deepEqual({ status, fields: values }, { status: ticket.status, fields: ticket.fields }, `version ${row.version}`);
    assert.equal(row.status, status);
    if (row.version === row.now) assert.equal(row.now_status, status);
  }
}

/** The stored task is what its events make of it, and each event tells the state right after it. Alerts change nothing. */
function checkTask(row: TaskRow, events: readonly EventRow[]): void {
  let task: Task | null = null;
  for (const event of events) {
    if (event.kind !== "alert") task = applyEvent(task, draftOf(event, row));
    assert.ok(task);
    assert.deepEqual(
      [event.status, event.group_name, event.holder],
      [task.status, task.group, task.provider],
      `the event at ${event.position}`,
    );
    assert.deepEqual(JSON.parse(event.fields ?? "null"), task.fields, `the fields at ${event.position}`);
  }
  assert.ok(task, `the task ${row.number} has events`);
  assert.deepEqual(stored(row), {
    task: { ...task, fields: task.fields },
    last: events.at(-1)?.position,
    version: events.at(-1)?.task_version,
  });
}

function stored(row: TaskRow) {
  const past = JSON.parse(row.past) as { groups: string[]; providers: string[]; references: Record<string, string> };
  const task = {
    number: row.number,
    ticket: row.ticket,
    status: row.status,
    group: row.group_name,
    provider: row.provider,
    heldBy: past.groups,
    providers: past.providers,
    references: past.references,
    fields: JSON.parse(row.fields) as TaskFields,
  };
  return { task, last: row.last_position, version: row.version };
}

/** The event as it was decided: the values of fields stand in the version it points to. */
function draftOf(event: EventRow, { number, ticket }: TaskRow): TaskDraft {
  const { fields: names, ...rest } = JSON.parse(event.changes) as Omit<TaskChanges, "fields"> & { fields?: string[] };
  const values = JSON.parse(event.fields ?? "{}") as Record<string, unknown>;
  const fields = names && (Object.fromEntries(names.map((name) => [name, values[name]])) as Partial<TaskFields>);
  const changes: TaskChanges = fields ? { ...rest, fields } : rest;
  return { kind: "task", type: event.type, task: number, ticket, provider: null, signal: null, process: null, changes };
}

/** The references in force are those the tasks carry: what was replaced has an end. */
async function checkReferences(db: Connection, tasks: readonly TaskRow[]): Promise<void> {
  const rows = await db.rows<{ text: string; ended: number }>(
    "select concat(task_id, ' ', provider, ' ', reference) as text, until is not null as ended from task_references",
  );
  const carried = tasks.flatMap((row) =>
    Object.entries(stored(row).task.references).map(([whose, value]) => `${row.id} ${whose} ${value}`),
  );
  const inForce = rows.filter((row) => Number(row.ended) === 0).map((row) => row.text);
  assert.deepEqual(inForce.sort(), carried.sort());
}
