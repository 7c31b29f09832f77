// GET /v1/app-fields
import type { Operation } from "../operation.ts";

export const listAppFields: Operation<"listAppFields"> = {
  callers: ["administrator"],
  async handle(_call, { interfaces }) {
    const fields = (await interfaces.operator.appFields()).map(
      ({ app, field, type, placeholder, path, example, description }) => ({
        ...{ app, field, type, placeholder, path, example, description },
      }),
    );
    return { status: 200, body: { fields } };
  },
};
