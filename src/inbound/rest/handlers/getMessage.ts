// GET /v1/messages/{messageId}
import { messageAfter } from "../json-messages.ts";
import type { Operation } from "../operation.ts";

export const getMessage: Operation<"getMessage"> = {
  callers: ["ticketing", "administrator"],
  handle: (call, services) => messageAfter(call.path.messageId, services),
};
