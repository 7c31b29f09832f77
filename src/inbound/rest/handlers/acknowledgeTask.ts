// POST /v1/tasks/{taskId}/acknowledgement
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const acknowledgeTask: Operation<"acknowledgeTask"> = {
  callers: ["provider"],
  handle(call, services) {
    const { externalReference, message } = call.json;
    const command = { type: "acknowledge", task: call.path.taskId, reference: externalReference, message } as const;
    return executeOnTask(call, command, services);
  },
};
