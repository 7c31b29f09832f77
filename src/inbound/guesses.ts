// Counts wrong credentials per address and per name. Valid API keys pass beside it: nobody guesses 256 bits.
import { Failure } from "../core/errors.ts";
import { clientKey } from "./address.ts";
import type { AdmitOptions } from "./admit.ts";
import { createThrottle } from "./limits.ts";

export interface Guesses {
  /** Whether this address, or this name from anywhere, was wrong too often. */
  isClosed(address: string, name: string | null): boolean;
  /** Counts a failure and gives what the caller is told. */
  failed(address: string, name: string | null): Failure;
}

/** One for all ways of showing credentials, so that changing between them buys no further guesses. */
export function createGuesses({
  clock,
  log,
  failuresPerMinute = 10,
}: Pick<AdmitOptions, "clock" | "log" | "failuresPerMinute">): Guesses {
  const throttle = createThrottle({ clock, most: failuresPerMinute, windowMs: 60_000, names: 20_000 });
  const client = (address: string): string => `from ${clientKey(address)}`;
  return {
    isClosed: (address, name) => throttle.isClosed(client(address)) || (name !== null && throttle.isClosed(name)),
    failed(address, name) {
      const wasClosed = throttle.isClosed(client(address));
      if (throttle.fail(client(address))) log("warn", "credentials.throttled", { address });
      if (name !== null) throttle.fail(name);
      return new Failure(wasClosed ? "rate_limited" : "unauthenticated");
    },
  };
}
