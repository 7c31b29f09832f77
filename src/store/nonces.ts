// Nonces that were used up: each lets one unit through, in whichever process and whatever became of that unit.
import type { Knex } from "knex";
import type { SideWrite, Unit } from "../core/ports.ts";
import type { SelectShape, Session } from "./db.ts";

/** The nonces that units of a batch use. */
export interface Nonces {
  /** Uses it up; false when it was used before, also by an earlier unit of the same batch. */
  use(side: SideWrite | undefined): boolean;
  write(session: Session): Promise<void>;
}

const NOTHING: Nonces = { use: () => true, write: async () => undefined };
const COLUMNS = ["expires_at", "id"] as const;
const SHAPE: SelectShape = { table: "nonces", columns: COLUMNS, by: COLUMNS };

/** Nothing is asked of the database when no unit has a nonce. */
export async function readNonces(session: Session, units: readonly Unit[]): Promise<Nonces> {
  const sides = units.flatMap(({ side }) => (side?.kind === "nonce" ? [side] : []));
  if (sides.length === 0) return NOTHING;
  const values = sides.map(({ expiresAt, id }): [number, string] => [expiresAt, id]).toSorted(inOrder);
  // Locked: where another process has just used one, this waits until that is committed, and sees it.
  const rows = await session.select<{ id: string }>(SHAPE, values, "lock");
  const used = new Set(rows.map((row) => row.id));
  const fresh: [number, string][] = [];
  return {
    use(side) {
      if (side?.kind !== "nonce") return true;
      if (used.has(side.id)) return false;
      used.add(side.id);
      fresh.push([side.expiresAt, side.id]);
      return true;
    },
    // In one order everywhere, so that two processes wait for each other but never both.
    write: async (session) => void (await session.insert(SHAPE, fresh.toSorted(inOrder))),
  };
}

function inOrder([one, id]: [number, string], [other, otherId]: [number, string]): number {
  return one - other || (id < otherId ? -1 : 1);
}

/** Rows removed at a time, so that nobody waits long for the lock. */
const STEP = 500;

/** Removes nonces that expired before `now`, a step at most; gives how many there were. */
export async function purgeNonces(knex: Knex, now: number, most: number = STEP): Promise<number> {
  const rows: { expires_at: number; id: string }[] = await knex("nonces")
    .select(COLUMNS)
    .where("expires_at", "<", now)
    .orderBy([...COLUMNS])
    .limit(most);
  const last = rows.at(-1);
  if (!last) return 0;
  // Up to the last of the step: one range of the key. Others with its time go with it, which expired as well.
  return knex("nonces").where("expires_at", "<=", last.expires_at).delete();
}
