// Read-only queries of the files of tasks: what there is, and the bytes piece by piece, each read on its own so that a slow reader
// holds neither a transaction nor more than one piece.
import type { Reader as Source } from "../db.ts";
import { oneTask } from "./tasks.ts";
import type { Reader } from "./types.ts";

/** A file that is in an event. */
export interface AttachmentView {
  id: string;
  /** Number of the task. */
  task: string;
  /** Id of the event that brought it. */
  event: string;
  name: string;
  contentType: string;
  size: number;
  sha256: string;
  visibility: "internal" | "provider";
  /** The provider that sent it; null for the desk. */
  provider: string | null;
  /** When it was added, milliseconds UTC. */
  at: number;
  /** Of a picture in the text of a mail its content id, empty without one; null for any other file. */
  inlineId: string | null;
}

/** A file that no event took over, and how many pieces of it there are. */
export interface IdleAttachment {
  id: string;
  pieces: number;
}

export interface AttachmentViews {
  /** The files of a task that the reader may see, oldest first; null when the reader may not see the task. */
  list(task: string, reader: Reader): Promise<AttachmentView[] | null>;
  /** A file the reader may see, and its number of pieces; null for every other. */
  one(id: string, reader: Reader): Promise<{ view: AttachmentView; pieces: number } | null>;
  /** The bytes of a file, a piece at a time, from the piece of this number on. */
  bytes(id: string, pieces: number, from?: number): AsyncGenerator<Uint8Array>;
  /** Files that no event took over and nobody touched since then, and those that are half dropped. */
  idle(since: number, limit: number): Promise<IdleAttachment[]>;
}

const COLUMNS = `a.id, a.event_id, a.name, a.content_type, a.size, a.sha256, a.provider, a.visible_to, a.pieces, a.touched_at, a.inline_id,
  t.number, t.provider as holder`;

const LISTED = `select ${COLUMNS} from tasks t join attachments a on a.task_id = t.id where t.number = ? order by a.id`;

// Only a file that is in an event has a task.
const ONE = `select ${COLUMNS} from attachments a join tasks t on t.id = a.task_id where a.id = ?`;

const PIECE = "select data from attachment_pieces where attachment_id = ? and number = ?";

const IDLE = "select id, pieces from attachments where state = ? and touched_at <= ? order by touched_at limit ?";

interface Row {
  id: string;
  event_id: string;
  name: string;
  content_type: string;
  size: number;
  sha256: string;
  provider: string | null;
  visible_to: string | null;
  pieces: number;
  touched_at: number;
  inline_id: string | null;
  number: string;
  holder: string | null;
}

export function createAttachmentViews(source: Source): AttachmentViews {
  const idle = (state: string, since: number, limit: number): Promise<IdleAttachment[]> =>
    source.all<IdleAttachment & { [column: string]: string | number }>(IDLE, [state, since, limit]);
  return {
    async list(task, reader) {
      if ((await oneTask(source, task, reader)) === null) return null;
      const rows = await source.all<Row>(LISTED, [task]);
      return rows.filter((row) => maySee(row, reader)).map(attachmentView);
    },
    async one(id, reader) {
      const [row] = await source.all<Row>(ONE, [id]);
      return row && maySee(row, reader) ? { view: attachmentView(row), pieces: row.pieces } : null;
    },
    async *bytes(id, pieces, from = 0) {
      for (let number = from; number < pieces; number++) {
        const [piece] = await source.all<{ data: Uint8Array }>(PIECE, [id, number]);
        if (!piece) throw new Error(`a piece of the attachment ${id} is not there`);
        yield piece.data;
      }
    },
    async idle(since, limit) {
      const found = await idle("dropping", Number.MAX_SAFE_INTEGER, limit);
      for (const state of ["staging", "staged"]) found.push(...(await idle(state, since, limit)));
      return found;
    },
  };
}

/** A provider sees what was sent by it or to it, while it has the task: never what is the desk's own or another provider's. */
function maySee({ holder, visible_to: visible }: Row, reader: Reader): boolean {
  return reader.kind === "desk" || (visible === reader.provider && holder === reader.provider);
}

function attachmentView(row: Row): AttachmentView {
  const { id, number: task, event_id: event, name, content_type: contentType, size, sha256, provider, touched_at: at } = row;
  const visibility = row.visible_to === null ? "internal" : "provider";
  return { id, task, event, name, contentType, size, sha256, visibility, provider, at, inlineId: row.inline_id };
}
