// GET /v1/alerts
import { alertJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const listAlerts: Operation<"listAlerts"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views }) {
    const page = await views.alerts({ limit: 50, ...call.query });
    return { status: 200, body: { alerts: page.items.map(alertJson), next: page.next } };
  },
};
