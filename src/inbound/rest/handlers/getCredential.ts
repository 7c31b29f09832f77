// GET /v1/credentials/{credentialId}
import { credentialJson, oneCredential } from "../json-credentials.ts";
import type { Operation } from "../operation.ts";

export const getCredential: Operation<"getCredential"> = {
  callers: ["administrator"],
  async handle(call, { keys }) {
    return { status: 200, body: credentialJson(await oneCredential(keys, call.path.credentialId)) };
  },
};
