// The answers of a task that may be asked for again, by the digest of the call, in one small blob: no index on random values is needed
// for them.
import type { Site } from "./site.ts";

const DIGEST = 12;
const TIME = 6;
const ID = 16;
const ENTRY = DIGEST + TIME + ID;
/** Whoever was not sure of an answer comes again when many others have called meanwhile. */
const MOST = 256;

export const NO_DIGESTS = Buffer.alloc(0);

/** An answer by the digest of its call, 24 hex digits or more. `event` is a UUID in text, `at` the time of the call in milliseconds UTC. */
export interface Remembered {
  digest: string;
  event: string;
  at: number;
}

/** Puts an answer in front. The oldest are dropped: those from before `since`, of which nobody may be reminded, and any beyond 256. */
export function rememberAnswer(digests: Buffer, { digest, event, at }: Remembered, since: number): Buffer {
  let kept = Math.min(digests.length, (MOST - 1) * ENTRY);
  while (kept > 0 && digests.readUIntBE(kept - ENTRY + DIGEST, TIME) < since) kept -= ENTRY;
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

const windows = new WeakMap<Site, number>();

/** How long any provider's calls may be repeats, in milliseconds: a task may have been with several. */
export function longestWindow(site: Site): number {
  const known = windows.get(site);
  if (known !== undefined) return known;
  const longest = Math.max(0, ...[...site.providers.values()].map(({ repeatWindowMs }) => repeatWindowMs));
  windows.set(site, longest);
  return longest;
}
