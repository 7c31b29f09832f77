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
