// Writes answers: a whole one at once, a file piece by piece as fast as its reader takes it and no faster.
import type { IncomingMessage, ServerResponse } from "node:http";
import { goneSignal } from "./link.ts";
import type { LiveAnswer, StreamAnswer } from "./operation.ts";

/** An answer that is all there; null for one without a body. */
export interface Sendable {
  status: number;
  headers: Record<string, string | string[]>;
  body: string | Buffer | null;
}

/** What every answer to a call carries: its id, and what is left to its caller. */
export type Marks = Readonly<Record<string, string>>;

/** Sends a whole answer; gives the bytes of its body. */
export function send(response: ServerResponse, marks: Marks, { status, headers, body }: Sendable): number {
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  // These two have no length of their own (RFC 9110 section 8.6).
  const length = status === 204 || status === 304 ? {} : { "content-length": bytes };
  response.writeHead(status, { ...common(response, headers), ...marks, ...length });
  response.end(body ?? undefined);
  return response.req.method === "HEAD" ? 0 : bytes;
}

/** Sends a file. The next piece is read when the one before has left; who goes away meanwhile gets no more. Gives the bytes sent. */
export async function sendStream(response: ServerResponse, marks: Marks, answer: StreamAnswer): Promise<number> {
  const { status, headers, size, stream } = answer;
  response.writeHead(status, { ...common(response, headers), ...marks, "content-length": size });
  let sent = 0;
  // Of HEAD nothing is read.
  if (response.req.method !== "HEAD")
    for await (const piece of stream) {
      if (response.destroyed || !(response.write(piece) || (await drained(response)))) return sent;
      sent += piece.length;
    }
  if (!response.destroyed) response.end();
  return sent;
}

/** Sends what happens as it happens, never packed nor kept back; gives the bytes sent. Who asks for the head alone is sent nothing else. */
export async function sendLive(
  request: IncomingMessage,
  response: ServerResponse,
  marks: Marks,
  answer: LiveAnswer,
): Promise<number> {
  response.writeHead(answer.status, { ...common(response, answer.headers), ...marks });
  response.flushHeaders();
  let sent = 0;
  await answer.live({
    write(text) {
      sent += Buffer.byteLength(text);
      response.write(text);
    },
    isFull: () => response.writableNeedDrain,
    onceDrained: (listener) => void response.once("drain", listener),
    destroy: () => void response.destroy(),
    gone: request.method === "HEAD" ? AbortSignal.abort() : goneSignal(request, response),
  });
  response.end();
  return sent;
}

function common(response: ServerResponse, headers: Sendable["headers"] | StreamAnswer["headers"]): Sendable["headers"] {
  const all: Sendable["headers"] = { "cache-control": "no-store", "x-content-type-options": "nosniff", ...headers };
  const before = response.getHeader("vary");
  if (before !== undefined) all.vary = all.vary === undefined ? String(before) : `${before}, ${all.vary}`;
  return all;
}

/** Waits until the reader takes more; false when it has gone. */
function drained(response: ServerResponse): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done).off("close", done);
      resolve(!response.destroyed);
    };
    response.on("drain", done).on("close", done);
  });
}
