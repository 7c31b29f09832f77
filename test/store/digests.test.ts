// The blob of remembered answers stays as small as the window of a provider allows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_DIGESTS, recallAnswer, rememberAnswer } from "../../src/store/digests.ts";

const digestOf = (n: number): string => n.toString(16).padStart(24, "0");
const eventOf = (n: number): string => `019a4b2c-7d1e-7a00-8000-${n.toString(16).padStart(12, "0")}`;

/** Answers of calls a second apart, each remembered within a window of so many seconds. */
function remembered(calls: number, windowSeconds: number): Buffer {
  let digests: Buffer = NO_DIGESTS;
  for (let n = 1; n <= calls; n++)
    digests = rememberAnswer(digests, { digest: digestOf(n), event: eventOf(n), at: n * 1000 }, (n - windowSeconds) * 1000);
  return digests;
}

test("what no window reaches any more is dropped with the next answer", () => {
  const digests = remembered(100, 10);
  assert.equal(digests.length, remembered(11, 10).length);
  assert.deepEqual(recallAnswer(digests, digestOf(90)), { event: eventOf(90), at: 90_000 });
  assert.equal(recallAnswer(digests, digestOf(89)), undefined);
});

test("no more than 256 are remembered, however many came within the window", () => {
  const digests = remembered(300, 1000);
  assert.deepEqual(recallAnswer(digests, digestOf(45)), { event: eventOf(45), at: 45_000 });
  assert.equal(recallAnswer(digests, digestOf(44)), undefined);
});

test("with a window of nothing the newest alone is there", () => {
  assert.equal(remembered(5, 0).length, remembered(1, 0).length);
});
