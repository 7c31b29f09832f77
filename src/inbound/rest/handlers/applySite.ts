// POST /v1/site
import type { Operation } from "../operation.ts";

export const applySite: Operation<"applySite"> = {
  callers: ["administrator"],
  async handle(call, services) {
    const changes = await services.applySite(call.json);
    return { status: 200, body: { changes } };
  },
};
