// The Idempotency-Keys whose first call is under way in this process. A second call is told to wait: while nobody knows how the first
// ends there is no answer to give again.
import { holderOf } from "./duplicate-key.ts";
import type { Answer, Call } from "./operation.ts";
import { Problem } from "./problem.ts";

/** Carries out the call unless another one of the same caller and key is under way; then it throws `key_in_use`. */
export type RunWithKey = (call: Call, work: () => Promise<Answer>) => Promise<Answer>;

export function createRunningKeys(): RunWithKey {
  const running = new Set<string>();
  return async (call, work) => {
    const key = `${holderOf(call.visit.caller)}\n${call.idempotencyKey}`;
    if (running.has(key)) throw new Problem("key_in_use");
    running.add(key);
    try {
      return await work();
    } finally {
      running.delete(key);
    }
  };
}
