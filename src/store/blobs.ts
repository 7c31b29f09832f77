// Long bytes, cut into parts that every server takes in one statement.
import type { Session, Shape, Value } from "./db.ts";

const PART = 512 * 1024;
const BLOBS: Shape = { table: "blobs", columns: ["id", "part", "data"] };

/** The rows of one blob; there is a first one also where there are no bytes. */
export function blobParts(id: string, bytes: Buffer): Value[][] {
  const parts: Value[][] = [];
  for (let from = 0; from < bytes.length || parts.length === 0; from += PART)
    parts.push([id, parts.length, bytes.subarray(from, from + PART)]);
  return parts;
}

/** Writes them part by part: one statement never holds more than one. */
export async function writeBlobs(session: Session, parts: Iterable<Value[]>): Promise<void> {
  for (const part of parts) await session.insert(BLOBS, [part]);
}
