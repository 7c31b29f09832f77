// POST /v1/deliveries/{deliveryId}/retries
import { byOf } from "../../visit.ts";
import { deliveryAfter } from "../interfaces.ts";
import type { Operation } from "../operation.ts";

export const retryDelivery: Operation<"retryDelivery"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const id = call.path.deliveryId;
    await interfaces.queues.retry(id, byOf(call.visit));
    return deliveryAfter(id, interfaces);
  },
};
