// Lets pages of named other origins call the gateway from a browser. Never allows credentials that a browser adds by itself: a page
// has to hold the key it shows.
import type { IncomingMessage, ServerResponse } from "node:http";

/** Puts the headers that a browser asks for on an answer, before it is sent. `allow` are the methods of the path, for a preflight. */
export type MarkOrigin = (request: IncomingMessage, response: ServerResponse, allow?: string) => void;

const REQUEST_HEADERS = [
  ...[
    "Authorization",
    "X-API-Key",
    "Content-Type",
    "Content-Encoding",
    "Content-Disposition",
    "Content-Digest",
    "Repr-Digest",
    "Idempotency-Key",
  ],
  ...["If-Match", "If-None-Match", "If-Range", "Range", "Prefer", "X-Request-Id", "Last-Event-ID", "Cache-Control"],
].join(", ");
const ANSWER_HEADERS = [
  ...["ETag", "Link", "Location", "Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id", "Idempotency-Replayed"],
  ...["Preference-Applied", "X-Crossdesk-Event", "Content-Disposition", "Content-Digest", "Repr-Digest", "Content-Range"],
  ...["Accept-Ranges", "WWW-Authenticate", "Allow", "Accept-Patch", "Crossdesk-Next", "Crossdesk-Head"],
].join(", ");
/** Two hours: the longest that browsers keep. */
const MAX_AGE = "7200";

/** Null when no origin is named: then nothing is done for any answer. */
export function createMarkOrigin(origins: readonly string[]): MarkOrigin | null {
  if (origins.length === 0) return null;
  const known = new Set(origins);
  return (request, response, allow) => {
    const { origin, "access-control-request-method": asked } = request.headers;
    // Also on answers to others, so that no cache gives one origin what was meant for another.
    response.setHeader("vary", "Origin");
    if (origin === undefined || !known.has(origin)) return;
    response.setHeader("access-control-allow-origin", origin);
    if (asked === undefined || allow === undefined) response.setHeader("access-control-expose-headers", ANSWER_HEADERS);
    else {
      response.setHeader("access-control-allow-methods", allow);
      response.setHeader("access-control-allow-headers", REQUEST_HEADERS);
      response.setHeader("access-control-max-age", MAX_AGE);
    }
  };
}
