// GET /v1/deliveries
import type { DeliveryFilter } from "../../../store/views/delivery-search.ts";
import { deliveryJson, givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

interface Query extends Omit<DeliveryFilter, "from" | "until"> {
  from?: string;
  until?: string;
}

export const listDeliveries: Operation = {
  callers: ["administrator"],
  async handle(call, { interfaces }) {
    const { from, until, ...rest } = { limit: 50, ...call.query } as Query;
    const filter = { ...rest, ...givenTime("from", from), ...givenTime("until", until) };
    const page = await interfaces.monitoring.deliveries(filter);
    return { status: 200, body: { deliveries: page.items.map(deliveryJson), next: page.next } };
  },
};
