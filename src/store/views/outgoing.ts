// Read-only queries of the outgoing way: events that nobody has looked at for deliveries yet, and deliveries that are due.
import { type AlertKind, type Direction, SIGNALS, type TaskChanges } from "../../core/events.ts";
import type { Task } from "../../core/task.ts";
import type { Reader as Source } from "../db.ts";
import type { DeliveryRow } from "../deliveries.ts";
import { eventsAt } from "./events.ts";
import type { EventView } from "./types.ts";

/** What decides whether an event leaves, and to whom: the small columns, nothing wide. */
export interface OutgoingEvent {
  position: number;
  kind: "task" | "ticket" | "alert";
  type: string;
  /** Row id of the task, or minus that of the ticket: what keeps its order. */
  subject: number;
  status: string;
  /** The group that has the task after the event. */
  group: string | null;
  /** Who has the task after the event. */
  holder: string | null;
  /** The provider the event concerns. */
  provider: string | null;
  requestType: string | null;
  direction: Direction | null;
  /** Name of the process the event starts. */
  process: string | null;
  internal: boolean;
  /** Taken over from elsewhere. */
  imported: boolean;
  /** Whether this very event changed the status. */
  statusChanged: boolean;
  /** Names of fields it changed. */
  changed: readonly string[];
  /** The kind of an alert, null for other events. */
  alert: AlertKind | null;
  /** Whether it was of a provider that was only tried out then. */
  test: boolean;
}

/** A delivery to be tried now. */
export interface DueDelivery {
  id: number;
  key: string;
  system: string;
  mapping: string;
  position: number;
  subject: number;
  attempts: number;
  tries: number;
}

export interface OutgoingViews {
  /** How far events have been looked at, and the head. */
  fanout(): Promise<{ looked: number; head: number }>;
  /** Events after a position up to a head, at most `limit`. */
  unlooked(after: number, head: number, limit: number): Promise<OutgoingEvent[]>;
  /** Whether a System is held now. */
  held(system: string, now: number): Promise<boolean>;
  /** Deliveries of one System that are due, oldest first, held or not. */
  due(system: string, now: number, limit: number): Promise<DueDelivery[]>;
  /**
   * Events in full, by position. What went out before its provider gave a reference has the present one: it leaves after the Submit
   * Request was answered, and a call may have to name the task by it.
   */
  eventsAt(positions: readonly number[]): Promise<ReadonlyMap<number, EventView>>;
}

/** What an event changed, as it is kept: of wide fields the names alone. */
type Kept = Omit<TaskChanges, "fields"> & { fields?: string[]; alert?: { name: string } };

interface EventRow {
  position: number;
  kind: "task" | "ticket" | "alert";
  type: string;
  ticket_id: number;
  task_id: number | null;
  status: string;
  group_name: string | null;
  holder: string | null;
  provider: string | null;
  request_type: string | null;
  direction: Direction | null;
  process: string | null;
  changes: string;
  test: number;
}

export const UNLOOKED_QUERY = `select position, kind, type, ticket_id, task_id, status, group_name, holder, provider, request_type,
  direction, process, changes, test from events where position > ? and position <= ? order by position limit ?`;

export const DUE_QUERY = `select id, delivery_key, system_name, mapping, position, subject, attempts, tries from deliveries
where system_name = ? and state = 'ready' and due_at <= ? order by due_at, id limit ?`;

const HELD_QUERY = `select held from delivery_queues where system_name = ? and (held = 1 or (held_from <= ? and held_until > ?))`;

/** Events read in one query, so that no page grows beyond what is sensible. */
const EVENTS_AT_ONCE = 50;

export function createOutgoingViews(source: Source): OutgoingViews {
  return {
    async fanout() {
      const rows = await source.all<{ name: string; value: number }>(
        "select name, value from meta where name in ('fanout', 'position')",
      );
      const counter = (name: string): number => rows.find((row) => row.name === name)?.value ?? 0;
      return { looked: counter("fanout"), head: counter("position") };
    },
    async unlooked(after, head, limit) {
      return (await source.all<EventRow>(UNLOOKED_QUERY, [after, head, limit])).map(outgoingEvent);
    },
    async held(system, now) {
      return (await source.all(HELD_QUERY, [system, now, now])).length > 0;
    },
    async due(system, now, limit) {
      return (await source.all<DeliveryRow>(DUE_QUERY, [system, now, limit])).map(dueDelivery);
    },
    async eventsAt(positions) {
      const wanted = [...new Set(positions)];
      const found: EventView[] = [];
      for (let from = 0; from < wanted.length; from += EVENTS_AT_ONCE)
        found.push(...(await eventsAt(source, wanted.slice(from, from + EVENTS_AT_ONCE))));
      const present = await presentReferences(source, found.filter(lacksReference));
      return new Map(found.map((event) => [event.position, withReference(event, present)]));
    },
  };
}

/** A Submit Request stays as it was: while it is tried, its repeats must be the same call. */
function lacksReference({ requestType, direction, task }: EventView): boolean {
  return direction === "Out" && requestType !== SIGNALS.submitRequest.requestType && task !== null && task.reference === null;
}

type References = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** By number of the task what its providers call it now. */
async function presentReferences(source: Source, events: readonly EventView[]): Promise<References> {
  const numbers = [...new Set(events.flatMap(({ task }) => task?.number ?? []))];
  const found = new Map<string, Readonly<Record<string, string>>>();
  for (let from = 0; from < numbers.length; from += EVENTS_AT_ONCE) {
    const some = numbers.slice(from, from + EVENTS_AT_ONCE);
    const places = some.map(() => "?").join(", ");
    const sql = `select number, past from tasks where number in (${places})`;
    for (const { number, past } of await source.all<{ number: string; past: string }>(sql, some))
      found.set(number, (JSON.parse(past) as Pick<Task, "references">).references);
  }
  return found;
}

function withReference(event: EventView, present: References): EventView {
  const { task, provider } = event;
  if (!task || provider === null || !lacksReference(event)) return event;
  const references = present.get(task.number) ?? {};
  return Object.hasOwn(references, provider) ? { ...event, task: { ...task, reference: references[provider] ?? null } } : event;
}

function outgoingEvent(row: EventRow): OutgoingEvent {
  const changes = JSON.parse(row.changes) as Kept;
  return {
    position: row.position,
    kind: row.kind,
    type: row.type,
    subject: row.task_id ?? -row.ticket_id,
    status: row.status,
    group: row.group_name,
    holder: row.holder,
    provider: row.provider,
    requestType: row.request_type,
    direction: row.direction,
    process: row.process,
    imported: changes.imported !== undefined,
    internal: [changes.message, changes.attachment].some((one) => one?.visibility === "internal"),
    statusChanged: (changes.status !== undefined || row.type === "ticket.created") && !changes.late,
    changed: changedFields(changes),
    // The name of an alert begins with its kind.
    alert: (changes.alert?.name.split(" ")[0] as AlertKind | undefined) ?? null,
    test: row.test === 1,
  };
}

function changedFields({ fields = [], reference, group }: Kept): string[] {
  return [...fields, ...(reference ? ["reference"] : []), ...(group === undefined ? [] : ["group"])];
}

function dueDelivery(row: DeliveryRow): DueDelivery {
  const { id, delivery_key: key, system_name: system, mapping, position, subject, attempts, tries } = row;
  return { id, key, system, mapping, position, subject, attempts, tries };
}
