// POST /v1/deliveries/{deliveryId}/acknowledgements
import { byOf } from "../../visit.ts";
import { deliveryAfter } from "../interfaces.ts";
import type { Operation } from "../operation.ts";

export const acknowledgeDelivery: Operation<"acknowledgeDelivery"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { comment } = call.json;
    const id = call.path.deliveryId;
    await interfaces.queues.acknowledge(id, comment, byOf(call.visit));
    return deliveryAfter(id, interfaces);
  },
};
