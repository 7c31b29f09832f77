// Every message of a task, by whatever name the task is known, and those that led to nothing. Read-only; each look is along an index and
// bounded.
import type { Caller, CommandResult, TaskRef } from "../../core/ports.ts";
import type { Reader as Source, Value } from "../db.ts";
import { chain } from "./events.ts";
import {
  acceptedWhere,
  bytesOfMessage,
  deliveriesWhere,
  type MessageDetail,
  type MessageView,
  messagesWhere,
} from "./message-rows.ts";
import { type MessageFilter, unhandled } from "./message-list.ts";
import { places, subjectsByReference } from "./subjects.ts";
import { namesOf } from "./task-references.ts";
import type { Page } from "./types.ts";

export interface MessageViews {
  /** With `q`: the tasks it means and all their messages, oldest first. Without: refused calls and mails set aside, newest first. */
  search(filter: MessageFilter): Promise<Page<MessageView> & { tasks: readonly string[] }>;
  one(id: string): Promise<MessageDetail | null>;
  /** The bytes that are kept of it; null where none are. */
  bytes(message: MessageView): Promise<Buffer | null>;
  /** Number of the task a caller's words mean; null when they mean none, or several. */
  findTask(caller: Caller, named: TaskRef): Promise<string | null>;
  /** What the message that led to this event was answered with. */
  resultsOf(event: string): Promise<CommandResult[]>;
}

export function createMessageViews(source: Source): MessageViews {
  return {
    search: (filter) => (filter.q === undefined ? unhandled(source, filter) : ofName(source, filter.q.trim(), filter)),
    one: (id) => oneMessage(source, id),
    bytes: (message) => bytesOfMessage(source, message),
    async resultsOf(event) {
      const sql = `select e.id, t.number as task, k.number as ticket from events e left join tasks t on t.id = e.task_id
        left join tickets k on k.id = e.ticket_id where e.id = ?`;
      const rows = await source.all<{ task: string | null; ticket: string | null }>(sql, [event]);
      return rows.map(({ task, ticket }) => ({ task, ticket, events: [event] }));
    },
    findTask: (caller, named) => findTask(source, caller, named),
  };
}

async function oneMessage(source: Source, id: string): Promise<MessageDetail | null> {
  const [message] = await messagesWhere(source, "id = ?", [id]);
  if (message) return message;
  const [accepted] = await acceptedWhere(source, "e.id = ?", [id]);
  if (accepted) return accepted;
  return (await deliveriesWhere(source, "d.delivery_key = ?", [id]))[0] ?? null;
}

/** So many rows of each kind are looked at for one name. */
const MOST = 5000;
const AT_ONCE = 200;

/** Where a message stands, and when it came. */
interface Place {
  kind: "message" | "event" | "delivery";
  at: number;
  /** Id, position or row id. */
  key: string | number;
}

async function ofName(
  source: Source,
  q: string,
  { after, limit }: MessageFilter,
): Promise<Page<MessageView> & { tasks: string[] }> {
  const ids = await tasksNamed(source, q);
  const rows = ids.length === 0 ? [] : await tasksById(source, ids);
  const numbers = rows.map((row) => row.number);
  const found = [
    ...(await keptPlaces(source, q, rows)),
    ...(await eventPlaces(source, rows)),
    ...(await deliveryPlaces(source, ids)),
  ];
  const sorted = found
    .map((place) => ({ place, order: orderOf(place) }))
    .sort((one, other) => (one.order < other.order ? -1 : 1));
  const rest = after === undefined ? sorted : sorted.filter(({ order }) => order > after);
  const page = rest.slice(0, limit);
  const items = await withDetails(
    source,
    page.map(({ place }) => place),
  );
  return { items, next: rest.length > limit ? (page.at(-1)?.order ?? null) : null, tasks: numbers };
}

/** In the order of time; of one time in the order of kinds and keys. */
const orderOf = ({ kind, at, key }: Place): string =>
  `${String(at).padStart(15, "0")}.${kind[0]}.${typeof key === "number" ? String(key).padStart(16, "0") : key}`;

async function tasksNamed(source: Source, q: string): Promise<number[]> {
  const found = new Set((await subjectsByReference(source, q)).filter((subject) => subject > 0));
  const sql = "select task_id as id from events where id = ? and task_id is not null";
  for (const { id } of await source.all<{ id: number }>(sql, [q.toLowerCase()])) found.add(id);
  return [...found];
}

interface TaskPlace {
  id: number;
  number: string;
  last_position: number;
  past: string;
}

function tasksById(source: Source, ids: readonly number[]): Promise<TaskPlace[]> {
  return source.all<TaskPlace & Record<string, Value>>(
    `select id, number, last_position, past from tasks where id in (${places(ids)}) order by id`,
    ids,
  );
}

/** Messages that turned out to be about the tasks, or named them or the word itself, under any reference they ever had. */
async function keptPlaces(source: Source, q: string, tasks: readonly TaskPlace[]): Promise<Place[]> {
  const found = new Map<string, Place>();
  const look = async (column: string, value: Value, provider?: string): Promise<void> => {
    const sql = `select id, at, provider from messages where ${column} = ? order by id desc limit ${MOST}`;
    const rows = await source.all<{ id: string; at: number; provider: string | null }>(sql, [value]);
    for (const { id, at, provider: whose } of rows)
      if (provider === undefined || provider === whose) found.set(id, { kind: "message", at, key: id });
  };
  for (const column of ["task", "named_task", "named_reference"]) await look(column, q);
  for (const { number } of tasks) for (const column of ["task", "named_task"]) await look(column, number);
  for (const { provider, reference } of await namesOf(source, tasks)) await look("named_reference", reference, provider);
  return [...found.values()];
}

/** Events that messages led to. Of several that one message led to the first stands for it. */
async function eventPlaces(source: Source, tasks: readonly TaskPlace[]): Promise<Place[]> {
  const found: Place[] = [];
  for (const { last_position: last } of tasks) {
    const positions = (await chain(source, last, 0)).slice(-MOST);
    let before: EventPlace | undefined;
    for (let from = 0; from < positions.length; from += AT_ONCE) {
      for (const row of await eventRows(source, positions.slice(from, from + AT_ONCE))) {
        const isSame = before?.at === row.at && before.actor === row.actor;
        if (row.actor !== "gateway" && (row.kept !== null || !isSame))
          found.push({ kind: "event", at: row.at, key: row.position });
        before = row;
      }
    }
  }
  return found;
}

interface EventPlace {
  position: number;
  at: number;
  actor: string;
  kept: number | null;
}

function eventRows(source: Source, positions: readonly number[]): Promise<EventPlace[]> {
  const sql = `select e.position, e.at, e.actor, r.position as kept from events e
    left join raw_messages r on r.position = e.position where e.position in (${places(positions)}) order by e.position`;
  return source.all<EventPlace & Record<string, Value>>(sql, positions);
}

async function deliveryPlaces(source: Source, tasks: readonly number[]): Promise<Place[]> {
  const found: Place[] = [];
  for (const task of tasks) {
    const sql = `select id, created_at as at from deliveries where subject = ? order by id desc limit ${MOST}`;
    const rows = await source.all<{ id: number; at: number }>(sql, [task]);
    for (const { id, at } of rows) found.push({ kind: "delivery", at, key: id });
  }
  return found;
}

async function withDetails(source: Source, page: readonly Place[]): Promise<MessageView[]> {
  const keys = (kind: Place["kind"]): (string | number)[] => page.filter((one) => one.kind === kind).map((one) => one.key);
  const read = async (
    kind: Place["kind"],
    column: string,
    rows: (source: Source, where: string, values: readonly Value[]) => Promise<MessageDetail[]>,
  ): Promise<MessageDetail[]> => {
    const wanted = keys(kind);
    return wanted.length === 0 ? [] : rows(source, `${column} in (${places(wanted)}) order by ${column}`, wanted);
  };
  const known = {
    message: await read("message", "id", messagesWhere),
    event: await read("event", "e.position", acceptedWhere),
    delivery: await read("delivery", "d.id", deliveriesWhere),
  };
  const next = {
    message: new Map(known.message.map((one) => [one.id, one])),
    event: sortedKeys(page, "event"),
    delivery: sortedKeys(page, "delivery"),
  };
  return page.flatMap(({ kind, key }) => {
    const one = kind === "message" ? next.message.get(String(key)) : known[kind][next[kind].indexOf(Number(key))];
    return one ? [one] : [];
  });
}

/** The keys of one kind in the order in which they are read. */
function sortedKeys(page: readonly Place[], kind: Place["kind"]): number[] {
  return page
    .filter((one) => one.kind === kind)
    .map((one) => Number(one.key))
    .sort((one, other) => one - other);
}

async function findTask(source: Source, caller: Caller, { task, reference }: TaskRef): Promise<string | null> {
  if (task) {
    const [byNumber] = await source.all<{ number: string }>("select number from tasks where number = ?", [task]);
    if (byNumber) return byNumber.number;
    const sql = "select t.number from events e join tasks t on t.id = e.task_id where e.id = ?";
    return (await source.all<{ number: string }>(sql, [task]))[0]?.number ?? null;
  }
  if (!reference || caller.kind !== "provider") return null;
  const sql = `select t.number from task_references r join tasks t on t.id = r.task_id
    where r.provider = ? and r.reference = ? order by r.task_id desc limit 2`;
  const found = await source.all<{ number: string }>(sql, [caller.provider, reference]);
  return found.length === 1 ? (found[0]?.number ?? null) : null;
}
