// The one table of failures. Code looks at `class`, people read `says`; neither HTTP nor SOAP is known here.

/**
 * What a failure means for whoever caused it:
 * `refused` the message itself is wrong, sending it again will not help; `busy` send it again later;
 * `transient` we try again by ourselves; `ambiguous` it may or may not have happened; `permanent` a fault of ours.
 */
export type FailureClass = "refused" | "busy" | "transient" | "ambiguous" | "permanent";

interface FailureKind {
  class: FailureClass;
  says: string;
}

const refused = (says: string): FailureKind => ({ class: "refused", says });

/** Every failure a partner, ticketing or an operator can be told of. */
export const FAILURES = {
  unauthenticated: refused("The call carries no valid credentials."),
  forbidden: refused("These credentials do not allow this call."),
  insufficient_scope: refused("These credentials are not meant for this call."),
  invalid_request: refused("The message does not have the form the contract asks for."),
  too_large: refused("The message is larger than the limit."),
  unknown_task: refused("No task of yours has this number, process id or reference."),
  unknown_ticket: refused("There is no ticket with this number."),
  unknown_mailbox: refused("There is no mailbox with this name."),
  unknown_system: refused("There is no System with this name."),
  unknown_mapping: refused("There is no mapping with this name."),
  unknown_delivery: refused("There is no delivery with this id."),
  unknown_credential: refused("There is no credential with this id."),
  unknown_message: refused("There is no message with this id."),
  unknown_attachment: refused("There is no attachment of yours with this id."),
  unknown_group: refused("There is no group with this name."),
  task_required: refused("The message names no task: give its number or your reference."),
  ambiguous_reference: refused("More than one open task carries this reference: give the task number."),
  names_differ: refused("What the message names does not belong together."),
  task_closed: refused("The task is closed."),
  task_withdrawn: refused("The task was taken back by the service desk."),
  ticket_closed: refused("The ticket is closed."),
  ticket_open: refused("The ticket is open."),
  open_tasks: refused("The ticket has open tasks."),
  unknown_status: refused("There is no such ticket status for this."),
  unknown_person: refused("There is no person with this id for this."),
  precondition_failed: refused("It was changed since it was read: read it again."),
  already_assigned: refused("The task is with this group already."),
  not_solved: refused("The task has no solution that could be declined."),
  not_with_provider: refused("The task is not with a provider, so nobody outside would receive the message."),
  delivery_state: refused("The delivery is not in a state for this."),
  message_state: refused("The message is not in a state for this."),
  file_type_refused: refused("Files of this kind are not taken."),
  too_many_attachments: refused("The task has as many attachments as it may have."),
  message_required: refused("The message text is empty."),
  reference_required: refused("The acknowledgement carries no reference."),
  solution_required: refused("A task reported as solved needs a solution."),
  reason_required: refused("A task given back needs a reason."),
  text_too_long: refused("A text is longer than its limit."),
  credential_taken: refused("There is a credential with this id already."),
  number_taken: refused("Another ticket or task has this number."),
  import_differs: refused("It is here already and differs from the record."),
  key_reused: refused("The same key was used before with a different message."),
  rate_limited: { class: "busy", says: "Too many calls: wait before the next one." },
  issuer_unavailable: { class: "busy", says: "The issuer of the token cannot be reached: try again shortly." },
  busy: { class: "busy", says: "The gateway has more work than it can hold: try again shortly." },
  stopping: { class: "busy", says: "The gateway is stopping: try again shortly." },
  store_unavailable: { class: "busy", says: "The gateway cannot reach its store: try again shortly." },
  store_conflict: { class: "transient", says: "Another writer was faster." },
  guard_lost: { class: "transient", says: "Another worker has taken this over." },
  outcome_unknown: {
    class: "ambiguous",
    says: "The message may or may not have been stored: ask for the task before sending it again.",
  },
  internal: { class: "permanent", says: "The gateway failed to handle the message." },
} as const satisfies Record<string, FailureKind>;

export type FailureCode = keyof typeof FAILURES;

/** A refusal or failure as a value: a stable code and, where it helps, a detail that is safe to show the caller. */
export interface Refusal {
  code: FailureCode;
  detail?: string;
}

/** A failure on its way to a caller. `detail` is safe to show; `cause` is for the log only. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly detail: string | undefined;
  constructor(code: FailureCode, detail?: string, cause?: unknown) {
    super(detail ? `${FAILURES[code].says} ${detail}` : FAILURES[code].says, { cause });
    this.name = "Failure";
    this.code = code;
    this.detail = detail;
  }
  get class(): FailureClass {
    return FAILURES[this.code].class;
  }
}

/** The sentence a caller may be shown. */
export function refusalText(refusal: Refusal): string {
  const says = FAILURES[refusal.code].says;
  return refusal.detail ? `${says} ${refusal.detail}` : says;
}
