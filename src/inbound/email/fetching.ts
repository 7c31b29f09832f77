// Fetches mails group by group, in UID order. What a server says of sizes is only a promise: what really comes is counted, and where it is
// more, the rest of a group is fetched again later, mail by mail.
import { TURN_BYTES } from "../../lib/shared-bytes.ts";
import { MAIL_LIMIT } from "./parse.ts";
import { HEADER_BYTES, type ImapSession, type Listed } from "./session.ts";

/** A mail to be fetched, and its size as the server tells it. */
export interface Sized {
  uid: number;
  size: number;
  /** It was larger than the server had said: nothing is known of its size. */
  isDoubted?: true;
}

/** A mail as it was fetched. */
export interface Fetched {
  uid: number;
  raw: Buffer;
  /** Why the mail is not even read, or null. */
  aside: { reason: string; detail: string } | null;
}

/** What came of a group, and those behind it that are to be fetched one by one. */
export interface Batch {
  mails: Fetched[];
  rest: Sized[];
}

/** What outlives a look: the mail whose fetching failed last, and how often in a row; whether handled mails could not be finished. */
export interface Stuck {
  uid: number;
  times: number;
  unfinished: boolean;
}

const TOGETHER = 128;
const TOGETHER_BYTES = 4 * 1024 * 1024;
/** After so many lost connections in a row while one mail was fetched, the mail is taken to be the cause. */
const MOST_FETCHES = 10;
/** Some servers only estimate sizes. */
const INEXACT_PART = 1.25;
const INEXACT_BYTES = 4 * 1024;

/** Mails to fetch together, in UID order, bounded by count and bytes; a larger one goes alone. */
export function groupsOf(listed: ReadonlyMap<number, Listed>, { times }: Stuck): Sized[][] {
  const groups: Sized[][] = [];
  const most = times > 0 ? 1 : TOGETHER;
  let bytes = 0;
  for (const [uid, { size }] of [...listed].sort(([one], [other]) => one - other)) {
    const group = groups.at(-1);
    bytes += size;
    if (group && group.length < most && bytes <= TOGETHER_BYTES) group.push({ uid, size });
    else {
      groups.push([{ uid, size }]);
      bytes = size;
    }
  }
  return groups;
}

/** So many bytes of a mail are taken, whatever comes. */
function mostOf({ size, isDoubted }: Sized): number {
  if (isDoubted) return MAIL_LIMIT + 1;
  if (size > MAIL_LIMIT) return HEADER_BYTES;
  return Math.min(Math.ceil(size * INEXACT_PART) + INEXACT_BYTES, MAIL_LIMIT + 1);
}

/** So many bytes come of a group at the most. */
export const bytesOf = (group: readonly Sized[]): number => group.reduce((bytes, one) => bytes + mostOf(one), 0);

/** Whether a group may be fetched while another is handled. */
export function isSmall(group: readonly Sized[]): boolean {
  return group.reduce((bytes, { size }) => bytes + size, 0) <= TOGETHER_BYTES && !group.some((one) => one.isDoubted);
}

const UNDELIVERED = { reason: "unreadable", detail: "The mail server lists the mail but does not deliver it." };

/** What fetching needs of a look. */
interface Over {
  session: Pick<ImapSession, "sources" | "large" | "header" | "listed">;
  stuck: Stuck;
}

export async function fetchGroup(over: Over, group: readonly Sized[]): Promise<Batch> {
  const { stuck } = over;
  const first = group[0]?.uid ?? 0;
  if (stuck.uid === first && stuck.times >= MOST_FETCHES) {
    stuck.times = 0;
    return { mails: [{ uid: first, raw: Buffer.alloc(0), aside: UNDELIVERED }], rest: group.slice(1) };
  }
  stuck.times = stuck.uid === first ? stuck.times + 1 : 1;
  stuck.uid = first;
  const batch = await batchOf(over, group);
  stuck.times = 0;
  return batch;
}

async function batchOf({ session }: Over, group: readonly Sized[]): Promise<Batch> {
  const together = group.filter((one) => !isAlone(one));
  const most = Math.max(0, ...together.map(mostOf));
  const uids = together.map((one) => one.uid);
  const sources = await session.sources(uids, { most, together: bytesOf(together) });
  const mails: Fetched[] = [];
  for (const [index, one] of group.entries()) {
    const { uid, size } = one;
    if (size > MAIL_LIMIT && !one.isDoubted) {
      mails.push({ uid, raw: await session.header(uid), aside: tooLarge(size) });
      continue;
    }
    const limit = isAlone(one) ? mostOf(one) : most;
    const raw = isAlone(one) ? await session.large(uid, size, limit) : sources.get(uid);
    // Cut, or not even kept.
    const isMore = raw === null ? !isAlone(one) : raw !== undefined && raw.length >= limit && limit <= MAIL_LIMIT;
    if (isMore) return { mails, rest: [{ uid, size, isDoubted: true }, ...group.slice(index + 1)] };
    if (raw) mails.push({ uid, raw, aside: null });
    else if ((await session.listed([uid])).has(uid)) mails.push({ uid, raw: Buffer.alloc(0), aside: UNDELIVERED });
  }
  return { mails, rest: [] };
}

/** Whether it is fetched by itself, in pieces. */
const isAlone = ({ size, isDoubted }: Sized): boolean => size > TURN_BYTES || isDoubted === true;

function tooLarge(size: number): Fetched["aside"] {
  return { reason: "too_large", detail: `The mail has ${size} bytes.` };
}
