// The last answers of a task, by the digest of the call, in one small blob: no index on random values is needed for them.

const DIGEST = 12;
const TIME = 6;
const ID = 16;
const ENTRY = DIGEST + TIME + ID;
const MOST = 16;

export const NO_DIGESTS = Buffer.alloc(0);

/** Puts an answer in front, dropping the oldest beyond 16. `digest` is 24 hex digits or more, `event` a UUID in text. */
export function rememberAnswer(digests: Buffer, digest: string, event: string, at: number): Buffer {
  const kept = Math.min(digests.length, (MOST - 1) * ENTRY);
  const all = Buffer.allocUnsafe(ENTRY + kept);
  all.write(digest, 0, DIGEST, "hex");
  all.writeUIntBE(at, DIGEST, TIME);
  all.write(event.replaceAll("-", ""), DIGEST + TIME, ID, "hex");
  digests.copy(all, ENTRY, 0, kept);
  return all;
}

/** The newest answer to a call with this digest. */
export function recallAnswer(digests: Buffer, digest: string): { event: string; at: number } | undefined {
  if (digests.length === 0) return undefined;
  const wanted = Buffer.from(digest.slice(0, 2 * DIGEST), "hex");
  // One search for all entries; bytes that happen to be the same across two of them are no match.
  for (let from = digests.indexOf(wanted); from >= 0; from = digests.indexOf(wanted, from + 1)) {
    if (from % ENTRY !== 0) continue;
    const at = digests.readUIntBE(from + DIGEST, TIME);
    const hex = digests.toString("hex", from + DIGEST + TIME, from + ENTRY);
    return { event: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"), at };
  }
  return undefined;
}
