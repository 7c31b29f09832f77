// The writer of log lines: whoever writes never waits for who reads, and never keeps more than its bound.
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { createLineWriter } from "../../src/lib/lines.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

/** A stream that takes nothing until it is let. */
function slowStream() {
  const taken: string[] = [];
  let next: ((error?: Error | null) => void) | undefined;
  const stream = new Writable({
    highWaterMark: 100,
    // As that of standard output, which stays usable after an error.
    autoDestroy: false,
    write(bytes: Buffer, _encoding, done) {
      taken.push(bytes.toString());
      next = done;
    },
  });
  const let_ = (error?: Error): Promise<void> => {
    next?.(error ?? null);
    return turn();
  };
  return { stream, taken, let: let_ };
}

const onLost = (lines: number): string => `lost ${lines}`;

test("lines of one turn go on together, in order", async () => {
  const { stream, taken } = slowStream();
  const writer = createLineWriter(stream, { onLost });
  writer.line("one");
  writer.line("two");
  assert.deepEqual(taken, []);
  await turn();
  assert.deepEqual(taken, ["one\ntwo\n"]);
});

test("what a slow reader does not take is kept up to the bound, then lost and counted, and said when it reads again", async () => {
  const { stream, taken, let: letGo } = slowStream();
  const writer = createLineWriter(stream, { mostBytes: 1000, onLost });
  const line = "x".repeat(99);
  for (let count = 0; count < 50; count++) {
    writer.line(line);
    writer.flush();
  }
  assert.equal(writer.lost(), 39);
  assert.ok(stream.writableLength <= 1100, `${stream.writableLength} bytes wait`);
  for (let count = 0; count < 11; count++) await letGo();
  writer.line("again");
  await turn();
  assert.equal(taken.at(-1), "lost 39\nagain\n");
  assert.equal(taken.length, 12);
});

test("a full disk costs the lines it refused, and no more", async () => {
  const { stream, taken, let: letGo } = slowStream();
  const writer = createLineWriter(stream, { onLost });
  writer.line("refused");
  await turn();
  await letGo(Object.assign(new Error("no space left"), { code: "ENOSPC" }));
  assert.deepEqual([writer.lost(), taken.length], [1, 1]);
});

test("a reader that is gone is no reason to fall, and nothing is kept for it", async () => {
  const { stream } = slowStream();
  const writer = createLineWriter(stream, { onLost });
  stream.destroy(Object.assign(new Error("broken pipe"), { code: "EPIPE" }));
  await turn();
  for (let count = 0; count < 100; count++) {
    writer.line("nobody hears it");
    writer.flush();
  }
  assert.deepEqual([writer.lost(), stream.writableLength], [100, 0]);
});
