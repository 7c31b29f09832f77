// DELETE /v1/credentials/{credentialId}
import { byOf } from "../../visit.ts";
import { credentialJson, oneCredential } from "../json-credentials.ts";
import type { Operation } from "../operation.ts";

export const deleteCredential: Operation<"deleteCredential"> = {
  callers: ["administrator"],
  async handle(call, { keys }) {
    const before = await oneCredential(keys, call.path.credentialId);
    await keys.remove(before.id, byOf(call.visit));
    return { status: 200, body: credentialJson(before) };
  },
};
