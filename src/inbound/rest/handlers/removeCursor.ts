// DELETE /v1/cursors/{cursor}
import { cursorJson, positionNamed, writeCursor } from "../feed/cursors.ts";
import type { Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const removeCursor: Operation<"removeCursor"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, services) {
    const { cursor } = call.path;
    const present = await services.views.cursor(cursor);
    if (present === null) throw new Problem("unknown_cursor");
    const before = call.ifMatch === null ? present.position : positionNamed(call.ifMatch, present);
    await writeCursor(call, services, { before, after: null });
    return { status: 200, body: cursorJson(present) };
  },
};
