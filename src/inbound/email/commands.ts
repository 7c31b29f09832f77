// The commands that bring something from a mail server: each to its end, and within the time that so much may take.
import type { FetchMessageObject, ImapFlow } from "imapflow";
import { shared, sharedRoom, TURN_BYTES } from "../../lib/shared-bytes.ts";
import type { InTurn } from "./pace.ts";

/** A connection, and the commands that are given over it. */
export interface Line {
  client: ImapFlow;
  inTurn: InTurn;
}

/** Bytes of a list of UIDs without end. */
const SEARCHED_BYTES = 4 * 1024 * 1024;

/** The server's answer, ascending. A refused or broken search gives no list; it must not look like an empty folder. */
export async function search({ client, inTurn }: Line, query: Parameters<ImapFlow["search"]>[0]): Promise<number[]> {
  const found = await inTurn(SEARCHED_BYTES, () => client.search(query, { uid: true }));
  if (!Array.isArray(found)) throw new Error("the mail server did not answer a search");
  return found.sort((one, other) => one - other);
}

type Query = Parameters<ImapFlow["fetchAll"]>[1];

/**
 * Fetches to the end before it returns: a command given while answers still come in would wait for ever. Servers tell of other mails
 * too meanwhile, and of these things that were not asked for, such as flags that somebody changed: each caller looks for its own.
 */
async function fetchEach(
  { client, inTurn }: Line,
  uids: readonly number[],
  { query, bytes, take }: { query: Query; bytes: number; take(mail: FetchMessageObject): void },
): Promise<void> {
  if (uids.length === 0) return;
  const asked = new Set(uids);
  await inTurn(bytes, async () => {
    for await (const mail of client.fetch(uids.join(","), query, { uid: true })) if (asked.has(mail.uid)) take(mail);
  });
  if (!client.usable) throw new Error("the connection was lost while mails were fetched");
}

/** The same, with what came as a list. */
export async function fetchAll(line: Line, uids: readonly number[], query: Query, bytes: number): Promise<FetchMessageObject[]> {
  const mails: FetchMessageObject[] = [];
  await fetchEach(line, uids, { query, bytes, take: (mail) => mails.push(mail) });
  return mails;
}

/** What a server sends beyond what it promised is let go as it comes, and never held together. */
export async function fetchSources(
  line: Line,
  uids: readonly number[],
  { most, together }: { most: number; together: number },
): Promise<Map<number, Buffer | null>> {
  const sources = new Map<number, Buffer | null>();
  let kept = 0;
  const take = ({ uid, source }: FetchMessageObject): void => {
    if (!source) return;
    const hasRoom = kept + source.length <= together;
    if (hasRoom) kept += source.length;
    sources.set(uid, hasRoom ? source : null);
  };
  await fetchEach(line, uids, { query: { uid: true, source: { start: 0, maxLength: most } }, bytes: together, take });
  return sources;
}

/** The client puts each answer together in one go, so that no answer may be large. */
export async function fetchLarge(
  line: Line,
  uid: number,
  { size, most }: { size: number; most: number },
): Promise<Buffer | null> {
  const room = sharedRoom(most);
  for (let length = 0; ; ) {
    const asked = Math.min(TURN_BYTES, most - length);
    const mails = await fetchAll(line, [uid], { uid: true, source: { start: length, maxLength: asked } }, asked);
    if (mails.length === 0) return null;
    const piece = mails.find((one) => one.source)?.source ?? Buffer.alloc(0);
    if (piece.length > asked) return wholeOf(piece, length, most);
    length += piece.copy(room, length);
    // A server may give less than was asked for; what it says of the size need not be true.
    const isEnd = piece.length === 0 || length === most || (piece.length < asked && length >= size);
    if (isEnd) return length === 0 ? null : room.subarray(0, length);
  }
}

/** Some servers do not know pieces, and send all there is. */
function wholeOf(answer: Buffer, from: number, most: number): Promise<Buffer> {
  if (from > 0) throw new Error("the mail server sent more of a mail than it was asked for");
  return shared(answer.subarray(0, most));
}
