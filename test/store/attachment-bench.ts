// What the tests of attachments have in common: files staged, read back, looked at behind the store's back, and purged.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { AddAttachment } from "../../src/core/commands/add-attachment.ts";
import type { Caller, Door } from "../../src/core/ports.ts";
import { createAttachments, PIECE_BYTES, type StagedFile } from "../../src/inbound/attachments.ts";
import { drawId } from "../../src/lib/ids.ts";
import { IDLE_MS, startAttachmentPurge } from "../../src/store/attachment-purge.ts";
import { ACME, type Bench } from "../helpers/store.ts";

export const MIB = 1024 * 1024;
export const LIMIT = 20 * MIB;
export const DESK_READER = { kind: "desk" } as const;

export const filesOf = (door: Door, limitBytes = LIMIT) => createAttachments({ door, drawId, limitBytes });

/** The bytes in chunks of this size. */
function* chunks(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Stages some bytes, by default three, as `who`. */
export function stage(bench: Bench, who: Caller = ACME, bytes: Uint8Array = Buffer.from("abc")): Promise<StagedFile> {
  const source = chunks(bytes, 65_000);
  return filesOf(bench.door).stage({ caller: who, name: "a.txt", contentType: "text/plain", source });
}

export const add = (task: string, { id, ...facts }: StagedFile, more: Partial<AddAttachment> = {}): AddAttachment => ({
  ...{ type: "add_attachment", task, attachment: id, ...facts },
  ...more,
});

export const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** The bytes of a file, read piece by piece. */
export async function read({ store }: Bench, id: string): Promise<Buffer> {
  const found = await store.attachments.one(id, DESK_READER);
  const pieces: Uint8Array[] = [];
  for await (const piece of store.attachments.bytes(id, found?.pieces ?? 0)) {
    assert.ok(piece.length <= PIECE_BYTES);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

interface Row {
  state: string;
  pieces: number;
  stored: number;
}

/** State of a file, the pieces it says it has and those that are there; null for none. */
export async function rowOf({ db }: Bench, id: string): Promise<Row | null> {
  const [row] = await db.rows<Row>("select state, pieces from attachments where id = ?", [id]);
  const [count] = await db.rows<{ n: number }>("select count(*) as n from attachment_pieces where attachment_id = ?", [id]);
  assert.ok(row || count?.n === 0, "no piece without its file");
  return row ? { ...row, stored: Number(count?.n) } : null;
}

/** Runs the purge for one round and gives the files it dropped. */
export async function purge({ door, store, clock }: Bench, lease?: () => Promise<boolean>): Promise<string[]> {
  const dropped: string[] = [];
  const looked = Promise.withResolvers<void>();
  const worker = startAttachmentPurge({
    ...{ door, clock: () => clock.now, pollMs: 1_000_000, ...(lease ? { lease } : {}) },
    views: {
      async idle(since, limit) {
        const found = await store.attachments.idle(since, limit);
        if (found.length === 0) looked.resolve();
        return found;
      },
    },
    onDropped: (id) => void dropped.push(id),
    onError: (error) => looked.reject(error),
  });
  if (lease) await worker.stop();
  else await looked.promise.finally(() => worker.stop());
  return dropped;
}

/** Drops what the tests before left behind. */
export async function clean(bench: Bench): Promise<void> {
  bench.clock.now += IDLE_MS;
  await purge(bench);
}
