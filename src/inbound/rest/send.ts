// Writes answers: a whole one at once, a file piece by piece as fast as its reader takes it and no faster.
import type { IncomingMessage, ServerResponse } from "node:http";
import { goneSignal } from "./link.ts";
import type { EmptyAnswer, LiveAnswer, StreamAnswer } from "./operation.ts";

/** An answer that is all there. */
export interface Sendable {
  status: number;
  headers: Record<string, string | string[]>;
  body: string;
}

/** Sends a whole answer; gives the bytes of its body. */
export function send(response: ServerResponse, requestId: string, { status, headers, body }: Sendable): number {
  const bytes = Buffer.byteLength(body);
  response.writeHead(status, { ...headers, "content-length": bytes, ...common(requestId) });
  response.end(body);
  return bytes;
}

/** Sends an answer that has no content, nor a length of it (RFC 9110 section 8.6). */
export function sendEmpty(response: ServerResponse, requestId: string, { status, headers }: EmptyAnswer): void {
  response.writeHead(status, { ...headers, ...common(requestId) });
  response.end();
}

/** Sends a file. The next piece is read when the one before has left; who goes away meanwhile gets no more. Gives the bytes sent. */
export async function sendStream(response: ServerResponse, requestId: string, answer: StreamAnswer): Promise<number> {
  const { status, headers, size, stream } = answer;
  response.writeHead(status, { ...headers, "content-length": size, ...common(requestId) });
  let sent = 0;
  for await (const piece of stream) {
    if (response.destroyed || !(response.write(piece) || (await drained(response)))) return sent;
    sent += piece.length;
  }
  if (!response.destroyed) response.end();
  return sent;
}

/** Sends what happens as it happens; gives the bytes sent. Who asks for the head alone is sent nothing else. */
export async function sendLive(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  answer: LiveAnswer,
): Promise<number> {
  response.writeHead(answer.status, { ...common(requestId), ...answer.headers });
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

function common(requestId: string): Record<string, string> {
  return { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-request-id": requestId };
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
