// Reads the body of a request into memory: bounded per request and over all requests, and as soon over as the header tells.
// Never keeps more bytes than a reservation covers, and never trusts a declared length with memory.
import type { IncomingMessage } from "node:http";
import { Failure } from "../core/errors.ts";

/**
 * Reads a whole body of at most `limitBytes`. Rejects with a `Failure`: `too_large` over the limit (at once when
 * Content-Length says so), `busy` when all bodies together are over the budget, `invalid_request` when the client went
 * away before the end or sent no usable length. The bytes are the caller's alone.
 */
export type ReadBody = (request: IncomingMessage, limitBytes: number) => Promise<Buffer>;

/** Bytes of all bodies being read at one moment. */
export const DEFAULT_BUDGET = 128 * 1024 * 1024;

const FIRST_ROOM = 16 * 1024;
const LARGE_ROOM = 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/** How many bytes may still be taken by whoever shares it. */
export interface Budget {
  /** False, and nothing taken, when there are not so many left. */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

export function createBudget(bytes: number): Budget {
  let left = bytes;
  return {
    take(wanted) {
      if (wanted > left) return false;
      left -= wanted;
      return true;
    },
    give(back) {
      left += back;
    },
  };
}

/** Makes a reader with its own budget over all bodies under way, in bytes. */
export function createReadBody(budgetBytes: number = DEFAULT_BUDGET): ReadBody {
  const budget = createBudget(budgetBytes);
  return (request, limitBytes) => readWithin(budget, request, limitBytes);
}

/** Reads as `ReadBody` does, with memory of the given budget. */
export function readWithin(budget: Budget, request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const declared = declaredLength(request);
  if (declared !== null && !(declared <= limitBytes)) return Promise.reject(tooLarge(limitBytes));
  if (declared === 0) return Promise.resolve(EMPTY);
  return collect(request, { most: declared ?? limitBytes, limitBytes, budget });
}

/** The reader of this process: one budget for all channels, and for callers that are known. Strangers have their own. */
export const readBody: ReadBody = createReadBody();

/** Length from the header, null when the body comes in chunks, 0 when there is none (RFC 9112 section 6.3). */
function declaredLength(request: IncomingMessage): number | null {
  if (request.headers["transfer-encoding"] !== undefined) return null;
  const length = request.headers["content-length"];
  return length === undefined ? 0 : Number(length);
}

interface Bounds {
  most: number;
  limitBytes: number;
  budget: Budget;
}

function collect(request: IncomingMessage, { most, limitBytes, budget }: Bounds): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const room = createRoom(most, budget);
    const onData = (chunk: Buffer): void => {
      const wrong = room.length() + chunk.length > most ? tooLarge(limitBytes) : room.add(chunk);
      if (wrong) settle(wrong);
    };
    const onEnd = (): void => settle(null);
    const onGone = (): void => settle(goneEarly());
    const settle = (failure: Failure | null): void => {
      request.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
      room.release();
      if (failure === null) {
        resolve(room.bytes());
        return;
      }
      // Whatever still comes is thrown away unread; a late error of the stream must not end the process.
      request.on("error", () => undefined).resume();
      reject(failure);
    };
    if (request.destroyed && !request.readableEnded && request.readableLength === 0) return settle(goneEarly());
    request.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  });
}

function goneEarly(): Failure {
  return new Failure("invalid_request", "The body ended early.");
}

function tooLarge(limitBytes: number): Failure {
  return new Failure("too_large", `The limit is ${limitBytes} bytes.`);
}

/** Memory for one body. It grows with what has come, so that a large Content-Length alone takes nothing. */
function createRoom(most: number, budget: Budget) {
  let kept: Buffer = EMPTY;
  let room = 0;
  let length = 0;
  let taken = 0;
  const take = (bytes: number): boolean => {
    if (!budget.take(bytes)) return false;
    taken += bytes;
    return true;
  };
  const grow = (needed: number): boolean => {
    const size = Math.min(most, Math.max(FIRST_ROOM, needed * 2));
    if (!take(size - taken)) return false;
    room = size;
    if (size <= kept.length) return true;
    // A large one is never copied again: its memory is taken by the system only as far as it is filled.
    const larger = Buffer.allocUnsafeSlow(size > LARGE_ROOM ? most : size);
    kept.copy(larger, 0, 0, length);
    kept = larger;
    return true;
  };
  return {
    length: () => length,
    add(chunk: Buffer): Failure | null {
      const needed = length + chunk.length;
      if (length === 0 && needed === most && take(needed)) {
        // The usual case: the whole body in one piece, kept as it came.
        kept = chunk;
      } else {
        if (needed > room && !grow(needed)) return new Failure("busy");
        chunk.copy(kept, length);
      }
      length = needed;
      return null;
    },
    bytes: (): Buffer => (kept.length === length ? kept : kept.subarray(0, length)),
    release(): void {
      budget.give(taken);
      taken = 0;
    },
  };
}
