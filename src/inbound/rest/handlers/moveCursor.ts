// PUT /v1/cursors/{cursor}: makes a cursor, or moves it from where its reader believes it to be.
import { checkPosition } from "../feed/asked.ts";
import { cursorAnswer, MOST_CURSORS, positionNamed, writeCursor } from "../feed/cursors.ts";
import type { CursorView } from "../../../store/views/types.ts";
import type { CallOf, Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

export const moveCursor: Operation<"moveCursor"> = {
  callers: ["ticketing", "administrator"],
  async handle(call, services) {
    const { views } = services;
    const { position } = call.json;
    // Positions that were purged may be kept: a reader that began at 0 comes by them.
    checkPosition(position, { ...(await views.range()), oldest: 0 });
    const present = await views.cursor(call.path.cursor);
    const before = believed(call, present);
    if (before === undefined && present) throw new Problem("precondition_required");
    if (!present && (await views.cursors()).length >= MOST_CURSORS) throw new Problem("too_many_cursors");
    await writeCursor(call, services, { before: before ?? null, after: position });
    return cursorAnswer(views, call.path.cursor);
  },
};

/** Where the caller believes it to be; null for nowhere, undefined when it does not say. */
function believed({ json, ifMatch }: CallOf<"moveCursor">, present: CursorView | null): number | null | undefined {
  if (json.from !== undefined) return json.from;
  return ifMatch === null ? undefined : positionNamed(ifMatch, present);
}
