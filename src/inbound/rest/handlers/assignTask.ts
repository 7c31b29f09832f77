// POST /v1/tasks/{taskId}/assignment
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const assignTask: Operation = {
  callers: ["ticketing"],
  handle(call, services) {
    const { group } = call.json as { group: string };
    return executeOnTask(call, { type: "assign_task", task: call.path.taskId ?? "", group }, services);
  },
};
