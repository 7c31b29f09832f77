// Reading bodies: limits told by the header or found on the way, the shared budget, clients that go away.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { after, before, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import { createReadBody, type ReadBody } from "../../src/inbound/body.ts";

const LIMIT = 100_000;
const BUDGET = 150_000;

interface Reading {
  bytes: Buffer | null;
  code: string | null;
}

let server: http.Server;
let read: ReadBody;
/** Told of each reading that came to an end, in order. */
let settled: (reading: Reading) => void = () => undefined;

before(async () => {
  read = createReadBody(BUDGET);
  server = http.createServer(async (request, response) => {
    const reading = await read(request, LIMIT).then(
      (bytes): Reading => ({ bytes, code: null }),
      (error: unknown): Reading => ({ bytes: null, code: error instanceof Failure ? error.code : String(error) }),
    );
    response.end(`${reading.code ?? reading.bytes?.length}\n`);
    settled(reading);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});

after(() => {
  server.closeAllConnections();
  server.close();
});

function nextReading(): Promise<Reading> {
  return new Promise((resolve) => {
    settled = resolve;
  });
}

function open(head: string): Socket {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
  return socket;
}

async function send(head: string, ...parts: (string | Buffer)[]): Promise<Reading> {
  const reading = nextReading();
  const socket = open(head);
  for (const part of parts) socket.write(part);
  const result = await reading;
  socket.destroy();
  return result;
}

test("a body of known length comes whole, in one piece or in many", async () => {
  assert.deepEqual((await send("Content-Length: 5", "hello")).bytes?.toString(), "hello");
  const large = Buffer.alloc(90_000, "ab");
  assert.deepEqual((await send("Content-Length: 90000", large.subarray(0, 7), large.subarray(7))).bytes, large);
});

test("a body in chunks comes whole", async () => {
  const reading = await send("Transfer-Encoding: chunked", "3\r\nabc\r\n", "2\r\nde\r\n0\r\n\r\n");
  assert.equal(reading.bytes?.toString(), "abcde");
});

test("a request without a body gives no bytes", async () => {
  assert.equal((await send("X-Nothing: 1")).bytes?.length, 0);
});

test("a body of exactly the limit passes, one byte more is refused before it is sent", async () => {
  assert.equal((await send(`Content-Length: ${LIMIT}`, Buffer.alloc(LIMIT))).bytes?.length, LIMIT);
  assert.equal((await send(`Content-Length: ${LIMIT + 1}`)).code, "too_large");
});

test("a body in chunks is refused as soon as it is over the limit", async () => {
  const chunk = `8000\r\n${"x".repeat(0x8000)}\r\n`;
  assert.equal((await send("Transfer-Encoding: chunked", chunk, chunk, chunk, chunk)).code, "too_large");
});

test("a client that goes away ends the reading", async () => {
  const reading = nextReading();
  const socket = open("Content-Length: 50");
  socket.write("only this");
  await once(server, "request");
  socket.destroy();
  assert.equal((await reading).code, "invalid_request");
});

test("declared but unsent bytes take nothing of the budget", async () => {
  const waiting = [open("Content-Length: 90000"), open("Content-Length: 90000"), open("Content-Length: 90000")];
  for (const _ of waiting) await once(server, "request");
  assert.equal((await send("Content-Length: 90000", Buffer.alloc(90_000))).bytes?.length, 90_000);
  for (const socket of waiting) socket.destroy();
});

test("bodies that are over the budget together are told to come back, and the room is given back", async () => {
  const holder = open("Content-Length: 95000");
  const [request] = (await once(server, "request")) as [http.IncomingMessage];
  holder.write(Buffer.alloc(80_000));
  let came = 0;
  await new Promise<void>((resolve) => {
    request.on("data", (chunk: Buffer) => {
      came += chunk.length;
      if (came === 80_000) resolve();
    });
  });
  assert.equal((await send("Content-Length: 90000", Buffer.alloc(90_000))).code, "busy");
  const gone = nextReading();
  holder.destroy();
  assert.equal((await gone).code, "invalid_request");
  assert.equal((await send("Content-Length: 90000", Buffer.alloc(90_000))).bytes?.length, 90_000);
});
