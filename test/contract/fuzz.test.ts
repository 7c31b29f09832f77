// Thousands of calls made from the contract, right and wrong: every answer is one the contract declares, and the store agrees.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzRest } from "../helpers/rest-fuzz.ts";

/** Fixed, so that every run plays the same calls; the soak draws others. */
const SEED = 20_261_127;
const CALLS = 3_000;

test(`${CALLS} calls made from the contract`, async (context) => {
  const { calls, statuses, done, events, tasks } = await fuzzRest({ seed: SEED, calls: CALLS });
  context.diagnostic(`${JSON.stringify(statuses)}, ${events} events, ${tasks} tasks`);
  assert.equal(calls, CALLS);
  for (const status of [200, 201, 400, 401, 403, 404, 409, 415])
    assert.ok((statuses[status] ?? 0) > 5, `${statuses[status]} times ${status}`);
  // Which of them a seed reaches changes with every operation that is added; that hardly any is reached does not.
  const deep = ["createTask", "acknowledgeTask", "addMessage", "addAttachment", "getAttachment", "reassignTask", "closeTask"];
  const reached = deep.filter((id) => (done[id] ?? 0) > 0);
  assert.ok(reached.length >= 5, `of ${deep.join(", ")} only ${reached.join(", ")} were done`);
});
