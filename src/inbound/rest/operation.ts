// What every operation of the REST contract is made of: who may call it, what it is given, and what it answers.
import type { IncomingHttpHeaders } from "node:http";
import type { Caller, Door } from "../../core/ports.ts";
import type { By } from "../../lib/by.ts";
import type { ImportRecord } from "../../core/import-record.ts";
import type { Operator } from "../../outbound/operator.ts";
import type { MailAnswers } from "../../store/mail-answers.ts";
import type { MailboxStates } from "../../store/mailbox-states.ts";
import type { QueueAdmin } from "../../store/queue-admin.ts";
import type { Credential, Site } from "../../store/site.ts";
import type { SiteAdmin } from "../../store/site-admin.ts";
import type { MessageViews } from "../../store/views/messages.ts";
import type { MonitoringViews } from "../../store/views/monitoring.ts";
import type { PersonViews } from "../../store/persons.ts";
import type { AttachmentViews } from "../../store/views/attachments.ts";
import type { ExportViews } from "../../store/views/export.ts";
import type { Views } from "../../store/views/types.ts";
import type { Attachments } from "../attachments.ts";
import type { Lane, SharedLane } from "../limits.ts";
import type { MessageDesk } from "../kept/again.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import type { Visit } from "../visit.ts";
import type { Feed } from "./feed/feed.ts";
import type { Outlet } from "./feed/stream.ts";
import type { Link } from "./link.ts";
import type { BodyOf, OperationId, PathOf, QueryOf, ResultOf, SuccessOf } from "./typed.ts";

/** A call that was let in and has the form of the contract. */
export interface Call<Path = Readonly<Record<string, string>>, Query = Readonly<Record<string, unknown>>, Body = unknown> {
  visit: Visit;
  operationId: string;
  method: string;
  /** The request target as it was sent. */
  target: string;
  /** Path parameters, decoded. */
  path: Path;
  /** Query parameters, in the types of the contract. */
  query: Query;
  /** The JSON body, checked against the operation's schema; undefined when it takes none. */
  json: Body;
  /** The very bytes of the body. */
  raw: Buffer;
  /** What an operation that streams is given instead; null for every other. */
  upload: Upload | null;
  /** Value of Idempotency-Key, null without one. */
  idempotencyKey: string | null;
  /** What If-Match names; null without it, and for `*`. */
  ifMatch: readonly string[] | null;
  /** The connection it came by, for what keeps it open. */
  link: () => Link;
  /** Whether the answer may go without a body (RFC 7240, `return=minimal`): then what only its body shows need not be read. */
  minimal: boolean;
  /** What a reader of files asks for: the header fields of conditions and ranges. */
  headers: Readonly<IncomingHttpHeaders>;
}

/** A body that is read while it is worked on, and what its headers say of it. */
export interface Upload {
  contentType: string | undefined;
  disposition: string | undefined;
  /** Content-Digest and Repr-Digest (RFC 9530): without a coding both are of the bytes as they come. */
  digests: readonly string[];
  source: AsyncIterable<Uint8Array>;
}

/** What every answer has. `task` and `event` are for the log line. */
interface Answered {
  status: number;
  headers?: Readonly<Record<string, string>>;
  repeated?: boolean;
  task?: string | null;
  event?: string | null;
  queueMs?: number | undefined;
}

export interface JsonAnswer<Body = object> extends Answered {
  body: Body;
  /** Of a list whose next page is not what its body has as `next`: what its parameter `after` takes, null where there is none now. */
  next?: string | number | null;
}

/** No content: what the caller has is what there is, or there is nothing left. */
export interface EmptyAnswer extends Answered {
  status: 204 | 304;
}

/** Bytes of a known number, sent as fast as their reader takes them. */
export interface StreamAnswer extends Answered {
  stream: AsyncIterable<Uint8Array>;
  size: number;
}

/** What is sent as it happens, until `live` ends. */
export interface LiveAnswer extends Answered {
  live(out: Outlet): Promise<void>;
}

/** What an operation answers. */
export type Answer = JsonAnswer | StreamAnswer | EmptyAnswer | LiveAnswer;

/** What the operation of this id is given. */
export type CallOf<Id extends OperationId> = Call<PathOf<Id>, QueryOf<Id>, BodyOf<Id>>;

/** What the operation of this id may answer: JSON as the contract has it, or what is no JSON. */
export type AnswerOf<Id extends OperationId> = Typed<SuccessOf<Id>>;

type Typed<S extends { status: number; body: unknown }> = S extends unknown
  ? [S["body"]] extends [never]
    ? // Whether JSON is sent again is decided where it is sent; of a file it is decided before it is read.
      (Exclude<Answer, JsonAnswer> & { status: S["status"] }) | (EmptyAnswer & { status: 304 })
    : JsonAnswer<S["body"]> & { status: S["status"] }
  : never;

/** What became of a mail that was handed over. */
export interface MailOutcome {
  outcome: "applied" | "repeated" | "quarantined" | "noise";
  /** Ids of the events it led to. */
  events: readonly string[];
  reason?: string | null;
}

/** What an operator sees of the outgoing way, and may do to it. */
export interface Interfaces {
  monitoring: MonitoringViews;
  queues: QueueAdmin;
  operator: Operator;
  /** Now, in milliseconds UTC. */
  clock(): number;
}

/** A credential that somebody can show, and when that was done last; milliseconds UTC. */
export type UsedCredential = Exclude<Credential, { kind: "system" }> & { lastUsedAt: number | null };

/** Credentials, as an administrator works on them. */
export interface KeyDesk extends Pick<SiteAdmin, "create" | "rotate" | "remove"> {
  /** All there are, by id. */
  list(): Promise<UsedCredential[]>;
}

/** What operations work with. */
export interface Services {
  door: Door;
  views: Views;
  site(): Site;
  /**
   * Applies a site document, or the one that is made from what there is; answers what was changed, in order. Throws
   * `invalid_request`.
   */
  applySite(document: MaybeMade<BodyOf<"applySite">>, by: By): Promise<ResultOf<"applySite">["changes"]>;
  /** The site document without secrets. */
  readSite(): Promise<ResultOf<"getSite">>;
  /** Hands a raw mail to the email channel as if it had been read from this mailbox. */
  receiveMail(mailbox: string, raw: Buffer, requestId: string): Promise<MailOutcome>;
  /** How the reading of mailboxes goes. */
  mailboxStates: MailboxStates["read"];
  /** What was written back to mails, and what became of it. */
  mailAnswers: MailAnswers["list"];
  interfaces: Interfaces;
  keys: KeyDesk;
  attachments: Attachments;
  files: AttachmentViews;
  keepRaw: KeepRaw;
  persons: PersonViews;
  messages: MessageViews;
  /** What administrators do with kept messages. */
  desk: MessageDesk;
  /** Lets so many files be taken in at once that a piece of each is little memory, and of one caller only a part of them. */
  uploading: SharedLane;
  exports: ExportViews;
  /** Lets the numbers made here go on behind those of the records. */
  passOver(records: readonly ImportRecord[]): Promise<void>;
  /** Lets few imports be under way at once, so that they leave the ledger to calls of partners. */
  importing: Lane;
  /** Lets few tests of mappings run at once. */
  testing: Lane;
  feed: Feed;
  /** The `source` of the CloudEvents. */
  source: string;
}

type MaybeMade<T> = T | ((before: Site) => T | Promise<T>);

/** What is known of an operation without its id. */
export interface AnyOperation {
  callers: readonly Caller["kind"][];
  /** Largest body in bytes; 1 MiB when absent. */
  limitBytes?: number;
  /** The body is handed over as it comes, of any media type, up to the limit of attachments. */
  streams?: true;
  /** The answer may hold a secret: nobody keeps it, and it is never packed, so that its length tells nothing (BREACH). */
  secret?: true;
  handle(call: Call, services: Services): Promise<Answer>;
}

/** The operation of this id, its handler held to the contract: what it is given, and what it answers. */
export interface Operation<Id extends OperationId> extends Omit<AnyOperation, "handle"> {
  handle(call: CallOf<Id>, services: Services): Promise<AnswerOf<Id>>;
}
