// DELETE /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { gone, write } from "../site-parts.ts";

export const removeGroup: Operation<"removeGroup"> = {
  callers: ["administrator"],
  async handle(call, services) {
    return gone(await write({ remove: { groups: [call.path.group] } }, call.visit, services));
  },
};
