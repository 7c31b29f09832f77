// Requests and answers as an operator may see and keep them: at most 64 KiB, without a secret. Whatever it cannot read as text
// it says so of.
import type { HttpAnswer } from "./request-answer.ts";

const MOST_BYTES = 64 * 1024;
const CUT = "\n… (cut)";
/** Headers whose value is a secret whatever it holds. */
const SECRET_HEADERS: readonly string[] = ["authorization", "proxy-authorization", "cookie", "set-cookie", "authentication-info"];
/** Deeper answers are kept as text: whoever writes them anew, level by level, would run out of stack. */
const MOST_LEVELS = 64;

/** A text of at most 64 KiB in UTF-8, with a note at its end when it was longer. */
export function cutText(text: string): string {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length <= MOST_BYTES) return text;
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

/** The body of an answer as text, in the charset it says; UTF-8 when it says none, or one nobody knows. */
export function answerText({ headers, body }: Pick<HttpAnswer, "headers" | "body">): string {
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/**
 * What an answer says: JSON parsed when it is whole and looks like it, else the text. Every text in it goes through `mask`, so that
 * a partner that echoes a secret does not carry it into a ticket.
 */
export function parseAnswer(answer: HttpAnswer, text: string, mask: (text: string) => string): unknown {
  const looks = /[/+]json\b/i.test(answer.headers["content-type"] ?? "") || /^\s*[[{]/.test(text);
  if (!looks || answer.end !== "whole") return mask(text);
  try {
    return masked(JSON.parse(text), mask, MOST_LEVELS);
  } catch {
    return mask(text);
  }
}

function masked(value: unknown, mask: (text: string) => string, levels: number): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null) return value;
  if (levels === 0) throw new Error("too deep");
  if (Array.isArray(value)) return value.map((one) => masked(one, mask, levels - 1));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [mask(name), masked(one, mask, levels - 1)]));
}
