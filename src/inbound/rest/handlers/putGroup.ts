// PUT /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { putStatus, presentGroup, write } from "../site-parts.ts";

export const putGroup: Operation<"putGroup"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const name = call.path.group;
    const changes = await write({ groups: [{ ...call.json, name }] }, call.visit, services);
    return { status: putStatus(changes), body: presentGroup(name, services.site()) };
  },
};
