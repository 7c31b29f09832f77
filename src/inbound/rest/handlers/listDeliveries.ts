// GET /v1/deliveries
import { deliveryJson, givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

export const listDeliveries: Operation<"listDeliveries"> = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { from, until, ...rest } = { limit: 50, ...call.query };
    const filter = { ...rest, ...givenTime("from", from), ...givenTime("until", until) };
    const page = await interfaces.monitoring.deliveries(filter);
    return { status: 200, body: { deliveries: page.items.map(deliveryJson), next: page.next } };
  },
};
