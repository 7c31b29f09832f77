// Guarded side writes: the position of a mailbox moves only from where its reader believes it to be.
import { drawId } from "../lib/ids.ts";
import type { QuarantinedMail, SideWrite, Unit } from "../core/ports.ts";
import type { Session, UpsertShape, Value } from "./db.ts";
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

export async function readPositions(session: Session, units: readonly Unit[]): Promise<Positions> {
  const mailboxes = new Set(units.flatMap(({ side }) => (side?.kind === "mailbox" ? [side.mailbox] : [])));
  const keys = { columns: ["mailbox"], values: [...mailboxes].sort().map((one) => [one]) };
  const rows =
    mailboxes.size > 0
      ? await session.select<Position & { mailbox: string }>("mailbox_positions", POSITION_SHAPE.columns, keys, "lock")
      : [];
  const known = new Map(rows.map((row): [string, Position] => [row.mailbox, { ...row, state: "stored" }]));
  return {
    allows: (side) => side?.kind !== "mailbox" || lastUid(known.get(side.mailbox), side.uidValidity) === side.before,
    take(side, writing, at) {
      if (side?.quarantine) writing.quarantine.push(quarantined(side, side.quarantine, at));
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

/** A row for the quarantine, with its bytes cut into parts that every server takes in one statement. */
export interface QuarantineRow {
  values: Value[];
  parts: Value[][];
}

const PART = 512 * 1024;

function quarantined(side: SideWrite, mail: QuarantinedMail, at: number): QuarantineRow {
  const blob = drawId();
  const raw = Buffer.from(mail.raw.buffer, mail.raw.byteOffset, mail.raw.byteLength);
  const parts: Value[][] = [];
  for (let from = 0; from < raw.length || parts.length === 0; from += PART)
    parts.push([blob, parts.length, raw.subarray(from, from + PART)]);
  const place = side.kind === "mailbox" ? [side.uidValidity, side.after] : [null, null];
  const cut = (text: string | null, most: number): string | null => text?.slice(0, most) ?? null;
  const about = [
    cut(mail.reason, 64) ?? "",
    cut(mail.detail, 4000),
    cut(mail.messageId, 998),
    cut(mail.sender, 320),
    cut(mail.subject, 998),
  ];
  return { values: [drawId(), side.mailbox, ...about, ...place, raw.length, blob, at], parts };
}
