// Alerts as a batch works with them: each is raised once and cleared once, in the same commit as its event. Also how far events
// were looked at for alerts, and when each provider was last heard.
import type { AlertFacts } from "../core/events.ts";
import type { AlertsWrite, HeardProvider, SideWrite, Step, Unit } from "../core/ports.ts";
import type { SelectShape, Session, Shape, UpsertShape, Value } from "./db.ts";
import type { TaskEntry } from "./rows.ts";

const ALERTS: Shape = {
  table: "alerts",
  columns: ["name", "kind", "system_name", "provider", "task_id", "since", "says", "position"],
};
const ALERTS_BY_NAME: SelectShape = { table: "alerts", columns: ["name", "since", "position"], by: ["name"] };
const CURSORS: SelectShape = { table: "meta", columns: ["name", "value"], by: ["name"] };

const HEARD: UpsertShape = {
  table: "provider_heard",
  key: ["provider"],
  columns: ["provider", "heard_at", "asked_at"],
  change: ["heard_at", "asked_at"],
};

/** The row of `meta` that keeps a cursor. */
export const cursorName = (cursor: AlertsWrite["cursor"]): string => `alerts_${cursor}`;

/** A raised alert. `id` is the position of the event that raised it, 0 until that has one: it names the alert as a ticket's names a ticket. */
export interface AlertEntry {
  id: number;
  lastPosition: number;
  name: string;
  since: number;
  facts: AlertFacts | null;
  task: TaskEntry | null;
}

type AlertStep = Extract<Step, { about: unknown }>;

/** The part of the alerts that a batch works on. */
export interface Alerts {
  raised(name: string): AlertEntry | undefined;
  /** Takes the event of an alert, and gives the alert it belongs to. */
  report(step: AlertStep, task: TaskEntry | null): AlertEntry;
  allows(side: SideWrite | undefined): boolean;
  take(side: SideWrite | undefined): void;
  /** Called when every event has its position. */
  write(session: Session): Promise<void>;
}

interface State {
  stored: Set<string>;
  /** Null was cleared. */
  present: Map<string, AlertEntry | null>;
  touched: Set<string>;
  cursors: Map<string, number>;
  moved: Set<string>;
  heard: Map<string, HeardProvider>;
}

const NOTHING: Alerts = {
  raised: () => undefined,
  report() {
    throw new Error("an alert that its command did not name");
  },
  allows: () => true,
  take: () => undefined,
  write: async () => undefined,
};

/** Locks the alerts that are named and the cursors that units move. Nothing is asked of the database when there are none. */
export async function readAlerts(session: Session, names: ReadonlySet<string>, units: readonly Unit[]): Promise<Alerts> {
  const cursors = new Set(units.flatMap(({ side }) => (side?.kind === "alerts" ? [cursorName(side.cursor)] : [])));
  if (names.size === 0 && cursors.size === 0) return NOTHING;
  const state: State = {
    stored: new Set(),
    present: new Map(),
    touched: new Set(),
    cursors: new Map(),
    moved: new Set(),
    heard: new Map(),
  };
  const keys = (of: ReadonlySet<string>) => [...of].sort().map((one) => [one]);
  const moved = await session.select<{ name: string; value: number }>(CURSORS, keys(cursors), "lock");
  for (const { name, value } of moved) state.cursors.set(name, value);
  const rows = await session.select<{ name: string; since: number; position: number }>(ALERTS_BY_NAME, keys(names), "lock");
  for (const { name, since, position } of rows) {
    state.stored.add(name);
    state.present.set(name, { id: position, lastPosition: position, name, since, facts: null, task: null });
  }
  return alertsOf(state);
}

function alertsOf(state: State): Alerts {
  return {
    raised: (name) => state.present.get(name) ?? undefined,
    report: ({ draft }, task) => report(state, draft, task),
    allows: (side) => side?.kind !== "alerts" || state.cursors.get(cursorName(side.cursor)) === side.before,
    take(side) {
      if (side?.kind !== "alerts") return;
      state.cursors.set(cursorName(side.cursor), side.after);
      state.moved.add(cursorName(side.cursor));
      for (const one of side.providers) state.heard.set(one.provider, one);
    },
    write: (session) => writeAlerts(session, state),
  };
}

function report({ present, touched }: State, { type, changes }: AlertStep["draft"], task: TaskEntry | null): AlertEntry {
  const facts = changes.alert;
  const { name, since } = facts;
  const entry = present.get(name) ?? { id: 0, lastPosition: 0, name, since, facts, task };
  present.set(name, type === "alert.raised" ? entry : null);
  touched.add(name);
  return entry;
}

async function writeAlerts(session: Session, { stored, present, touched, cursors, moved, heard }: State): Promise<void> {
  for (const name of touched) if (stored.has(name)) await session.run("delete from alerts where name = ?", [name]);
  const rows = [...touched].flatMap((name): Value[][] => {
    const entry = present.get(name);
    return entry?.facts ? [rowOf(entry, entry.facts)] : [];
  });
  await session.insert(ALERTS, rows);
  const providers = [...heard.values()].map(({ provider, heardAt, askedAt }) => [provider, heardAt, askedAt]);
  await session.upsert(HEARD, providers);
  for (const name of moved) await session.run("update meta set value = ? where name = ?", [cursors.get(name) ?? 0, name]);
}

function rowOf({ name, since, id, task }: AlertEntry, { kind, system, provider, says }: AlertFacts): Value[] {
  return [name, kind, system, provider, task?.id ?? null, since, says, id];
}
