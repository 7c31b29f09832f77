// Named places in the feed as REST shows and moves them. Those who may read the feed share them: a reader's key may be replaced, its
// place stays.
import { Failure } from "../../../core/errors.ts";
import type { CursorView, Views } from "../../../store/views/types.ts";
import { etagOf } from "../conditional.ts";
import { holderOf } from "../duplicate-key.ts";
import { timeText } from "../json.ts";
import type { AnswerOf, Call, Services } from "../operation.ts";
import { Problem } from "../problem.ts";
import type { Schemas } from "../typed.ts";

/** Each holds back what may be purged. */
export const MOST_CURSORS = 200;

export function cursorJson({ name, holder, position, lag, updatedAt }: CursorView): Schemas["Cursor"] {
  return { name, holder, position, lag, updatedAt: timeText(updatedAt) };
}

/** The cursor as it is, with the tag that its next move names. */
export async function cursorAnswer(views: Pick<Views, "cursor">, name: string): Promise<AnswerOf<"getCursor">> {
  const found = await views.cursor(name);
  if (found === null) throw new Problem("unknown_cursor");
  return { status: 200, headers: etagOf(String(found.position)), body: cursorJson(found) };
}

/** No cursor is ever there. */
const NOWHERE = -1;

/** Where an If-Match believes the cursor to be: there where it is, if that is among its tags. What is no position of ours is nowhere. */
export function positionNamed(tags: readonly string[], present: CursorView | null): number {
  return present !== null && tags.includes(String(present.position)) ? present.position : NOWHERE;
}

type Move = { before: number | null; after: number | null };

/** Throws `cursor_moved` where it is not where it was believed to be, with the position it has. */
export async function writeCursor(
  { visit, path }: Pick<Call<{ cursor: string }>, "visit" | "path">,
  { door, views }: Pick<Services, "door" | "views">,
  move: Move,
): Promise<void> {
  const { caller } = visit;
  const name = path.cursor;
  const side = { kind: "cursor", name, holder: holderOf(caller), ...move } as const;
  try {
    await door.execute({ commands: [], caller, channel: "rest", side });
  } catch (error) {
    if (!(error instanceof Failure && error.code === "guard_lost")) throw error;
    const present = await views.cursor(name);
    if (present === null) throw new Problem("unknown_cursor");
    throw new Problem("cursor_moved", `It is at ${present.position}.`, { extra: { position: present.position } });
  }
}
