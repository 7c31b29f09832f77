// POST /v1/retries
import { byOf } from "../../visit.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const retryAll: Operation<"retryAll"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { since, dryRun = false } = call.json;
    const time = givenTime("since", since).since ?? 0;
    const counts = await interfaces.queues.retryAll(time, { dryRun }, byOf(call.visit));
    const systems = [...counts].map(([system, count]) => ({ system, count }));
    const count = systems.reduce((sum, one) => sum + one.count, 0);
    return { status: 200, body: { count, dryRun, systems } };
  },
};
