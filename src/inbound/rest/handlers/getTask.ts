// GET /v1/tasks/{taskId}
import type { Operation } from "../operation.ts";
import { presentTask } from "../tickets.ts";

export const getTask: Operation<"getTask"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, services) {
    const { body, etag, task } = await presentTask(call, services);
    return { status: 200, headers: etag, body, task };
  },
};
