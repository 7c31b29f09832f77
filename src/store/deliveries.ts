// Guarded side writes of the outgoing way: deliveries that an event leads to, and the end of each try. It keeps the order of a task
// within a System: of its open deliveries only the oldest is ready, the others stay behind it.
import type { DeliveryWrite, FanoutWrite, SideWrite, Unit } from "../core/ports.ts";
import type { SelectShape, Session, Shape, UpsertShape, Value } from "./db.ts";

const COLUMNS = [
  ...["id", "delivery_key", "system_name", "mapping", "position", "subject", "state", "is_open"],
  ...["attempts", "tries", "due_at", "code", "note", "created_at", "updated_at"],
] as const;

const REWRITE: UpsertShape = {
  table: "deliveries",
  key: ["id"],
  columns: COLUMNS,
  change: ["state", "is_open", "attempts", "tries", "due_at", "code", "note", "updated_at"],
};

const HEAD_OF_LINE = 16;

const ATTEMPTS: Shape = {
  table: "delivery_attempts",
  columns: ["delivery_id", "number", "at", "ms", "class", "code", "detail", "request", "answer"],
};
const QUEUES: SelectShape = { table: "delivery_queues", columns: ["system_name"], by: ["system_name"] };
const LOOKED: SelectShape = { table: "meta", columns: ["value"], by: ["name"] };

/** A row of `deliveries`. `behind` waits for an older one of its task. */
export interface DeliveryRow {
  id: number;
  delivery_key: string;
  system_name: string;
  mapping: string;
  position: number;
  subject: number;
  state: "ready" | "behind" | "done" | "rejected" | "acknowledged";
  is_open: number;
  attempts: number;
  tries: number;
  due_at: number;
  code: string | null;
  note: string | null;
  created_at: number;
  updated_at: number;
}

/** The part of the queues that a batch works on. */
export interface Queues {
  allows(side: SideWrite | undefined): boolean;
  take(side: SideWrite | undefined, at: number): void;
  write(session: Session): Promise<void>;
}

const NOTHING: Queues = { allows: () => true, take: () => undefined, write: async () => undefined };

type Outgoing = FanoutWrite | DeliveryWrite;

interface Queue {
  system_name: string;
}

/** Whose order is kept. */
type Place = Pick<DeliveryWrite, "system" | "subject">;

/** Locks the queues that the units name and reads what is open in them. Nothing is asked of the database when they name none. */
export async function readQueues(session: Session, units: readonly Unit[]): Promise<Queues> {
  const sides = units.flatMap(({ side }) => (side?.kind === "fanout" || side?.kind === "delivery" ? [side] : []));
  if (sides.length === 0) return NOTHING;
  const named = sides.flatMap((side): readonly Place[] => (side.kind === "fanout" ? side.deliveries : [side]));
  const systems = [...new Set(named.map((one) => one.system))].sort();
  const names = systems.map((one) => [one]);
  const rows = await session.select<Queue>(QUEUES, names, "lock");
  const queues = new Set(rows.map((row) => row.system_name));
  const looked = sides.some((side) => side.kind === "fanout") ? await fanoutPosition(session) : 0;
  return queuesOf(await openRows(session, named), looked, queues);
}

async function fanoutPosition(session: Session): Promise<number> {
  const [row] = await session.select<{ value: number }>(LOOKED, [["fanout"]], "lock");
  return row?.value ?? 0;
}

async function openRows(session: Session, named: readonly Place[]): Promise<DeliveryRow[]> {
  const places = new Map(named.map(({ system, subject }) => [placeOf(system, subject), [system, 1, subject]]));
  const rows: DeliveryRow[] = [];
  for (const place of places.values()) rows.push(...(await session.all<DeliveryRow>(OPEN_QUERY, place)));
  return rows;
}

/** The head of a line: the one that is ready, and the next. A line may be long, and who comes last need not be known. */
const OPEN_QUERY = `select ${COLUMNS.join(", ")} from deliveries where system_name = ? and is_open = ? and subject = ?
order by id limit ${HEAD_OF_LINE}`;

const placeOf = (system: string, subject: number): string => `${subject} ${system}`;

function queuesOf(rows: readonly DeliveryRow[], looked: number, queues: ReadonlySet<string>): Queues {
  const state: State = {
    queues,
    lines: new Map(),
    byId: new Map(),
    looked,
    moved: false,
    fresh: [],
    changed: new Set(),
    attempts: [],
    holds: [],
  };
  for (const row of rows.toSorted((one, other) => one.id - other.id)) {
    lineOf(state, row.system_name, row.subject).push(row);
    state.byId.set(row.id, row);
  }
  return {
    allows: (side) => !isOutgoing(side) || (side.kind === "fanout" ? side.before === state.looked : isReady(state, side)),
    take(side, at) {
      if (!isOutgoing(side)) return;
      if (side.kind === "fanout") addAll(state, side, at);
      else endTry(state, side, at);
    },
    write: (session) => writeQueues(session, state),
  };
}

interface State {
  /** Systems that have a queue. */
  queues: ReadonlySet<string>;
  /** Open deliveries, oldest first, by System and subject. */
  lines: Map<string, DeliveryRow[]>;
  byId: Map<number, DeliveryRow>;
  looked: number;
  moved: boolean;
  /** Rows without an id yet. */
  fresh: DeliveryRow[];
  changed: Set<DeliveryRow>;
  attempts: Value[][];
  holds: { system: string; note: string; at: number }[];
}

function isOutgoing(side: SideWrite | undefined): side is Outgoing {
  return side?.kind === "fanout" || side?.kind === "delivery";
}

function isReady({ byId }: State, { id, attempts }: DeliveryWrite): boolean {
  const row = byId.get(id);
  return row?.state === "ready" && row.attempts === attempts;
}

function lineOf({ lines }: State, system: string, subject: number): DeliveryRow[] {
  const place = placeOf(system, subject);
  const line = lines.get(place) ?? [];
  lines.set(place, line);
  return line;
}

function addAll(state: State, { after, deliveries }: FanoutWrite, at: number): void {
  state.looked = after;
  state.moved = true;
  for (const { key, system, mapping, position, subject } of deliveries) {
    // Its System was removed while the events were looked at.
    if (!state.queues.has(system)) continue;
    const line = lineOf(state, system, subject);
    const row: DeliveryRow = {
      ...{ id: 0, delivery_key: key, system_name: system, mapping, position, subject },
      ...{ state: line.length > 0 ? "behind" : "ready", is_open: 1, attempts: 0, tries: 0, due_at: at },
      ...{ code: null, note: null, created_at: at, updated_at: at },
    };
    line.push(row);
    state.fresh.push(row);
  }
}

function endTry(state: State, { id, end, attempt }: DeliveryWrite, at: number): void {
  const row = state.byId.get(id);
  if (!row) return;
  row.attempts += 1;
  const open = end.state === "ready" || (end.state === "rejected" && end.holds);
  Object.assign(row, { state: end.state, is_open: open ? 1 : 0, tries: end.tries, due_at: end.dueAt });
  Object.assign(row, { code: end.code, note: end.note, updated_at: at });
  state.changed.add(row);
  if (attempt) {
    const { at: when, ms, class: kind, code, detail, request, answer } = attempt;
    state.attempts.push([id, row.attempts, when, Math.round(ms), kind, code, detail, request, answer]);
  }
  if (end.holdSystem !== null) state.holds.push({ system: row.system_name, note: end.holdSystem, at });
  if (!open) leaveLine(state, row, at);
}

/** What stood behind it is ready now. */
function leaveLine(state: State, row: DeliveryRow, at: number): void {
  const line = lineOf(state, row.system_name, row.subject);
  line.splice(line.indexOf(row), 1);
  const [next] = line;
  if (next?.state !== "behind") return;
  Object.assign(next, { state: "ready", due_at: at, updated_at: at });
  if (next.id > 0) state.changed.add(next);
}

async function writeQueues(session: Session, state: State): Promise<void> {
  const values = (row: DeliveryRow): Value[] => COLUMNS.map((column) => row[column]);
  await session.rewrite(REWRITE, [...state.changed].map(values));
  await session.insert(ATTEMPTS, state.attempts);
  for (const { system, note, at } of state.holds) {
    await session.run("update delivery_queues set held = 1, note = ?, updated_at = ? where system_name = ?", [note, at, system]);
  }
  if (state.fresh.length > 0) {
    const first = (await session.raise("delivery", state.fresh.length)) - state.fresh.length + 1;
    for (const [index, row] of state.fresh.entries()) row.id = first + index;
    await session.insert(REWRITE, state.fresh.map(values));
  }
  if (state.moved) await session.run("update meta set value = ? where name = 'fanout'", [state.looked]);
}
