// A file is sent as fast as its reader takes it: one piece is held, the next is not even asked for.
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { test } from "node:test";
import { sendStream } from "../../src/inbound/rest/send.ts";

/** A response whose reader takes nothing until it is told to. */
class Slow extends EventEmitter {
  destroyed = false;
  ended = false;
  written: Uint8Array[] = [];
  req = { method: "GET" };
  getHeader(): undefined {}
  writeHead(): void {}
  write(piece: Uint8Array): boolean {
    this.written.push(piece);
    return false;
  }
  end(): void {
    this.ended = true;
  }
}

function sending(pieces: number) {
  const response = new Slow();
  let asked = 0;
  const stream = (async function* () {
    for (; asked < pieces; ) {
      asked += 1;
      yield Buffer.from([asked]);
    }
  })();
  const done = sendStream(
    response as unknown as ServerResponse,
    { "x-request-id": "req-1" },
    { status: 200, size: pieces, stream },
  );
  return { response, done, asked: () => asked };
}

/** Whatever can go on without the reader has gone on. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the next piece is asked for when the one before has left", async () => {
  const { response, done, asked } = sending(3);
  for (let piece = 1; piece <= 3; piece++) {
    await settled();
    assert.deepEqual([asked(), response.written.length, response.ended], [piece, piece, false]);
    assert.ok(response.listenerCount("drain") === 1 && response.listenerCount("close") === 1);
    response.emit("drain");
  }
  await done;
  assert.ok(response.ended);
  assert.equal(response.listenerCount("drain") + response.listenerCount("close"), 0);
});

test("who goes away gets no more, and nothing more is read for it", async () => {
  const { response, done, asked } = sending(30);
  await settled();
  response.destroyed = true;
  response.emit("close");
  await done;
  assert.deepEqual([asked(), response.written.length, response.ended], [1, 1, false]);
});
