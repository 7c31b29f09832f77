// Reads a body that may be compressed (RFC 9110 section 8.4): the limit counts unpacked bytes, and zlib works in threads of its own.
// Never keeps more of a bomb than the limit, and never guesses at a coding it does not know.
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate, inflateRaw, type ZlibOptions } from "node:zlib";
import { Failure } from "../core/errors.ts";
import { type ReadBody, readBody } from "./body.ts";
import { createLane, type Lane } from "./limits.ts";

/** Unpacks whole bodies. Rejects with the errors of zlib. */
type Unpack = (packed: Buffer, options: UnpackOptions) => Promise<Buffer>;

/**
 * `rejectGarbageAfterEnd` is newer than the types of Node: what stands behind the end makes a broken body, a second member of gzip
 * as well. No client sends one, and what is passed over unread has no place in a message.
 */
type UnpackOptions = ZlibOptions & { rejectGarbageAfterEnd: boolean };

/** The codings that are read, by name; `x-gzip` is the older name of gzip (RFC 9110 section 8.4.1.3). */
const CODINGS: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: unpackDeflate,
};

const inflateZlib: Unpack = promisify(inflate);
const inflatePlain: Unpack = promisify(inflateRaw);

/**
 * Some clients send "deflate" without its zlib header (RFC 9110 section 8.4.1.2). The header is a multiple of 31 and has method 8
 * in its low half (RFC 1950 section 2.2); raw data with that half would be a stored block with padding that no encoder writes.
 */
function unpackDeflate(packed: Buffer, options: UnpackOptions): Promise<Buffer> {
  const [first = 0, second = 0] = packed;
  const hasHeader = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  return hasHeader ? inflateZlib(packed, options) : inflatePlain(packed, options);
}

/** A body that is not what its Content-Encoding says. */
export class BrokenBody extends Failure {
  constructor(cause: unknown) {
    super("invalid_request", "The body cannot be unpacked.", cause);
  }
}

const NONE = "identity";

/** The coding of a body in lower case, `identity` for none. One after the other, as in `gzip, gzip`, is no name of a coding. */
function codingOf({ headers }: IncomingMessage): string {
  const coding = headers["content-encoding"];
  return coding === undefined || coding === "" ? NONE : coding.trim().toLowerCase();
}

/** Whether a body is sent in any coding. */
export function isEncoded(request: IncomingMessage): boolean {
  return codingOf(request) !== NONE;
}

/** Whether a body can be read as far as its Content-Encoding tells. Ask before reading: other codings are for a 415. */
export function isUnpackable(request: IncomingMessage): boolean {
  const coding = codingOf(request);
  return coding === NONE || Object.hasOwn(CODINGS, coding);
}

/** What bounds all unpacking that shares a lane. */
export interface UnpackBounds {
  /** Bytes of packed bodies that wait or are at work. */
  waitingBytes: number;
  /** Bodies unpacked at once; each takes up to twice its limit while its pieces are joined. */
  atOnce: number;
  /** Bodies that may wait; without it they are bounded by their bytes alone. */
  waiting?: number;
}

const BOUNDS = { read: readBody, waitingBytes: 32 * 1024 * 1024, atOnce: 2 };

/** More than there are connections: what waits is bounded by its bytes. */
const MOST_WAITING = 100_000;
const CHUNK = 64 * 1024;

/** Unpacks a body that was read, as far as the request says that it is packed. */
export type UnpackBody = (request: IncomingMessage, body: Buffer, limitBytes: number) => Promise<Buffer>;

/** Makes a lane for unpacking. It rejects as the reader of `createReadUnpacked` does. */
export function createUnpackBody({ waitingBytes, atOnce, waiting = MOST_WAITING }: UnpackBounds): UnpackBody {
  const lane = createLane(atOnce, waiting);
  const state = { left: waitingBytes };
  return async (request, body, limitBytes) => {
    const unpack = Object.hasOwn(CODINGS, codingOf(request)) ? CODINGS[codingOf(request)] : undefined;
    return unpack === undefined ? body : work({ lane, state, unpack }, body, limitBytes);
  };
}

/**
 * Makes a reader that unpacks. Besides what its own reader rejects with: `BrokenBody`, `too_large` when the body is over the
 * limit unpacked, `busy` when too much waits to be unpacked.
 */
export function createReadUnpacked({ read, ...bounds }: UnpackBounds & { read: ReadBody } = BOUNDS): ReadBody {
  const unpack = createUnpackBody(bounds);
  return (request, limitBytes) => {
    const body = read(request, limitBytes);
    return isEncoded(request) ? body.then((packed) => unpack(request, packed, limitBytes)) : body;
  };
}

/** The unpacking reader of this process, for callers that are known. */
export const readUnpacked: ReadBody = createReadUnpacked();

interface Work {
  lane: Lane;
  state: { left: number };
  unpack: Unpack;
}

async function work({ lane, state, unpack }: Work, packed: Buffer, limitBytes: number): Promise<Buffer> {
  if (packed.length > state.left) throw new Failure("busy");
  state.left -= packed.length;
  try {
    // zlib throws at once for a limit of 0, which stands for no room at all.
    const options = { maxOutputLength: Math.max(1, limitBytes), chunkSize: CHUNK, rejectGarbageAfterEnd: true };
    return await lane(() => unpack(packed, options));
  } catch (error) {
    if (error instanceof Failure) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new Failure("too_large", `The limit is ${limitBytes} bytes.`);
    throw new BrokenBody(error);
  } finally {
    state.left += packed.length;
  }
}
