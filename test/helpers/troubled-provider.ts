// A partner on real sockets that is in every kind of trouble: each request is answered, or not, by a script drawn from a seed.
// It remembers what it could read, and counts who called where nobody may.
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { drawOf, HEALED, pick, type Trouble, TROUBLES } from "./troubled-script.ts";

/** A request that was read whole. */
export interface Seen {
  /** The id of the delivery. */
  id: string;
  system: string;
  task: string;
  /** Position of the event. */
  event: number;
  /** By the clock of the story, milliseconds UTC. */
  at: number;
  trouble: Trouble;
  /** What it asked to wait, as it said it. */
  retryAfter: string | undefined;
}

export interface TroubledProvider {
  port: number;
  /** Everything that was read, in the order it came. */
  seen: Seen[];
  /** How often it refused to read: a line was cut when it opened or when a request began on it, or closed after a good answer. */
  refused(): number;
  /** Connections to addresses that must not be called. */
  forbiddenCalls(): number;
  /** The most bytes it could ever write into one line. */
  mostWritten(): number;
  /** Ends all trouble. */
  heal(): void;
  close(): Promise<void>;
}

export interface TroubledOptions {
  seed: string;
  clock: () => number;
}

/** Addresses that are allowed, and one that is not. All on one port. */
export const ALLOWED = ["127.0.0.1", "127.0.0.2"];
export const FORBIDDEN = "127.0.0.9";
/** One in so many requests is cut off before it is read; as many lines are as soon as they are open. */
const UNREAD_ONE_IN = 70;

export async function startTroubledProvider({ seed, clock }: TroubledOptions): Promise<TroubledProvider> {
  const state = {
    seen: [] as Seen[],
    tries: new Map<string, number>(),
    healed: false,
    refused: 0,
    forbidden: 0,
    most: 0,
    drawn: 0,
  };
  const sockets = new Set<Socket>();
  const refuses = (): boolean => {
    if (state.healed || Math.floor(drawOf(`${seed} line ${state.drawn++}`)[0] * UNREAD_ONE_IN) > 0) return false;
    state.refused += 1;
    return true;
  };
  const choose = (request: Request): Seen => {
    const tries = (state.tries.get(request.id) ?? 0) + 1;
    state.tries.set(request.id, tries);
    const [first, second] = drawOf(`${seed} ${request.system} ${request.task} ${request.text} ${tries}`);
    const trouble = state.healed ? HEALED : pick(TROUBLES, first);
    const { id, system, task, event } = request;
    const seen = { id, system, task, event, at: clock(), trouble, retryAfter: trouble.retryAfter?.(clock(), second) };
    state.seen.push(seen);
    return seen;
  };
  const converse = (socket: Socket): void => {
    sockets.add(socket);
    socket
      .on("error", () => undefined)
      .once("close", () => {
        sockets.delete(socket);
        state.most = Math.max(state.most, socket.bytesWritten);
      });
    if (refuses()) return void socket.resetAndDestroy();
    readRequests(socket, refuses, (request, keep) => {
      const { trouble, retryAfter, at: now } = choose(request);
      if (trouble.closes) state.refused += 1;
      const forbidden = `http://${FORBIDDEN}:${port}/latest/meta-data/`;
      trouble.act({ socket, number: `ACME-${request.task}`, now, forbidden, keep }, retryAfter);
    });
  };
  const servers = [createServer(converse), createServer(converse)];
  const metadata = createServer((socket) => {
    state.forbidden += 1;
    socket.destroy();
  });
  const port = await listenOn([...servers, metadata], [...ALLOWED, FORBIDDEN]);
  return {
    port,
    seen: state.seen,
    refused: () => state.refused,
    forbiddenCalls: () => state.forbidden,
    mostWritten: () => state.most,
    heal() {
      state.healed = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const server of [...servers, metadata]) server.close();
    },
  };
}

/** One port that is free on all the addresses; the first address decides which. */
async function listenOn(servers: readonly Server[], addresses: readonly string[]): Promise<number> {
  let port = 0;
  for (const [index, server] of servers.entries()) {
    server.listen(port, addresses[index]);
    await once(server, "listening");
    port = (server.address() as AddressInfo).port;
  }
  return port;
}

interface Request {
  id: string;
  system: string;
  task: string;
  event: number;
  text: string | null;
}

/** Reads one request after the other; the next only when the line is kept. */
function readRequests(socket: Socket, refuses: () => boolean, take: (request: Request, keep: () => void) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  let busy = false;
  let fresh = true;
  socket.on("data", (chunk: Buffer) => {
    if (busy) return;
    // A line just opened has had its draw.
    if (bytes.length === 0 && !fresh && refuses()) return void socket.resetAndDestroy();
    fresh = false;
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const request = parse(bytes);
    if (request === null) return;
    bytes = Buffer.alloc(0);
    busy = true;
    take(request, () => {
      busy = false;
    });
  });
}

function parse(bytes: Buffer): Request | null {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const head = bytes.toString("latin1", 0, end);
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return null;
  const body = JSON.parse(bytes.toString("utf8", end + 4)) as Pick<Request, "task" | "event" | "text">;
  return { ...body, system: /^POST \/(\S+)/.exec(head)?.[1] ?? "", id: /\r\nwebhook-id: (\S+)/i.exec(head)?.[1] ?? "" };
}
