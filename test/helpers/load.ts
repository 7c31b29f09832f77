// Presses calls into a gateway over plain sockets as fast as it takes them: many connections, each sending ahead without
// waiting for answers (HTTP/1.1 pipelining, RFC 9112 section 9.3.2). Counts what comes back.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

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

/** So much is written ahead before the socket is asked whether it takes more, in requests. */
const AHEAD = 50;

async function pressOn(url: string, draw: () => string | null, pressed: Pressed): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  await once(socket, "connect");
  let waiting = 0;
  let sentAll = false;
  const ended = new Promise<void>((resolve) => {
    const finish = (): void => void (sentAll && waiting === 0 && socket.end());
    const read = createAnswerReader((status, head) => {
      waiting--;
      pressed.statuses[status] = (pressed.statuses[status] ?? 0) + 1;
      if (status === 503 && /\r\nretry-after: \d/i.test(head)) pressed.withRetryAfter++;
      finish();
    });
    socket.on("data", read).on("error", () => undefined);
    socket.once("close", resolve);
  });
  for (let bytes = draw(); bytes !== null && socket.writable; ) {
    const batch: string[] = [];
    for (; bytes !== null && batch.length < AHEAD; bytes = draw()) batch.push(bytes);
    waiting += batch.length;
    if (!socket.write(batch.join(""))) await drained(socket);
  }
  sentAll = true;
  if (waiting === 0) socket.end();
  await ended;
  pressed.unanswered += waiting;
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      socket.off("drain", go).off("close", go);
      resolve();
    };
    socket.on("drain", go).on("close", go);
  });
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
