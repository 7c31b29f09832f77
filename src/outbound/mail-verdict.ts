// What an SMTP server's answer, or its silence, means for a delivery (RFC 5321 section 4.2.1). Pure.
import type { SmtpAnswer, SmtpTrouble } from "./mail-session.ts";
import type { OutcomeClass } from "../core/ports.ts";

/** The part of an outcome that says how it ended. */
export interface Verdict {
  class: OutcomeClass;
  code: string;
  detail: string | null;
  answer: string | null;
}

/** The mail was taken. Recipients that were refused while others were not are told of, not tried again: the rest would get it twice. */
export function takenVerdict({ response, refused }: SmtpAnswer): Verdict {
  const detail = refused.length === 0 ? null : `Not every recipient was taken. ${refused.join("; ")}`;
  return { class: "done", code: `smtp_${response.slice(0, 3)}`, detail, answer: response };
}

/**
 * The mail was not taken. A reply decides by its first digit: 4 is to be tried again, 5 is final, and so a refused login
 * (535). Without a reply the mail is tried again, unless it was handed over whole: then it may have arrived (section 6.1
 * tells servers to answer soon, for just this reason). TLS that fails is tried again: certificates are renewed.
 */
export function troubleVerdict(trouble: SmtpTrouble): Verdict {
  const { stage, reply, response, code, cause, message } = trouble;
  const answer = response;
  if (code === "ETLS" || isTls(cause)) return { class: "transient", code: "tls", detail: message, answer };
  if (reply !== null && reply >= 500) return { class: "permanent", code: `smtp_${reply}`, detail: message, answer };
  if (reply !== null && reply >= 400) return { class: "transient", code: `smtp_${reply}`, detail: message, answer };
  if (stage === "end") return { class: "ambiguous", code: "unanswered", detail: UNANSWERED, answer };
  if (response !== null) return { class: "transient", code: "protocol", detail: message, answer };
  if (code === "EMESSAGE") return { class: "permanent", code: "too_large", detail: message, answer };
  if (code === "EENVELOPE") return { class: "permanent", code: "invalid_request", detail: message, answer };
  if (code === "EAUTH") return { class: "transient", code: "auth", detail: message, answer };
  if (code === "ETIMEDOUT" || cause === "ETIMEDOUT") return { class: "transient", code: "timeout", detail: message, answer };
  if (cause === "ECONNREFUSED") return { class: "transient", code: "refused", detail: message, answer };
  return { class: "transient", code: "reset", detail: message, answer };
}

const UNANSWERED = "The mail was handed over whole, but the server did not say whether it took it.";

/** Whether a code is one of Node's for certificates and handshakes. */
function isTls(cause: string | null): boolean {
  return cause !== null && /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH)/.test(cause);
}
