// Bytes that all threads see: they go from one to the other without a copy, which for a large mail would hold the event loop.
// Nobody changes them once they are whole.
import { setImmediate as nextTurn } from "node:timers/promises";

/** So many are copied in one turn of the event loop. */
export const TURN_BYTES = 1024 * 1024;

/** Room for that many bytes. Memory is taken only as far as it is filled. */
export function sharedRoom(most: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(most));
}

export function isShared({ buffer }: Uint8Array): boolean {
  return buffer instanceof SharedArrayBuffer;
}

/** The same bytes, shared if they are many. */
export async function shared(bytes: Buffer): Promise<Buffer> {
  if (bytes.length <= TURN_BYTES || isShared(bytes)) return bytes;
  const room = sharedRoom(bytes.length);
  for (let from = 0; from < bytes.length; from += TURN_BYTES) {
    bytes.copy(room, from, from, from + TURN_BYTES);
    await nextTurn();
  }
  return room;
}

/** The same at once, for threads that nobody waits for. */
export function sharedAtOnce(bytes: Buffer): Buffer {
  const room = sharedRoom(bytes.length);
  bytes.copy(room);
  return room;
}

/** The buffers of those that are not shared: they can be handed over instead of copied. */
export function transferable(all: readonly Uint8Array[]): ArrayBuffer[] {
  return all.flatMap(({ buffer }) => (buffer instanceof ArrayBuffer ? [buffer] : []));
}
