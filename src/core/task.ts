// A ticket, a task, and the moves a task can make. Identity here is the number partners see; row ids stay in the store.

export type TaskStatus = "assigned" | "acknowledged" | "solved" | "closed";

/** Named values of the desk's own making: at most 50 names of 64 characters, values of 4,000. */
export type CustomFields = Readonly<Record<string, string>>;

/** Who comes, as the customer is shown it. `person` is where name and phone were taken from; it may be gone since. */
export interface Engineer {
  person: string | null;
  name: string;
  phone: string | null;
}

/** RFC 3339, each with the offset it was given with. */
export interface Appointment {
  from: string;
  until: string;
}

/** The wide fields of a ticket. */
export interface TicketFields {
  subject: string;
  description: string | null;
  priority: string | null;
  requester: string | null;
  /** Id of the person who asks; it may be gone since. */
  requesterPerson: string | null;
  engineer: Engineer | null;
  appointment: Appointment | null;
  /** What came of it. */
  result: string | null;
  custom: CustomFields;
}

export interface Ticket {
  number: string;
  /** Name of one of the site's ticket statuses. */
  status: string;
  fields: TicketFields;
}

/** The wide fields of a task. `resolvedAt` is in milliseconds UTC, as the provider reported it. */
export interface TaskFields {
  subject: string;
  description: string | null;
  priority: string | null;
  solution: string | null;
  resolvedAt: number | null;
  custom: CustomFields;
}

export interface Task {
  number: string;
  /** Number of the ticket it belongs to. */
  ticket: string;
  status: TaskStatus;
  group: string;
  /** The provider that has the task now, null while it is with a group that is not integrated. */
  provider: string | null;
  /** Every group that ever held the task, in order of first assignment, the present one included. */
  heldBy: readonly string[];
  /** Every provider that ever had the task: only these may learn that it exists. */
  providers: readonly string[];
  /** Each provider's own present number for this task. One provider's is never shown to another. */
  references: Readonly<Record<string, string>>;
  fields: TaskFields;
}

/** The deeds that move a task. */
export type Deed = "acknowledge" | "message" | "solve" | "finish" | "return" | "assign" | "decline" | "close";

interface Move {
  from: readonly TaskStatus[];
  /** `same` leaves the status, `resumed` depends on whether the provider has given a reference. */
  to: TaskStatus | "same" | "resumed";
}

const OPEN: readonly TaskStatus[] = ["assigned", "acknowledged", "solved"];

/** The table of moves: what may happen to a task in which status, and what status follows. */
export const MOVES: Readonly<Record<Deed, Move>> = {
  acknowledge: { from: ["assigned"], to: "acknowledged" },
  message: { from: OPEN, to: "same" },
  solve: { from: OPEN, to: "solved" },
  finish: { from: OPEN, to: "closed" },
  return: { from: OPEN, to: "assigned" },
  assign: { from: [...OPEN, "closed"], to: "resumed" },
  decline: { from: ["solved"], to: "resumed" },
  close: { from: OPEN, to: "closed" },
};

/** A provider's present reference for the task, or null. Own names only: a provider may be called "constructor". */
export function referenceOf(task: Task, provider: string): string | null {
  return Object.hasOwn(task.references, provider) ? (task.references[provider] ?? null) : null;
}

/** The present reference of the provider that has the task, or null. */
export function currentReference(task: Task): string | null {
  return task.provider === null ? null : referenceOf(task, task.provider);
}

/** Whether the provider has the task and has neither given its own number for it nor worked on it to the end. */
export function awaitsReference(
  { status, provider, references }: Pick<Task, "status" | "provider" | "references">,
  of: string,
): boolean {
  const open = status === "assigned" || status === "acknowledged";
  return open && provider === of && !Object.hasOwn(references, of);
}

/** The status after `deed`. A deed that is not in the table for this status leaves it as it is (a second acknowledgement). */
export function statusAfter(deed: Deed, status: TaskStatus, hasReference: boolean): TaskStatus {
  const move = MOVES[deed];
  if (!move.from.includes(status) || move.to === "same") return status;
  if (move.to === "resumed") return hasReference ? "acknowledged" : "assigned";
  return move.to;
}
