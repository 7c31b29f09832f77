// Read-only queries over named places in the feed. There are few.
import type { Reader as Source } from "../db.ts";
import { countAfter } from "../../lib/positions.ts";
import { feedRange } from "./feed.ts";
import type { CursorView, FeedRange } from "./types.ts";

interface Row {
  name: string;
  holder: string;
  position: number;
  updated_at: number;
}

/** All of them by name. */
export async function listCursors(source: Source): Promise<CursorView[]> {
  const rows = await source.all<Row>("select name, holder, position, updated_at from cursors order by name");
  const range = await feedRange(source);
  return rows.map((row) => cursorView(row, range));
}

export async function oneCursor(source: Source, name: string): Promise<CursorView | null> {
  const [row] = await source.all<Row>("select name, holder, position, updated_at from cursors where name = ?", [name]);
  return row ? cursorView(row, await feedRange(source)) : null;
}

/** After the restoration of a backup of the events alone a cursor may be before the head. */
function cursorView({ name, holder, position, updated_at: updatedAt }: Row, { head, leap }: FeedRange): CursorView {
  return { name, holder, position, lag: countAfter(position, head, leap), updatedAt };
}
