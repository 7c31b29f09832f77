// What `admit` gives to a channel: who calls, under which request id, and how to end the one log line of the message.
import type { IncomingMessage } from "node:http";
import type { Caller, NonceWrite } from "../core/ports.ts";
import { Failure } from "../core/errors.ts";
import type { By } from "../lib/by.ts";
import { allows, type Scope, type Scopes } from "../lib/scopes.ts";

/** By what somebody was let in, as far as it bounds what follows. */
export interface Grant {
  /** What it may be used for; null for all that its holder may do. */
  scopes: Scopes;
  /** From when on it lets nobody in, in milliseconds UTC; null for never. */
  until: number | null;
  /** What was stored of the secret: while that stands, so does the grant. Null where there is no secret, or it changes with each call. */
  mark: string | null;
}

/** Whom a credential lets in, and how far. */
export interface LetIn {
  caller: Caller;
  grant: Grant;
}
import type { Quota } from "./quota.ts";

export interface Visit {
  /** Echoed to the caller and written in every log line of this message. */
  requestId: string;
  /** Address of the client, after trusted proxies. */
  address: string;
  caller: Caller;
  grant: Grant;
  /** Goes as `side` with the unit of this call, whatever it is: by it a UsernameToken with a digest lets in once only. */
  nonce?: NonceWrite;
  /** Set where nothing but the network spoke for the caller: credentials found in the message count instead of it. */
  stranger?: Stranger;
  /** How many calls are left to the credential; absent where it may make any number. */
  quota?: Quota;
}

/** Makes the visit of whoever was let in, and notes that the credential was used. */
export type VisitOf = (who: Pick<Visit, "requestId" | "address">, found: LetIn) => Visit;

/** In whose name the audit log keeps what is changed on this visit. */
export function byOf({ caller, address, requestId }: Visit): By {
  return { who: caller.credential, address, requestId };
}

/** Throws `insufficient_scope` unless the credential shown is meant for this. */
export function demandScope({ grant }: Pick<Visit, "grant">, scope: Scope): void {
  if (!allows(grant.scopes, scope)) throw new Failure("insufficient_scope", `It needs the scope ${scope}.`);
}

/** Whoever has shown nothing so far, but may do so in the message itself: its body may be read, and nothing else be done. */
export interface Stranger {
  requestId: string;
  address: string;
  caller: null;
}

/**
 * Lets a request in or throws a `Failure` (`unauthenticated`, `rate_limited`, `busy`, `stopping`).
 * Gives a plain value when no waiting was needed, so that the hot path stays in one turn of the event loop.
 */
export type Admit = (request: IncomingMessage) => Visit | Promise<Visit>;

/** Where a channel's messages may hold credentials: in a header of WS-Security, or as an argument. */
export interface MessagePlaces {
  token: boolean;
  secret: boolean;
}

/** A UsernameToken as it was read, its times looked at, its proof not. */
export interface UsernameToken {
  user: string;
  proof: { kind: "text"; password: string } | DigestProof;
}

export interface DigestProof {
  kind: "digest";
  /** SHA-1 over nonce, created and password. */
  digest: Buffer;
  nonce: Buffer;
  /** As it was written, and in milliseconds UTC. */
  created: string;
  createdAt: number;
}

/** How far the time of a token may be from ours, as section 3.1 of the UsernameToken Profile advises; in milliseconds. */
export const TOKEN_WINDOW_MS = 5 * 60_000;

/** What a header of WS-Security holds. `why` is for the log: nobody else is told. */
export type Security = { kind: "token"; token: UsernameToken } | { kind: "none" } | { kind: "refused"; why: string };

/** What the right argument is for a secret: the text itself, or a digest, which is shown in hex or base64; null where none is right. */
export type ExpectedOf = (secret: string) => Buffer | string | null;

/**
 * The way in for calls of systems that cannot put their credentials where HTTP has them. The function itself is `Admit`, which
 * knows neither messages nor networks. The others throw the same failures, and never tell which part was wrong.
 */
export interface Admission extends Admit {
  /**
   * Whether a visit that goes on, as a stream does, would be let in still: its credential is there, for the same holder, in force, and
   * with the same secret. Costs a look-up; the site is followed within a quarter of a second.
   */
  stillValid(visit: Visit): boolean;
  /** Lets in by the HTTP header, else by network; else gives a stranger where the message may hold what the site knows. */
  orStranger(request: IncomingMessage, places: MessagePlaces): Visit | Stranger | Promise<Visit>;
  /** Whether there is any UsernameToken to be shown: without one the header of WS-Security is an unknown one. */
  takesTokens(): boolean;
  byToken(stranger: Stranger, security: Security): Visit | Promise<Visit>;
  /** Finds the provider whose secret fits to `given`. */
  bySecret(stranger: Stranger, given: string, expectedOf: ExpectedOf): Visit;
}

/** What a channel tells about a message it has answered. */
export interface Answered {
  channel: "soap" | "rest" | "email" | "pages";
  operation: string;
  status: number;
  /** `done`, `repeated`, or the code of the refusal or failure. */
  outcome: string;
  task?: string | null;
  event?: string | null;
  /** Of the message's body, as it came. */
  bytes: number;
  /** Of the answer's body, as it left; absent where there is none. */
  bytesOut?: number;
  /** What the client's program calls itself. */
  agent?: string | undefined;
  /** How long it waited for its turn to be stored, in milliseconds; absent where nothing was. */
  queueMs?: number | undefined;
  /** Asked for again and again by monitors: its line is for those who look closely. */
  quiet?: boolean;
}

/** Writes the one wide log line. `startedAt` is `performance.now()` at arrival. */
export type Report = (
  visit: { requestId: string; address: string; caller: Caller | null },
  answered: Answered,
  startedAt: number,
) => void;
