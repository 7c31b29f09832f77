// Tells a request that a page of another site made a browser send. Browsers send remembered passwords along, so a link or a form
// elsewhere must change nothing here. Never in the way of a program: those send none of these headers.
import type { IncomingMessage } from "node:http";

/** The published address, and whether it was set rather than taken from the request. */
export interface Published {
  base: string | null;
  isSet: boolean;
}

/**
 * Whether a browser sends the request for another site's page, or ahead of anybody's asking. Sec-Fetch-Site (Fetch Metadata) counts
 * before Origin, which is `null` where a page tells no referrer: no page can forge it. But a page whose name was made to lead here (DNS
 * rebinding) is of the same origin as the Host it asks for, so where the address is set no other Origin is good.
 */
export function isCrossSite({ headers }: IncomingMessage, { base, isSet }: Published): boolean {
  if (/prefetch|prerender/i.test(String(headers["sec-purpose"] ?? headers["purpose"] ?? ""))) return true;
  const { origin, host = "" } = headers;
  const own = [originOf(base), ...(isSet ? [] : [`http://${host}`, `https://${host}`])];
  const isForeign = origin !== undefined && !own.includes(origin);
  if (isSet && isForeign && origin !== "null") return true;
  const site = headers["sec-fetch-site"];
  if (site === "same-origin") return false;
  return isForeign || (site !== undefined && site !== "none");
}

function originOf(base: string | null): string | null {
  return base !== null && URL.canParse(base) ? new URL(base).origin : null;
}
