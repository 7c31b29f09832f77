// The media types of CloudEvents in JSON: one event (structured mode) and several (batched mode).
import type { IncomingHttpHeaders } from "node:http";

export const SINGLE = "application/cloudevents+json";
export const BATCH = "application/cloudevents-batch+json";

/** Whether the client names the media type; any type is no such wish. */
export function accepts({ accept = "" }: IncomingHttpHeaders, type: string): boolean {
  return accept.split(",").some((one) => {
    const [name = "", ...parameters] = one.split(";").map((part) => part.trim().toLowerCase());
    return name === type && !parameters.some((part) => /^q=0(\.0*)?$/.test(part));
  });
}
