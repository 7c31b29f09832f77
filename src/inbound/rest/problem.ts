// Turns failures into RFC 9457 problems: the one table of HTTP statuses. Shows a caller nothing but code, title and a
// detail that was meant for it.
import { FAILURES, Failure, type FailureCode } from "../../core/errors.ts";
import { QuotaSpent } from "../quota.ts";

/** Failures only this channel knows. */
type RestCode = keyof typeof REST_TITLES;

export type ProblemCode = FailureCode | RestCode;

const STATUS: Readonly<Record<ProblemCode, number>> = {
  unauthenticated: 401,
  forbidden: 403,
  insufficient_scope: 403,
  invalid_request: 400,
  too_large: 413,
  unknown_task: 404,
  unknown_ticket: 404,
  unknown_system: 404,
  unknown_mapping: 404,
  unknown_delivery: 404,
  unknown_credential: 404,
  unknown_message: 404,
  unknown_attachment: 404,
  unknown_group: 422,
  task_required: 400,
  ambiguous_reference: 409,
  task_closed: 409,
  task_withdrawn: 409,
  ticket_closed: 409,
  ticket_open: 409,
  open_tasks: 409,
  names_differ: 409,
  unknown_status: 422,
  unknown_person: 422,
  precondition_failed: 412,
  already_assigned: 409,
  not_solved: 409,
  not_with_provider: 409,
  delivery_state: 409,
  message_state: 409,
  too_many_attachments: 409,
  message_required: 400,
  reference_required: 400,
  solution_required: 400,
  reason_required: 400,
  text_too_long: 400,
  credential_taken: 409,
  number_taken: 409,
  import_differs: 409,
  key_reused: 422,
  rate_limited: 429,
  too_many_readers: 429,
  issuer_unavailable: 503,
  busy: 503,
  stopping: 503,
  store_unavailable: 503,
  store_conflict: 503,
  guard_lost: 503,
  // Not 503 or 504: clients send those again by themselves, which is what must not happen here.
  outcome_unknown: 500,
  internal: 500,
  unknown_path: 404,
  not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  unsupported_media_type: 415,
  file_type_refused: 415,
  digest_mismatch: 400,
  range_not_satisfiable: 416,
  key_in_use: 409,
  position_unknown: 410,
  unknown_event: 404,
  unknown_cursor: 404,
  cursor_moved: 412,
  precondition_required: 428,
  too_many_cursors: 409,
  unknown_mailbox: 404,
};

const REST_TITLES = {
  unknown_path: "There is nothing at this path.",
  not_found: "There is nothing with this name.",
  method_not_allowed: "This path does not take this method.",
  unsupported_media_type: "The body has another media type than the contract asks for.",
  position_unknown: "The feed has not what comes after this position.",
  unknown_event: "There is no event with this id.",
  unknown_cursor: "There is no cursor with this name.",
  cursor_moved: "The cursor is not where it was believed to be.",
  precondition_required: "A cursor is moved only by who says where it is: give from or If-Match.",
  too_many_readers: "As many calls of these credentials wait for events as may: end one first.",
  too_many_cursors: "There are as many cursors as there may be: remove one that nobody uses.",
  unknown_mailbox: "There is no mailbox with this name.",
  not_acceptable: "The answer cannot be packed in a way the call accepts.",
  digest_mismatch: "The bytes that arrived are not those the digest was made of.",
  range_not_satisfiable: "The file has none of the bytes that were asked for.",
  key_in_use: "The first call with this key is still under way.",
} as const;

/** Seconds after which trying again makes sense. Failed logins are counted by the minute. */
const RETRY_AFTER: Partial<Record<ProblemCode, number>> = {
  rate_limited: 60,
  too_many_readers: 5,
  key_in_use: 1,
  issuer_unavailable: 5,
  busy: 1,
  stopping: 5,
  store_unavailable: 5,
  store_conflict: 1,
  guard_lost: 1,
};

/** How to show credentials; `told` is what the bearer scheme has to say beside its realm (RFC 6750 section 3, RFC 9728 section 5.1). */
const challenges = (told: readonly string[]): string[] => [
  ['Bearer realm="Crossdesk"', ...told].join(", "),
  'Basic realm="Crossdesk", charset="UTF-8"',
];

function isRestCode(code: ProblemCode): code is RestCode {
  return Object.hasOwn(REST_TITLES, code);
}

function titleOf(code: ProblemCode): string {
  return isRestCode(code) ? REST_TITLES[code] : FAILURES[code].says;
}

/** Every problem type with its status and title, by code. */
export const PROBLEMS: Readonly<Record<string, { status: number; title: string }>> = Object.fromEntries(
  (Object.keys(STATUS) as ProblemCode[]).map((code) => [code, { status: STATUS[code], title: titleOf(code) }]),
);

/** A problem on its way to a caller. `extra` members and `headers` go into the answer as they are. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly detail: string | undefined;
  readonly extra: Readonly<Record<string, number | string>>;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    code: ProblemCode,
    detail?: string,
    more: { extra?: Record<string, number | string>; headers?: Record<string, string> } = {},
  ) {
    super(detail ?? code);
    this.name = "Problem";
    this.code = code;
    this.detail = detail;
    this.extra = more.extra ?? {};
    this.headers = more.headers ?? {};
  }
}

/** The problem behind anything that was thrown; whatever is not meant for callers becomes `internal`. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QuotaSpent)
    return new Problem(error.code, error.detail, { headers: { "retry-after": String(error.retryAfter) } });
  if (error instanceof Failure) return new Problem(error.code, error.detail);
  return new Problem("internal");
}

/** Status, headers and body of the answer to a problem. */
export function problemAnswer(
  problem: Problem,
  requestId: string,
  told: readonly string[] = [],
): { status: number; headers: Record<string, string | string[]>; body: string } {
  const { code, detail, extra } = problem;
  const status = STATUS[code];
  const wait = RETRY_AFTER[code];
  const headers: Record<string, string | string[]> = {
    "content-type": "application/problem+json",
    ...(wait === undefined ? {} : { "retry-after": String(wait) }),
    ...problem.headers,
  };
  if (status === 401) headers["www-authenticate"] = challenges(told);
  const body = JSON.stringify({ type: `/problems/${code}`, title: titleOf(code), status, detail, code, requestId, ...extra });
  return { status, headers, body };
}
