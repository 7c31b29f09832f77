// In whose name tests do what an operator does, and what lets in without bounds.
import type { By } from "../../src/lib/by.ts";
import type { KeyDesk } from "../../src/inbound/rest/operation.ts";
import type { Grant, Visit } from "../../src/inbound/visit.ts";

export const BY: By = { who: "admin", address: "192.0.2.7", requestId: "req-7" };

export const UNBOUND: Grant = { scopes: null, until: null, mark: null };

const nothing = (): Promise<never> => Promise.reject(new Error("not asked for"));
/** For handlers that are asked for no credentials. */
export const NO_KEYS: KeyDesk = { list: nothing, create: nothing, rotate: nothing, remove: nothing };

/** A provider that may do all that providers may. */
export const VISIT: Visit = {
  requestId: "req-1",
  address: "192.0.2.1",
  caller: { kind: "provider", provider: "acme", credential: "c" },
  grant: UNBOUND,
};
