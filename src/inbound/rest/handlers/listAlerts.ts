// GET /v1/alerts
import type { AlertFilter } from "../../../store/views/types.ts";
import { alertJson } from "../json.ts";
import type { Operation } from "../operation.ts";

export const listAlerts: Operation = {
  callers: ["ticketing", "administrator"],
  async handle(call, { views }) {
    const page = await views.alerts({ limit: 50, ...call.query } as AlertFilter);
    return { status: 200, body: { alerts: page.items.map(alertJson), next: page.next } };
  },
};
