// What repeats of a REST call are known by: its Idempotency-Key, or the number it brings for something new.
import { createHash } from "node:crypto";
import type { Caller, DuplicateKey } from "../../core/ports.ts";
import type { Call } from "./operation.ts";

const DAY_MS = 24 * 60 * 60_000;

/** A call whatever its path and query. */
export type Sent = Call<unknown, unknown>;

/** A number the caller chose for something new: a key of its own where no Idempotency-Key came. */
export interface OwnNumber {
  kind: "ticket" | "task";
  number: string | null | undefined;
}

/** What repeats of a call are known by. */
export function keyOf(call: Sent, own?: OwnNumber): DuplicateKey | undefined {
  const number = own?.number?.trim();
  if (call.idempotencyKey !== null) return duplicateKey(call, `rest:${holderOf(call.visit.caller)}`, call.idempotencyKey);
  return own && number ? duplicateKey(call, `rest:number:${own.kind}`, number) : undefined;
}

function duplicateKey(call: Sent, scope: string, key: string): DuplicateKey {
  const payload = createHash("sha256").update(`${call.method} ${call.target}\n`).update(call.raw).digest("hex");
  return { scope, key, payload, keepMs: DAY_MS };
}

/** Whose the caller's keys and places are: a provider is one, however many credentials it has. */
export function holderOf(caller: Caller): string {
  return caller.kind === "provider" ? `provider:${caller.provider}` : `${caller.kind}:${caller.credential}`;
}
