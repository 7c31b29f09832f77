// Guarded side writes: the position of a mailbox moves only from where its reader believes it to be.
import type { SideWrite, Unit } from "../core/ports.ts";
import { quarantined } from "./messages.ts";
import type { SelectShape, Session, UpsertShape, Value } from "./db.ts";
import type { Writing } from "./writing.ts";

interface Position {
  uid_validity: string;
  last_uid: number;
  state: "stored" | "changed" | "new";
}

/** The mailbox positions a batch may move. */
export interface Positions {
  /** Whether the guard of a side write holds. */
  allows(side: SideWrite | undefined): boolean;
  /** Takes a side write whose guard holds. */
  take(side: SideWrite | undefined, writing: Writing, at: number): void;
  /** Mailbox, UID validity and last UID of what changed, by what must be done with the row. */
  rows(state: "changed" | "new"): Value[][];
}

export const POSITION_SHAPE: UpsertShape = {
  table: "mailbox_positions",
  key: ["mailbox"],
  columns: ["mailbox", "uid_validity", "last_uid"],
  change: ["uid_validity", "last_uid"],
};

const BY_MAILBOX: SelectShape = { ...POSITION_SHAPE, by: ["mailbox"] };

export async function readPositions(session: Session, units: readonly Unit[]): Promise<Positions> {
  const mailboxes = new Set(units.flatMap(({ side }) => (side?.kind === "mailbox" ? [side.mailbox] : [])));
  const keys = [...mailboxes].sort().map((one) => [one]);
  const rows = await session.select<Position & { mailbox: string }>(BY_MAILBOX, keys, "lock");
  const known = new Map(rows.map((row): [string, Position] => [row.mailbox, { ...row, state: "stored" }]));
  return {
    allows: (side) => side?.kind !== "mailbox" || lastUid(known.get(side.mailbox), side.uidValidity) === side.before,
    take(side, writing, at) {
      if (side && "quarantine" in side && side.quarantine) writing.quarantine.push(quarantined(side, side.quarantine, at));
      if (side?.kind !== "mailbox") return;
      const state = known.get(side.mailbox)?.state ?? "new";
      known.set(side.mailbox, {
        uid_validity: side.uidValidity,
        last_uid: side.after,
        state: state === "stored" ? "changed" : state,
      });
    },
    rows: (state) =>
      [...known].filter(([, one]) => one.state === state).map(([mailbox, one]) => [mailbox, one.uid_validity, one.last_uid]),
  };
}

/** Under another UID validity nothing has been read yet (RFC 9051 section 2.3.1.1). */
function lastUid(position: Position | undefined, uidValidity: string): number {
  return position?.uid_validity === uidValidity ? position.last_uid : 0;
}
