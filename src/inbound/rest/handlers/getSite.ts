// GET /v1/site
import type { Operation } from "../operation.ts";

export const getSite: Operation<"getSite"> = {
  callers: ["administrator"],
  async handle(_call, services) {
    return { status: 200, body: await services.readSite() };
  },
};
