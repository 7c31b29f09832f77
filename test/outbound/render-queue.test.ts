// Work that waits for a process: what is kept of it meanwhile, and its order.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { createWorkQueue, type Piece } from "../../src/outbound/render/queue.ts";

const PIECES = 600;
const LARGE = "x".repeat(300_000);
/** Pieces that turn out not to be for a process. */
const isRefused = (name: number): boolean => name % 10 === 3;

suite("work that waits", () => {
  test("it is written only when the process may have it, whatever it amounts to, and comes in order", () => {
    const queue = createWorkQueue();
    let written = 0;
    const pieceOf = (name: number): Piece => ({
      ...{ lost: 0, settle: () => undefined, reject: () => undefined },
      write() {
        written++;
        return isRefused(name) ? null : JSON.stringify([name, LARGE]);
      },
    });
    for (let name = 0; name < PIECES; name++) queue.add(pieceOf(name));

    const done: number[] = [];
    for (let line = queue.next(); line !== null; line = queue.next()) {
      assert.ok(written - done.length - done.length / 9 < 10, `${written} were written for ${done.length}`);
      assert.equal(queue.recall().length, (JSON.parse(line) as unknown[]).length);
      for (const [name] of JSON.parse(queue.next() ?? "") as [number][]) {
        done.push(name);
        queue.finish();
      }
    }
    const names = Array.from({ length: PIECES }, (_, name) => name);
    assert.deepEqual(
      done,
      names.filter((name) => !isRefused(name)),
    );
    assert.equal(written, PIECES);
    assert.equal(queue.size(), 0);
  });
});
