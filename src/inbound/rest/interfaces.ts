// What calls about the outgoing way answer when they have changed something: the queue or the delivery after it.
import { Failure } from "../../core/errors.ts";
import { deliveryJson, queueJson } from "./json-interfaces.ts";
import type { AnswerOf, Interfaces } from "./operation.ts";

/** The queue of a System as it is now. Throws `unknown_system`. */
export async function queueAfter(system: string, { monitoring, clock }: Interfaces): Promise<AnswerOf<"holdQueue">> {
  const [queue] = (await monitoring.queues({ system, limit: 1, now: clock() })).items;
  if (!queue) throw new Failure("unknown_system");
  return { status: 200, body: queueJson(queue) };
}

/** The delivery as it is now. Throws `unknown_delivery`. */
export async function deliveryAfter(id: string, { monitoring }: Interfaces): Promise<AnswerOf<"retryDelivery">> {
  const found = await monitoring.delivery(id);
  if (found === null) throw new Failure("unknown_delivery");
  return { status: 200, body: deliveryJson(found), task: found.task };
}
