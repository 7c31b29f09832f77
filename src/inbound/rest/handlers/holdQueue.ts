// PUT /v1/queues/{system}/hold
import { byOf } from "../../visit.ts";
import { queueAfter } from "../interfaces.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const holdQueue: Operation<"holdQueue"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { comment, from, until } = call.json;
    const system = call.path.system;
    const wish = { comment, ...givenTime("from", from), ...givenTime("until", until) };
    await interfaces.queues.hold(system, wish, byOf(call.visit));
    return queueAfter(system, interfaces);
  },
};
