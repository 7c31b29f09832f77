// POST /v1/messages/dismissals: many at once, by id or by what they have in common.
import { Failure } from "../../../core/errors.ts";
import { dismissMany } from "../../kept/dismiss.ts";
import { byOf } from "../../visit.ts";
import type { Operation } from "../operation.ts";

export const dismissMessages: Operation<"dismissMessages"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const { comment, messages, fitting } = call.json;
    if ((messages === undefined) === (fitting === undefined))
      throw new Failure("invalid_request", "Give either messages, their ids, or fitting, what they have in common.");
    const chosen = messages === undefined ? { fitting: fitting ?? {} } : { ids: messages };
    const { dismissed, left, more } = await dismissMany(services, chosen, { comment, by: byOf(call.visit) });
    return { status: 200, body: { dismissed, left: [...left], more } };
  },
};
