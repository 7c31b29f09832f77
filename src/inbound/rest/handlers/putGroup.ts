// PUT /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { checkMatch, groupThere, presentGroup, putStatus, write } from "../site-parts.ts";

export const putGroup: Operation<"putGroup"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const name = call.path.group;
    const document = (before: Parameters<typeof groupThere>[1]) => {
      checkMatch(call, groupThere(name, before));
      return { groups: [{ ...call.json, name }] };
    };
    const changes = await write(document, call.visit, services);
    return { status: putStatus(changes), body: presentGroup(name, services.site()) };
  },
};
