// GET /v1/tasks
import type { Caller } from "../../../core/ports.ts";
import type { Site } from "../../../store/site.ts";
import { readerOf } from "../execute.ts";
import { taskJson } from "../json.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const listTasks: Operation<"listTasks"> = {
  callers: ["provider", "ticketing", "administrator"],
  async handle(call, { views, site }) {
    const { updatedSince, ...rest } = { limit: 50, ...call.query };
    // Known without a look at its tasks, of which there may be any number.
    if (rest.group !== undefined && isForeign(rest.group, call.visit.caller, site()) && updatedSince === undefined)
      return { status: 200, body: { tasks: [], next: null } };
    const filter = { ...rest, ...givenTime("updatedSince", updatedSince) };
    const { items, next, more, seen, head } = await views.tasks(filter, readerOf(call.visit.caller));
    if (seen !== null && head !== null && seen > head)
      throw new Problem("position_unknown", "The list was made before a backup was put back: begin it again.", {
        extra: { head },
      });
    return { status: 200, body: { tasks: items.map(taskJson), next }, next: more ? next : null };
  },
};

function isForeign(group: string, caller: Caller, { groups }: Pick<Site, "groups">): boolean {
  return caller.kind === "provider" && groups.get(group)?.provider !== caller.provider;
}
