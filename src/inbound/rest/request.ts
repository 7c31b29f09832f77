// Reads the parts of a request that the contract describes: query, JSON body. Refuses what has two readings.
import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { Failure } from "../../core/errors.ts";
import { isEncoded, isUnpackable } from "../unpack.ts";
import { Problem } from "./problem.ts";

/** The target of a request, from its path on; of the absolute form (RFC 9112 section 3.2.2) as well. */
export function targetOf({ url = "" }: Pick<IncomingMessage, "url">): string {
  return url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
}

/** The query parameters of a request target. Those of `lists` become lists; another given twice becomes one too, and is refused as that. */
export function queryOf(target: string, lists: ReadonlySet<string>): Record<string, unknown> {
  const query: Record<string, unknown> = Object.create(null);
  const start = target.indexOf("?");
  if (start < 0) return query;
  for (const [name, value] of new URLSearchParams(target.slice(start + 1))) {
    if (lists.has(name)) query[name] = [...((query[name] as string[] | undefined) ?? []), ...value.split(",")];
    else query[name] = name in query ? [query[name], value] : value;
  }
  return query;
}

const JSON_TYPES: readonly (string | null)[] = ["application/json", "application/merge-patch+json"];

/** Whether a body of this type is JSON. */
export function isJson(mediaType: string | null): boolean {
  return JSON_TYPES.includes(mediaType);
}

/** A body of any media type, as the contract writes it. */
const ANY_TYPE = "*/*";

/** Throws `unsupported_media_type` unless the body is announced as `wanted` (or that is any), in UTF-8 and in a known encoding. */
export function checkMediaType(request: IncomingMessage, wanted: string): void {
  const { "content-type": contentType = "" } = request.headers;
  const [type = "", ...parameters] = contentType.split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice(8);
  const understood = charset === undefined || !isJson(wanted) || /^"?utf-?8"?$/.test(charset);
  if (wanted !== ANY_TYPE && (type !== wanted || !understood))
    throw new Problem("unsupported_media_type", `This call takes ${wanted}.`, acceptable(request, wanted));
  // A file is stored as it is sent.
  if (wanted === ANY_TYPE && isEncoded(request))
    throw new Problem("unsupported_media_type", "A file is sent as it is, unencoded.");
  if (!isUnpackable(request)) throw new Problem("unsupported_media_type", "A body may be encoded with gzip or deflate, once.");
}

/** Which patch is taken (RFC 5789 section 2.2). */
function acceptable({ method }: IncomingMessage, wanted: string): { headers?: Record<string, string> } {
  return method === "PATCH" ? { headers: { "accept-patch": wanted } } : {};
}

/** Reads JSON (RFC 8259). Throws `invalid_request` for anything else, for bytes that are no UTF-8 and for half characters. */
export function parseJson(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw new Failure("invalid_request", "The body is not UTF-8.");
  const text = raw.toString("utf8");
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, /\\ud/i.test(text) ? refuseHalves : undefined);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure("invalid_request", "The body is not JSON.");
  }
}

/** Half a surrogate pair, which only an escape can bring, has no UTF-8 and would come back as something else. */
function refuseHalves(name: string, value: unknown): unknown {
  if (!name.isWellFormed() || (typeof value === "string" && !value.isWellFormed())) {
    throw new Failure("invalid_request", "The body holds half a character.");
  }
  return value;
}
