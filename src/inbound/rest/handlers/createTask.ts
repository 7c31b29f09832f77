// POST /v1/tickets/{ticketId}/tasks
import { executeOnTask } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const createTask: Operation<"createTask"> = {
  callers: ["ticketing"],
  async handle(call, services) {
    const { number, group, ...fields } = call.json;
    const command = { type: "create_task", ticket: call.path.ticketId, number, group, fields } as const;
    const answer = await executeOnTask(call, command, services, { kind: "task", number });
    return { ...answer, headers: { ...answer.headers, location: `/v1/tasks/${encodeURIComponent(answer.task ?? "")}` } };
  },
};
