// The body of a request as it comes, for what is written on while it is read. It reads no further than its reader has come.
import type { IncomingMessage } from "node:http";
import { Failure } from "../core/errors.ts";

/**
 * The body chunk by chunk. Throws `too_large` at once when Content-Length is over the limit, without reading a byte; a body in
 * chunks has to be counted by who reads it. Reading fails with `invalid_request` when the client goes away before the end.
 */
export function streamBody(
  request: IncomingMessage,
  limitBytes: number,
  onBytes: (bytes: number) => void,
): AsyncIterable<Buffer> {
  // RFC 9112 section 6.3: where there is a Transfer-Encoding the length means nothing.
  const length = request.headers["transfer-encoding"] === undefined ? request.headers["content-length"] : undefined;
  if (length !== undefined && !(Number(length) <= limitBytes))
    throw new Failure("too_large", `The limit is ${limitBytes} bytes.`);
  return chunks(request, onBytes);
}

async function* chunks(request: IncomingMessage, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  // A late error of a body nobody reads any more must not end the process.
  request.on("error", () => undefined);
  try {
    // Who stops reading wants to answer all the same: the connection must outlive that.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      onBytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw new Failure("invalid_request", "The body ended early.", error);
  }
  if (!request.complete) throw new Failure("invalid_request", "The body ended early.");
}
