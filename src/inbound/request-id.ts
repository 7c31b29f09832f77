// The id of a request: under it a caller finds in our log what it asked.
import type { IncomingMessage } from "node:http";
import { drawId } from "../lib/ids.ts";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** The caller's own where it is a short plain word, else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, "headers">): string {
  const given = headers["x-request-id"];
  return typeof given === "string" && REQUEST_ID.test(given) ? given : drawId();
}
