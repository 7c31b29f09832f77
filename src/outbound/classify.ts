// What the end of a call means for the delivery: done, again later, never again, or unknown. Pure; it reads codes and statuses,
// never the words of an answer.
import { Failure } from "../core/errors.ts";
import type { OutcomeClass } from "../core/ports.ts";
import type { Exchange, TroubleCode } from "./request.ts";

export interface Verdict {
  class: OutcomeClass;
  /** `http_<status>`, `redirect_refused`, or the code of the trouble. */
  code: string;
  detail: string | null;
  /** From Retry-After, in milliseconds; null when the partner named none, or nothing is to be repeated. */
  retryAfterMs: number | null;
}

export interface ClassifyRules {
  /** Whether a status is a success. */
  success(status: number): boolean;
  /** Whether a second request does no harm, as the partner can know it by its stable id. */
  repeatable: boolean;
  /** Whether something is to be read from the answer, so that half of it is as good as none. */
  answerNeeded: boolean;
  /** Milliseconds UTC. */
  now: number;
}

/** Longest wait a partner may ask for. */
export const MOST_WAIT_MS = 7 * 86_400_000;

/**
 * Statuses below 500 that say "later" (RFC 9110 section 15.5.9, RFC 8470 section 5.2, RFC 6585 section 4). Those of 500 and above
 * say so too, but for two that a later try cannot change: not implemented, and version not supported.
 */
const LATER: readonly number[] = [408, 425, 429];
const NEVER: readonly number[] = [501, 505];

/** A gateway in front of the partner says these when it does not know what became of the request behind it. */
const UNKNOWN: readonly number[] = [502, 504];

/** Troubles that no later try will change. */
const FINAL: readonly TroubleCode[] = ["forbidden_address", "invalid_url", "invalid_call"];

/** Judges an exchange. What was sent and never answered is `ambiguous`, unless it may be repeated. */
export function classify(exchange: Exchange, rules: ClassifyRules): Verdict {
  const { answer, trouble, reached } = exchange;
  if (answer !== null) return byStatus(exchange, rules);
  const { code, detail } = trouble ?? { code: "reset", detail: "There was no answer." };
  const verdict = { code, detail, retryAfterMs: null };
  if (FINAL.includes(code)) return { ...verdict, class: "permanent" };
  return { ...verdict, class: reached === "nothing" || rules.repeatable ? "transient" : "ambiguous" };
}

function byStatus({ answer, trouble }: Exchange, { success, repeatable, answerNeeded, now }: ClassifyRules): Verdict {
  const status = answer?.status ?? 0;
  const code = `http_${status}`;
  const verdict = { code, detail: `The partner answered with status ${status}.`, retryAfterMs: null };
  if (success(status)) {
    if (!answerNeeded || answer?.end !== "lost") return { ...verdict, class: "done", detail: null };
    const cut = {
      code: `answer_${trouble?.code ?? "reset"}`,
      detail: `${trouble?.detail ?? ""} It was to be read.`,
      retryAfterMs: null,
    };
    return { ...cut, class: repeatable ? "transient" : "ambiguous" };
  }
  if (status === 410) return { ...verdict, class: "gone" };
  if (status >= 300 && status < 400) {
    const detail = `The partner answered with a redirect (${status}), which is not followed: give the address it leads to.`;
    return { ...verdict, class: "permanent", code: "redirect_refused", detail };
  }
  if (!isLater(status)) return { ...verdict, class: "permanent" };
  const retryAfterMs = readRetryAfter(answer?.headers["retry-after"], now);
  return { ...verdict, class: UNKNOWN.includes(status) && !repeatable ? "ambiguous" : "transient", retryAfterMs };
}

function isLater(status: number): boolean {
  return LATER.includes(status) || (status >= 500 && !NEVER.includes(status));
}

const HTTP_DATE = /^[A-Za-z]{3,9},? [\w :-]+$/;

/** Reads Retry-After, seconds or a date (RFC 9110 section 10.2.3), as milliseconds from `now`: 0 to 7 days, null for no such value. */
export function readRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? "";
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : HTTP_DATE.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isNaN(wait) ? null : Math.min(Math.max(wait, 0), MOST_WAIT_MS);
}

/**
 * Reads a list of statuses such as `200-299,409`; empty is 200 to 299. Throws a `Failure` `invalid_request` for any other text.
 */
export function readStatuses(text: string): (status: number) => boolean {
  if (text.trim() === "") return (status) => status >= 200 && status <= 299;
  const ranges = text.split(",").map((part) => {
    const [, first = "", last = first] = /^\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?$/.exec(part) ?? [];
    if (first === "" || Number(first) > Number(last)) {
      throw new Failure("invalid_request", "Statuses of success are given as in 200-299,409.");
    }
    return [Number(first), Number(last)] as const;
  });
  return (status) => ranges.some(([first, last]) => status >= first && status <= last);
}
