// DELETE /v1/queues/{system}/hold
import { byOf } from "../../visit.ts";
import { queueAfter } from "../interfaces.ts";
import type { Operation } from "../operation.ts";

export const releaseQueue: Operation<"releaseQueue"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const system = call.path.system;
    await interfaces.queues.release(system, byOf(call.visit));
    return queueAfter(system, interfaces);
  },
};
