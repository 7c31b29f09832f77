// POST /v1/queues/{system}/acknowledgements
import { byOf } from "../../visit.ts";
import type { Operation } from "../operation.ts";

export const acknowledgeQueue: Operation<"acknowledgeQueue"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const part = call.json;
    const count = await interfaces.queues.acknowledgeQueue(call.path.system, part, byOf(call.visit));
    return { status: 200, body: { count, dryRun: false } };
  },
};
