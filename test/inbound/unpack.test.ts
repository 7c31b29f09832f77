// Unpacking bodies: the limit counts what comes out, a bomb takes no more than the limit, broken and unknown codings are told apart.
import assert from "node:assert/strict";
import type { IncomingMessage } from "node:http";
import { suite, test } from "node:test";
import { constants, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { Failure } from "../../src/core/errors.ts";
import { BrokenBody, createReadUnpacked, isUnpackable } from "../../src/inbound/unpack.ts";

const LIMIT = 1024 * 1024;

function requestOf(coding: string | undefined): IncomingMessage {
  return { headers: coding === undefined ? {} : { "content-encoding": coding } } as IncomingMessage;
}

/** Reads `bytes` as a body that came with the coding; a code, or what was thrown, when it cannot be read. */
async function unpack(coding: string | undefined, bytes: Buffer, bounds = { waitingBytes: LIMIT, atOnce: 2 }): Promise<unknown> {
  const read = createReadUnpacked({ read: async () => bytes, ...bounds });
  return read(requestOf(coding), LIMIT).catch(codeOf);
}

function codeOf(error: unknown): unknown {
  if (error instanceof BrokenBody) return "broken";
  return error instanceof Failure ? error.code : error;
}

suite("unpacking", () => {
  const text = Buffer.from("<a>ä</a>".repeat(100));
  const packings: readonly (readonly [string | undefined, Buffer])[] = [
    [undefined, text],
    ["", text],
    ["identity", text],
    ["gzip", gzipSync(text)],
    [" GZIP ", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["deflate", deflateSync(text, { level: 0 })],
    ["deflate", deflateRawSync(text)],
    ["deflate", deflateRawSync(text, { level: 0 })],
    ["deflate", deflateRawSync(text, { strategy: constants.Z_FIXED })],
  ];
  for (const [index, [coding, bytes]] of packings.entries()) {
    test(`${coding ?? "no header"} (${index})`, async () => {
      assert.deepEqual(await unpack(coding, bytes), text);
    });
  }

  const broken: readonly (readonly [string, string, Buffer])[] = [
    ["cut off", "gzip", gzipSync(text).subarray(0, -9)],
    ["its checksum wrong", "gzip", gzipSync(text).fill(0, gzipSync(text).length - 8)],
    ["of two members", "gzip", Buffer.concat([gzipSync(text), gzipSync(text)])],
    ["with more behind it", "gzip", Buffer.concat([gzipSync(text), Buffer.from("more")])],
    ["with zeros behind it", "deflate", Buffer.concat([deflateSync(text), Buffer.alloc(2)])],
    ["plain", "gzip", text],
    ["empty", "deflate", Buffer.alloc(0)],
    ["of one byte", "deflate", Buffer.from([0x78])],
    ["that asks for a dictionary", "deflate", deflateSync(text, { dictionary: Buffer.from("<a>") })],
  ];
  for (const [what, coding, bytes] of broken) {
    test(`a body ${what} is broken`, async () => assert.equal(await unpack(coding, bytes), "broken"));
  }

  test("codings that are not known, and more than one, are not unpackable", () => {
    for (const coding of ["br", "zstd", "compress", "gzip, gzip", "gzip,", "identity, gzip", "*", "constructor", "__proto__"]) {
      assert.equal(isUnpackable(requestOf(coding)), false, coding);
    }
  });

  test("exactly the limit passes, one byte more does not", async () => {
    assert.equal(((await unpack("gzip", gzipSync(Buffer.alloc(LIMIT)))) as Buffer).length, LIMIT);
    assert.equal(await unpack("gzip", gzipSync(Buffer.alloc(LIMIT + 1))), "too_large");
  });

  test("many bombs at once take the memory of two, and leave the event loop free", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * LIMIT));
    const read = createReadUnpacked({ read: async () => bomb, waitingBytes: 100 * bomb.length, atOnce: 2 });
    const before = process.memoryUsage().arrayBuffers;
    const watch = { most: 0, turns: 0, over: false };
    const look = (): void => {
      watch.turns += 1;
      watch.most = Math.max(watch.most, process.memoryUsage().arrayBuffers - before);
      if (!watch.over) setImmediate(look);
    };
    look();
    const codes = await Promise.all(Array.from({ length: 40 }, () => read(requestOf("gzip"), LIMIT).catch(codeOf)));
    watch.over = true;
    assert.deepEqual([...new Set(codes)], ["too_large"]);
    assert.ok(watch.most < 40 * LIMIT, `${watch.most} bytes at most, of ${40 * 64} MiB that the bombs hold`);
    assert.ok(watch.turns > 40, `${watch.turns} turns of the event loop`);
  });

  test("what waits is bounded, and the room is given back", async () => {
    const packed = gzipSync(text);
    const read = createReadUnpacked({ read: async () => packed, waitingBytes: packed.length * 2, atOnce: 1 });
    const codes = await Promise.all(Array.from({ length: 3 }, () => read(requestOf("gzip"), LIMIT).catch(codeOf)));
    assert.deepEqual(codes, [text, text, "busy"]);
    assert.deepEqual(await read(requestOf("gzip"), LIMIT), text);
  });
});
