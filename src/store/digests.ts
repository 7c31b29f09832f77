// The last answers of a task, by the digest of the call, in one small blob: no index on random values is needed for them.
import { createHash } from "node:crypto";
import type { Unit } from "../core/ports.ts";

const DIGEST = 12;
const TIME = 6;
const ID = 16;
const ENTRY = DIGEST + TIME + ID;
const MOST = 16;

export const NO_DIGESTS = Buffer.alloc(0);

/**
 * The unit with its digest bound to the provider that sent it: what one provider sent is never the answer to another,
 * whose call may be the same to the byte.
 */
export function withOwnDigest(unit: Unit): Unit {
  const { digest, caller } = unit;
  if (!digest || caller.kind !== "provider") return unit;
  const own = createHash("sha256").update(`${caller.provider}\n`).update(digest).digest();
  return { ...unit, digest: own.subarray(0, DIGEST) };
}

/** Puts an answer in front, dropping the oldest beyond 16. `digest` has 12 bytes or more, `event` is a UUID in text. */
export function rememberAnswer(digests: Buffer, digest: Uint8Array, event: string, at: number): Buffer {
  const entry = Buffer.alloc(ENTRY);
  entry.set(digest.subarray(0, DIGEST), 0);
  entry.writeUIntBE(at, DIGEST, TIME);
  entry.write(event.replaceAll("-", ""), DIGEST + TIME, "hex");
  return Buffer.concat([entry, digests.subarray(0, (MOST - 1) * ENTRY)]);
}

/** The newest answer to a call with this digest. */
export function recallAnswer(digests: Buffer, digest: Uint8Array): { event: string; at: number } | undefined {
  const wanted = digest.subarray(0, DIGEST);
  for (let from = 0; from < digests.length; from += ENTRY) {
    if (digests.compare(wanted, 0, DIGEST, from, from + DIGEST) !== 0) continue;
    const at = digests.readUIntBE(from + DIGEST, TIME);
    const hex = digests.toString("hex", from + DIGEST + TIME, from + ENTRY);
    return { event: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), at };
  }
  return undefined;
}
