// Messages as rows: the raw form of what led to an event, and those that led to none, with what somebody did about them. Never sees a
// credential: what it is given has none.
import type { KeptMessage, MessageWrite, QuarantinedMail, RawForm } from "../core/messages.ts";
import type { SideWrite, Unit } from "../core/ports.ts";
import { drawId } from "../lib/ids.ts";
import { AUDIT, type AuditEntry, auditRow } from "./audit.ts";
import { blobParts, writeBlobs } from "./blobs.ts";
import type { SelectShape, Session, Shape, Tuple, Value } from "./db.ts";

const COLUMNS = [
  ...["id", "kind", "state", "channel", "holder", "provider", "credential", "code", "detail", "task", "named_task"],
  ...["named_reference", "event_id", "sender", "subject", "about", "answer", "bytes", "raw", "blob_id", "at"],
] as const;
const MESSAGES: Shape = { table: "messages", columns: COLUMNS };
const RAW: Shape = { table: "raw_messages", columns: ["position", "about", "bytes", "raw", "blob_id"] };
const BY_ID: SelectShape = { table: "messages", columns: ["id", "kind", "state"], by: ["id"] };
// What was known of the task stays where nothing new is.
const HANDLED = `update messages set state = ?, handled_by = ?, handled_at = ?, comment = ?, event_id = coalesce(?, event_id),
  task = coalesce(?, task) where id = ?`;

/** What is larger goes to the blobs, so that pages of rows stay small. */
const INLINE_BYTES = 64 * 1024;

/** Where the bytes of a message stand. */
interface Stored {
  raw: Buffer | null;
  blob: string | null;
  parts: Value[][];
}

function stored(bytes: Buffer): Stored {
  if (bytes.length <= INLINE_BYTES) return { raw: bytes, blob: null, parts: [] };
  const blob = drawId();
  return { raw: null, blob, parts: blobParts(blob, bytes) };
}

/** Rows that a batch adds. */
export interface MessageRows {
  rows: Value[][];
  parts: Value[][];
}

const cut = (text: string | null | undefined, most: number): string | null => text?.slice(0, most) ?? null;

/** The row of a message that was refused or came again. */
function keptRow(kept: KeptMessage, into: MessageRows): void {
  const { caller, raw, named, answer } = kept;
  const { raw: inline, blob, parts } = stored(Buffer.from(raw.text, "latin1"));
  into.parts.push(...parts);
  into.rows.push([
    ...[kept.id, kept.kind, kept.kind === "refused" ? "open" : null, kept.channel],
    ...[caller.kind, caller.kind === "provider" ? caller.provider : null, cut(caller.credential, 160)],
    ...[cut(kept.code, 64), cut(kept.detail, 4000), cut(kept.task, 64), cut(named.task, 128), cut(named.reference, 128)],
    ...[kept.event, null, null, JSON.stringify(raw.about), answer && JSON.stringify(answer)],
    ...[raw.bytes, inline, blob, kept.at],
  ]);
}

/** The row of a mail that is set aside, with the reason. */
export function quarantined(side: Extract<SideWrite, { mailbox: string }>, mail: QuarantinedMail, at: number): MessageRows {
  const bytes = Buffer.from(mail.raw.buffer, mail.raw.byteOffset, mail.raw.byteLength);
  const { raw, blob, parts } = stored(bytes);
  const { caller = null, named = {}, messageId, requestId, key } = mail;
  const place = side.kind === "mailbox" ? { uidValidity: side.uidValidity, uid: side.after } : {};
  const cutAt = mail.isCut ? { keptBytes: bytes.length } : {};
  const about = { operation: "mail", place: side.mailbox, requestId, messageId: cut(messageId, 998), ...place, ...cutAt, key };
  const who = caller && [caller.kind, caller.kind === "provider" ? caller.provider : null, cut(caller.credential, 160)];
  const row = [
    ...[drawId(), "quarantined", mail.isNoise ? "noise" : "open", "email", ...(who ?? [null, null, null])],
    ...[cut(mail.reason, 64), cut(mail.detail, 4000), null, cut(named.task, 128), cut(named.reference, 128), null],
    ...[cut(mail.sender, 320), cut(mail.subject, 998), JSON.stringify(about), null, bytes.length, raw, blob, at],
  ];
  return { rows: [row], parts };
}

/** The rows of raw forms, each under the position of the first event of its unit. */
export function rawRows(events: readonly { unit: Unit }[], first: number): MessageRows {
  const into: MessageRows = { rows: [], parts: [] };
  let last: RawForm | undefined;
  for (const [index, { unit }] of events.entries()) {
    const { raw } = unit;
    if (raw === undefined || raw === last) continue;
    last = raw;
    const { raw: inline, blob, parts } = stored(Buffer.from(raw.text, "latin1"));
    into.rows.push([first + index, JSON.stringify(raw.about), raw.bytes, inline, blob]);
    into.parts.push(...parts);
  }
  return into;
}

/** Writes raw forms, the long ones as blobs. */
export async function writeRaw(session: Session, { rows, parts }: MessageRows): Promise<void> {
  if (rows.length === 0) return;
  await session.insert(RAW, rows);
  await writeBlobs(session, parts);
}

/** What running a message again led to. */
interface Led {
  event: string | null;
  task: string | null;
}

/** What the units of a batch do to messages. */
export interface Messages {
  /** Whether the message is there and nobody has ended it. */
  allows(side: SideWrite): boolean;
  /** `events` and `task` are what running it again led to. */
  take(side: SideWrite, at: number, led: Led): void;
  write(session: Session): Promise<void>;
}

type Row = { id: string; kind: string; state: string | null };

/** Nothing is asked of the database when no unit has to do with messages. */
export async function readMessages(session: Session, units: readonly Unit[]): Promise<Messages> {
  const ids = [...new Set(units.flatMap(({ side }) => (side?.kind === "message" ? [side.id] : [])))].sort();
  const known = new Map(
    (
      await session.select<Row>(
        BY_ID,
        ids.map((id) => [id]),
        "lock",
      )
    ).map((row) => [row.id, row.state]),
  );
  const into: MessageRows = { rows: [], parts: [] };
  const handled: Value[][] = [];
  const told: Tuple[] = [];
  return {
    allows: (side) => side.kind !== "message" || ["open", "noise"].includes(known.get(side.id) ?? ""),
    take(side, at, led) {
      if (side.kind === "messages") for (const one of side.messages) keptRow(one, into);
      if (side.kind === "message") {
        known.set(side.id, side.state);
        handled.push(handledRow(side, at, led));
        told.push(auditRow(entryOf(side, led), at));
      }
    },
    async write(session) {
      for (const row of handled) await session.run(HANDLED, row);
      await session.insert(AUDIT, told);
      await session.insert(MESSAGES, into.rows);
      await writeBlobs(session, into.parts);
    },
  };
}

function entryOf({ by, id, state, comment, correction }: MessageWrite, led: Led): AuditEntry {
  const corrected = correction && Object.keys(correction).length > 0 ? { correction } : {};
  return { by, kind: "messages", name: id, deed: state, after: { comment, ...corrected, ...led } };
}

function handledRow({ id, state, by, comment }: MessageWrite, at: number, led: Led): Value[] {
  return [state, cut(by.who, 160), at, cut(comment, 4000), led.event, cut(led.task, 64), id];
}

/** Writes a mail that was set aside. */
export async function writeQuarantine(session: Session, { rows, parts }: MessageRows): Promise<void> {
  if (rows.length === 0) return;
  await session.insert(MESSAGES, rows);
  await writeBlobs(session, parts);
}
