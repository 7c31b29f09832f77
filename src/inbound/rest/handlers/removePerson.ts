// DELETE /v1/persons/{person}
import type { Operation } from "../operation.ts";
import { gone, write } from "../site-parts.ts";

export const removePerson: Operation<"removePerson"> = {
  callers: ["administrator"],
  async handle(call, services) {
    return gone(await write({ remove: { persons: [call.path.person] } }, call.visit, services));
  },
};
