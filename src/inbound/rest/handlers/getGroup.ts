// GET /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { presentGroup } from "../site-parts.ts";

export const getGroup: Operation<"getGroup"> = {
  callers: ["ticketing", "administrator"],
  handle: async (call, { site }) => ({ status: 200, body: presentGroup(call.path.group, site()) }),
};
