// GET /v1/cursors
import { cursorJson } from "../feed/cursors.ts";
import type { Operation } from "../operation.ts";

export const listCursors: Operation<"listCursors"> = {
  callers: ["ticketing", "administrator"],
  async handle(_call, { views }) {
    return { status: 200, body: { cursors: (await views.cursors()).map(cursorJson) } };
  },
};
