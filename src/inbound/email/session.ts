// One IMAP connection with one folder open. Never used again after it broke: its owner opens another.
import type { ImapFlow } from "imapflow";
import type { Mailbox } from "../../store/site.ts";
import { fetchAll, fetchLarge, fetchSources, type Line, search } from "./commands.ts";
import { type ConnectParts, connectClient, SILENCE_MS } from "./connection.ts";
import { checkFinish, finishMails } from "./finish.ts";
import { createInTurn } from "./pace.ts";

/** Keyword of mails that were handled, beside `\Seen`. */
export const HANDLED = "$Crossdesk";

const GOODBYE_MS = 2_000;
const SHORTEST_IDLE_MS = 1_000;
/** So much of a header is asked for. */
export const HEADER_BYTES = 256 * 1024;
/** About so much a server sends to list one mail. */
const LISTED_BYTES = 100;

/** A mail as the server lists it. */
export interface Listed {
  size: number;
  /** Milliseconds UTC; null when the server tells none. */
  arrivedAt: number | null;
}

export interface ImapSession {
  /** UIDVALIDITY of the folder when it was last opened, decimal. */
  uidValidity(): string;
  usable(): boolean;
  /** UIDs above `after`, ascending. */
  newUids(after: number): Promise<number[]>;
  /** Size in bytes and time of arrival as the server tells them; mails that are gone are left out. */
  listed(uids: readonly number[]): Promise<Map<number, Listed>>;
  /**
   * The first `most` bytes of each mail; mails that are gone are left out. Of what comes beyond `together` bytes nothing is kept: null.
   */
  sources(uids: readonly number[], bounds: { most: number; together: number }): Promise<Map<number, Buffer | null>>;
  /**
   * The first `most` bytes of a large mail, shared by all threads and fetched piece by piece; null when it is gone or not delivered.
   * `size` is what the server says it has.
   */
  large(uid: number, size: number, most: number): Promise<Buffer | null>;
  /** The first 256 KiB of a mail's header. */
  header(uid: number): Promise<Buffer>;
  /** UIDs up to `last` that were handled but do not show it. */
  unmarked(last: number): Promise<number[]>;
  /** Marks mails as handled as far as the folder permits. Rejects when the server refuses. */
  mark(uids: readonly number[]): Promise<void>;
  /** Marks, moves or deletes them, as the mailbox says. Rejects when the server refuses; what was not done then is found unmarked. */
  finish(uids: readonly number[]): Promise<void>;
  /** Opens the folder once more: the connection proves alive, and a folder that was deleted and made anew is noticed. */
  reopen(): Promise<void>;
  /** Waits for news in the background until the next command. */
  idle(): void;
  /** Ends politely, or after two seconds without a word. */
  close(): Promise<void>;
  /** Drops the connection; commands under way fail. */
  abandon(): void;
}

/** What a session tells by itself. */
export interface SessionEvents {
  /** There may be new mail. */
  news(): void;
  /** Waiting for news has ended without a command of ours. */
  idleEnded(): void;
  lost(): void;
}

/** Whose session, and who hears of it. */
export interface SessionParts extends ConnectParts {
  events: SessionEvents;
}

/** Connects and opens the folder. Aborting `signal` gives the attempt up. */
export async function openSession({ events, ...parts }: SessionParts): Promise<ImapSession> {
  const { mailbox, silenceMs = SILENCE_MS } = parts;
  const client = await connectClient(parts);
  try {
    checkFinish(client, mailbox);
    const inTurn = createInTurn(silenceMs, () => client.close());
    await inTurn(0, () => client.mailboxOpen(mailbox.folder));
    if (parts.signal.aborted || !client.usable) throw new Error("the connection was lost while it was made");
    client.on("exists", () => events.news());
    client.on("close", () => events.lost());
    return sessionOver({ client, inTurn }, mailbox, events);
  } catch (error) {
    client.close();
    throw error;
  }
}

function sessionOver(line: Line, mailbox: Mailbox, events: SessionEvents): ImapSession {
  const { client, inTurn } = line;
  const mark = async (uids: readonly number[]): Promise<void> => {
    const marked = await client.messageFlagsAdd(uids.join(","), ["\\Seen", HANDLED], { uid: true, silent: true });
    if (!marked && permitsMarks(client)) throw new Error("the mail server did not mark mails");
  };
  return {
    uidValidity: () => openFolder(client).uidValidity.toString(),
    usable: () => client.usable,
    // `n:*` also names the last mail when its UID is below n (RFC 9051 section 9, seq-range).
    newUids: async (after) => (await search(line, { uid: `${after + 1}:*` })).filter((uid) => uid > after),
    async listed(uids) {
      const query = { uid: true, size: true, internalDate: true };
      const mails = await fetchAll(line, uids, query, uids.length * LISTED_BYTES);
      return new Map(
        mails.flatMap(({ uid, size, internalDate }) =>
          size === undefined ? [] : [[uid, { size, arrivedAt: timeOf(internalDate) }]],
        ),
      );
    },
    sources: (uids, bounds) => fetchSources(line, uids, bounds),
    large: (uid, size, most) => fetchLarge(line, uid, { size, most }),
    async header(uid) {
      const query = { uid: true, bodyParts: [{ key: "HEADER", start: 0, maxLength: HEADER_BYTES }] };
      const mails = await fetchAll(line, [uid], query, HEADER_BYTES);
      // imapflow gives this part apart from the others, however it is asked for.
      return mails.find(({ headers }) => headers)?.headers ?? Buffer.alloc(0);
    },
    unmarked: (last) =>
      search(line, { uid: `1:${last}`, ...(permitsKeyword(client) ? { unKeyword: HANDLED } : { seen: false }) }),
    mark: (uids) => inTurn(0, () => mark(uids)),
    finish: (uids) => inTurn(0, () => finishMails(client, mailbox.handled, uids) ?? mark(uids)),
    // Not NOOP: within one selection Dovecot goes on showing a deleted folder as it was, even to STATUS.
    reopen: async () => void (await inTurn(0, () => client.mailboxOpen(mailbox.folder))),
    idle() {
      if (client.usable) void idleOnce(client, events);
    },
    async close() {
      const late = setTimeout(() => client.close(), GOODBYE_MS);
      await client.logout().catch(() => undefined);
      clearTimeout(late);
      client.close();
    },
    abandon: () => client.close(),
  };
}

/** A server that ends IDLE at once must not make us ask again and again: then the poll alone looks for news. */
async function idleOnce(client: ImapFlow, events: SessionEvents): Promise<void> {
  const startedAt = performance.now();
  const end = await client.idle().catch(() => false);
  if (end !== false && client.usable && performance.now() - startedAt > SHORTEST_IDLE_MS) events.idleEnded();
}

function timeOf(date: Date | string | undefined): number | null {
  const time = date === undefined ? Number.NaN : new Date(date).getTime();
  return Number.isNaN(time) ? null : time;
}

function openFolder(client: ImapFlow) {
  if (client.mailbox === false) throw new Error("the folder is not open any more");
  return client.mailbox;
}

/** Of a folder that is read-only for us nothing can be expected. */
function permitsMarks(client: ImapFlow): boolean {
  return client.usable && (permitsKeyword(client) || openFolder(client).permanentFlags?.has("\\Seen") === true);
}

function permitsKeyword(client: ImapFlow): boolean {
  const permitted = openFolder(client).permanentFlags;
  return permitted === undefined || permitted.has("\\*") || permitted.has(HANDLED);
}
