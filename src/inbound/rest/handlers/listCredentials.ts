// GET /v1/credentials
import { credentialJson } from "../json-credentials.ts";
import type { Operation } from "../operation.ts";

export const listCredentials: Operation<"listCredentials"> = {
  callers: ["administrator"],
  async handle(call, { keys }) {
    const { limit = 50, after = "", provider } = call.query;
    const found = (await keys.list()).filter(
      ({ id, holder }) => id > after && (provider === undefined || (holder.kind === "provider" && holder.provider === provider)),
    );
    const page = found.slice(0, limit);
    const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
    return { status: 200, body: { credentials: page.map(credentialJson), next }, next };
  },
};
