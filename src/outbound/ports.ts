// The few shapes the stages of the outgoing way share: event, rendering, transport, outcome of a try.
import type { OutcomeClass } from "../core/ports.ts";
import type { ApiDefinition, Language, System } from "../store/outgoing.ts";

/** One delivery as it is tried. `key` is stable over all tries: it is the id a receiver knows repeats by. */
export interface DeliveryIdentity {
  key: string;
  system: string;
  mapping: string;
  /** Number of the task, null for an event of a ticket alone. */
  task: string | null;
  ticket: string;
  /** Id of the event it tells of. */
  event: string;
  /** When the event happened, in milliseconds UTC. */
  at: number;
}

/** What an expression is run on. Plain JSON; secrets are markers that the sender replaces. */
export interface RenderInput {
  event: Readonly<Record<string, unknown>>;
  task: Readonly<Record<string, unknown>> | null;
  ticket: Readonly<Record<string, unknown>>;
  message: string | null;
  props: Readonly<Record<string, string>>;
  secrets: Readonly<Record<string, string>>;
  /** Catalogue of app fields: `Ticketing.TaskAssignment-Task_Number` and so on, for `#REPLACE-EXTAPPFIELD-…#`. */
  appFields: Readonly<Record<string, string>>;
  /** Fields by the label people see, for `#REPLACE-FORMFIELD-…#`. */
  formFields: Readonly<Record<string, string>>;
  values: System["values"];
}

export interface RenderJob {
  language: Language;
  body: string;
  condition: string | null;
  input: RenderInput;
}

/** What a mapping made. `stopped` and `skipped` end the delivery as done, `failed` rejects it. */
export type Rendered =
  | { kind: "body"; value: unknown /** The API definition the body chose itself. */; api?: string }
  | { kind: "skipped" }
  | { kind: "stopped"; message: string }
  | { kind: "failed"; code: "expression" | "time" | "memory" | "size"; message: string };

/** Runs expressions of one System apart from everything else. Never rejects for what is in an expression. */
export interface Renderer {
  render(job: RenderJob): Promise<Rendered>;
  /** Evaluates a JSONata expression over an answer. */
  evaluate(expression: string, input: unknown): Promise<{ ok: unknown } | { failed: string }>;
  close(): Promise<void>;
}

/** One try. What is kept of it (all but `parsed`) has no secret in it and at most 64 KiB a text. */
export interface TryOutcome {
  class: OutcomeClass;
  /** Short stable code such as `http_503`, `timeout`, `reset`, `forbidden_address`, `soap_fault`, `smtp_550`. */
  code: string;
  /** What went wrong, for an operator; null when all is well. */
  detail: string | null;
  /** The request as it left, secrets masked. */
  request: string;
  /** The answer as it came; null for none. */
  answer: string | null;
  /** What the answer says, for the expressions that read it. */
  parsed: { status: number; headers: Readonly<Record<string, string>>; body: unknown } | null;
  /** How long the partner asks to wait (Retry-After), in milliseconds. */
  retryAfterMs: number | null;
  ms: number;
}

/** A file of the desk that goes with a message. */
export interface OutgoingAttachment {
  fileName: string;
  contentType: string;
  /** In bytes. */
  size: number;
  /** Null where it cannot go along: it is told of by its name. */
  content: Uint8Array | null;
}

/** What a transport is given. `value` is what the mapping made, secrets still markers. */
export interface Parcel {
  delivery: DeliveryIdentity;
  system: System;
  api: ApiDefinition;
  value: unknown;
  input: RenderInput;
  attachments: readonly OutgoingAttachment[];
  /** Replaces markers by secrets; the mask does the opposite. */
  secrets: { fill(text: string): string; mask(text: string): string };
}

/** Sends parcels of one kind of API. Never rejects: what goes wrong is an outcome. */
export interface Transport {
  send(parcel: Parcel, signal: AbortSignal): Promise<TryOutcome>;
  /** The request as it would leave, secrets masked; throws a `Failure` `invalid_request` when the parcel cannot be made. */
  show(parcel: Parcel): Promise<string>;
  close(): Promise<void>;
}
