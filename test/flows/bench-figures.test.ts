// The figures of the bench: medians, the ratio to the raw server, and a count that must see when events are missing or too many.
import assert from "node:assert/strict";
import { test } from "node:test";
import { disagreements, median, type Run, rowsOf, tableOf } from "../../bench/report.ts";

const run = (changes: Partial<Run>): Run => ({
  subject: "soap-sqlite",
  connections: 16,
  answers: 1000,
  refused: 0,
  broken: 0,
  perSecond: 500,
  p50: 2,
  p99: 9,
  stored: 1000,
  ...changes,
});

test("a row has the median, the least and the most of its runs, and its ratio to the raw server", () => {
  const raw = run({ subject: "raw-http", perSecond: 2000, stored: null });
  const rows = rowsOf(
    [raw, run({ perSecond: 900 }), run({ perSecond: 500, refused: 2 }), run({ perSecond: 700, broken: 1 })],
    () => "raw-http",
  );
  assert.deepEqual(
    rows.map(({ subject, perSecond, least, most, errors, ratio }) => [subject, perSecond, least, most, errors, ratio]),
    [
      ["raw-http", 2000, 2000, 2000, 0, 1],
      ["soap-sqlite", 700, 500, 900, 3, 0.35],
    ],
  );
  assert.match(tableOf(rows), /^soap-sqlite +16 +700 +500-900 +2\.00 +9\.00 +3 +0\.35$/m);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});

test("runs of other connections are other rows, without a ratio when the raw server did not run", () => {
  const rows = rowsOf([run({ connections: 16 }), run({ connections: 64 })], () => "raw-http");
  assert.deepEqual(
    rows.map(({ connections, ratio }) => [connections, ratio]),
    [
      [16, null],
      [64, null],
    ],
  );
});

test("events that are missing or too many are seen; calls under way at the end are allowed for", () => {
  assert.deepEqual(disagreements([run({}), run({ stored: 1016 }), run({ refused: 10, stored: 990 }), run({ stored: null })]), []);
  for (const wrong of [run({ stored: 999 }), run({ stored: 1017 }), run({ refused: 10, stored: 1007 })]) {
    assert.equal(disagreements([wrong]).length, 1, JSON.stringify(wrong));
  }
});
