// POST /v1/tasks/{taskId}/solution-rejection
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const rejectSolution: Operation = {
  callers: ["ticketing"],
  handle(call, services) {
    const { reason } = call.json as { reason?: string | null };
    return executeOnTask(call, { type: "decline_solution", task: call.path.taskId ?? "", reason }, services);
  },
};
