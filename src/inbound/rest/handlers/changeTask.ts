// PATCH /v1/tasks/{taskId}
import type { Operation } from "../operation.ts";
import { changeOfTask } from "../tickets.ts";

export const changeTask: Operation<"changeTask"> = {
  callers: ["ticketing"],
  handle(call, services) {
    const command = { type: "change_task", task: call.path.taskId, patch: call.json, ifMatch: call.ifMatch } as const;
    return changeOfTask(call, command, services);
  },
};
