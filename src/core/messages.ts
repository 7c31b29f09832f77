// The shapes of messages as they are kept: what came, without credentials, what it was about and what was answered.
import type { By } from "../lib/by.ts";
import type { Caller, Channel, DuplicateKey, TaskRef } from "./ports.ts";

/** What is known of a message beside its bytes. */
export interface MessageAbout {
  operation: string;
  /** The request target, or the mailbox. */
  place: string;
  requestId?: string;
  address?: string;
  method?: string;
  contentType?: string;
  soapAction?: string;
  /** Under which name its answer is written again: the version of SOAP, or `http` for a plain one. */
  answered?: string;
  /** What was answered: the status. Absent where nothing was, as to a mail. */
  status?: number;
  messageId?: string | null;
  uidValidity?: string | null;
  uid?: number | null;
  /** Credentials were taken out of it. */
  masked?: boolean;
  /** So many bytes of it are kept, where that is not all. */
  keptBytes?: number;
  /** What its repeats are known by, so that a run afterwards and the sender's own next try are one. */
  key?: DuplicateKey;
  digest?: string;
}

/** A message as it came, without credentials. `text` has one character for each byte kept (ISO 8859-1); `bytes` counts all there were. */
export interface RawForm {
  about: MessageAbout;
  text: string;
  bytes: number;
}

/** What was answered to a message. */
export interface GivenAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** A message that led to no event of its own, as it is kept. */
export interface KeptMessage {
  id: string;
  kind: "refused" | "repeated";
  channel: Channel;
  caller: Caller;
  code: string | null;
  detail: string | null;
  /** Number of the task it is about, as far as that is known. */
  task: string | null;
  /** What it named. */
  named: TaskRef;
  /** The event that a repeat stands for. */
  event: string | null;
  raw: RawForm;
  answer: GivenAnswer | null;
  at: number;
}

/** A mail that was read but led to no event. */
export interface QuarantinedMail {
  reason: string;
  /** Nothing anybody need look at: kept, but not open. */
  isNoise?: boolean;
  detail: string | null;
  messageId: string | null;
  sender: string | null;
  subject: string | null;
  raw: Uint8Array;
  /** Whether `raw` is but its beginning. */
  isCut?: boolean;
  /** Who stands behind it, where that was believed, and what it named. */
  caller?: Caller | null;
  named?: TaskRef;
  requestId?: string;
  key?: DuplicateKey;
}

/** What somebody did about a message that was refused or set aside. */
export interface MessageWrite {
  kind: "message";
  id: string;
  state: "run" | "dismissed";
  by: By;
  comment: string | null;
  /** How it was corrected, for the audit log. */
  correction?: object;
}
