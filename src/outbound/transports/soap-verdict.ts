// What the answer to a SOAP call means for its delivery. A call may have been carried out, and carrying it out twice may be
// wrong: only what tells that it was not is tried again. Decides; never sends.
import { FAILURES, type FailureClass, type FailureCode } from "../../core/errors.ts";
import { classify, readRetryAfter, type Verdict } from "../classify.ts";
import type { OutcomeClass } from "../../core/ports.ts";
import type { Exchange } from "../request.ts";
import type { HttpAnswer } from "../request-answer.ts";
import { type Fault, readAnswer, type SoapAnswer } from "./soap-answer.ts";
import { answerText } from "./soap-text.ts";

/** With the tree of the body's first child; null when the answer has none. */
export interface SoapVerdict extends Verdict {
  body: unknown;
}

export interface JudgeRules {
  /** The operation promises no answer. */
  oneWay: boolean;
  /** Milliseconds UTC. */
  now: number;
}

/** "Not now" by its own meaning (RFC 9110 section 15.6.4, RFC 6585 section 4, RFC 8470 section 5.2). */
const LATER: readonly number[] = [425, 429, 503];

/** Codes of faults that say the call was not carried out for want of room: WCF, WS-Addressing, and what servers put behind a dot. */
const BUSY: readonly string[] = ["servertoobusy", "endpointunavailable", "busy", "toobusy", "unavailable"];

const BY_CLASS: Readonly<Record<FailureClass, OutcomeClass>> = {
  refused: "permanent",
  busy: "transient",
  transient: "transient",
  ambiguous: "ambiguous",
  permanent: "permanent",
};

/**
 * Judges an exchange.
 * - A fault of the sender (`Client`, `Sender`, `MustUnderstand`, …) is permanent.
 * - A fault of the receiver is permanent too: ASMX, PHP and others answer every refusal of the application so, and by itself it
 *   does not tell whether the call was carried out. It is transient when something says so: status 503, 425 or 429, a
 *   Retry-After, a code such as `ServerTooBusy`, or the class of an `X-Crossdesk-Code`.
 * - No readable envelope in a 2xx answer is permanent (`bad_answer`): the call was taken, so it is not repeated blindly.
 * - A server error without a fault is ambiguous, but for 503: nobody knows how far the call had got.
 */
export function judge(exchange: Exchange, { oneWay, now }: JudgeRules): SoapVerdict {
  const { answer } = exchange;
  const rules = { success: (status: number) => status >= 200 && status < 300, repeatable: false, answerNeeded: !oneWay, now };
  const verdict = classify(exchange, rules);
  if (answer === null) return { ...verdict, body: null };
  const read = readable(answer);
  if (read?.kind === "fault") return faultVerdict(read.fault, answer, { now, body: read.body });
  const body = read?.kind === "result" ? read.body : null;
  if (verdict.class === "done") return { ...verdict, ...success(answer, read, oneWay), body };
  return { ...verdict, class: statusClass(verdict.class, answer), body };
}

/** What the body says; null when there is none, or not all of it. */
function readable({ body, end, headers }: HttpAnswer): SoapAnswer | null {
  if (end !== "whole" || body.length === 0) return null;
  return readAnswer(answerText(body, headers["content-type"] ?? ""));
}

function success({ status, body, end }: HttpAnswer, read: SoapAnswer | null, oneWay: boolean): Partial<Verdict> {
  // Without an answer it is one-way, or taken for later (WS-I Basic Profile 1.1 R2714, SOAP 1.2 part 2 section 7.5.1).
  if (read?.kind === "result" || oneWay || (status === 202 && body.length === 0)) return {};
  const why = end === "size" ? "it is larger than the limit" : read?.kind === "unreadable" ? read.why : "it is empty";
  const detail = `The answer cannot be read: ${why}. The call may have been carried out.`;
  return { class: "permanent", code: "bad_answer", detail };
}

function faultVerdict(fault: Fault, { status, headers }: HttpAnswer, rest: { now: number; body: unknown }): SoapVerdict {
  const wait = headers["retry-after"];
  const final = status === 410 ? "gone" : "permanent";
  const isBusy = LATER.includes(status) || wait !== undefined || fault.codes.some((code) => BUSY.includes(code.toLowerCase()));
  return {
    class: crossdeskClass(headers) ?? (isBusy ? "transient" : final),
    code: "soap_fault",
    detail: `${fault.codes.join(".") || "Fault"}: ${fault.text || "the partner gave no reason"}`,
    retryAfterMs: readRetryAfter(wait, rest.now),
    body: rest.body,
  };
}

/** Another Crossdesk tells its failure by code, of which the class is known. */
function crossdeskClass(headers: HttpAnswer["headers"]): OutcomeClass | null {
  const code = headers["x-crossdesk-code"] ?? "";
  return Object.hasOwn(FAILURES, code) ? BY_CLASS[FAILURES[code as FailureCode].class] : null;
}

function statusClass(known: OutcomeClass, { status, headers }: HttpAnswer): OutcomeClass {
  const isUnknown = known === "transient" && status >= 500 && status !== 503;
  return crossdeskClass(headers) ?? (isUnknown ? "ambiguous" : known);
}
