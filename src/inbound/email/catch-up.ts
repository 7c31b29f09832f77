// One look at a mailbox: everything above the stored position, in UID order. It moves on only past mails whose outcome is
// committed; a mail is marked after that, and one that could not be marked any more is marked over the next session.
import type { DrawId } from "../../lib/ids.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { Leave } from "../../lib/byte-room.ts";
import { TURN_BYTES } from "../../lib/shared-bytes.ts";
import type { Mailbox } from "../../store/site.ts";
import { handleInOrder } from "./hand-over.ts";
import { MAIL_LIMIT } from "./parse.ts";
import type { MailReceiver } from "./receive.ts";
import { STRANGER_KEPT } from "./set-aside.ts";
import type { ImapSession, Listed } from "./session.ts";
import { troubleText } from "./trouble.ts";

/** Where a mailbox's last handled mail stood. */
export interface PositionStore {
  read(mailbox: string): Promise<{ uidValidity: string; lastUid: number } | null>;
}

/** What reading a mailbox needs from outside. */
export interface LookParts {
  mailbox: Mailbox;
  receiver: MailReceiver;
  position: PositionStore;
  /** Takes or renews the lease on this mailbox: false while another process has it. The position's guard is the fence. */
  lease?: () => Promise<boolean>;
  log: Log;
  drawId: DrawId;
  /** Told how many mails wait, and since when the oldest; with 0, that all were handled. */
  onLook?: (waiting: number, waitingSince: number | null) => void;
  /** Told that the server did not mark, move or delete handled mails. */
  onUnfinished?: (error: unknown) => void;
}

/** Of mails that are set aside at least so many bytes are kept; one that may have been cut is never deleted. */
const SURELY_KEPT = STRANGER_KEPT;
const LISTED = 500;
const TOGETHER = 128;
const TOGETHER_BYTES = 4 * 1024 * 1024;
/** After so many lost connections in a row while one mail was fetched, the mail is taken to be the cause. */
const MOST_FETCHES = 10;

/** What outlives a look: the mail whose fetching failed last, and how often in a row; whether handled mails could not be finished. */
export interface Stuck {
  uid: number;
  times: number;
  unfinished: boolean;
}

/** One look at a mailbox over an open session. */
export interface Look extends LookParts {
  session: ImapSession;
  signal: AbortSignal;
  stuck: Stuck;
}

/** Handles everything above the stored position, in bounded steps; on a new session it first marks what an earlier one could not. */
export async function catchUp(look: Look, isNew: boolean): Promise<void> {
  const { session, mailbox, position, signal, log } = look;
  const stored = await position.read(mailbox.name);
  const isSame = stored?.uidValidity === session.uidValidity();
  let last = isSame ? stored.lastUid : 0;
  if ((isNew || look.stuck.unfinished) && last > 0) await sweep(look, last);
  for (;;) {
    if (look.lease && !(await look.lease())) return;
    const from = last;
    const waiting = await session.newUids(last);
    const uids = waiting.slice(0, LISTED);
    const listed = await session.listed(uids);
    look.onLook?.(waiting.length, [...listed.values()][0]?.arrivedAt ?? null);
    if (stored && !isSame && uids.length > 0) log("warn", "mailbox.renewed", { mailbox: mailbox.name, was: stored.uidValidity });
    last = await takeAll(look, groupsOf(listed, look.stuck.times > 0 ? 1 : TOGETHER), last);
    if (last === from || signal.aborted) return;
  }
}

/** Marks, moves or deletes what an earlier connection handled and could not finish any more. */
async function sweep(look: Look, last: number): Promise<void> {
  const { session, mailbox, log } = look;
  const uids = await session.unmarked(last);
  look.stuck.unfinished = false;
  for (let from = 0; from < uids.length; from += LISTED) {
    const some = uids.slice(from, from + LISTED);
    const kept = mailbox.handled?.kind === "delete" ? await notSurelyKept(session, some) : new Set<number>();
    await endWith(session, some, kept).catch((error: unknown) => unfinished(look, error));
  }
  if (uids.length > 0 && !look.stuck.unfinished) log("info", "mailbox.swept", { mailbox: mailbox.name, mails: uids.length });
}

/** Nobody remembers how these ended; what is small, and is delivered, was kept whole however it did. */
async function notSurelyKept(session: ImapSession, uids: readonly number[]): Promise<ReadonlySet<number>> {
  const listed = await session.listed(uids);
  const small = uids.filter((uid) => (listed.get(uid)?.size ?? 0) <= SURELY_KEPT);
  const delivered = await session.sources(small, 1);
  return new Set(uids.filter((uid) => !delivered.has(uid)));
}

/** Finishes mails, but marks those of `kept` where they are. */
async function endWith(session: ImapSession, uids: readonly number[], kept: ReadonlySet<number>): Promise<void> {
  const [marked, finished] = [uids.filter((uid) => kept.has(uid)), uids.filter((uid) => !kept.has(uid))];
  if (marked.length > 0) await session.mark(marked);
  if (finished.length > 0) await session.finish(finished);
}

interface Sized {
  uid: number;
  size: number;
}

/** Mails to fetch together, in UID order, bounded by count and bytes; a larger one goes alone. */
function groupsOf(listed: ReadonlyMap<number, Listed>, most: number): Sized[][] {
  const groups: Sized[][] = [];
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

/** What a server does with handled mails while the next are read. */
interface Endings {
  add(handled: readonly number[], kept: ReadonlySet<number>): void;
  /** Resolves when all is done, or was given up. */
  done(): Promise<void>;
}

function createEndings(look: Look): Endings {
  let last: Promise<void> = Promise.resolve();
  return {
    add(handled, kept) {
      // What cannot be finished now is swept at the next connection.
      const end = () => endWith(look.session, handled, kept).catch((error: unknown) => unfinished(look, error));
      if (handled.length > 0) last = last.then(end);
    },
    done: () => last,
  };
}

/**
 * Fetches and handles the groups. The next is fetched while one is handled, but never ahead of a large mail. Gives the position after
 * the last mail that was committed.
 */
async function takeAll(look: Look, groups: readonly Sized[][], before: number): Promise<number> {
  const endings = createEndings(look);
  let last = before;
  let coming: Promise<Fetched[]> | null = null;
  let leave: Leave = () => undefined;
  try {
    for (const [index, group] of groups.entries()) {
      leave = isSmall(group) ? leave : await look.receiver.room.enter(bytesOf(group));
      const mails: Fetched[] = await (coming ?? fetchGroup(look, group));
      const next = groups[index + 1];
      coming = next && isSmall(group) && isSmall(next) && !look.signal.aborted ? fetchGroup(look, next) : null;
      // Whoever waits for it hears of a failure.
      coming?.catch(() => undefined);
      last = await take(look, mails, { before: last, endings });
      leave();
      if (look.signal.aborted) break;
    }
    return last;
  } finally {
    leave();
    await endings.done();
  }
}

const bytesOf = (group: readonly Sized[]): number => group.reduce((bytes, { size }) => bytes + Math.min(size, MAIL_LIMIT), 0);
const isSmall = (group: readonly Sized[]): boolean => bytesOf(group) <= TOGETHER_BYTES;

/** Handles one group. Gives the position after the last mail that was committed. */
async function take(
  look: Look,
  mails: readonly Fetched[],
  { before, endings }: { before: number; endings: Endings },
): Promise<number> {
  const handled: number[] = [];
  const kept = new Set<number>();
  try {
    await handleInOrder(look, mails, {
      before,
      onHandled(uid, isWhole) {
        handled.push(uid);
        if (!isWhole && look.mailbox.handled?.kind === "delete") kept.add(uid);
      },
    });
  } finally {
    endings.add(handled, kept);
  }
  return handled.at(-1) ?? before;
}

/** A mail as it was fetched. */
export interface Fetched {
  uid: number;
  raw: Buffer;
  /** Why the mail is not even read, or null. */
  aside: { reason: string; detail: string } | null;
}

const UNDELIVERED = { reason: "unreadable", detail: "The mail server lists the mail but does not deliver it." };

async function fetchGroup({ session, stuck }: Look, group: readonly Sized[]): Promise<Fetched[]> {
  const first = group[0]?.uid ?? 0;
  if (stuck.uid === first && stuck.times >= MOST_FETCHES) {
    stuck.times = 0;
    return [{ uid: first, raw: Buffer.alloc(0), aside: UNDELIVERED }];
  }
  stuck.times = stuck.uid === first ? stuck.times + 1 : 1;
  stuck.uid = first;
  const together = group.filter((one) => one.size <= TURN_BYTES).map((one) => one.uid);
  const sources = await session.sources(together, MAIL_LIMIT + 1);
  const fetched: Fetched[] = [];
  for (const { uid, size } of group) {
    const isLarge = size > TURN_BYTES && size <= MAIL_LIMIT;
    const raw = isLarge ? await session.large(uid, size, MAIL_LIMIT + 1) : sources.get(uid);
    if (size > MAIL_LIMIT) fetched.push({ uid, raw: await session.header(uid), aside: tooLarge(size) });
    else if (raw) fetched.push({ uid, raw, aside: null });
    else if ((await session.listed([uid])).has(uid)) fetched.push({ uid, raw: Buffer.alloc(0), aside: UNDELIVERED });
  }
  stuck.times = 0;
  return fetched;
}

function tooLarge(size: number): Fetched["aside"] {
  return { reason: "too_large", detail: `The mail has ${size} bytes.` };
}

/** The mails have had their effect, so reading goes on; that they stay where they are must be seen. */
function unfinished({ session, mailbox, log, stuck, onUnfinished }: Look, error: unknown): void {
  stuck.unfinished = true;
  if (!session.usable()) return;
  onUnfinished?.(error);
  const said = { cause: errorText(error), says: troubleText(error, mailbox) };
  log("warn", "mailbox.unfinished", { mailbox: mailbox.name, handled: mailbox.handled?.kind ?? "mark", ...said });
}
