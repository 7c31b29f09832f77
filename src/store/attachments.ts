// Files as a batch works with them: staged piece by piece as guarded side writes, taken over by the event of their task in its
// commit, dropped in small steps when no event came. A piece is a statement of its own: none ever holds a whole file.
import type { AttachmentFacts } from "../core/events.ts";
import type { AttachmentWrite, SideWrite, StagedAttachment, Unit } from "../core/ports.ts";
import type { SelectShape, Session, Shape, UpsertShape, Value } from "./db.ts";
import type { TaskEntry } from "./rows.ts";

const COLUMNS = [
  ...["id", "provider", "name", "content_type", "size", "sha256", "state", "pieces"],
  ...["task_id", "event_id", "visible_to", "created_at", "touched_at", "inline_id"],
] as const;

const BY_ID: SelectShape = { table: "attachments", columns: COLUMNS, by: ["id"] };
const BY_TASK: SelectShape = { table: "attachments", columns: ["task_id"], by: ["task_id"] };
const REWRITE: UpsertShape = { table: "attachments", key: ["id"], columns: COLUMNS, change: COLUMNS.slice(2) };

/** A row of `attachments`. `staging` lacks pieces, `staged` is whole, `kept` is in an event, `dropping` loses its pieces. */
interface AttachmentRow {
  id: string;
  /** Who staged it; null for the desk. */
  provider: string | null;
  name: string;
  content_type: string;
  size: number | null;
  sha256: string | null;
  state: "staging" | "staged" | "kept" | "dropping";
  pieces: number;
  task_id: number | null;
  event_id: string | null;
  /** The provider that may read it; null for none. */
  visible_to: string | null;
  created_at: number;
  touched_at: number;
  /** Of a picture in the text of a mail its content id, empty without one; null for any other file. */
  inline_id: string | null;
}

interface Entry {
  row: AttachmentRow;
  saved: "stored" | "changed" | "new" | "gone";
  /** The task has its row id only when its event has a position. */
  task: TaskEntry | null;
}

/** What an event takes over. */
export interface Kept {
  facts: AttachmentFacts;
  event: string;
  task: TaskEntry;
  /** The provider the event concerns. */
  provider: string | null;
  at: number;
}

/** The part of the attachments that a batch works on. */
export interface Attachments {
  find(id: string): StagedAttachment | undefined;
  /** How many the task of this number has. */
  count(task: string): number;
  allows(side: SideWrite | undefined): boolean;
  take(unit: Unit): void;
  keep(kept: Kept): void;
  /** Called when every event has its position. */
  write(session: Session): Promise<void>;
}

const NOTHING: Attachments = {
  find: () => undefined,
  count: () => 0,
  allows: () => true,
  take: () => undefined,
  keep() {
    throw new Error("a file that its command did not name");
  },
  write: async () => undefined,
};

interface State {
  entries: Map<string, Entry>;
  /** By number of the task, what is stored and what this batch added. */
  counts: Map<string, number>;
  /** Pieces to be written or taken away, in order. */
  steps: ((session: Session) => unknown)[];
}

interface Named {
  ids: ReadonlySet<string>;
  tasks: ReadonlyMap<string, TaskEntry>;
}

/**
 * Locks the files that units name and counts those of the loaded tasks, whose locks keep the count true. Nothing is asked of the
 * database when no unit names a file.
 */
export async function readAttachments(session: Session, units: readonly Unit[], { ids, tasks }: Named): Promise<Attachments> {
  const sides = units.flatMap(({ side }) => (side?.kind === "attachment" ? [side.id] : []));
  if (ids.size === 0 && sides.length === 0) return NOTHING;
  const values = [...new Set([...ids, ...sides])].sort().map((id) => [id]);
  const rows = await session.select<AttachmentRow>(BY_ID, values, "lock");
  return attachmentsOf({
    entries: new Map(rows.map((row): [string, Entry] => [row.id, { row, saved: "stored", task: null }])),
    counts: ids.size === 0 ? new Map() : await countsOf(session, tasks),
    steps: [],
  });
}

async function countsOf(session: Session, tasks: Named["tasks"]): Promise<Map<string, number>> {
  const numbers = new Map([...tasks.values()].map(({ id, task }) => [id, task.number]));
  const keys = [...numbers.keys()].map((id) => [id]);
  const counts = new Map<string, number>();
  for (const { task_id: id } of await session.select<{ task_id: number }>(BY_TASK, keys)) {
    const number = numbers.get(id) ?? "";
    counts.set(number, (counts.get(number) ?? 0) + 1);
  }
  return counts;
}

function attachmentsOf(state: State): Attachments {
  const { entries, counts } = state;
  return {
    find: (id) => stagedOf(entries.get(id)),
    count: (task) => counts.get(task) ?? 0,
    allows: (side) => side?.kind !== "attachment" || allows(entries.get(side.id), side),
    take(unit) {
      if (unit.side?.kind === "attachment") take(state, unit.side, unit);
    },
    keep: (kept) => keep(state, kept),
    write: (session) => writeAttachments(session, state),
  };
}

function stagedOf(entry: Entry | undefined): StagedAttachment | undefined {
  if (entry?.saved === "gone" || entry?.row.state !== "staged") return undefined;
  const { provider, size, sha256 } = entry.row;
  return size === null || sha256 === null ? undefined : { provider, size, sha256 };
}

/** A file grows and shrinks only from where whoever does it believes it to be; one that is in an event does neither. */
function allows(entry: Entry | undefined, side: AttachmentWrite): boolean {
  if (entry === undefined || entry.saved === "gone") return side.step === "add" && side.pieces === 0;
  const { state, pieces, touched_at: touched } = entry.row;
  if (side.pieces !== pieces) return false;
  if (side.step === "add") return state === "staging" && pieces > 0;
  return state === "dropping" || (state !== "kept" && touched <= side.idleSince);
}

function take(state: State, side: AttachmentWrite, unit: Unit): void {
  const entry = state.entries.get(side.id) ?? newEntry(side, unit);
  state.entries.set(side.id, entry);
  if (side.step === "add") addPiece(state, entry, side);
  else dropPieces(state, entry, side);
  entry.row.touched_at = unit.at;
  if (entry.saved === "stored") entry.saved = "changed";
}

function newEntry(side: AttachmentWrite, { caller, at }: Unit): Entry {
  const [name, type] = side.step === "add" ? [side.name, side.contentType] : ["", ""];
  const provider = caller.kind === "provider" ? caller.provider : null;
  const row: AttachmentRow = {
    ...{ id: side.id, provider, name, content_type: type, size: null, sha256: null, state: "staging", pieces: 0 },
    ...{ task_id: null, event_id: null, visible_to: null, created_at: at, touched_at: at, inline_id: null },
  };
  return { row, saved: "new", task: null };
}

const PIECES: Shape = { table: "attachment_pieces", columns: ["attachment_id", "number", "data"] };

function addPiece(state: State, { row }: Entry, { bytes, whole }: Extract<AttachmentWrite, { step: "add" }>): void {
  // As a Buffer, whichever thread it came from: drivers take nothing else for bytes.
  const piece = [row.id, row.pieces, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)];
  state.steps.push((session) => session.insert(PIECES, [piece]));
  row.pieces += 1;
  if (whole) Object.assign(row, { ...whole, state: "staged" });
}

const DROP = "delete from attachment_pieces where attachment_id = ? and number >= ?";

function dropPieces(state: State, entry: Entry, { keep: left }: Extract<AttachmentWrite, { step: "drop" }>): void {
  const { row } = entry;
  state.steps.push((session) => session.run(DROP, [row.id, left]));
  row.pieces = left;
  row.state = "dropping";
  if (left > 0) return;
  entry.saved = "gone";
  state.steps.push((session) => session.run("delete from attachments where id = ?", [row.id]));
}

function keep({ entries, counts }: State, { facts, event, task, provider, at }: Kept): void {
  const entry = entries.get(facts.id);
  if (!entry) throw new Error("a file that is not there");
  const visible = facts.visibility === "provider" ? provider : null;
  const { name, contentType } = facts;
  Object.assign(entry.row, {
    name,
    content_type: contentType,
    state: "kept",
    event_id: event,
    visible_to: visible,
    touched_at: at,
    inline_id: facts.inlineId ?? null,
  });
  entry.task = task;
  if (entry.saved === "stored") entry.saved = "changed";
  counts.set(task.task.number, (counts.get(task.task.number) ?? 0) + 1);
}

async function writeAttachments(session: Session, { entries, steps }: State): Promise<void> {
  const rows = (saved: Entry["saved"]): Value[][] =>
    [...entries.values()]
      .filter((one) => one.saved === saved)
      .map(({ row, task }) => COLUMNS.map((column) => (column === "task_id" ? (task?.id ?? row.task_id) : row[column])));
  await session.insert(REWRITE, rows("new"));
  await session.rewrite(REWRITE, rows("changed"));
  for (const step of steps) await step(session);
}

/** The bytes a side write carries: they must be counted as what they are, and never written as JSON. */
export function bytesOf(side: SideWrite | undefined): Uint8Array | null {
  if (side?.kind === "attachment") return side.step === "add" ? side.bytes : null;
  return side && "quarantine" in side ? (side.quarantine?.raw ?? null) : null;
}
