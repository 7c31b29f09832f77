// Presses calls into a gateway over plain sockets as fast as it takes them: many connections, each sending ahead without
// waiting for answers (HTTP/1.1 pipelining, RFC 9112 section 9.3.2). Counts what comes back.
import { once } from "node:events";
import { connect } from "node:net";

export interface PressOptions {
  url: string;
  calls: number;
  connections: number;
  /** The bytes of one whole request, by its number from 0. */
  request(number: number): string;
}

/** Answers by HTTP status, and how many of the 503 ones told when to come again. */
export interface Pressed {
  statuses: Record<number, number>;
  withRetryAfter: number;
  /** Requests that got no answer because their connection ended. */
  unanswered: number;
}

/** Sends all calls and resolves when each was answered or its connection has ended. */
export async function press({ url, calls, connections, request }: PressOptions): Promise<Pressed> {
  const pressed: Pressed = { statuses: {}, withRetryAfter: 0, unanswered: 0 };
  let next = 0;
  const draw = (): string | null => (next < calls ? request(next++) : null);
  await Promise.all(Array.from({ length: connections }, () => pressOn(url, draw, pressed)));
  return pressed;
}

/**
 * So many requests of one connection may be without an answer, and so many are written at a time. With more of them one whose head has
 * come in part waits on a slow machine until the server's time for heads is over.
 */
const AHEAD = 100;
const TOGETHER = 25;

async function pressOn(url: string, draw: () => string | null, pressed: Pressed): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  await once(socket, "connect");
  let waiting = 0;
  let stirred = Promise.withResolvers<void>();
  const stir = (): void => {
    stirred.resolve();
    stirred = Promise.withResolvers();
  };
  const read = createAnswerReader((status, head) => {
    waiting--;
    pressed.statuses[status] = (pressed.statuses[status] ?? 0) + 1;
    if (status === 503 && /\r\nretry-after: \d/i.test(head)) pressed.withRetryAfter++;
  });
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket
    .on("error", () => undefined)
    .on("drain", stir)
    .once("close", stir);
  socket.on("data", (chunk: Buffer) => {
    read(chunk);
    stir();
  });
  for (let more = true; socket.writable && (more || waiting > 0); ) {
    const batch = more && waiting < AHEAD && !socket.writableNeedDrain ? drawn(draw) : null;
    if (batch === null) await stirred.promise;
    else if (batch.length === 0) more = false;
    else {
      waiting += batch.length;
      socket.write(batch.join(""));
    }
  }
  socket.end();
  await ended;
  pressed.unanswered += waiting;
}

function drawn(draw: () => string | null): string[] {
  const batch: string[] = [];
  for (let bytes = draw(); bytes !== null; bytes = batch.length < TOGETHER ? draw() : null) batch.push(bytes);
  return batch;
}

/** Takes a stream of answers apart. Every one must carry a Content-Length, as the gateway's do. */
function createAnswerReader(onAnswer: (status: number, head: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) break;
      const head = bytes.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (bytes.length < end + 4 + length) break;
      onAnswer(Number(head.slice(9, 12)), head);
      bytes = bytes.subarray(end + 4 + length);
    }
    rest = Buffer.from(bytes);
  };
}

/** The bytes of a POST with these headers and body. */
export function postBytes(url: string, path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = Object.entries({ host: new URL(url).host, ...headers, "content-length": String(Buffer.byteLength(body)) });
  return `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`;
}
