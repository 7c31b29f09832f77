// GET /v1/exports
import type { Operation } from "../operation.ts";

export const listRecords: Operation<"listRecords"> = {
  callers: ["administrator"],
  async handle(call, { exports }) {
    const { after, limit = 100, open = false } = call.query;
    return { status: 200, body: await exports.page({ ...(after === undefined ? {} : { after }), limit, open }) };
  },
};
