// How many mails are taken in a time: a loop stays cut off while it goes on, and what many share begins anew whatever comes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type BudgetRule, type Spent, spend, strangersRule } from "../../src/lib/mail-budget.ts";

const MINUTE_MS = 60_000;

/** What becomes of mails that come in these minutes. */
function verdicts(rule: BudgetRule, minutes: readonly number[]): string[] {
  let spent: Spent | null = null;
  return minutes.map((minute) => {
    const { verdict, ...rest } = spend(spent, rule, minute * MINUTE_MS);
    spent = rest;
    return verdict;
  });
}

test("one sender's loop is cut off for as long as it goes on", () => {
  const rule = { mails: 2, minutes: 60 };
  assert.deepEqual(verdicts(rule, [0, 1, 2, 50, 61, 109, 170]), ["within", "within", "first", "over", "over", "over", "within"]);
});

test("of what many share nobody can keep the others out for ever", () => {
  const rule = strangersRule(2);
  assert.ok(rule);
  assert.deepEqual(verdicts(rule, [0, 1, 2, 59, 60, 61, 62]), ["within", "within", "over", "over", "within", "within", "over"]);
  assert.deepEqual([strangersRule()?.mails, strangersRule(null)], [100, null]);
});

test("a clock that was ahead, and a time that was made shorter, shut nobody out for longer than the rule says", () => {
  const shared = strangersRule(1);
  assert.ok(shared);
  for (const rule of [{ mails: 1, minutes: 60 }, shared]) {
    const ahead = verdicts(rule, [600_000, 600_000, 1]);
    assert.equal(ahead.at(-1), "within");
  }
  const long = spend(spend(null, { mails: 1, minutes: 1440 }, 0), { mails: 1, minutes: 1440 }, 0);
  assert.equal(spend(long, { mails: 1, minutes: 5 }, MINUTE_MS).verdict, "within");
});
