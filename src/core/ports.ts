// The few shapes the core shares with the stages around it: what comes in through the door, and what goes back.
import type { Actor, Channel } from "./actor.ts";
import type { Command } from "./commands/registry.ts";
import type { Directory, Person } from "./directory.ts";
import type { AlertDraft, TaskDraft, TicketDraft } from "./events.ts";
import type { Refusal } from "./errors.ts";
import type { MailEffects } from "./mail-effects.ts";
import type { KeptMessage, MessageWrite, QuarantinedMail, RawForm } from "./messages.ts";
import type { Task, Ticket } from "./task.ts";

export type { Actor, Caller, Channel, Gateway, MailboxActor, Speaker, TaskRef } from "./actor.ts";

/** An explicit duplicate key. The same scope and key with the same payload hash gives the first answer again. */
export interface DuplicateKey {
  scope: string;
  key: string;
  payload: string; // hash of what was sent, at most 64 characters
  keepMs: number; // how long the key is remembered
  replaces?: boolean; // another payload under this key is no misuse: it takes the place of the first
}

/**
 * The one write beside the events that a unit may carry, guarded so that a worker that lost its lease writes nothing.
 * `mailbox` moves the position of a mailbox from `before` to `after` (UIDs under `uidValidity`) and may quarantine the mail;
 * when the position is not `before` any more the whole unit fails with `guard_lost`. `quarantine` is of a mail that came
 * by another way than the mailbox loop. `fanout` moves the place up to which events have been looked at for deliveries;
 * `delivery` ends one try of a delivery; `alerts` moves how far events were looked at for alerts; `attachment` stages or drops a
 * piece of a file; `cursor` makes, moves or ends a named place in the feed. These fail with `guard_lost` when another worker was there before. `nonce` lets the unit through once: a nonce
 * used before is answered `unauthenticated`, and a unit that is refused for another reason uses it up as well. `messages` keeps
 * messages that led to nothing; `message` ends one that is open, together with what running it again led to, and fails with `guard_lost`
 * when it was ended before.
 */
export type SideWrite =
  | FanoutWrite
  | DeliveryWrite
  | AlertsWrite
  | NonceWrite
  | AttachmentWrite
  | CursorWrite
  | MessageWrite
  | { kind: "messages"; messages: readonly KeptMessage[] }
  | ({ kind: "mailbox"; uidValidity: string; before: number; after: number } & MailWrite)
  | ({ kind: "quarantine" } & MailWrite);

/** What is written of a mail: that it is set aside, where it is, and its effects, unless it is a repeat. */
interface MailWrite {
  mailbox: string;
  quarantine: QuarantinedMail | null;
  effects?: MailEffects;
}

/** A delivery to be made of an event. */
export interface NewDelivery {
  /** UUID that the receiver knows repeats by. */
  key: string;
  system: string;
  mapping: string;
  /** Position of the event. */
  position: number;
  /** What keeps its order: the row id of the task, or minus the row id of the ticket. */
  subject: number;
}

export interface FanoutWrite {
  kind: "fanout";
  before: number;
  after: number;
  deliveries: readonly NewDelivery[];
}

/** How a delivery goes on: `ready` is tried again at `dueAt`, `rejected` is a dead letter. */
export interface DeliveryEnd {
  state: "ready" | "done" | "rejected";
  /** Whether a dead letter holds back the younger deliveries of its task. */
  holds: boolean;
  /** Tries since it was made or retried by hand. */
  tries: number;
  dueAt: number;
  code: string;
  note: string | null;
  /** Why the whole System must not be called any more, for an operator; null leaves it as it is. */
  holdSystem: string | null;
}

/** How one try ended. `done` and `gone` end it for good; what is `ambiguous` may have arrived. */
export type OutcomeClass = "done" | "transient" | "ambiguous" | "permanent" | "gone";

/** One try as it is kept. Texts without secrets. */
export interface DeliveryAttempt {
  at: number;
  ms: number;
  class: OutcomeClass;
  code: string;
  detail: string | null;
  request: string;
  answer: string | null;
}

export interface DeliveryWrite {
  kind: "delivery";
  id: number;
  system: string;
  subject: number;
  /** Tries ever made before this one: the guard. */
  attempts: number;
  end: DeliveryEnd;
  /** Null when nothing was sent. */
  attempt: DeliveryAttempt | null;
}

/** When a provider was last heard, and since when it has been asked for something new without a word; milliseconds UTC. */
export interface HeardProvider {
  provider: string;
  heardAt: number | null;
  /** The first Submit Request since then; null for none. */
  askedAt: number | null;
}

/** `asked`: Submit Requests looked at when their time was over; `heard`: what came in and what was asked, as noted in `providers`. */
export interface AlertsWrite {
  kind: "alerts";
  cursor: "asked" | "heard";
  before: number;
  after: number;
  providers: readonly HeardProvider[];
}

/** Null `before`: there must be none, and `holder` makes it. Null `after` ends it. */
export interface CursorWrite {
  kind: "cursor";
  name: string;
  holder: string;
  before: number | null;
  after: number | null;
}

/** The use of a nonce of WS-Security. The same nonce has the same time of expiry, whoever reads it. */
export interface NonceWrite {
  kind: "nonce";
  /** SHA-256, hex, of user, nonce and the time it was made. */
  id: string;
  /** From when no gateway would take it anyway, in milliseconds UTC. */
  expiresAt: number;
}

/**
 * One step of staging a file, piece by piece, in the caller's name: `add` puts a piece behind the `pieces` that are there, the first
 * makes the row, and the last says that the file is `whole`. `drop` takes pieces away from the end, and the row with the last,
 * of a file that is in no event and was not touched since `idleSince`.
 */
export type AttachmentWrite = { kind: "attachment"; id: string /** Pieces there are: the guard. */; pieces: number } & (
  | { step: "add"; name: string; contentType: string; bytes: Uint8Array; whole: { size: number; sha256: string } | null }
  | { step: "drop"; idleSince: number; keep: number }
);

/** A file that is staged whole and in no event yet. */
export interface StagedAttachment {
  /** Whose it is; null for the desk. */
  provider: string | null;
  size: number;
  sha256: string;
}

/** What a channel hands to the door: commands and at most one side write, all or nothing. */
export interface UnitInput {
  commands: readonly Command[];
  caller: Actor;
  channel: Channel;
  key?: DuplicateKey;
  /** First 16 bytes, in hex, of a hash over the provider's name and the very bytes of a call without a key. */
  digest?: string;
  side?: SideWrite;
  /** The message it was made of, kept with its event; absent where none is kept. */
  raw?: RawForm;
  trial?: boolean; // writes nothing: the events of its results are those there would be
}

/** A unit with its time (ms) and event ids drawn, once, so that a retry writes the same events. */
export interface Unit extends UnitInput {
  at: number;
  ids: readonly string[];
}

/** What one command led to. `events` are event ids in order, the first stands for the command. */
export interface CommandResult {
  task: string | null;
  ticket: string | null;
  events: readonly string[];
}

/** The answer to a unit. `repeated`: it was answered before and had no second effect. `queueMs`: how long it waited for its turn. */
export type Outcome = { queueMs?: number } & (
  | { status: "done"; results: readonly CommandResult[]; repeated: boolean }
  | { status: "refused"; index: number; refusal: Refusal }
);

/** The one way to change anything. Rejects with a `Failure` whose class is not `refused` when there is no outcome. */
export interface Door {
  execute(unit: UnitInput): Promise<Outcome>;
}

/** What the core may look up while it decides. Each call sees what earlier commands of the same batch did. */
export interface World {
  directory: Directory;
  taskByNumber(number: string): Task | undefined;
  taskByProcess(id: string): Task | undefined;
  tasksByReference(provider: string, reference: string): readonly Task[];
  ticketByNumber(number: string): Ticket | undefined;
  /** The tasks of a ticket that a command named with its tasks, those that are not closed. */
  openTasksOf(ticket: string): readonly Task[];
  /** Position of the last event; null for what this batch has changed, which has no position yet. */
  revisionOf(kind: "ticket" | "task", number: string): number | null;
  person(id: string): Person | undefined;
  /** The event a call with this digest led to on this task, unless ticketing touched the task since. */
  answerTo(task: string, digest: string): { event: string; at: number } | undefined;
  /** The alert of this name, while it is raised. */
  raisedAlert(name: string): { since: number } | undefined;
  stagedAttachment(id: string): StagedAttachment | undefined;
  /** How many attachments the task has. */
  attachmentsOf(task: string): number;
  /** Makes a new ticket or task number by the site's format. */
  nextNumber(kind: "ticket" | "task"): string;
}

/** An event as decided, with the task or ticket right after it; an alert with the task it is about. */
export type Step =
  | { draft: TaskDraft; task: Task }
  | { draft: TicketDraft; ticket: Ticket }
  | { draft: AlertDraft; about: Task | null };

/** What a decided unit leads to: the steps of each command in order, an answer given before, or why nothing happens. */
export type Decision =
  | { kind: "new"; steps: readonly (readonly Step[])[] }
  | { kind: "repeat"; result: CommandResult }
  | { kind: "refused"; index: number; refusal: Refusal };

/** The pure function the ledger is handed. */
export type Decide = (unit: Unit, world: World) => Decision;
