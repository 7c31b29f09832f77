// POST /v1/messages/{messageId}/dismissals
import { byOf } from "../../visit.ts";
import { messageAfter } from "../json-messages.ts";
import type { Operation } from "../operation.ts";

export const dismissMessage: Operation<"dismissMessage"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const id = call.path.messageId;
    await services.desk.dismiss(id, call.json.comment, byOf(call.visit));
    return messageAfter(id, services);
  },
};
