// Thousands of mutated requests over real sockets: each is answered as the contract says, and nothing else happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzzSoap } from "../helpers/soap-fuzz.ts";

/** Fixed, so that every run plays the same requests; the soak draws others. */
const SEED = 20_261_127;
const REQUESTS = 20_000;

test(`${REQUESTS} mutated requests`, async (context) => {
  const { requests, shared, answers, statuses, stored, growth } = await fuzzSoap({ seed: SEED, requests: REQUESTS });
  context.diagnostic(`${answers} answers ${JSON.stringify(statuses)}, ${stored} stored, memory grew by ${growth} bytes`);
  assert.equal(requests, REQUESTS);
  assert.ok(shared > 1000, `${shared} shared a connection`);
  assert.ok(stored > 500, `${stored} stored`);
  for (const status of [200, 400, 401, 415, 500]) assert.ok((statuses[status] ?? 0) > 20, `${statuses[status]} times ${status}`);
});
