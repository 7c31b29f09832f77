// POST /v1/credentials
import { byOf } from "../../visit.ts";
import { checkGiven } from "../grant.ts";
import { credentialJson, oneCredential } from "../json-credentials.ts";
import type { Operation } from "../operation.ts";

export const createCredential: Operation<"createCredential"> = {
  callers: ["administrator"],
  secret: true,
  async handle(call, { keys }) {
    checkGiven(call.visit, call.json.scopes ?? null);
    const { name, secret = null, warnings = [] } = await keys.create(call.json, byOf(call.visit));
    const credential = credentialJson(await oneCredential(keys, name));
    const headers = { location: `/v1/credentials/${encodeURIComponent(name)}` };
    return { status: 201, headers, body: { credential, secret, warnings: [...warnings] } };
  },
};
