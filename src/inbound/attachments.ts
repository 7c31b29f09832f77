// Takes files from channels and stages them piece by piece: it never holds more than a piece, and takes no more from its source
// than it has written. A staged file belongs to nothing until the command `add_attachment` puts it on a task.
import { createHash } from "node:crypto";
import { isTaken, safeContentType, safeFileName } from "../core/attachment.ts";
import { Failure } from "../core/errors.ts";
import type { AttachmentWrite, Caller, Door } from "../core/ports.ts";
import type { DrawId } from "../lib/ids.ts";

/** A file on its way in, in the name of who sends it. */
export interface IncomingFile {
  caller: Caller;
  name: string;
  contentType: string | null | undefined;
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A file that is staged whole, with name and type as they are kept. */
export interface StagedFile {
  id: string;
  name: string;
  contentType: string;
  /** In bytes. */
  size: number;
  /** Hex digits. */
  sha256: string;
}

export interface Attachments {
  /** Most bytes of one file. */
  readonly limitBytes: number;
  /** Media types and endings, in small letters, of the files that are taken; none for any. */
  readonly taken: readonly string[];
  /** Stages a file. Rejects with `file_type_refused` before a byte is read, `too_large` as soon as the limit is passed, and with what the source or the door fails with. */
  stage(file: IncomingFile): Promise<StagedFile>;
  /** Says that a staged file is not needed, so that it need not wait an hour for its end. One that an event has stays. */
  discard(caller: Caller, file: Pick<StagedFile, "id" | "size">): Promise<void>;
}

/** Bytes of one piece: small beside the memory of a call, and well below what a database server takes in one statement. */
export const PIECE_BYTES = 256 * 1024;
/** Taken away at once by `discard`; the loop that purges does the rest. */
const DROPPED_PIECES = 8;

interface Options {
  door: Door;
  drawId: DrawId;
  limitBytes: number;
  /** Media types and endings, in small letters, of the files that are taken; none for any. */
  taken?: readonly string[];
}

export function createAttachments({ door, drawId, limitBytes, taken = [] }: Options): Attachments {
  const write = (caller: Caller, side: AttachmentWrite) => door.execute({ commands: [], caller, channel: "gateway", side });
  const drop = async (caller: Caller, id: string, pieces: number): Promise<void> => {
    const keep = Math.max(0, pieces - DROPPED_PIECES);
    const side = { kind: "attachment", step: "drop", id, pieces, keep, idleSince: Number.MAX_SAFE_INTEGER } as const;
    // Whatever goes wrong here is put right by the loop that purges.
    await write(caller, side).catch(() => undefined);
  };
  return {
    ...{ limitBytes, taken },
    async stage({ caller, name, contentType, source }) {
      const about = { name: safeFileName(name), contentType: safeContentType(contentType) };
      if (!isTaken(about, taken)) throw new Failure("file_type_refused", `Taken are: ${taken.join(", ")}.`);
      const id = drawId();
      const hash = createHash("sha256");
      let [size, pieces] = [0, 0];
      try {
        for await (const { bytes, last } of piecesOf(source, limitBytes)) {
          hash.update(bytes);
          size += bytes.length;
          const whole = last ? { size, sha256: hash.copy().digest("hex") } : null;
          await write(caller, { kind: "attachment", step: "add", id, pieces, ...about, bytes, whole });
          pieces += 1;
        }
      } catch (error) {
        if (pieces > 0) await drop(caller, id, pieces);
        throw error;
      }
      return { id, ...about, size, sha256: hash.digest("hex") };
    },
    discard: (caller, { id, size }) => drop(caller, id, Math.max(1, Math.ceil(size / PIECE_BYTES))),
  };
}

/** The source in pieces, at least one. A piece is given only when more has come or nothing will: the last must be known as that. */
async function* piecesOf(source: IncomingFile["source"], limitBytes: number): AsyncGenerator<{ bytes: Buffer; last: boolean }> {
  let room = createRoom();
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limitBytes) throw new Failure("too_large", `The limit is ${limitBytes} bytes.`);
    for (let from = 0; from < chunk.length; ) {
      if (room.full()) {
        yield { bytes: room.taken(), last: false };
        room = createRoom();
      }
      from += room.add(chunk, from);
    }
  }
  yield { bytes: room.taken(), last: true };
}

const FIRST_ROOM = 16 * 1024;

/**
 * Memory for one piece, grown with what comes. It is memory of its own, as large as what is in it: between threads a part of a
 * larger one would take the whole of that along.
 */
function createRoom() {
  let kept = Buffer.alloc(0);
  let length = 0;
  const resize = (size: number): void => {
    const other = Buffer.allocUnsafeSlow(size);
    kept.copy(other, 0, 0, length);
    kept = other;
  };
  return {
    full: () => length === PIECE_BYTES,
    /** Takes what fits of a chunk from there on, and gives how much that was. */
    add(chunk: Uint8Array, from: number): number {
      const part = chunk.subarray(from, from + PIECE_BYTES - length);
      const needed = length + part.length;
      if (needed > kept.length) resize(Math.min(PIECE_BYTES, Math.max(FIRST_ROOM, 2 * needed)));
      kept.set(part, length);
      length = needed;
      return part.length;
    },
    taken(): Buffer {
      if (length < kept.length) resize(length);
      return kept;
    },
  };
}
