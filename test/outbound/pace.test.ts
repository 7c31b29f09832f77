// Places and rate of a System's tries.
import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { suite, test } from "node:test";
import { createPace } from "../../src/outbound/pace.ts";

suite("the pace of tries", () => {
  test("no more are under way than there are places, and they come in order", async () => {
    const pace = createPace(2, null);
    const order: number[] = [];
    const releases: (() => void)[] = [];
    const entered = [1, 2, 3, 4].map(async (number) => {
      const release = await pace.enter();
      order.push(number);
      if (release) releases.push(release);
    });
    await turn();
    assert.deepEqual(order, [1, 2]);
    releases.shift()?.();
    await turn();
    assert.deepEqual(order, [1, 2, 3]);
    releases.shift()?.();
    releases.shift()?.();
    await Promise.all(entered);
    assert.deepEqual(order, [1, 2, 3, 4]);
  });

  test("a rate spreads the beginnings evenly", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    let now = 0;
    const pace = createPace(10, 4, () => now);
    let begun = 0;
    for (let count = 0; count < 5; count++) void pace.enter().then(() => begun++);
    await turn();
    assert.equal(begun, 1);
    for (let expected = 2; expected <= 5; expected++) {
      now += 249;
      context.mock.timers.tick(249);
      await turn();
      assert.equal(begun, expected - 1);
      now += 1;
      context.mock.timers.tick(1);
      await turn();
      assert.equal(begun, expected);
    }
  });

  test("closed, it lets nobody in", async () => {
    const pace = createPace(1, null);
    const release = await pace.enter();
    const waiting = pace.enter();
    pace.close();
    assert.equal(await waiting, null);
    release?.();
    assert.equal(await pace.enter(), null);
  });
});
