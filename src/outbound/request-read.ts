// What the expressions of an API definition read of an answer: its text, or the JSON in it with every digit. Nothing is masked here,
// so nothing of it may be kept or shown.
import type { RestApi } from "../store/outgoing.ts";
import type { HttpAnswer } from "./request-answer.ts";

/** Most bytes of an answer that something is to be read from. */
export const READ_BYTES = 1024 * 1024;
/** Deeper answers stay text: whoever walks them level by level would run out of stack. */
const MOST_LEVELS = 64;

/** The body of an answer as text, in the charset it says; UTF-8 when it says none, or one nobody knows. */
export function answerText({ headers, body }: Pick<HttpAnswer, "headers" | "body">): string {
  const charset = /;\s*charset\s*=\s*"?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** `why` says, to an operator, why the body is a text and not JSON; null when it is JSON, or empty. */
export interface ReadBody {
  body: unknown;
  why: string | null;
}

/** JSON when the answer is whole and looks like it, else its text. A number that would lose digits is a text as it was written. */
export function readBody({ headers, end }: Pick<HttpAnswer, "headers" | "end">, text: string): ReadBody {
  const type =
    /^[^;,]{0,100}/
      .exec(headers["content-type"] ?? "")?.[0]
      .trim()
      .toLowerCase() ?? "";
  const isLabelled = /[/+]json$/.test(type);
  if (end === "size") return { body: text, why: "this one is longer than 1 MiB" };
  if (text.trim() === "") return { body: text, why: null };
  if (end === "lost") return { body: text, why: "this one ended early" };
  const other = { body: text, why: `${type || "a text of no kind"} came` };
  if (!isLabelled && !/^\s*[[{]/.test(text)) return other;
  try {
    const body = parseJson(text);
    return isDeeper(body, MOST_LEVELS)
      ? { body: text, why: `this one has more than ${MOST_LEVELS} levels` }
      : { body, why: null };
  } catch (error) {
    // A text of very many levels ends the parser's stack.
    if (error instanceof RangeError) return { body: text, why: `this one has more than ${MOST_LEVELS} levels` };
    return isLabelled ? { body: text, why: "what came is no valid JSON" } : other;
  }
}

/** Whether an expression reads a field of the answer's body, so that a body without fields is not what it was written for. */
export function readsFields({ reference, update }: RestApi["answer"]): boolean {
  return [reference, update].some((expression) => /\bbody\s*[.[]|\$lookup\(\s*\$*\.?body\b/.test(expression ?? ""));
}

/** JSON.parse but for numbers beyond 2^53 (RFC 8259 section 6): the ticket numbers of some partners are that long. */
function parseJson(text: string): unknown {
  // The slow way only where there is such a number, or a text that looks like one.
  return /\d{16}|\de/i.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
}

function exactly(_name: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return Number.isInteger(value) || !Number.isFinite(value) ? (context?.source ?? value) : value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isDeeper(one, levels - 1));
}
