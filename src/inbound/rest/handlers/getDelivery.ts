// GET /v1/deliveries/{deliveryId}
import { Failure } from "../../../core/errors.ts";
import { deliveryDetailJson } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const getDelivery: Operation<"getDelivery"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const found = await interfaces.monitoring.delivery(call.path.deliveryId);
    if (found === null) throw new Failure("unknown_delivery");
    return { status: 200, body: deliveryDetailJson(found), task: found.task };
  },
};
