// By which way a message came, in whose name it is done, and how it names what it is about.

/** By which way something came. `gateway` is what the gateway itself has to say, `import` what was taken over from elsewhere. */
export type Channel = "soap" | "rest" | "email" | "console" | "portal" | "gateway" | "import";

/** Who is behind a call. `credential` is the id of the credential shown, checked again when the unit is committed. */
export type Caller =
  | { kind: "provider"; provider: string; credential: string }
  | { kind: "ticketing"; credential: string }
  | { kind: "administrator"; credential: string };

/** The gateway itself, in whose name no message can come: what a channel makes of a message is a `Caller`. */
export interface Gateway {
  kind: "gateway";
}

/**
 * A mailbox, in whose name a mail is taken that no provider stands behind: it may open tickets and write to the desk. Only the channel of
 * mails speaks so.
 */
export interface MailboxActor {
  kind: "mailbox";
  mailbox: string;
}

/** In whose name what a channel brings may be done. */
export type Speaker = Caller | MailboxActor;

/** In whose name a unit is done. */
export type Actor = Speaker | Gateway;

/** How a message names a task: by number or process id, or by the calling provider's own reference. */
export interface TaskRef {
  task?: string | null;
  /** The provider's own number for the task; without a task it must be known already. */
  reference?: string | null;
  /** Number of the ticket it must belong to; not asked when absent. */
  ticket?: string | null;
  /** The reference was found in free words: with a task named besides, it counts only where nothing else is known by or of it. */
  found?: boolean;
}
