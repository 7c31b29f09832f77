// Takes in the answer of a partner: so many bytes and no more, unpacked within the same bound. A partner's bytes are never trusted.
import type { IncomingMessage } from "node:http";
import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, constants } from "node:zlib";

/** An answer whose head has come. The status counts even when the body was cut. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case; a header that came several times is joined by commas. */
  headers: Readonly<Record<string, string>>;
  /** As much as was kept, unpacked. */
  body: Buffer;
  /** `whole`; `size` when more than the limit came; `lost` when the connection, or the time, ended before the body. */
  end: "whole" | "size" | "lost";
}

/** What came in of a body. */
export interface Taken {
  bytes: Buffer;
  end: HttpAnswer["end"];
}

/** Reads at most `limit` bytes; over that the connection is destroyed, as its rest is of no use. Never rejects. */
export function takeBody(response: IncomingMessage, limit: number): Promise<Taken> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (end: HttpAnswer["end"]): void => resolve({ bytes: Buffer.concat(chunks, Math.min(length, limit)), end });
    response.on("data", (chunk: Buffer) => {
      if (length > limit) return;
      chunks.push(chunk);
      length += chunk.length;
      if (length <= limit) return;
      settle("size");
      response.destroy();
    });
    response.once("end", () => settle(response.complete ? "whole" : "lost"));
    response.on("error", () => settle("lost"));
    response.once("close", () => settle("lost"));
  });
}

/** The answer as it is kept. `limit` bounds the unpacked body too, whatever the packed one could grow to. */
export async function toAnswer(response: IncomingMessage, taken: Taken, limit: number): Promise<HttpAnswer> {
  const headers = flatten(response);
  const unpacked = await unpack(taken, headers["content-encoding"]?.trim().toLowerCase() ?? "", limit);
  return { status: response.statusCode ?? 0, headers, body: unpacked.bytes, end: unpacked.end };
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  const pairs = Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]);
  return Object.fromEntries(pairs);
}

/** A cut body is unpacked as far as it goes. */
const FLUSH = { finishFlush: constants.Z_SYNC_FLUSH } as const;

const UNPACKERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(FLUSH),
  "x-gzip": () => createGunzip(FLUSH),
  deflate: () => createInflate(FLUSH),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

/** Nobody asked for a packed answer, but some servers pack all the same. What cannot be unpacked counts as lost. */
async function unpack(taken: Taken, encoding: string, limit: number): Promise<Taken> {
  const unpacker = Object.hasOwn(UNPACKERS, encoding) ? UNPACKERS[encoding]?.() : undefined;
  if (unpacker === undefined || taken.bytes.length === 0) return taken;
  const chunks: Buffer[] = [];
  let length = 0;
  let end = taken.end;
  unpacker.end(taken.bytes);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > limit) break;
    }
  } catch {
    end = "lost";
  }
  return { bytes: Buffer.concat(chunks, Math.min(length, limit)), end: length > limit ? "size" : end };
}
