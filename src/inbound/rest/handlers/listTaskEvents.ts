// GET /v1/tasks/{taskId}/events
import { Failure } from "../../../core/errors.ts";
import { cloudEvent, eventFor } from "../cloudevent.ts";
import { readerOf } from "../execute.ts";
import type { Operation } from "../operation.ts";

export const listTaskEvents: Operation<"listTaskEvents"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { views, source }) {
    const { after = 0, limit = 50 } = call.query;
    const reader = readerOf(call.visit.caller);
    const number = call.path.taskId;
    const page = await views.taskEvents(number, after, limit, reader);
    if (page === null) throw new Failure("unknown_task");
    const seen = page.items.flatMap((event) => eventFor(event, reader) ?? []);
    const next = page.next === null ? null : Number(page.next);
    return { status: 200, body: { events: seen.map((event) => cloudEvent(event, source)), next }, task: number };
  },
};
