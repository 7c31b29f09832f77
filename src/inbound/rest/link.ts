// The connection a call came by, for the few operations that keep it open: what else was said with it, when its client has gone, and
// whether the client would still be let in.
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { Failure } from "../../core/errors.ts";
import { Problem } from "./problem.ts";

export interface Link {
  headers: IncomingHttpHeaders;
  /** Aborted when the client has gone; its connection is not taken for dead while it hears nothing for so many milliseconds. */
  patient(ms: number): AbortSignal;
  /** Whether the client would be let in now as it was before. */
  holds(): Promise<boolean>;
}

/** Longer than what is waited for. */
const MARGIN_MS = 30_000;

/** Who was let in before is not turned away because nobody can be looked up for the moment, and a stop ends in its own way. */
const FOR_THE_MOMENT: ReadonlySet<string> = new Set(["busy", "rate_limited", "issuer_unavailable", "stopping"]);

/** How a client is looked at again. */
export interface Again {
  /** Whether what it showed stands still. Asked first: who is throttled, or has nothing valid to show any more, must not stay for that. */
  stands(): boolean;
  /** Lets it in anew, to do the same. */
  enter(): Promise<unknown>;
}

/** Looked at only when it is needed: most calls are answered at once. */
export function linkOf(request: IncomingMessage, response: ServerResponse, { stands, enter }: Again): () => Link {
  return () => ({
    headers: request.headers,
    patient(ms) {
      if (ms > 0) response.setTimeout(ms + MARGIN_MS);
      return goneSignal(request, response);
    },
    async holds() {
      if (!stands()) return false;
      try {
        await enter();
        return true;
      } catch (error) {
        return !(error instanceof Failure || error instanceof Problem) || FOR_THE_MOMENT.has(error.code);
      }
    },
  });
}

/** Aborted when the connection is closed, or its client will say nothing more: then nobody need be kept waiting. */
export function goneSignal(request: IncomingMessage, response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  const end = (): void => gone.abort();
  if (response.destroyed || response.writableFinished || request.socket.readableEnded) end();
  response.once("close", end);
  request.socket.once("end", end);
  response.once("close", () => request.socket.off("end", end));
  return gone.signal;
}
