// POST /v1/queues/{system}/retries
import { byOf } from "../../visit.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const retryQueue: Operation<"retryQueue"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { task, since, dryRun = false } = call.json;
    const part = { ...(task === undefined ? {} : { task }), ...givenTime("since", since), dryRun };
    const count = await interfaces.queues.retryQueue(call.path.system, part, byOf(call.visit));
    return { status: 200, body: { count, dryRun } };
  },
};
