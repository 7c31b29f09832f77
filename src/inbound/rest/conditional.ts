// Conditional requests (RFC 9110 section 13): an answer is not sent again to who has it, and a change names what it was made on.
// Whether that still holds is decided where the change is, never here.
import { createHash } from "node:crypto";
import { Failure } from "../../core/errors.ts";

/** So many tags a header may list. */
const MOST_TAGS = 100;

/** The list of section 8.8.3, each tag with its quotes and, where it is a weak one, `W/`. */
const LIST = /^[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:[ \t]*,[ \t]*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*[ \t]*$/;
const TAG = /"[^"]*"/g;

/**
 * The tags an If-Match names, without quotes; null when there is none, or for `*`, which asks no more than that the thing is there.
 * A `W/` is not looked at, though section 13.1.1 would have such a tag match nothing: our own packing puts it there, and so do
 * proxies, because the bytes on the wire differ, while the state that a tag of ours stands for is the same. Throws `invalid_request`.
 */
export function tagsOf(header: string | undefined): readonly string[] | null {
  if (header === undefined || header.trim() === "*") return null;
  const tags = listed(header);
  if (tags.length === 0 || tags.length > MOST_TAGS)
    throw new Failure("invalid_request", "header If-Match: write the ETag as it was given, in its quotes, or *.");
  return tags.map((tag) => tag.slice(1, -1));
}

function listed(header: string): readonly string[] {
  return LIST.test(header) ? (header.match(TAG) ?? []) : [];
}

/** A tag as it stands in the header ETag. */
export function etagOf(tag: string): { etag: string } {
  return { etag: `"${tag}"` };
}

/** A tag made from the very content: equal content, equal tag. */
export function contentTag(content: string): string {
  return createHash("sha256").update(content).digest("base64url").slice(0, 22);
}

/** Whether If-None-Match names this ETag. What is no list of tags names nothing: a GET is better answered than refused. */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.trim() === "*" || listed(header).includes(etag.replace(/^W\//, ""));
}
