// Who is who: groups and providers as an operator set them up. Decisions read it, nobody here changes it.

/** What becomes of a provider's message to a task that is closed or was taken back. */
export type LateRule = "refuse" | "keep";

/** The mappings an Integrated Group starts, by name; null starts the event without a process of its own. */
export interface Processes {
  newAssignment: string | null;
  updateMessage: string | null;
  closure: string | null;
}

/** An assignment group. It is an Integrated Group when `provider` is set. */
export interface Group {
  name: string;
  provider: string | null;
  processes: Processes;
  /** Where a task goes that the provider gives back unsolved; always set for an Integrated Group. */
  returnGroup: string | null;
  late: LateRule;
  /** Whether taking the task away tells the provider (Closure process, reason `withdrawn`). */
  closureOnWithdrawal: boolean;
  /** Whether a second assignment starts a process although the provider never gave a reference. */
  restartWithoutReference: boolean;
}

export interface Provider {
  name: string;
  /** IANA time zone in which this provider's times without offset are read, such as `Europe/Berlin`. */
  timeZone: string;
  /** How long the same bytes without a key count as a repeat, in milliseconds; 0 switches it off. */
  repeatWindowMs: number;
  /** Whether it is only tried out: its events are marked, and stay out of what is live. */
  test: boolean;
}

/** What the customer of a ticket is shown of its progress, in this order. */
export const PORTAL_STATUSES = ["received", "scheduling", "dispatched", "on_route", "arrived", "completed", "closed"] as const;
export type PortalStatus = (typeof PORTAL_STATUSES)[number];

/** A status a ticket can have. Their order in the list is the progress; a new ticket has the first. */
export interface TicketStatus {
  name: string;
  title: string;
  /** Which of the portal's statuses it feeds. */
  portal: PortalStatus;
  /** Whether the ticket is closed. */
  final: boolean;
}

export const PERSON_ROLES = ["requester", "engineer", "agent"] as const;
export type PersonRole = (typeof PERSON_ROLES)[number];

/** Somebody a ticket may name. */
export interface Person {
  id: string;
  name: string;
  email: string | null;
  phone: string | null;
  /** BCP 47, such as `de-CH`. */
  language: string | null;
  roles: readonly PersonRole[];
}

export interface Directory {
  groups: ReadonlyMap<string, Group>;
  providers: ReadonlyMap<string, Provider>;
  ticketStatuses: readonly TicketStatus[];
}
