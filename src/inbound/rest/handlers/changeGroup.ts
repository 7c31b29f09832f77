// PATCH /v1/groups/{group}
import type { Operation } from "../operation.ts";
import { checkMatch, merged, presentGroup, write } from "../site-parts.ts";

export const changeGroup: Operation<"changeGroup"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const name = call.path.group;
    await write(
      (before) => {
        const group = presentGroup(name, before);
        checkMatch(call, group);
        const { integrated: _marker, ...present } = group;
        return { groups: [{ ...merged(present, call.json), name }] };
      },
      call.visit,
      services,
    );
    return { status: 200, body: presentGroup(name, services.site()) };
  },
};
