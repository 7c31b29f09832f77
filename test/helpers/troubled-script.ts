// What a partner in trouble does with each request: a list of troubles, drawn by a seed, with the codes a try may end with.
// It opens nothing; `troubled-provider.ts` plays it.
import { createHash } from "node:crypto";
import type { Socket } from "node:net";

/** A request as the partner read it, and the line it came on. */
export interface Turn {
  socket: Socket;
  /** What a partner of good will would say. */
  number: string;
  /** Milliseconds UTC by the clock of the story. */
  now: number;
  /** An address that must never be called. */
  forbidden: string;
  /** Whether the line is kept for the next request. */
  keep(): void;
}

export interface Trouble {
  name: string;
  /** How often, in a thousand. */
  weight: number;
  /** Codes that a try of it may have; where the answer is read, those of `read`. Any may be `timeout`, as machines are slow. */
  codes: readonly string[];
  read?: readonly string[];
  /** Whether the line is closed after a good answer, when the next request may be on its way already. */
  closes?: true;
  /** What the partner asks to wait, as the value of Retry-After, by a number from 0 up to 1. */
  retryAfter?(now: number, draw: number): string;
  act(turn: Turn, retryAfter: string | undefined): void;
}

const DRIP_MS = 20;
const ENDLESS = Buffer.alloc(64 * 1024, "x");

function write({ socket }: Turn, status: number, headers: Readonly<Record<string, string>> = {}, body = ""): void {
  const all = Object.entries({ "Content-Length": String(body.length), ...headers });
  socket.write(`HTTP/1.1 ${status} Said\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
}

function answer(turn: Turn, ...[status, headers, body]: [number, Readonly<Record<string, string>>?, string?]): void {
  write(turn, status, headers, body);
  turn.keep();
}

const good = ({ number }: Turn): string => JSON.stringify({ number });
const json = { "Content-Type": "application/json" };

/** Bytes one at a time, until the other side has enough of it. */
function drip({ socket }: Turn, bytes: () => string): void {
  const timer = setInterval(() => socket.write(bytes()), DRIP_MS);
  socket.once("close", () => clearInterval(timer));
}

function endless({ socket }: Turn): void {
  const more = (): void => {
    let room = true;
    while (room && !socket.destroyed) room = socket.write(ENDLESS);
  };
  socket.on("drain", more);
  more();
}

function status(code: number, weight: number): Trouble {
  return { name: `status ${code}`, weight, codes: [`http_${code}`], act: (turn) => answer(turn, code) };
}

function later(code: number, name: string, retryAfter: (now: number, draw: number) => string): Trouble {
  const act: Trouble["act"] = (turn, value) => answer(turn, code, { "Retry-After": value ?? "" });
  return { name: `status ${code}, ${name}`, weight: 12, codes: [`http_${code}`], retryAfter, act };
}

/** So many bytes of a good answer, then `end`. */
function half(name: string, end: (socket: Socket) => void, codes: Pick<Trouble, "codes" | "read">): Trouble {
  const act: Trouble["act"] = (turn) => {
    const body = good(turn);
    const head = `HTTP/1.1 200 Said\r\nContent-Length: ${body.length + 40}\r\n\r\n`;
    turn.socket.write(head + body, () => end(turn.socket));
  };
  return { name, weight: 15, ...codes, act };
}

function raw(name: string, bytes: string, codes: Pick<Trouble, "codes" | "read">): Trouble {
  return { name, weight: 8, ...codes, act: ({ socket }) => void socket.write(bytes) };
}

function redirect(code: number, to: (turn: Turn) => string): Trouble {
  const act: Trouble["act"] = (turn) => answer(turn, code, { Location: to(turn) });
  return { name: `redirect ${code}`, weight: 8, codes: ["redirect_refused"], act };
}

const day = (time: number): string => new Date(time).toUTCString();
const BAD = { codes: ["bad_answer"] };
const CUT = { codes: ["http_200"], read: ["answer_reset"] };
/** A reset may overtake what was written before it. */
const TORN = { codes: ["http_200", "reset"], read: ["answer_reset", "reset"] };

export const TROUBLES: readonly Trouble[] = [
  { name: "good", weight: 440, codes: ["http_200"], act: (turn) => answer(turn, 200, json, good(turn)) },
  { name: "good without a body", weight: 80, codes: ["http_204"], act: (turn) => answer(turn, 204, { "X-Well": "yes" }) },
  {
    name: "good, then closed",
    weight: 30,
    closes: true,
    codes: ["http_200"],
    act(turn) {
      write(turn, 200, { ...json, "Keep-Alive": "timeout=60" }, good(turn));
      turn.socket.end();
    },
  },
  {
    name: "good, with a word too much",
    weight: 12,
    codes: ["http_200"],
    act(turn) {
      answer(turn, 200, { "Content-Length": String(good(turn).length) }, `${good(turn)}and more`);
    },
  },
  {
    name: "good, with an answer nobody asked for",
    weight: 12,
    codes: ["http_200"],
    act(turn) {
      answer(turn, 200, { "Content-Length": "2" }, "{}HTTP/1.1 200 Said\r\nContent-Length: 2\r\n\r\n{}");
    },
  },
  { name: "silence", weight: 20, codes: ["timeout"], act: () => undefined },
  {
    name: "a head that drips",
    weight: 10,
    codes: ["timeout"],
    act(turn) {
      turn.socket.write("HTTP/1.1 200 Said\r\nX-Slow: ");
      drip(turn, () => "x");
    },
  },
  {
    name: "a body that drips",
    weight: 10,
    codes: ["http_200"],
    read: ["answer_timeout"],
    act(turn) {
      turn.socket.write("HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\n");
      drip(turn, () => "1\r\nx\r\n");
    },
  },
  {
    name: "an endless answer",
    weight: 12,
    codes: ["http_200"],
    act(turn) {
      turn.socket.write("HTTP/1.1 200 Said\r\nContent-Length: 1073741824\r\n\r\n");
      endless(turn);
    },
  },
  {
    name: "reset after reading",
    weight: 25,
    codes: ["reset", "stale_connection"],
    act: ({ socket }) => void socket.resetAndDestroy(),
  },
  { name: "closed after reading", weight: 15, codes: ["reset", "stale_connection"], act: ({ socket }) => void socket.end() },
  { name: "half a head", weight: 10, codes: ["reset"], act: ({ socket }) => void socket.end("HTTP/1.1 200 Said\r\nContent-Le") },
  half("half a body", (socket) => socket.end(), CUT),
  half("half a body, then reset", (socket) => socket.resetAndDestroy(), TORN),
  raw("bytes that are no answer", "\0\u0001SSH-2.0-none\r\n", BAD),
  raw("a length that is none", "HTTP/1.1 200 Said\r\nContent-Length: many\r\n\r\n", BAD),
  raw("two lengths", "HTTP/1.1 200 Said\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}", BAD),
  raw("chunks that are none", "HTTP/1.1 200 Said\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", CUT),
  ...[400, 401, 404, 409, 422].map((code) => status(code, 5)),
  ...[501, 505].map((code) => status(code, 2)),
  ...[408, 500, 502, 503, 504].map((code) => status(code, 16)),
  later(429, "seconds", (_, draw) => String(1 + Math.floor(draw * 900))),
  later(503, "seconds", (_, draw) => String(1 + Math.floor(draw * 20))),
  later(429, "a date", (now, draw) => day(now + draw * 3_600_000)),
  later(503, "a date that is over", (now, draw) => day(now - draw * 3_600_000)),
  later(503, "nonsense", () => "when the cows come home"),
  redirect(302, () => "http://169.254.169.254/latest/meta-data/"),
  redirect(307, ({ forbidden }) => forbidden),
];

/** What a partner does that has no trouble any more. */
export const HEALED: Trouble = TROUBLES[0] as Trouble;

/** Two numbers from 0 up to 1 that a text always leads to. */
export function drawOf(text: string): [number, number] {
  const bytes = createHash("sha1").update(text).digest();
  return [bytes.readUInt32BE(0) / 2 ** 32, bytes.readUInt32BE(4) / 2 ** 32];
}

/** Of rows with weights the one that a number from 0 up to 1 falls on. */
export function pick<T extends { weight: number }>(rows: readonly T[], draw: number): T {
  let left = draw * rows.reduce((sum, { weight }) => sum + weight, 0);
  for (const row of rows) {
    left -= row.weight;
    if (left < 0) return row;
  }
  return rows.at(-1) as T;
}
