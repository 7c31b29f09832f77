// DELETE /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { checkMatch, gone, presentGroup, write } from "../site-parts.ts";

export const removeGroup: Operation<"removeGroup"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const { group } = call.path;
    const document = (before: Parameters<typeof presentGroup>[1]) => {
      checkMatch(call, presentGroup(group, before));
      return { remove: { groups: [group] } };
    };
    return gone(await write(document, call.visit, services));
  },
};
