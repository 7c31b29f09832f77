// Turns decided steps into rows, and writes a whole batch: rows that others may wait for first, events last under the counter.
import type { CommandResult, Step, Unit } from "../core/ports.ts";
import type { Task, Ticket } from "../core/task.ts";
import type { Alerts } from "./alerts.ts";
import type { Attachments } from "./attachments.ts";
import type { Session, UpsertShape, Value } from "./db.ts";
import { longestWindow, NO_DIGESTS, rememberAnswer } from "./digests.ts";
import { EVENTS, isTest, type PendingEvent, place } from "./event-rows.ts";
import type { Loaded } from "./loading.ts";
import { type MessageRows, rawRows, writeQuarantine, writeRaw } from "./messages.ts";
import { POSITION_SHAPE, type Positions } from "./positions.ts";
import { RECEIPT_SHAPE, type Receipts } from "./receipts.ts";
import type { Site } from "./site.ts";
import {
  isOpen,
  TASK_MOVE,
  TASK_REWRITE,
  TASK_VERSIONS,
  type TaskEntry,
  TASKS,
  TICKET_REWRITE,
  TICKET_VERSIONS,
  type TicketEntry,
  TICKETS,
  taskValues,
  ticketValues,
} from "./rows.ts";

interface ReferenceChange {
  task: TaskEntry;
  provider: string;
  before: string | undefined;
  after: string;
  at: number;
}

export interface Writing {
  events: PendingEvent[];
  references: ReferenceChange[];
  quarantine: MessageRows[];
}

export const emptyWriting = (): Writing => ({ events: [], references: [], quarantine: [] });

interface Taken {
  loaded: Loaded;
  writing: Writing;
  alerts: Pick<Alerts, "report">;
  attachments: Pick<Attachments, "keep">;
  site: Site;
}

/** Takes the steps of one unit into the batch and gives the result of each of its commands. */
export function takeSteps(unit: Unit, steps: readonly (readonly Step[])[], batch: Taken): CommandResult[] {
  let next = 0;
  return steps.map((command) => {
    const events = command.map((step) => {
      const id = (step.draft.kind === "task" ? step.draft.id : undefined) ?? unit.ids[next++];
      if (id === undefined) throw new Error("a command led to more events than ids were drawn for it");
      takeStep(id, unit, step, batch);
      return id;
    });
    const last = command.at(-1);
    for (const step of command)
      if ("task" in step && !isNote(step))
        rememberUnit(unit, batch.loaded.tasks.get(step.task.number), { event: events[0], site: batch.site });
    return {
      task: last?.draft.kind === "ticket" ? null : (last?.draft.task ?? null),
      ticket: last?.draft.ticket ?? null,
      events,
    };
  });
}

/** A note or file among the desk's own people is no answer to a provider: what it sent before it stays known. */
function isNote({ draft }: Step): boolean {
  return draft.kind === "task" && (draft.changes.message ?? draft.changes.attachment)?.visibility === "internal";
}

/** What ticketing does to a task makes every earlier answer old; what a provider sends is remembered by its digest. */
function rememberUnit(
  { caller, commands, digest, at }: Unit,
  entry: TaskEntry | undefined,
  { event, site }: { event: string | undefined; site: Site },
): void {
  if (!entry || event === undefined) return;
  if (caller.kind !== "provider") entry.digests = NO_DIGESTS;
  else if (digest && commands.length === 1)
    entry.digests = rememberAnswer(entry.digests, { digest, event, at }, at - longestWindow(site));
}

function takeStep(id: string, unit: Unit, step: Step, { loaded, writing, alerts, attachments, site }: Taken): void {
  const test = isTest(step, site);
  if ("about" in step) {
    const task = (step.about && loaded.tasks.get(step.about.number)) ?? null;
    // It changes nothing in the task but stands in its history.
    if (task?.state === "stored") task.state = "changed";
    const versions = { ticketVersion: task?.ticket.version ?? 0, taskVersion: task?.version ?? null };
    const ticket = task?.ticket ?? null;
    writing.events.push({ id, unit, step, ticket, task, alert: alerts.report(step, task), ...versions, test });
    return;
  }
  const ticket = "ticket" in step ? ticketAfter(step, unit, loaded) : loaded.tickets.get(step.task.ticket);
  if (!ticket) throw new Error("an event without its ticket");
  const task = "task" in step ? taskAfter(step, unit, ticket, { loaded, writing }) : null;
  if (task && "task" in step && step.draft.changes.attachment)
    attachments.keep({ facts: step.draft.changes.attachment, event: id, task, provider: step.draft.provider, at: unit.at });
  const versions = { ticketVersion: ticket.version, taskVersion: task?.version ?? null };
  writing.events.push({ id, unit, step, ticket, task, alert: null, ...versions, test });
}

function ticketAfter({ ticket, draft }: Extract<Step, { ticket: Ticket }>, { at }: Unit, loaded: Loaded): TicketEntry {
  const entry = loaded.tickets.get(ticket.number) ?? newTicket(ticket, { at, createdAt: draft.changes.imported?.at ?? at });
  if (!entry.whole) throw new Error("a ticket was changed whose fields were not loaded");
  loaded.tickets.set(ticket.number, entry);
  entry.ticket = ticket;
  entry.updatedAt = at;
  entry.version += 1;
  entry.versions.push({ version: entry.version, fields: { status: ticket.status, ...ticket.fields } });
  if (entry.state === "stored") entry.state = "changed";
  return entry;
}

function newTicket(ticket: Ticket, { at, createdAt }: { at: number; createdAt: number }): TicketEntry {
  const times = { createdAt, updatedAt: at };
  return { id: 0, ticket, version: 0, lastPosition: 0, ...times, state: "new", whole: true, versions: [] };
}

function taskAfter(
  step: Extract<Step, { task: Task }>,
  unit: Unit,
  ticket: TicketEntry,
  { loaded, writing }: Pick<Taken, "loaded" | "writing">,
): TaskEntry {
  const { task, draft } = step;
  let entry = loaded.tasks.get(task.number);
  if (!entry) {
    entry = {
      id: 0,
      task,
      ticket,
      version: 0,
      lastPosition: 0,
      digests: NO_DIGESTS,
      createdAt: draft.changes.imported?.at ?? unit.at,
      updatedAt: unit.at,
      state: "new",
      versions: [],
    };
    loaded.tasks.set(task.number, entry);
  }
  const { reference, late, fields } = draft.changes;
  if (reference && !late) {
    const before = entry.task.references[reference.provider];
    const at = draft.changes.imported?.at ?? unit.at;
    writing.references.push({ task: entry, provider: reference.provider, before, after: reference.value, at });
  }
  if (fields && !late) {
    entry.version += 1;
    entry.versions.push({ version: entry.version, fields: task.fields });
  }
  const { status, group, provider } = entry.task;
  const moved = isOpen({ status }) !== isOpen(task) || group !== task.group || provider !== task.provider;
  entry.task = task;
  entry.updatedAt = unit.at;
  if (entry.state !== "new" && moved) entry.state = "moved";
  if (entry.state === "stored") entry.state = "changed";
  return entry;
}

interface Written {
  loaded: Loaded;
  writing: Writing;
  receipts: Receipts;
  positions: Positions;
}

export async function writeAll(session: Session, { loaded, writing, receipts, positions }: Written): Promise<void> {
  await session.insert(RECEIPT_SHAPE, receipts.rows("new"));
  await session.upsert(RECEIPT_SHAPE, receipts.rows("renewed"));
  await session.insert(POSITION_SHAPE, positions.rows("new"));
  await session.rewrite(POSITION_SHAPE, positions.rows("changed"));
  for (const one of writing.quarantine) await writeQuarantine(session, one);
  if (writing.events.length === 0) return;
  const head = await session.raise("position", writing.events.length);
  const first = head - writing.events.length + 1;
  await session.insert(
    EVENTS,
    writing.events.map((event, index) => place(event, first + index)),
  );
  await writeRaw(session, rawRows(writing.events, first));
  await writeTickets(session, loaded.tickets.values());
  await writeTasks(session, loaded.tasks.values());
  await writeReferences(session, writing.references);
}

async function writeTickets(session: Session, tickets: Iterable<TicketEntry>): Promise<void> {
  const added: Value[][] = [];
  const changed: Value[][] = [];
  const versions: Value[][] = [];
  for (const one of tickets) {
    if (one.state === "new") added.push(ticketValues(one));
    else if (one.state === "changed") changed.push(ticketValues(one));
    addVersions(one, versions);
  }
  await session.insert(TICKETS, added);
  await session.rewrite(TICKET_REWRITE, changed);
  await session.insert(TICKET_VERSIONS, versions);
}

async function writeTasks(session: Session, tasks: Iterable<TaskEntry>): Promise<void> {
  const added: Value[][] = [];
  const changed: Value[][] = [];
  const moved: Value[][] = [];
  const versions: Value[][] = [];
  const rowsOf = { new: added, changed, moved, stored: null };
  for (const one of tasks) {
    rowsOf[one.state]?.push(taskValues(one));
    addVersions(one, versions);
  }
  await session.insert(TASKS, added);
  await session.rewrite(TASK_REWRITE, changed);
  await session.rewrite(TASK_MOVE, moved);
  await session.insert(TASK_VERSIONS, versions);
}

function addVersions({ id, versions }: TicketEntry | TaskEntry, rows: Value[][]): void {
  for (const { version, fields } of versions) rows.push([id, version, JSON.stringify(fields)]);
}

const REFERENCES: UpsertShape = {
  table: "task_references",
  key: ["provider", "reference", "task_id"],
  columns: ["provider", "reference", "task_id", "since", "until"],
  change: ["until"],
};

/** The reference given last is the one in force; what was replaced stays, with the time it ended. */
async function writeReferences(session: Session, changes: readonly ReferenceChange[]): Promise<void> {
  if (changes.length === 0) return;
  const rows = new Map<string, Value[]>();
  for (const { task, provider, before, after, at } of changes) {
    const replaced = `${task.id} ${provider} ${before}`;
    // Given and replaced in one batch: its row is not there yet, and began when it was given.
    if (before !== undefined) rows.set(replaced, [provider, before, task.id, rows.get(replaced)?.[3] ?? at, at]);
    rows.set(`${task.id} ${provider} ${after}`, [provider, after, task.id, at, null]);
  }
  await session.upsert(REFERENCES, [...rows.values()]);
}
