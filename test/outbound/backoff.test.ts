// When a failed delivery comes back: the schedule, what chance adds, and what the partner asked for.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nextDue } from "../../src/outbound/backoff.ts";
import { DEFAULT_DELIVERY } from "../../src/store/outgoing.ts";

const NOW = 1_800_000_000_000;

function pause(tries: number, random = 0, retryAfterMs: number | null = null): number | null {
  const due = nextDue({ tries, now: NOW, rules: DEFAULT_DELIVERY, retryAfterMs, random: () => random });
  return due === null ? null : due - NOW;
}

test("the default schedule is that of Standard Webhooks, then it is over", () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((tries) => pause(tries));
  assert.deepEqual(
    pauses.map((ms) => (ms === null ? null : ms / 1000)),
    [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400, null, null],
  );
});

test("chance adds up to a fifth and takes nothing", () => {
  assert.equal(pause(1, 0.5), 5500);
  assert.equal(pause(2, 0.999_999), 360_000);
});

test("the partner's wish makes a pause longer, never shorter, and never another try", () => {
  assert.equal(pause(1, 0, 60_000), 60_000);
  assert.equal(pause(1, 0.5, 60_000), 66_000);
  assert.equal(pause(2, 0, 1000), 300_000);
  assert.equal(pause(10, 0, 1000), null);
});

test("the longest wait a partner may ask for is not made longer by chance", () => {
  const week = 7 * 86_400_000;
  assert.equal(pause(1, 0.9, week), week);
  assert.equal(pause(1, 0.9, week * 0.95), week);
  assert.equal(pause(1, 0.1, 6 * 86_400_000), 6 * 86_400_000 * 1.02);
  const rules = { retryAfterSeconds: [8 * 86_400] };
  assert.equal(nextDue({ tries: 1, now: 0, rules, retryAfterMs: week, random: () => 0.5 }), Math.round(8 * 86_400_000 * 1.1));
});

test("a System without a schedule is tried once", () => {
  assert.equal(nextDue({ tries: 1, now: NOW, rules: { retryAfterSeconds: [] }, retryAfterMs: 1, random: () => 0 }), null);
});
