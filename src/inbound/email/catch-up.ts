// One look at a mailbox: everything above the stored position, in UID order. It moves on only past mails whose outcome is
// committed; a mail is marked after that, and one that could not be marked any more is marked over the next session.
import type { DrawId } from "../../lib/ids.ts";
import { errorText, type Log } from "../../lib/log.ts";
import type { Leave } from "../../lib/byte-room.ts";
import type { Mailbox } from "../../store/site.ts";
import { type Batch, bytesOf, type Fetched, fetchGroup, groupsOf, isSmall, type Sized, type Stuck } from "./fetching.ts";
import { handleInOrder } from "./hand-over.ts";
import type { MailReceiver } from "./receive.ts";
import { STRANGER_KEPT } from "./set-aside.ts";
import type { ImapSession } from "./session.ts";
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
  for (let seen = last; ; ) {
    if (look.lease && !(await look.lease())) return;
    const waiting = await session.newUids(seen);
    const uids = waiting.slice(0, LISTED);
    const listed = await session.listed(uids);
    look.onLook?.(waiting.length, [...listed.values()][0]?.arrivedAt ?? null);
    if (stored && !isSame && uids.length > 0) log("warn", "mailbox.renewed", { mailbox: mailbox.name, was: stored.uidValidity });
    last = await takeAll(look, groupsOf(listed, look.stuck), last);
    // Those that are gone meanwhile move no position, and hold up none behind them.
    seen = uids.at(-1) ?? seen;
    if (uids.length === 0 || signal.aborted) return;
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
  const delivered = await session.sources(small, { most: 1, together: small.length });
  return new Set(uids.filter((uid) => !delivered.has(uid)));
}

/** Finishes mails, but marks those of `kept` where they are. */
async function endWith(session: ImapSession, uids: readonly number[], kept: ReadonlySet<number>): Promise<void> {
  const [marked, finished] = [uids.filter((uid) => kept.has(uid)), uids.filter((uid) => !kept.has(uid))];
  if (marked.length > 0) await session.mark(marked);
  if (finished.length > 0) await session.finish(finished);
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

/** A group that is being fetched, and the room its mails have. */
interface Coming {
  batch: Promise<Batch>;
  leave: Leave;
}

function begin(look: Look, group: readonly Sized[], leave: Leave): Coming {
  const batch = fetchGroup(look, group);
  // Whoever waits for it hears of a failure.
  batch.catch(() => undefined);
  return { batch, leave };
}

/** The next group, where it may be fetched while the one before it is handled: never beside a large mail, and where there is room now. */
function beginAhead(look: Look, group: readonly Sized[], next: readonly Sized[] | undefined): Coming | null {
  if (!next || !isSmall(group) || !isSmall(next) || look.signal.aborted) return null;
  const leave = look.receiver.room.small.tryEnter(bytesOf(next));
  return leave && begin(look, next, leave);
}

/**
 * Fetches and handles the groups. The next is fetched while one is handled, but never ahead of a large mail. Gives the position after
 * the last mail that was committed.
 */
async function takeAll(look: Look, groups: readonly Sized[][], before: number): Promise<number> {
  const { small, large } = look.receiver.room;
  const endings = createEndings(look);
  const waiting = [...groups];
  let last = before;
  let [now, ahead]: [Coming | null, Coming | null] = [null, null];
  try {
    for (let group = waiting.shift(); group && !look.signal.aborted; group = waiting.shift()) {
      now = ahead ?? begin(look, group, await (isSmall(group) ? small : large).enter(bytesOf(group)));
      const { mails, rest } = await now.batch;
      waiting.unshift(...rest.map((one) => [one]));
      ahead = beginAhead(look, group, waiting[0]);
      last = await take(look, mails, { before: last, endings });
      now.leave();
    }
    return last;
  } finally {
    now?.leave();
    ahead?.leave();
    await endings.done();
  }
}

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

/** The mails have had their effect, so reading goes on; that they stay where they are must be seen. */
function unfinished({ session, mailbox, log, stuck, onUnfinished }: Look, error: unknown): void {
  stuck.unfinished = true;
  if (!session.usable()) return;
  onUnfinished?.(error);
  const said = { cause: errorText(error), says: troubleText(error, mailbox) };
  log("warn", "mailbox.unfinished", { mailbox: mailbox.name, handled: mailbox.handled?.kind ?? "mark", ...said });
}
