// Requests and answers as an operator may see and keep them: at most 64 KiB, without a secret, nor half of one. Whatever it cannot
// read as text it says so of.
import type { HttpAnswer } from "./request-answer.ts";
import type { Mask } from "./secrets-mask.ts";

const MOST_BYTES = 64 * 1024;
const CUT = "\n… (cut)";
/**
 * Looked at beyond what is kept: where a text ends, half a secret may stand, which nothing finds. As long as the longest token a
 * server may give, and some escapes.
 */
const MARGIN = 16 * 1024;
/** Headers whose value is a secret whatever it holds. */
const SECRET_HEADERS: readonly string[] = ["authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"];

/** Bytes to take of an answer of which nothing is wanted but what is kept. */
export const SHOWN_BYTES = MOST_BYTES + MARGIN;

/** A text of at most 64 KiB in UTF-8, with a note at its end when it was longer. */
export function cutText(text: string): string {
  return shortened(text, false);
}

/**
 * A text as it may be kept: without secrets, and at most 64 KiB in UTF-8, with a note at its end when it was longer, or `isCut`
 * already.
 */
export function keptText(text: string, mask: Mask, isCut = false): string {
  const masked = mask(text.slice(0, SHOWN_BYTES));
  if (!isCut && text.length <= SHOWN_BYTES) return shortened(masked, false);
  return shortened(masked.slice(0, -MARGIN).toWellFormed(), true);
}

function shortened(text: string, isCut: boolean): string {
  const bytes = Buffer.from(text, "utf8");
  if (!isCut && bytes.length <= MOST_BYTES) return text;
  // A character cut in two at the end becomes one replacement character, which goes.
  return (
    bytes
      .subarray(0, MOST_BYTES - Buffer.byteLength(CUT))
      .toString("utf8")
      .replace(/\ufffd$/, "") + CUT
  );
}

/** First line, headers and body, as they stand on the line. `headers` are names and values to show. */
export function showMessage(first: string, headers: Iterable<readonly [string, string]>, body: string): string {
  const lines = Array.from(headers, ([name, value]) => `${name}: ${SECRET_HEADERS.includes(name.toLowerCase()) ? "***" : value}`);
  return `${[first, ...lines].join("\n")}\n\n${body}`;
}

/** An answer as it may be kept; `text` is its body. */
export function keptAnswer({ status, headers, end }: HttpAnswer, text: string, mask: Mask): string {
  const body = end === "lost" ? `${text}\n… (ended early)` : text;
  return keptText(showMessage(`HTTP ${status}`, Object.entries(headers), body), mask, end === "size");
}
