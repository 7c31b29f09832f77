// The loop over one mailbox: connect, catch up in UID order, wait for news. It moves on only past mails whose outcome is
// committed; a mail is marked after that, and one that was not marked any more is marked at the next connection.
import { Failure } from "../../core/errors.ts";
import type { DrawId } from "../../lib/ids.ts";
import { errorText, type Log } from "../../lib/log.ts";
import { startWorker, type Worker } from "../../lib/worker.ts";
import type { Mailbox } from "../../store/site.ts";
import { MAIL_LIMIT } from "./parse.ts";
import type { MailReceiver } from "./receive.ts";
import { type ImapSession, openSession, type SessionEvents } from "./session.ts";

/** Where a mailbox's last handled mail stood. */
export interface PositionStore {
  read(mailbox: string): Promise<{ uidValidity: string; lastUid: number } | null>;
}

export interface MailboxParts {
  mailbox: Mailbox;
  receiver: MailReceiver;
  position: PositionStore;
  /** Takes or renews the lease on this mailbox: false while another process has it. The position's guard is the fence. */
  lease?: () => Promise<boolean>;
  log: Log;
  drawId: DrawId;
  /** From 0 to below 1, spreads reconnections. */
  random?: () => number;
}

const LISTED = 500;
const TOGETHER = 32;
const TOGETHER_BYTES = 4 * 1024 * 1024;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const STOP_MS = 2_000;
/** After so many lost connections in a row while one mail was fetched, the mail is taken to be the cause. */
const MOST_FETCHES = 10;

/** Pause before the next try, after `failures` in a row: doubling from 1 s to 60 s, the upper half of it at random. */
export function pauseAfter(failures: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10));
  return Math.round(longest / 2 + (longest / 2) * random);
}

/** Starts reading a mailbox. Stopping finishes the mail under way and closes the connection. */
export function startMailbox(parts: MailboxParts): Worker {
  const { mailbox, log, lease } = parts;
  let session: ImapSession | null = null;
  let retry: NodeJS.Timeout | null = null;
  let stopped = false;
  let failures = 0;
  let busy = true;
  const stuck: Stuck = { uid: 0, times: 0 };

  // News that come while a round is under way count too: the round may have looked just before.
  const events: SessionEvents = {
    news: () => worker.wake(),
    idleEnded: () => void (busy || worker.wake()),
    lost: () => void (busy || retryLater(new Error("the connection was lost"))),
  };
  const connect = async (signal: AbortSignal): Promise<ImapSession> => {
    const opened = await openSession(mailbox, events, signal);
    log("info", "mailbox.connected", { mailbox: mailbox.name, uidValidity: opened.uidValidity() });
    return opened;
  };
  const round = async (signal: AbortSignal): Promise<void> => {
    if (lease && !(await lease())) return await drop();
    const known = session?.usable() ? session : null;
    session = known ?? (await connect(signal));
    const look: Look = { ...parts, session, signal, stuck };
    if (known) await known.reopen();
    await catchUp(look, known === null);
    failures = 0;
  };
  const drop = async (): Promise<void> => {
    const old = session;
    session = null;
    busy = true;
    await old?.close();
  };
  const retryLater = (error: unknown): void => {
    if (stopped || retry !== null) return;
    failures++;
    const retryMs = pauseAfter(failures, (parts.random ?? Math.random)());
    log("warn", "mailbox.failed", { mailbox: mailbox.name, failures, retryMs, cause: errorText(error) });
    retry = setTimeout(() => {
      retry = null;
      worker.wake();
    }, retryMs);
    retry.unref();
  };

  const worker = startWorker({
    name: `mailbox ${mailbox.name}`,
    pollMs: mailbox.pollMs,
    async run(signal) {
      if (retry !== null) return;
      busy = true;
      const hurry = (): void => void setTimeout(() => session?.abandon(), STOP_MS).unref();
      signal.addEventListener("abort", hurry, { once: true });
      try {
        await round(signal);
      } finally {
        signal.removeEventListener("abort", hurry);
        busy = false;
      }
      session?.idle();
    },
    onError: retryLater,
  });
  return {
    ...worker,
    async stop() {
      stopped = true;
      await worker.stop();
      if (retry !== null) clearTimeout(retry);
      await drop();
    },
  };
}

interface Stuck {
  uid: number;
  times: number;
}

interface Look extends MailboxParts {
  session: ImapSession;
  signal: AbortSignal;
  stuck: Stuck;
}

/** Handles everything above the stored position, in bounded steps. */
async function catchUp(look: Look, isNew: boolean): Promise<void> {
  const { session, mailbox, position, signal, log } = look;
  const stored = await position.read(mailbox.name);
  const isSame = stored?.uidValidity === session.uidValidity();
  let last = isSame ? stored.lastUid : 0;
  if (isNew && last > 0) await sweep(look, last);
  for (;;) {
    if (look.lease && !(await look.lease())) return;
    const from = last;
    const uids = (await session.newUids(last)).slice(0, LISTED);
    if (stored && !isSame && uids.length > 0) log("warn", "mailbox.renewed", { mailbox: mailbox.name, was: stored.uidValidity });
    for (const group of groupsOf(await session.sizes(uids), look.stuck.times > 0 ? 1 : TOGETHER)) {
      last = await take(look, group, last);
      if (signal.aborted) return;
    }
    if (last === from) return;
  }
}

/** Marks what an earlier connection handled and could not mark any more. */
async function sweep({ session, mailbox, log }: Look, last: number): Promise<void> {
  const uids = await session.unmarked(last);
  for (let from = 0; from < uids.length; from += LISTED) await session.mark(uids.slice(from, from + LISTED));
  if (uids.length > 0) log("info", "mailbox.swept", { mailbox: mailbox.name, mails: uids.length });
}

interface Sized {
  uid: number;
  size: number;
}

/** Mails to fetch together, in UID order, bounded by count and bytes; a larger one goes alone. */
function groupsOf(sizes: ReadonlyMap<number, number>, most: number): Sized[][] {
  const groups: Sized[][] = [];
  let bytes = 0;
  for (const [uid, size] of [...sizes].sort(([one], [other]) => one - other)) {
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

/** Fetches and handles one group. Gives the position after the last mail that was committed. */
async function take(look: Look, group: readonly Sized[], before: number): Promise<number> {
  const { session, signal } = look;
  const mails = await fetchGroup(look, group);
  const handled: number[] = [];
  let last = before;
  try {
    for (const { uid, size } of group) {
      const mail = mails.get(uid);
      if (!mail) continue;
      if (signal.aborted) break;
      await handle(look, { uid, size, ...mail }, last);
      handled.push(uid);
      last = uid;
    }
  } finally {
    // What cannot be marked now is swept at the next connection.
    if (handled.length > 0) await session.mark(handled).catch(() => undefined);
  }
  return last;
}

interface Fetched {
  raw: Buffer;
  /** Why the mail is not even read, or null. */
  aside: { reason: string; detail: string } | null;
}

const UNDELIVERED = { reason: "unreadable", detail: "The mail server lists the mail but does not deliver it." };

async function fetchGroup({ session, stuck }: Look, group: readonly Sized[]): Promise<Map<number, Fetched>> {
  const first = group[0]?.uid ?? 0;
  if (stuck.uid === first && stuck.times >= MOST_FETCHES) {
    stuck.times = 0;
    return new Map([[first, { raw: Buffer.alloc(0), aside: UNDELIVERED }]]);
  }
  stuck.times = stuck.uid === first ? stuck.times + 1 : 1;
  stuck.uid = first;
  const sources = await session.sources(
    group.filter((one) => one.size <= MAIL_LIMIT).map((one) => one.uid),
    MAIL_LIMIT + 1,
  );
  const fetched = new Map<number, Fetched>();
  for (const { uid, size } of group) {
    const raw = sources.get(uid);
    if (size > MAIL_LIMIT)
      fetched.set(uid, { raw: await session.header(uid), aside: { reason: "too_large", detail: `The mail has ${size} bytes.` } });
    else if (raw) fetched.set(uid, { raw, aside: null });
    else if ((await session.sizes([uid])).has(uid)) fetched.set(uid, { raw: Buffer.alloc(0), aside: UNDELIVERED });
  }
  stuck.times = 0;
  return fetched;
}

/** Hands one mail over. One that can never be handled is quarantined; a passing failure ends the round, the mail comes again. */
async function handle({ receiver, mailbox, session, drawId }: Look, mail: Sized & Fetched, before: number): Promise<void> {
  const arrival = {
    raw: mail.raw,
    position: { uidValidity: session.uidValidity(), before, after: mail.uid },
    requestId: drawId(),
  };
  if (mail.aside) return void (await receiver.setAside(mailbox, arrival, mail.aside));
  try {
    await receiver.receive(mailbox, arrival);
  } catch (error) {
    if (error instanceof Failure && PASSING.includes(error.class)) throw error;
    await receiver.setAside(mailbox, arrival, { reason: "failed", detail: "Crossdesk failed to handle the mail." });
  }
}

const PASSING: readonly string[] = ["busy", "transient", "ambiguous"];
