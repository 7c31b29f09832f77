// GET /v1/tasks/{taskId}
import { Failure } from "../../../core/errors.ts";
import { readerOf } from "../execute.ts";
import { taskJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const getTask: Operation<"getTask"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { views }) {
    const task = await views.task(call.path.taskId, readerOf(call.visit.caller));
    if (task === null) throw new Failure("unknown_task");
    return { status: 200, body: taskJson(task), task: task.number };
  },
};
