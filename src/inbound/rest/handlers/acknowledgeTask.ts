// POST /v1/tasks/{taskId}/acknowledgement
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

interface Body {
  externalReference?: string | null;
  message?: string | null;
}

export const acknowledgeTask: Operation = {
  callers: ["provider"],
  handle(call, services) {
    const { externalReference, message } = call.json as Body;
    const command = { type: "acknowledge", task: call.path.taskId, reference: externalReference, message } as const;
    return executeOnTask(call, command, services);
  },
};
