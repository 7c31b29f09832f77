// GET /v1/queues
import { Failure } from "../../../core/errors.ts";
import type { QueueView } from "../../../store/views/monitoring.ts";
import type { Page } from "../../../store/views/types.ts";
import { queueJson } from "../json-interfaces.ts";
import type { Interfaces, Operation } from "../operation.ts";
import type { QueryOf } from "../typed.ts";

type Query = QueryOf<"listQueues"> & { limit: number };

export const listQueues: Operation<"listQueues"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const page = await pageOf({ limit: 50, ...call.query }, interfaces);
    return { status: 200, body: { queues: page.items.map(queueJson), next: page.next }, next: page.next };
  },
};

async function pageOf({ by = "system", system, ...rest }: Query, { monitoring, clock }: Interfaces): Promise<Page<QueueView>> {
  const filter = { ...rest, now: clock() };
  if (by === "system") return monitoring.queues({ ...filter, ...(system === undefined ? {} : { system }) });
  if (system === undefined) throw new Failure("invalid_request", "system: say whose tasks.");
  if (!/^-?[0-9]{1,16}$/.test(filter.after ?? "0")) throw new Failure("invalid_request", "after: is not the next of a page.");
  const page = await monitoring.taskQueues(system, filter);
  if (page === null) throw new Failure("unknown_system");
  return page;
}
