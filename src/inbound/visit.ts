// What `admit` gives to a channel: who calls, under which request id, and how to end the one log line of the message.
import type { IncomingMessage } from "node:http";
import type { Caller } from "../core/ports.ts";

export interface Visit {
  /** Echoed to the caller and written in every log line of this message. */
  requestId: string;
  /** Address of the client, after trusted proxies. */
  address: string;
  caller: Caller;
}

/**
 * Lets a request in or throws a `Failure` (`unauthenticated`, `rate_limited`, `busy`, `stopping`).
 * Gives a plain value when no waiting was needed, so that the hot path stays in one turn of the event loop.
 */
export type Admit = (request: IncomingMessage) => Visit | Promise<Visit>;

/** What a channel tells about a message it has answered. */
export interface Answered {
  channel: "soap" | "rest" | "email";
  operation: string;
  status: number;
  /** `done`, `repeated`, or the code of the refusal or failure. */
  outcome: string;
  task?: string | null;
  event?: string | null;
  bytes: number;
}

/** Writes the one wide log line. `startedAt` is `performance.now()` at arrival. */
export type Report = (
  visit: { requestId: string; address: string; caller: Caller | null },
  answered: Answered,
  startedAt: number,
) => void;
