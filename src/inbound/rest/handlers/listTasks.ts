// GET /v1/tasks
import { readerOf } from "../execute.ts";
import { taskJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const listTasks: Operation<"listTasks"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { views }) {
    const filter = { limit: 50, ...call.query };
    const page = await views.tasks(filter, readerOf(call.visit.caller));
    return { status: 200, body: { tasks: page.items.map(taskJson), next: page.next } };
  },
};
