// One IMAP connection with one folder open. Never used again after it broke: its owner opens another.
// It reads and marks mails, and never moves or deletes one.
import { isIP } from "node:net";
import { ImapFlow } from "imapflow";
import type { Mailbox } from "../../store/site.ts";

/** Keyword of mails that were handled, beside `\Seen`. */
export const HANDLED = "$Crossdesk";

const CONNECT_MS = 30_000;
const SILENCE_MS = 60_000;
const GOODBYE_MS = 2_000;
const SHORTEST_IDLE_MS = 1_000;
const HEADER_BYTES = 256 * 1024;
/** Above what one read asks for, so that only a server that does not keep to the question is cut off. */
const LITERAL_BYTES = 64 * 1024 * 1024;

export interface ImapSession {
  /** UIDVALIDITY of the folder when it was last opened, decimal. */
  uidValidity(): string;
  usable(): boolean;
  /** UIDs above `after`, ascending. */
  newUids(after: number): Promise<number[]>;
  /** Sizes in bytes as the server tells them; mails that are gone are left out. */
  sizes(uids: readonly number[]): Promise<Map<number, number>>;
  /** The first `most` bytes of each mail; mails that are gone are left out. */
  sources(uids: readonly number[], most: number): Promise<Map<number, Buffer>>;
  /** The first 256 KiB of a mail's header. */
  header(uid: number): Promise<Buffer>;
  /** UIDs up to `last` that were handled but do not show it. */
  unmarked(last: number): Promise<number[]>;
  /** Marks mails as handled as far as the folder permits. */
  mark(uids: readonly number[]): Promise<void>;
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

/** Connects and opens the folder. Aborting `signal` gives the attempt up. */
export async function openSession(mailbox: Mailbox, events: SessionEvents, signal: AbortSignal): Promise<ImapSession> {
  const client = new ImapFlow(optionsFor(mailbox));
  client.on("error", () => client.close());
  const abort = (): void => client.close();
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
    await client.mailboxOpen(mailbox.folder);
    client.on("exists", () => events.news());
    client.on("close", () => events.lost());
    return sessionOver(client, mailbox.folder, events);
  } catch (error) {
    client.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function optionsFor({ host: named, port, security, user, password }: Mailbox) {
  const host = named ?? "";
  if (security === "none" && !isThisMachine(host)) throw new Error("a mailbox without TLS must be on this machine");
  return {
    host,
    port,
    secure: security === "tls",
    ...(security === "tls" ? {} : { doSTARTTLS: security === "starttls" }),
    auth: { user, pass: password },
    logger: false as const,
    // We say ourselves when to wait, and want the mail's own bytes, not parts decoded by the server.
    disableAutoIdle: true,
    disableBinary: true,
    disableCompression: true,
    connectionTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    maxLiteralSize: LITERAL_BYTES,
    maxLineLength: LITERAL_BYTES,
    maxResponseSize: 2 * LITERAL_BYTES,
  };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function sessionOver(client: ImapFlow, folder: string, events: SessionEvents): ImapSession {
  return {
    uidValidity: () => openFolder(client).uidValidity.toString(),
    usable: () => client.usable,
    // `n:*` also names the last mail when its UID is below n (RFC 9051 section 9, seq-range).
    newUids: async (after) => (await search(client, { uid: `${after + 1}:*` })).filter((uid) => uid > after),
    sizes: async (uids) =>
      new Map((await fetchAll(client, uids, { uid: true, size: true })).map((one) => [one.uid, one.size ?? 0])),
    async sources(uids, most) {
      const mails = await fetchAll(client, uids, { uid: true, source: { start: 0, maxLength: most } });
      return new Map(mails.flatMap((one) => (one.source ? [[one.uid, one.source]] : [])));
    },
    async header(uid) {
      const [mail] = await fetchAll(client, [uid], {
        uid: true,
        bodyParts: [{ key: "HEADER", start: 0, maxLength: HEADER_BYTES }],
      });
      return [...(mail?.bodyParts?.values() ?? [])][0] ?? Buffer.alloc(0);
    },
    unmarked: (last) =>
      search(client, { uid: `1:${last}`, ...(permitsKeyword(client) ? { unKeyword: HANDLED } : { seen: false }) }),
    async mark(uids) {
      await client.messageFlagsAdd(uids.join(","), ["\\Seen", HANDLED], { uid: true, silent: true });
    },
    // Not NOOP: within one selection Dovecot goes on showing a deleted folder as it was, even to STATUS.
    reopen: async () => void (await client.mailboxOpen(folder)),
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

function openFolder(client: ImapFlow) {
  if (client.mailbox === false) throw new Error("the folder is not open any more");
  return client.mailbox;
}

function permitsKeyword(client: ImapFlow): boolean {
  const permitted = openFolder(client).permanentFlags;
  return permitted === undefined || permitted.has("\\*") || permitted.has(HANDLED);
}

/** The server's answer, ascending. A refused or broken search gives no list; it must not look like an empty folder. */
async function search(client: ImapFlow, query: Parameters<ImapFlow["search"]>[0]): Promise<number[]> {
  const found = await client.search(query, { uid: true });
  if (!Array.isArray(found)) throw new Error("the mail server did not answer a search");
  return found.sort((one, other) => one - other);
}

/** Fetches to the end before it returns: a command given while answers still come in would wait for ever. */
async function fetchAll(client: ImapFlow, uids: readonly number[], query: Parameters<ImapFlow["fetchAll"]>[1]) {
  if (uids.length === 0) return [];
  const mails = await client.fetchAll(uids.join(","), query, { uid: true });
  if (!client.usable) throw new Error("the connection was lost while mails were fetched");
  return mails;
}
