// Tells a request that a page of another site made a browser send. Browsers send remembered passwords along, so a link or a form
// elsewhere must change nothing here. Never in the way of a program: those send none of these headers.
import type { IncomingMessage } from "node:http";

/**
 * Whether a browser sends the request for another site's page, or ahead of anybody's asking. `base` is the published address.
 * Sec-Fetch-Site (Fetch Metadata) counts first: no page can forge it, while Origin is `null` where a page tells no referrer.
 */
export function isCrossSite({ headers }: IncomingMessage, base: string | null): boolean {
  if (/prefetch|prerender/i.test(String(headers["sec-purpose"] ?? headers["purpose"] ?? ""))) return true;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return false;
  if (site !== undefined && site !== "none") return true;
  const { origin, host = "" } = headers;
  if (origin === undefined) return false;
  return origin !== originOf(base) && origin !== `http://${host}` && origin !== `https://${host}`;
}

function originOf(base: string | null): string | null {
  return base !== null && URL.canParse(base) ? new URL(base).origin : null;
}
