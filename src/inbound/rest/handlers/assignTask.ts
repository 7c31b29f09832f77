// POST /v1/tasks/{taskId}/assignment
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const assignTask: Operation<"assignTask"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const { group } = call.json;
    return executeOnTask(call, { type: "assign_task", task: call.path.taskId, group }, services);
  },
};
