// Which bytes of a file are asked for (RFC 9110 section 14), and those bytes out of its pieces.
import { Problem } from "./problem.ts";

/** The first byte and the last. */
export interface ByteRange {
  first: number;
  last: number;
}

const ONE = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * The one range that is asked for of a file of `size` bytes; null for all of it: without a Range, with one of another unit or of no
 * form, and with several, which a server may pass over (section 14.2). Throws `range_not_satisfiable`.
 */
export function askedRange(header: string | undefined, size: number): ByteRange | null {
  const [, from = "", to = ""] = ONE.exec(header ?? "") ?? [];
  if (from === "" && to === "") return null;
  if (from !== "" && to !== "" && Number(to) < Number(from)) return null;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new Problem("range_not_satisfiable", undefined, { headers: { "content-range": `bytes */${size}` } });
  return { first, last };
}

/** The bytes of a range, from pieces that begin with the byte `at`. */
export async function* bytesWithin(
  pieces: AsyncIterable<Uint8Array>,
  { first, last }: ByteRange,
  at: number,
): AsyncGenerator<Uint8Array> {
  let begin = at;
  for await (const piece of pieces) {
    const part = piece.subarray(Math.max(0, first - begin), last + 1 - begin);
    if (part.length > 0) yield part;
    begin += piece.length;
    if (begin > last) return;
  }
}
