// A private Dovecot for tests: files in a temp folder, a free port of 127.0.0.1, as root or as any other user.
// It never outlives the process that started it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import type { Mailbox } from "../../src/store/site.ts";
import { type DovecotOptions, LOGIN, makeFiles } from "./dovecot-files.ts";
import { program } from "./packages.ts";

const MOST_START_MS = 20_000;
const FOLDER = "Desk";
/** As UIDs, for `1:*` as sequence numbers is an error in an empty folder. */
const ALL = "1:*";

/** One mail as the server has it. */
export interface StoredMail {
  uid: number;
  flags: string[];
}

/** What is done to one folder. */
export interface Folder {
  /** Adds mails to the folder by IMAP APPEND, in order; gives their UIDs. */
  append(...raws: (string | Buffer)[]): Promise<number[]>;
  /** The mails in the folder, by UID. */
  mails(): Promise<StoredMail[]>;
  /** Deletes the folder and makes it again: its mails are gone and its UIDVALIDITY is another. */
  recreate(): Promise<void>;
  /** Takes the keyword of handled mails off again, as if they had never been marked. */
  unmark(uid: number): Promise<void>;
}

/** The commands without a folder are about `Desk`. */
export interface TestDovecot extends Folder {
  readonly port: number;
  /** Where TLS begins with the first byte; the same as `port` without a certificate. */
  readonly tlsPort: number;
  /** Settings of a mailbox on this server, reading the folder `Desk`. */
  mailbox(settings?: Partial<Mailbox>): Mailbox;
  /** Another folder, which is made when it is not there; with an account it is that one's. */
  folder(name: string, account?: string): Promise<Folder>;
  /** Has the server's own delivery agent put a mail into the inbox of an account. */
  deliver(account: string, from: string, raw: Buffer): Promise<void>;
  /** Has the next mail of the folder `Desk` get this UID, as if there had been many before it. */
  skipUids(next: number): Promise<void>;
  /** Ends the server in order. */
  stop(): Promise<void>;
  /** Ends every one of its processes at once (SIGKILL). */
  kill(): Promise<void>;
  /** Starts it again with the same files on the same port. */
  start(): Promise<void>;
  /** Ends it and removes its files. */
  remove(): Promise<void>;
}

/** Makes the files of a new server and starts it. Takes well under a second. */
export async function startDovecot(options: DovecotOptions = {}): Promise<TestDovecot> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-dovecot-"));
  const port = await freePort();
  const tlsPort = options.tls ? await freePort() : port;
  await makeFiles(folder, { port, tlsPort }, options);
  const process = serverProcess(folder, port);
  await process.start();
  await withClient({ port }, (client) => client.mailboxCreate(FOLDER));
  return {
    port,
    tlsPort,
    ...process,
    ...folderCommands({ port }, FOLDER),
    async folder(name, account) {
      if (name !== "INBOX") await withClient({ port, account }, (client) => client.mailboxCreate(name));
      return folderCommands({ port, account }, name);
    },
    async deliver(account, from, raw) {
      const args = ["exec", "dovecot-lda", "-d", account, "-f", from, "-e"];
      await administer(folder, args, raw);
    },
    skipUids: (next) => administer(folder, ["mailbox", "update", "-u", LOGIN.user, "--min-next-uid", String(next), FOLDER]),
    mailbox: (settings = {}) => ({
      name: "desk",
      host: "127.0.0.1",
      port,
      security: "none",
      user: LOGIN.user,
      password: LOGIN.pass,
      folder: FOLDER,
      trust: { kind: "sender" },
      tagFormat: "[[LABEL]]: [[Value]]",
      taskPatterns: ["TicketId:\\s*(\\S+)"],
      pollMs: 60_000,
      ...settings,
    }),
    async remove() {
      await process.kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function administer(folder: string, args: readonly string[], input: Buffer | string = ""): Promise<void> {
  const agent = spawn(program("doveadm"), ["-c", path.join(folder, "dovecot.conf"), ...args], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const said: Buffer[] = [];
  agent.stderr.on("data", (part: Buffer) => said.push(part));
  const ended = once(agent, "close");
  agent.stdin.end(input);
  const [code] = (await ended) as [number | null];
  if (code !== 0) throw new Error(`doveadm ${args[0]} failed (${code}): ${Buffer.concat(said)}`);
}

/**
 * Starts the server in a process group of its own and waits for one word, the signal to end it with. When no word comes,
 * because the test process died, it kills the group and removes the folder.
 */
const GUARD = `
setsid "$1" -F -c "$2/dovecot.conf" >>"$2/guard.log" 2>&1 </dev/null & pid=$!
read -r signal || { signal=KILL; gone=1; }
kill -s "$signal" -- "-$pid"
wait "$pid"
[ -z "$gone" ] || rm -rf "$2"
`;

function serverProcess(folder: string, port: number): Pick<TestDovecot, "start" | "stop" | "kill"> {
  let guard: ChildProcess | null = null;
  const end = async (signal: "TERM" | "KILL"): Promise<void> => {
    const old = guard;
    guard = null;
    if (!old?.stdin) return;
    const gone = once(old, "exit");
    old.ref();
    old.stdin.end(`${signal}\n`);
    await gone;
  };
  return {
    async start() {
      if (guard !== null) return;
      const child = spawn("/bin/sh", ["-c", GUARD, "guard", program("dovecot"), folder], {
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
      });
      // A test that forgets its server must still end; the guard then ends the server.
      child.unref();
      (child.stdin as Socket).unref();
      guard = child;
      await answering(folder, port);
    },
    stop: () => end("TERM"),
    kill: () => end("KILL"),
  };
}

function folderCommands(login: Login, folder: string): Folder {
  const inFolder = <T>(use: (client: ImapFlow) => Promise<T>): Promise<T> =>
    withClient(login, async (client) => {
      await client.mailboxOpen(folder);
      return await use(client);
    });
  return {
    append: (...raws) =>
      withClient(login, async (client) => {
        const uids: number[] = [];
        for (const raw of raws) {
          const stored = await client.append(folder, raw);
          if (stored === false || stored.uid === undefined) throw new Error("the mail was not stored");
          uids.push(stored.uid);
        }
        return uids;
      }),
    mails: () =>
      inFolder(async (client) => {
        const all = await client.fetchAll(ALL, { uid: true, flags: true }, { uid: true });
        return all.map(({ uid, flags }) => ({ uid, flags: [...(flags ?? [])].filter((one) => one !== "\\Recent").sort() }));
      }),
    unmark: (uid) => inFolder(async (client) => void (await client.messageFlagsSet(String(uid), [], { uid: true }))),
    recreate: () =>
      withClient(login, async (client) => {
        await client.mailboxDelete(folder);
        await client.mailboxCreate(folder);
      }),
  };
}

interface Login {
  port: number;
  /** The one there always is when absent. */
  account?: string | undefined;
}

async function withClient<T>({ port, account = LOGIN.user }: Login, use: (client: ImapFlow) => Promise<T>): Promise<T> {
  const auth = { ...LOGIN, user: account };
  const client = new ImapFlow({ host: "127.0.0.1", port, secure: false, doSTARTTLS: false, auth, logger: false });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.logout().catch(() => client.close());
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** Resolves when the server greets. */
async function answering(folder: string, port: number): Promise<void> {
  const end = Date.now() + MOST_START_MS;
  while (!(await greets(port))) {
    if (Date.now() > end)
      throw new Error(
        `Dovecot did not start:\n${await readFile(path.join(folder, "dovecot.log"), "utf8").catch(() => "(no log)")}`,
      );
    await delay(20);
  }
}

async function greets(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    const [greeting] = await once(socket, "data");
    return String(greeting).startsWith("* OK");
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
