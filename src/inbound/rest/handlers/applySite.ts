// POST /v1/site
import { byOf } from "../../visit.ts";
import { checkSiteGiven } from "../grant.ts";
import type { Operation } from "../operation.ts";

export const applySite: Operation<"applySite"> = {
  callers: ["administrator"],
  secret: true,
  async handle(call, services) {
    checkSiteGiven(call.visit, call.json);
    const changes = await services.applySite(call.json, byOf(call.visit));
    return { status: 200, body: { changes } };
  },
};
