// Messages of every kind as one shape, whichever table they stand in. Read-only.
import type { GivenAnswer, MessageAbout } from "../../core/messages.ts";
import type { Channel } from "../../core/ports.ts";
import type { Reader as Source, Value } from "../db.ts";

/** `accepted` led to an event, `repeated` had been answered before, `refused` and `quarantined` led to nothing, `delivery` went out. */
export const MESSAGE_KINDS = ["accepted", "repeated", "refused", "quarantined", "delivery"] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];
/** Of those that led to nothing: nobody has looked, it was run again, it was put aside for good, nobody need look. */
export const MESSAGE_STATES = ["open", "run", "dismissed", "noise"] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/** A message. Times in milliseconds UTC; what is not known is null. */
export interface MessageView {
  id: string;
  kind: MessageKind;
  state: MessageState | null;
  channel: Channel | "outgoing";
  operation: string | null;
  /** The request target, the mailbox, or the System. */
  place: string | null;
  requestId: string | null;
  address: string | null;
  caller: { kind: string; provider: string | null; credential: string | null } | null;
  /** Number of the task it is about. */
  task: string | null;
  named: { task: string | null; reference: string | null };
  /** Id of the event it led to, stands for, or tells of. */
  event: string | null;
  code: string | null;
  detail: string | null;
  /** The status answered. */
  status: number | null;
  sender: string | null;
  subject: string | null;
  bytes: number | null;
  /** Whether bytes of it are kept, and whether all of them. */
  raw: "none" | "part" | "whole";
  masked: boolean;
  handled: { by: string; at: number; comment: string | null } | null;
  at: number;
}

/** A message with what only one of it is asked for. */
export interface MessageDetail extends MessageView {
  about: MessageAbout;
  /** What was answered, where the text itself is kept. */
  answer: GivenAnswer | null;
}

interface MessageRow {
  id: string;
  kind: MessageKind;
  state: MessageState | null;
  channel: Channel;
  holder: string | null;
  provider: string | null;
  credential: string | null;
  code: string | null;
  detail: string | null;
  task: string | null;
  named_task: string | null;
  named_reference: string | null;
  event_id: string | null;
  sender: string | null;
  subject: string | null;
  about: string;
  answer: string | null;
  bytes: number;
  inline_bytes: number | null;
  blob_id: string | null;
  at: number;
  handled_by: string | null;
  handled_at: number | null;
  comment: string | null;
}

export const MESSAGE_COLUMNS = `id, kind, state, channel, holder, provider, credential, code, detail, task, named_task,
  named_reference, event_id, sender, subject, about, answer, bytes, length(raw) as inline_bytes, blob_id, at, handled_by, handled_at, comment`;

/** Messages by a condition on their table. */
export async function messagesWhere(source: Source, where: string, values: readonly Value[]): Promise<MessageDetail[]> {
  return (await source.all<MessageRow>(`select ${MESSAGE_COLUMNS} from messages where ${where}`, values)).map(messageView);
}

const rawOf = (kept: number, bytes: number, blob: string | null): MessageView["raw"] => {
  if (bytes > 0 && kept === 0 && blob === null) return "none";
  return blob !== null || kept >= bytes ? "whole" : "part";
};

function messageView(row: MessageRow): MessageDetail {
  const about = JSON.parse(row.about) as MessageAbout;
  const { handled_by: by, handled_at: at, comment } = row;
  return {
    ...{ id: row.id, kind: row.kind, state: row.state, channel: row.channel, ...aboutView(about) },
    caller: row.holder === null ? null : { kind: row.holder, provider: row.provider, credential: row.credential },
    ...{ task: row.task, named: { task: row.named_task, reference: row.named_reference }, event: row.event_id },
    ...{ code: row.code, detail: row.detail, sender: row.sender, subject: row.subject, bytes: row.bytes },
    raw: about.keptBytes === undefined ? rawOf(row.inline_bytes ?? 0, row.bytes, row.blob_id) : "part",
    handled: by === null || at === null ? null : { by, at, comment },
    ...{ at: row.at, about, answer: row.answer === null ? null : (JSON.parse(row.answer) as GivenAnswer) },
  };
}

function aboutView({ operation, place, requestId, address, status, masked = false }: MessageAbout) {
  return { operation, place, requestId: requestId ?? null, address: address ?? null, status: status ?? null, masked };
}

interface AcceptedRow {
  position: number;
  id: string;
  channel: Channel;
  actor: string;
  provider: string | null;
  at: number;
  task: string | null;
  reference: string | null;
  about: string | null;
  bytes: number | null;
  inline_bytes: number | null;
  blob_id: string | null;
}

/** Messages that led to events, by a condition on the events `e`. */
export async function acceptedWhere(source: Source, where: string, values: readonly Value[]): Promise<MessageDetail[]> {
  const rows = await source.all<AcceptedRow>(
    `select e.position, e.id, e.channel, e.actor, e.provider, e.at, e.reference, t.number as task, r.about, r.bytes,
     length(r.raw) as inline_bytes, r.blob_id
     from events e left join raw_messages r on r.position = e.position left join tasks t on t.id = e.task_id where ${where}`,
    values,
  );
  return rows.map(acceptedView);
}

function acceptedView(row: AcceptedRow): MessageDetail {
  const about = row.about === null ? { operation: "", place: "" } : (JSON.parse(row.about) as MessageAbout);
  const { operation, place, ...known } = aboutView(about);
  const [kind = "", credential = null] = row.actor.split(/:(.*)/s);
  return {
    ...{ id: row.id, kind: "accepted", state: null, channel: row.channel, ...known },
    ...{ operation: operation || null, place: place || null },
    caller: { kind, provider: kind === "provider" ? row.provider : null, credential },
    ...{ task: row.task, named: { task: null, reference: null }, event: row.id, code: null, detail: null },
    ...{ sender: null, subject: null, bytes: row.bytes },
    raw:
      row.bytes === null ? "none" : about.keptBytes === undefined ? rawOf(row.inline_bytes ?? 0, row.bytes, row.blob_id) : "part",
    ...{ handled: null, at: row.at, about, answer: null },
  };
}

interface DeliveryRow {
  delivery_key: string;
  system_name: string;
  mapping: string;
  state: string;
  code: string | null;
  note: string | null;
  created_at: number;
  event: string | null;
  provider: string | null;
  task: string | null;
}

/** What was to go out, by a condition on the deliveries `d`. */
export async function deliveriesWhere(source: Source, where: string, values: readonly Value[]): Promise<MessageDetail[]> {
  const rows = await source.all<DeliveryRow>(
    `select d.delivery_key, d.system_name, d.mapping, d.state, d.code, d.note, d.created_at, e.id as event, e.provider, t.number as task
     from deliveries d left join events e on e.position = d.position left join tasks t on t.id = d.subject where ${where}`,
    values,
  );
  return rows.map((row) => ({
    ...{
      id: row.delivery_key,
      kind: "delivery",
      state: null,
      channel: "outgoing",
      operation: row.mapping,
      place: row.system_name,
    },
    ...{ requestId: null, address: null, caller: null, task: row.task, named: { task: null, reference: null }, event: row.event },
    ...{ code: row.code ?? row.state, detail: row.note, status: null, sender: null, subject: null, bytes: null, raw: "none" },
    ...{
      masked: false,
      handled: null,
      at: row.created_at,
      about: { operation: row.mapping, place: row.system_name },
      answer: null,
    },
  }));
}

/** The bytes of a message; null where none are kept. */
export async function bytesOfMessage(source: Source, { id, kind }: MessageView): Promise<Buffer | null> {
  const sql =
    kind === "accepted"
      ? "select r.raw, r.blob_id from events e join raw_messages r on r.position = e.position where e.id = ?"
      : "select raw, blob_id from messages where id = ?";
  const [row] = await source.all<{ raw: Uint8Array | null; blob_id: string | null }>(sql, [id]);
  if (!row) return null;
  if (row.raw !== null) return Buffer.from(row.raw);
  const parts = await source.all<{ data: Uint8Array }>("select data from blobs where id = ? order by part", [row.blob_id]);
  return Buffer.concat(parts.map((part) => part.data));
}
