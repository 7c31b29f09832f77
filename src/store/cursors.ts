// Named places in the feed, as guarded side writes: a reader, or the publisher, moves its own only from where it believes it to be.
import type { SideWrite, Unit } from "../core/ports.ts";
import type { SelectShape, Session, UpsertShape, Value } from "./db.ts";

const CURSORS: UpsertShape = {
  table: "cursors",
  key: ["name"],
  columns: ["name", "holder", "position", "updated_at"],
  change: ["position", "updated_at"],
};
const BY_NAME: SelectShape = { ...CURSORS, by: ["name"] };

interface Row {
  name: string;
  holder: string;
  position: number;
  updated_at: number;
}

/** The cursors a batch may move. */
export interface Cursors {
  /** Whether the guard of a side write holds. */
  allows(side: SideWrite | undefined): boolean;
  take(side: SideWrite | undefined, at: number): void;
  write(session: Session): Promise<void>;
}

const NOTHING: Cursors = { allows: () => true, take: () => undefined, write: async () => undefined };

/** Locks the cursors that units move. Nothing is asked of the database when there are none. */
export async function readCursors(session: Session, units: readonly Unit[]): Promise<Cursors> {
  const names = new Set(units.flatMap(({ side }) => (side?.kind === "cursor" ? [side.name] : [])));
  if (names.size === 0) return NOTHING;
  const keys = [...names].sort().map((one) => [one]);
  const rows = await session.select<Row>(BY_NAME, keys, "lock");
  return cursorsOf(new Map(rows.map((row) => [row.name, row])));
}

function cursorsOf(stored: ReadonlyMap<string, Row>): Cursors {
  const present = new Map(stored);
  return {
    allows: (side) => side?.kind !== "cursor" || (present.get(side.name)?.position ?? null) === side.before,
    take(side, at) {
      if (side?.kind !== "cursor") return;
      const { name, after } = side;
      if (after === null) present.delete(name);
      else present.set(name, { name, holder: present.get(name)?.holder ?? side.holder, position: after, updated_at: at });
    },
    async write(session) {
      for (const name of stored.keys()) if (!present.has(name)) await session.run("delete from cursors where name = ?", [name]);
      await session.upsert(CURSORS, [...present.values()].filter((row) => stored.get(row.name) !== row).map(valuesOf));
    },
  };
}

const valuesOf = ({ name, holder, position, updated_at }: Row): Value[] => [name, holder, position, updated_at];
