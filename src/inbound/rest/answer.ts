// From what an operation answers to what is sent: links between pages, the conditions of the request, its preferences, packing.
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { acceptableCodings, pack } from "../encoding.ts";
import { contentTag, namesTag } from "./conditional.ts";
import type { Call, JsonAnswer } from "./operation.ts";
import { Problem } from "./problem.ts";
import type { Sendable } from "./send.ts";

/** Shorter ones fit into one packet with their header, packed or not. */
const LEAST_PACKED = 1400;

/** What was asked, as far as it bears on the form of the answer. */
export interface Asked {
  request: IncomingMessage;
  /** Absent where the call got no further than its route. */
  call: Pick<Call, "minimal" | "target">;
  /** The answer may hold a secret. */
  secret: boolean;
}

/** Throws `not_acceptable` before anything is done, where no form of the answer would be taken. */
export function checkAcceptable(request: IncomingMessage, secret: boolean): void {
  const header = request.headers["accept-encoding"];
  // Only these two can refuse bytes as they are, which nearly nobody does.
  if (header === undefined || !/identity|\*/i.test(String(header))) return;
  const { packed, identity } = acceptableCodings(String(header));
  if (!identity && (packed === null || secret)) throw new Problem("not_acceptable");
}

/** The answer as it goes out. */
export async function sendableOf(answer: JsonAnswer, asked: Asked): Promise<Sendable> {
  if (asked.call.minimal && answer.event != null) return minimalOf(answer, answer.event);
  const { request, secret } = asked;
  const { status } = answer;
  const isRead = request.method === "GET" || request.method === "HEAD";
  const body = JSON.stringify(answer.body);
  const headers: Sendable["headers"] = {
    "content-type": "application/json",
    // Kept by nobody but its reader, who asks each time whether it still holds; what a POST answers, by nobody at all.
    "cache-control": isRead && !secret ? "private, no-cache" : "no-store",
    ...linksOf(answer, asked.call.target),
    ...answer.headers,
  };
  if (isRead && !secret) {
    headers.vary = "Accept-Encoding";
    headers.etag ??= `"${contentTag(body)}"`;
    if (namesTag(request.headers["if-none-match"], String(headers.etag))) return notModified(headers);
  }
  return secret ? { status, headers, body } : packed(request, { status, headers, body });
}

/** 201 stays what it is, for an event was made, though it has no address; what its body would show is its header's now. */
function minimalOf({ status, headers }: JsonAnswer, event: string): Sendable {
  const applied = { "preference-applied": "return=minimal", "x-crossdesk-event": event, "cache-control": "no-store" };
  return { status: status === 200 ? 204 : status, headers: { ...applied, ...headers }, body: null };
}

/** Without those that tell of a body (RFC 9110 section 15.4.5), its links among them. */
function notModified({ "content-type": _type, link: _link, ...headers }: Sendable["headers"]): Sendable {
  return { status: 304, headers, body: null };
}

/** RFC 8288. Relative, so that they hold behind any proxy. */
function linksOf(answer: JsonAnswer, target: string): Record<string, string> {
  const next = nextOf(answer);
  if (next === undefined) return {};
  const [path = "", query = ""] = target.split("?");
  const links: string[] = [];
  const to = (after: string | null, rel: string): void => {
    const parameters = new URLSearchParams(query);
    if (after === null) parameters.delete("after");
    else parameters.set("after", after);
    // It stands in place of `after`.
    parameters.delete("cursor");
    const text = parameters.toString();
    links.push(`<${path}${text ? `?${text}` : ""}>; rel="${rel}"`);
  };
  if (next !== null) to(String(next), "next");
  if (new URLSearchParams(query).has("after")) to(null, "first");
  return links.length > 0 ? { link: links.join(", ") } : {};
}

/** Where a list goes on; the feed always does, but not yet where its head was read. Undefined for what is no list. */
function nextOf({ next, body }: JsonAnswer): string | number | null | undefined {
  if (next !== undefined || !("next" in body)) return next;
  const { next: own, head } = body as { next: string | number | null; head?: number };
  return head !== undefined && Number(own) >= head ? null : own;
}

async function packed(request: IncomingMessage, plain: Sendable & { body: string }): Promise<Sendable> {
  const header = request.headers["accept-encoding"];
  if (header === undefined) return plain;
  // Characters, not bytes: whether a text with umlauts is a little longer makes no difference.
  const isShort = plain.body.length < LEAST_PACKED;
  if (isShort && !/identity|\*/i.test(String(header))) return plain;
  const { packed: coding, identity } = acceptableCodings(String(header));
  if (coding === null || (isShort && identity)) return plain;
  const headers: Sendable["headers"] = { ...plain.headers, "content-encoding": coding, vary: "Accept-Encoding" };
  // Other bytes than those the tag stands for (RFC 9110 section 8.8.3.3).
  if (headers.etag !== undefined) headers.etag = `W/${String(headers.etag).replace(/^W\//, "")}`;
  return { ...plain, headers, body: await pack(coding, Buffer.from(plain.body)) };
}
