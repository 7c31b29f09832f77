// Answers that are no SOAP: the plain text of an error, as .NET writes it where the caller wants no envelope. Never an unescaped word
// of the request: .NET escapes for HTML, as old browsers took any text for a page.
import type { FailureCode, Refusal } from "../../core/errors.ts";
import { type Answer, refusalSays, spellingOf } from "./problems.ts";

const TEXT = "text/plain; charset=utf-8";

const NAMED: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** HttpUtility.HtmlEncode: the five characters of markup, those of Latin-1 above 159, and pairs of surrogates as one number. */
function htmlEncode(text: string): string {
  return text.replace(/[&<>"'\u00a0-\u00ff\u{10000}-\u{10ffff}]/gu, (one) => NAMED[one] ?? `&#${one.codePointAt(0)};`);
}

/** A plain error. The messages are those of an exception and of what caused it, as .NET strings them together. */
export function plain(status: number, messages: string | readonly string[], code: FailureCode = "invalid_request"): Answer {
  const body = [messages].flat().map(htmlEncode).join(" ---> ");
  return { status, contentType: TEXT, body: `${body}\n`, code };
}

/** A refusal of the core, or a failure on the way to it, in plain text. */
export function plainRefusal(refusal: Refusal): Answer {
  const { status, headers } = spellingOf(refusal.code);
  return { ...plain(status, refusalSays(refusal), refusal.code), headers };
}
