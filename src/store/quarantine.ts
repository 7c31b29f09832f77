// Mails that led to no event, as rows: what is known of them, and their bytes.
import type { QuarantinedMail, SideWrite } from "../core/ports.ts";
import { drawId } from "../lib/ids.ts";
import type { Session, Shape, Value } from "./db.ts";

/** A row for the quarantine, with its bytes cut into parts that every server takes in one statement. */
export interface QuarantineRow {
  values: Value[];
  parts: Value[][];
}

const PART = 512 * 1024;

/** The rows of a mail that is set aside, with the reason. */
export function quarantined(side: Extract<SideWrite, { mailbox: string }>, mail: QuarantinedMail, at: number): QuarantineRow {
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

const QUARANTINE: Shape = {
  table: "quarantine",
  columns: [
    ...["id", "mailbox", "reason", "detail", "message_id", "sender", "subject"],
    ...["uid_validity", "uid", "bytes", "blob_id", "at"],
  ],
};
const BLOBS: Shape = { table: "blobs", columns: ["id", "part", "data"] };

/** Writes what was set aside, part by part. */
export async function writeQuarantine(session: Session, rows: readonly QuarantineRow[]): Promise<void> {
  if (rows.length === 0) return;
  await session.insert(
    QUARANTINE,
    rows.map((one) => one.values),
  );
  for (const { parts } of rows) for (const part of parts) await session.insert(BLOBS, [part]);
}
