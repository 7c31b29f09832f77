// POST /v1/tasks/{taskId}/solution-rejection
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const rejectSolution: Operation<"rejectSolution"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const { reason } = call.json;
    return executeOnTask(call, { type: "decline_solution", task: call.path.taskId, reason }, services);
  },
};
