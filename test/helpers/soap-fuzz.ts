// Sends thousands of mutated requests to a real gateway and judges every answer, and the whole at its end. It reports the seed and
// the smallest bytes that still fail; it never sleeps, and hears of a hang by its own watchdog.
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startApp, type TestApp } from "./app.ts";
import { createDice } from "./dice.ts";
import { eventOf, type FuzzAnswer, takeAnswer, wrongWith } from "./soap-fuzz-check.ts";
import { createPool, makeRequest } from "./soap-fuzz-mutate.ts";

const LANES = 16;
const TASKS = 200;
/** Each answer must have come by then, on a machine with much else to do. */
const MOST_MS = 20_000;
/** What a process may have grown by when all is over, with the events it keeps at hand. */
const MOST_GROWTH = 64 * 1024 * 1024;

export interface FuzzOptions {
  seed: number;
  requests: number;
  /** No more are begun after so long. */
  mostMs?: number;
  signal?: AbortSignal;
  databaseUrl?: string;
}

export interface FuzzResult {
  requests: number;
  /** Of them, those that shared a connection with others. */
  shared: number;
  answers: number;
  /** Answers by status. */
  statuses: Readonly<Record<string, number>>;
  stored: number;
  growth: number;
}

interface Session {
  app: TestApp;
  seed: number;
  statuses: Record<string, number>;
  events: Set<string>;
  errors: unknown[];
  shared: number;
  ahead: number;
}

/** Plays the requests of a seed. Throws with the seed and the bytes at the first answer that must not be. */
export async function fuzzSoap(options: FuzzOptions): Promise<FuzzResult> {
  const { seed, requests, mostMs = Number.POSITIVE_INFINITY, databaseUrl, signal } = options;
  const before = namesOfPrototypes();
  const session = await openSession(seed, databaseUrl);
  const { app } = session;
  try {
    const tasks = await Promise.all(Array.from({ length: TASKS }, () => app.createTask()));
    const pool = createPool({ auth: `Bearer ${app.keys.acme}`, host: new URL(app.url).host }, tasks);
    const dice = createDice(seed);
    const end = performance.now() + mostMs;
    let made = 0;
    const lane = async (most: number): Promise<void> => {
      const line = createLine(app.url);
      while (made < most && performance.now() < end && !signal?.aborted) {
        const index = made++;
        // Wrong credentials by accident would keep everybody out for a minute.
        session.ahead += 7_000;
        await playOne(session, line, { index, ...makeRequest(pool, dice) });
      }
      line.end();
    };
    const wave = (most: number): Promise<unknown> => Promise.all(Array.from({ length: LANES }, () => lane(most)));
    // Code is compiled and caches are filled before memory is compared.
    await wave(Math.min(requests, 2_000));
    const memory = memoryInUse();
    await wave(requests);
    const growth = memoryInUse() - memory;
    const stored = await checkEnd(session, { before, growth });
    const answers = Object.values(session.statuses).reduce((sum, count) => sum + count, 0);
    return { requests: made, shared: session.shared, answers, statuses: session.statuses, stored, growth };
  } finally {
    await app.close();
  }
}

async function openSession(seed: number, databaseUrl: string | undefined): Promise<Session> {
  const session = { seed, statuses: {}, events: new Set<string>(), errors: [] as unknown[], shared: 0, ahead: 0 };
  const app = await startApp({
    clock: () => Date.now() + session.ahead,
    onLog: (line) => void (line["level"] === "error" && session.errors.push(line)),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  });
  // The same object, as the clock and the log look at it.
  return Object.assign(session, { app });
}

async function playOne(session: Session, line: Line, made: { bytes: Buffer; framed: boolean; index: number }): Promise<void> {
  const { bytes, framed, index } = made;
  if (framed) session.shared += 1;
  const answers = await (framed ? line.ask(bytes) : askAlone(session.app.url, bytes));
  const wrong = judge(session, answers) ?? (framed && answers.length === 0 ? "no answer" : null);
  if (wrong === null) return;
  const smallest = await shrink(session.app.url, bytes);
  throw new Error(
    `request ${index} of seed ${session.seed}: ${wrong}\n${JSON.stringify(smallest.toString("latin1"))}\n(latin1; ${bytes.length} bytes before it was made smaller)`,
  );
}

function judge({ statuses, events, errors }: Session, answers: FuzzAnswer[] | "hang"): string | null {
  if (answers === "hang") return `no answer in ${MOST_MS} ms`;
  for (const answer of answers) {
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    const event = eventOf(answer);
    if (event !== null) events.add(event);
  }
  if (errors.length > 0) return `logged: ${JSON.stringify(errors.splice(0))}`;
  return wrongAmong(answers);
}

function wrongAmong(answers: readonly FuzzAnswer[]): string | null {
  for (const answer of answers) {
    const wrong = wrongWith(answer);
    if (wrong !== null) return `${wrong}: ${JSON.stringify(answer).slice(0, 1000)}`;
  }
  return null;
}

/** Leaves out pieces of a request for as long as its answer stays wrong. */
async function shrink(url: string, bytes: Buffer): Promise<Buffer> {
  let smallest = bytes;
  for (let size = bytes.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < smallest.length; ) {
      const tried = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)]);
      const answers = size * 64 < bytes.length ? [] : await askAlone(url, tried);
      if (answers !== "hang" && wrongAmong(answers) === null) at += size;
      else smallest = tried;
    }
  }
  return smallest;
}

/** A connection for one request after the other. */
interface Line {
  ask(bytes: Buffer): Promise<FuzzAnswer[] | "hang">;
  end(): void;
}

function createLine(url: string): Line {
  let socket: Socket | null = null;
  return {
    async ask(bytes) {
      if (socket === null || socket.destroyed || socket.readableEnded) socket = open(url);
      const answers = await exchange(socket, bytes, "one");
      const ends = answers === "hang" || answers.length !== 1 || answers[0]?.headers["connection"] === "close";
      if (ends || socket.destroyed) {
        socket.destroy();
        socket = null;
      }
      return answers;
    },
    end: () => void socket?.destroy(),
  };
}

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).setNoDelay(true);
}

/** Sends a request whose end may be anywhere, closes this side, and takes all answers until the other side is closed. */
function askAlone(url: string, bytes: Buffer): Promise<FuzzAnswer[] | "hang"> {
  return exchange(open(url), bytes, "all");
}

function exchange(socket: Socket, bytes: Buffer, wanted: "one" | "all"): Promise<FuzzAnswer[] | "hang"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const settle = (hangs: boolean): void => {
      clearTimeout(watchdog);
      socket.removeAllListeners("data").removeAllListeners("close");
      if (wanted === "all") socket.destroy();
      resolve(hangs ? "hang" : answersIn(Buffer.concat(chunks)));
    };
    const watchdog = setTimeout(() => settle(true), MOST_MS);
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      if (wanted === "one" && takeAnswer(Buffer.concat(chunks)) !== null) settle(false);
    });
    if (socket.listenerCount("error") === 0) socket.on("error", () => undefined);
    socket.once("close", () => settle(false));
    if (wanted === "one") socket.write(bytes);
    else socket.end(bytes);
  });
}

function answersIn(bytes: Buffer): FuzzAnswer[] {
  const answers: FuzzAnswer[] = [];
  for (let taken = takeAnswer(bytes); taken !== null; taken = takeAnswer(bytes)) {
    answers.push(taken.answer);
    bytes = bytes.subarray(taken.length);
  }
  return answers;
}

async function checkEnd(session: Session, { before, growth }: { before: string; growth: number }): Promise<number> {
  const { app, events, seed } = session;
  const fail = (what: string): never => {
    throw new Error(`seed ${seed}: ${what}`);
  };
  if (namesOfPrototypes() !== before) fail("a prototype was changed");
  if (growth > MOST_GROWTH) fail(`memory grew by ${growth} bytes`);
  const stored = await incomingEvents(app);
  const lost = [...events].filter((id) => !stored.has(id));
  const unsaid = [...stored].filter((id) => !events.has(id));
  if (lost.length + unsaid.length > 0)
    fail(`answered but not stored: ${lost.join(" ")}; stored but not answered: ${unsaid.join(" ")}`);
  return stored.size;
}

/** The ids of all events that came by SOAP. */
async function incomingEvents({ url, keys }: TestApp): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after = 0; ; ) {
    const answer = await fetch(`${url}/v1/events?after=${after}&limit=500`, { headers: { "X-API-Key": keys.ticketing } });
    const page = (await answer.json()) as { events: { id: string; data: { channel: string } }[]; next: number };
    for (const { id, data } of page.events) if (data.channel === "soap") ids.add(id);
    if (page.events.length === 0) return ids;
    after = page.next;
  }
}

/** Everything that code everywhere inherits from, by name. */
function namesOfPrototypes(): string {
  const kept = [Object, Array, String, Number, Function, Map, Set, Promise, RegExp, Error, Buffer].map(
    ({ prototype }) => prototype,
  );
  return JSON.stringify(
    kept.map((one) =>
      Reflect.ownKeys(one as object)
        .map(String)
        .sort(),
    ),
  );
}

function memoryInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
