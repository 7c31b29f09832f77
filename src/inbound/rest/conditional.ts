// Conditional requests (RFC 9110 section 13): an answer with an ETag is not sent again to who has it, and a change names what it
// was made on. Whether that still holds is decided where the change is, never here.
import type { IncomingMessage } from "node:http";
import { Failure } from "../../core/errors.ts";
import type { Answer, EmptyAnswer } from "./operation.ts";

/** So many tags a header may list. */
const MOST_TAGS = 100;

/** The list of section 8.8.3, each tag with its quotes and, where it is a weak one, `W/`. */
const LIST = /^[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*[ \t]*$/;
const TAG = /(?:W\/)?"[^"]*"/g;

/**
 * The tags an If-Match names, without quotes; null when there is none, or for `*`, which asks no more than that the thing is there.
 * Weak ones never match here (section 13.1.1), so they are left out. Throws `invalid_request`.
 */
export function tagsOf(header: string | undefined): readonly string[] | null {
  if (header === undefined || header.trim() === "*") return null;
  return listed("If-Match", header).flatMap((tag) => (tag.startsWith("W/") ? [] : [tag.slice(1, -1)]));
}

function listed(name: string, header: string): string[] {
  const tags = LIST.test(header) ? (header.match(TAG) ?? []) : [];
  if (tags.length === 0 || tags.length > MOST_TAGS)
    throw new Failure("invalid_request", `header ${name}: write the ETag as it was given, in its quotes, or *.`);
  return tags;
}

/** A tag as it stands in the header ETag. */
export function etagOf(tag: string): { etag: string } {
  return { etag: `"${tag}"` };
}

/** The answer 304 in place of one that the caller has already, by If-None-Match; null when it has to be sent. */
export function notModified({ method, headers }: IncomingMessage, answer: Answer): EmptyAnswer | null {
  const wanted = headers["if-none-match"];
  const etag = answer.headers?.etag;
  if (wanted === undefined || etag === undefined || method !== "GET" || answer.status !== 200) return null;
  // Weak comparison (section 13.1.2). What is no list of tags matches nothing: a GET is better answered than refused.
  const has = wanted.trim() === "*" || (LIST.test(wanted) && wanted.match(TAG)?.some((tag) => opaque(tag) === opaque(etag)));
  if (!has) return null;
  return { status: 304, headers: { etag }, ...(answer.task === undefined ? {} : { task: answer.task }) };
}

const opaque = (tag: string): string => tag.replace(/^W\//, "");
