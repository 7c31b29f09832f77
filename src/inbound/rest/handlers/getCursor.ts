// GET /v1/cursors/{cursor}
import { cursorAnswer } from "../feed/cursors.ts";
import type { Operation } from "../operation.ts";

export const getCursor: Operation<"getCursor"> = {
  callers: ["ticketing", "administrator"],
  handle: (call, { views }) => cursorAnswer(views, call.path.cursor),
};
