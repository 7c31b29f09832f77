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
}

export interface Directory {
  groups: ReadonlyMap<string, Group>;
  providers: ReadonlyMap<string, Provider>;
}
