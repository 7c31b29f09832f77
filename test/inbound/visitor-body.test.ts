// The bodies of strangers: what they may take together and for one address, and that partners are read all the same.
import { UNBOUND } from "../helpers/by.ts";
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { beforeEach, suite, test } from "node:test";
import { gzipSync } from "node:zlib";
import { Failure } from "../../src/core/errors.ts";
import type { Caller } from "../../src/core/ports.ts";
import { createReadBodyOf, type ReadBodyOf } from "../../src/inbound/visitor-body.ts";
import type { Stranger, Visit } from "../../src/inbound/visit.ts";

const LIMIT = 100_000;
const PARTNER: Caller = { kind: "provider", provider: "acme", credential: "c" };

const stranger = (address: string): Stranger => ({ requestId: "r", address, caller: null });
const partner = (address: string): Visit => ({
  ...stranger(address),
  caller: PARTNER,
  grant: UNBOUND,
  stranger: stranger(address),
});

interface Sent {
  request: IncomingMessage;
  /** The bytes, or the code of the failure. */
  read: Promise<unknown>;
}

let readBodyOf: ReadBodyOf;
const open: PassThrough[] = [];

beforeEach(() => {
  for (const one of open.splice(0)) one.destroy();
  readBodyOf = createReadBodyOf({
    bytes: 200_000,
    clientBytes: 120_000,
    clientBodies: 3,
    clientPacked: 2,
    unpack: { waitingBytes: LIMIT, atOnce: 1, waiting: 3 },
  });
});

/** Sends `bytes` of a body of the declared length. */
function send(visitor: Visit | Stranger, bytes: Buffer, declared = bytes.length, headers: object = {}): Sent {
  const stream = new PassThrough({ highWaterMark: LIMIT });
  open.push(stream);
  const request = Object.assign(stream, {
    headers: { "content-length": String(declared), ...headers },
  }) as unknown as IncomingMessage;
  const read = readBodyOf(visitor, request, LIMIT).catch((error: unknown) => (error instanceof Failure ? error.code : error));
  stream.write(bytes);
  if (declared === bytes.length) stream.end();
  return { request, read };
}

/** Sends all of a body but its last byte, and waits until it was taken in. */
async function hold(visitor: Visit | Stranger, length: number): Promise<Sent> {
  const sent = send(visitor, Buffer.alloc(length - 1), length);
  await turn();
  return sent;
}

const A = "192.0.2.1";
const whole = Buffer.alloc(90_000, "a");

suite("what strangers hold back", () => {
  test("one address has its part, another the rest, and a partner of any address is read", async () => {
    await hold(stranger(A), 90_000);
    assert.equal(await send(stranger(A), whole).read, "busy");
    assert.deepEqual(await send(stranger("192.0.2.2"), whole).read, whole);
    await hold(stranger("192.0.2.2"), 90_000);
    assert.equal(await send(stranger("192.0.2.3"), whole).read, "busy", "all of them together");
    assert.deepEqual(await send(partner(A), whole).read, whole, "known by its network");
  });

  test("one client of IPv6 is the /64 it has", async () => {
    await hold(stranger("2001:db8::1"), 90_000);
    assert.equal(await send(stranger("2001:db8::ffff"), whole).read, "busy");
    assert.deepEqual(await send(stranger("2001:db8:0:1::1"), whole).read, whole);
  });

  test("small bodies are counted, and their places given back", async () => {
    const held = [await hold(stranger(A), 2), await hold(stranger(A), 2), await hold(stranger(A), 2)];
    assert.equal(await send(stranger(A), Buffer.from("ab")).read, "busy");
    held[0]?.request.destroy();
    assert.equal(await held[0]?.read, "invalid_request");
    assert.deepEqual(await send(stranger(A), Buffer.from("ab")).read, Buffer.from("ab"));
  });

  test("the room of a body that never ended is given back to all", async () => {
    const held = await hold(stranger(A), 90_000);
    const other = await hold(stranger("192.0.2.2"), 90_000);
    for (const { request } of [held, other]) request.destroy();
    await Promise.all([held.read, other.read]);
    assert.deepEqual(await send(stranger("192.0.2.3"), whole).read, whole);
    assert.deepEqual(await send(stranger(A), whole).read, whole);
  });
});

suite("what strangers have unpacked", () => {
  const GZIP = { "content-encoding": "gzip" };
  const packed = gzipSync(whole);
  const sendPacked = (visitor: Visit | Stranger, bytes = packed): Promise<unknown> =>
    send(visitor, bytes, bytes.length, GZIP).read;

  test("a body is unpacked within the limit", async () => {
    assert.deepEqual(await sendPacked(stranger(A)), whole);
    assert.equal(await sendPacked(stranger(A), gzipSync(Buffer.alloc(LIMIT + 1))), "too_large");
  });

  test("one client has few places, all of them a few more, and a partner a lane without them", async () => {
    const clients = [A, A, A, "192.0.2.2", "192.0.2.2", "192.0.2.3"];
    const all = [...clients.map((address) => sendPacked(stranger(address))), sendPacked(partner(A))];
    assert.deepEqual(await Promise.all(all), [whole, whole, "busy", whole, whole, "busy", whole]);
    assert.deepEqual(await sendPacked(stranger("192.0.2.3")), whole);
  });
});
