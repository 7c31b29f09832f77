// GET /v1/audit
import type { AuditView } from "../../../store/views/types.ts";
import { timeText } from "../json.ts";
import { givenTime } from "../json-interfaces.ts";
import type { Operation } from "../operation.ts";

const auditJson = ({ id, at, ...entry }: AuditView) => ({ id: String(id), at: timeText(at), ...entry });

export const listAudit: Operation<"listAudit"> = {
  callers: ["administrator"],
  async handle(call, { views }) {
    const { since, until, ...rest } = { limit: 50, ...call.query };
    const page = await views.audit({ ...rest, ...givenTime("since", since), ...givenTime("until", until) });
    return { status: 200, body: { entries: page.items.map(auditJson), next: page.next }, next: page.next };
  },
};
