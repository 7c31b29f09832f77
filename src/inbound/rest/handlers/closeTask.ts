// POST /v1/tasks/{taskId}/closure
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const closeTask: Operation<"closeTask"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const { reason } = call.json;
    return executeOnTask(call, { type: "close_task", task: call.path.taskId, reason }, services);
  },
};
