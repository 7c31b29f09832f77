// The gateway as a process of its own: `src/main.ts` on a free port, with a site of known keys. It never outlives the
// process that started it, and can be ended as a power cut would.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { mkdtemp, rm, watch, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { makeApiKey } from "../../src/lib/credentials.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { MailboxDocument } from "../../src/store/site-mailboxes.ts";
import { TEST_SITE } from "./test-site.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = path.join(ROOT, "src/main.ts");
const MOST_START_MS = 30_000;
const LAST_LINES = 40;

/** API keys by who holds them. */
export interface Keys {
  admin: string;
  ticketing: string;
  acme: string;
  globex: string;
}

/** A site file on disk, the keys that open it, and the folder it stands in. */
export interface KnownSite {
  file: string;
  folder: string;
  document: SiteDocument;
  keys: Keys;
  /** Writes another document into the file, for the next start. */
  write(document: SiteDocument): Promise<void>;
  remove(): Promise<void>;
}

/** Writes the site of the tests with keys made beforehand, so that every process started with it knows the same ones. */
export async function writeSite(mailboxes: readonly MailboxDocument[] = []): Promise<KnownSite> {
  const folder = await mkdtemp(path.join(tmpdir(), "crossdesk-process-"));
  const made = {
    admin: makeApiKey("admin"),
    ticketing: makeApiKey("ticketing"),
    acme: makeApiKey("acme"),
    globex: makeApiKey("globex"),
  };
  const hashed = (id: keyof typeof made) => ({ hash: made[id].hash });
  const senders = (TEST_SITE.credentials ?? []).filter((one) => one.email !== undefined);
  const document: SiteDocument = {
    ...TEST_SITE,
    credentials: [
      { id: "admin", role: "administrator", apiKey: hashed("admin") },
      { id: "ticketing", role: "ticketing", apiKey: hashed("ticketing") },
      { id: "acme", provider: "acme", apiKey: hashed("acme") },
      { id: "globex", provider: "globex", apiKey: hashed("globex") },
      ...senders,
    ],
    // Of an empty list the whole form of a mailbox would be made ready at each start.
    ...(mailboxes.length > 0 ? { mailboxes } : {}),
  };
  const file = path.join(folder, "site.yaml");
  // YAML takes JSON as it is.
  await writeFile(file, JSON.stringify(document));
  const write = (changed: SiteDocument): Promise<void> => writeFile(file, JSON.stringify(changed));
  const keys = { admin: made.admin.key, ticketing: made.ticketing.key, acme: made.acme.key, globex: made.globex.key };
  return { file, folder, document, keys, write, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** One line of the process's log, parsed. */
export type LogLine = Record<string, unknown> & { event?: string };

export interface GatewayProcess {
  url: string;
  pid: number;
  /** Hears every log line from now on; gives what ends it. */
  listen(hear: (line: LogLine) => void): () => void;
  /** Memory in use and the most it ever used, in bytes, as the system counts them. */
  memory(): { now: number; most: number };
  /** Its exit code, when it has ended; 137 is SIGKILL. */
  ended: Promise<number>;
  /** Ends it as a power cut would (SIGKILL). */
  kill(): Promise<void>;
  /** Ends it in order (SIGTERM) and gives its exit code. */
  stop(): Promise<number>;
}

export interface ProcessOptions {
  databaseUrl: string;
  site: KnownSite;
  env?: Readonly<Record<string, string>>;
  /** Another program than the gateway that prints the same first line. */
  main?: string;
  /** What the process is started by: a program and its arguments before those of the gateway. */
  startedBy?: readonly string[];
  /** Where its output goes, so that nobody spends time on reading it; `listen` then hears nothing. */
  logFile?: string;
}

/** Starts the program and ends it when the standard input is closed, which happens however the parent ends. */
const GUARD = `
"$@" </dev/null & pid=$!
exec 3<&0
(read -r word <&3; kill -9 "$pid") 2>/dev/null & guard=$!
wait "$pid"; code=$?
kill "$guard" 2>/dev/null
exit "$code"
`;

/** Starts a gateway and resolves when it listens. */
export async function startProcess(options: ProcessOptions): Promise<GatewayProcess> {
  const child = spawnGuarded(options);
  const ended = once(child, "exit").then(([code]) => Number(code));
  const ears = new Set<(line: LogLine) => void>();
  const last: string[] = [];
  const hear = (text: string): void => {
    if (last.push(text) > LAST_LINES) last.shift();
    const line = ears.size > 0 ? parsed(text) : null;
    if (line) for (const ear of ears) ear(line);
  };
  if (child.stdout) createInterface({ input: child.stdout }).on("line", hear);
  if (child.stderr) createInterface({ input: child.stderr }).on("line", hear);
  const first = firstLine(ears, ended);
  if (options.logFile) void hearFile(options.logFile, hear, first);
  const { url, pid } = await first.catch(async (error: unknown) => {
    child.stdin?.end();
    throw new Error(`the process did not start:\n${last.join("\n")}`, { cause: error });
  });
  const signal = async (name: "SIGKILL" | "SIGTERM"): Promise<number> => {
    if (child.exitCode === null && child.signalCode === null) process.kill(pid, name);
    return ended;
  };
  return {
    url,
    pid,
    listen(ear) {
      ears.add(ear);
      return () => void ears.delete(ear);
    },
    memory: () => memoryOf(pid),
    ended,
    kill: async () => void (await signal("SIGKILL")),
    stop: () => signal("SIGTERM"),
  };
}

function spawnGuarded({ databaseUrl, site, env = {}, main = MAIN, startedBy = [], logFile }: ProcessOptions): ChildProcess {
  const output = logFile ? openSync(logFile, "a") : "pipe";
  const command = [
    ...startedBy,
    process.execPath,
    "--disable-proto=delete",
    "--min-semi-space-size=16",
    "--max-semi-space-size=64",
    main,
  ];
  const child = spawn("/bin/sh", ["-c", GUARD, "guard", ...command], {
    cwd: ROOT,
    // A group of its own: Ctrl-C reaches the gateway only by the parent's own orderly end.
    detached: true,
    stdio: ["pipe", output, output],
    env: {
      PATH: process.env["PATH"],
      NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"],
      PORT: "0",
      DATABASE_URL: databaseUrl,
      CROSSDESK_SITE: site.file,
      CROSSDESK_SECRET_KEY: SECRET,
      ...env,
    },
  });
  if (typeof output === "number") closeSync(output);
  child.stdin?.on("error", () => undefined);
  return child;
}

/** Hears the lines of a file from its beginning until the first one that was waited for. */
async function hearFile(file: string, hear: (text: string) => void, first: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  first.then(stop, stop);
  const look = (): void => readFileSync(file, "utf8").split("\n").forEach(hear);
  const changes = watch(file, { signal: enough.signal });
  try {
    look();
    for await (const _change of changes) look();
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
}

/** The key of every such gateway. */
export const SECRET = Buffer.alloc(32, 7).toString("base64");

function parsed(text: string): LogLine | null {
  if (!text.startsWith("{")) return null;
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return null;
  }
}

interface Started {
  url: string;
  pid: number;
}

/** The line that tells where it listens; rejects when the process ends before or takes too long. */
function firstLine(ears: Set<(line: LogLine) => void>, ended: Promise<number>): Promise<Started> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no first line in time")), MOST_START_MS);
    const ear = (line: LogLine): void => {
      if (line.event !== "gateway.started") return;
      clearTimeout(timer);
      ears.delete(ear);
      resolve(line as unknown as Started);
    };
    ears.add(ear);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`it ended with code ${code}`));
    });
  });
}

function memoryOf(pid: number): { now: number; most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const bytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024;
  return { now: bytes("VmRSS"), most: bytes("VmHWM") };
}
