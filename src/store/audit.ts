// The audit log: what was changed by whom, written in the transaction of the change. Rows are only ever added here; retention alone
// takes old ones away. Secrets never get in: whoever writes an entry says `changed` in their place.
import type { Knex } from "knex";
import type { By } from "../lib/by.ts";
import type { Shape, Tuple, Value } from "./db.ts";

/** One change. `kind` and `name` say of what, such as `credentials` and `acme`; `deed` what was done, such as `created`. */
export interface AuditEntry {
  by: By;
  kind: string;
  name: string;
  deed: string;
  /** As it was and as it is, of what differs; left out where there was, or is, nothing. */
  before?: object | null;
  after?: object | null;
}

/** Most characters of `before` and of `after`. What is longer is told by the names of its parts alone. */
export const LONGEST_AUDITED = 32_000;

/** For those who write with a session of the ledger: `session.insert(AUDIT, [auditRow(entry, at)])`. */
export const AUDIT: Shape = {
  table: "audit_log",
  columns: ["at", "who", "address", "request_id", "kind", "name", "deed", "state_before", "state_after"],
};

/** The values of an entry in the order of `AUDIT`; `at` in milliseconds UTC. */
export function auditRow({ by, kind, name, deed, before = null, after = null }: AuditEntry, at: number): Tuple {
  const place = [by.who.slice(0, 160), by.address?.slice(0, 64) ?? null, by.requestId?.slice(0, 128) ?? null];
  return [at, ...place, kind.slice(0, 32), name.slice(0, 160), deed.slice(0, 32), written(before), written(after)];
}

function written(value: object | null): string | null {
  if (value === null) return null;
  const text = JSON.stringify(value);
  if (text.length <= LONGEST_AUDITED) return text;
  return JSON.stringify({ tooLong: Object.keys(value).join(", ").slice(0, 1000) });
}

/** Writes entries inside the transaction of what they tell. */
export async function audit(tx: Knex.Transaction, at: number, entries: readonly AuditEntry[]): Promise<void> {
  for (const entry of entries) {
    const row = auditRow(entry, at);
    await tx("audit_log").insert(
      Object.fromEntries(AUDIT.columns.map((column, index): [string, Value] => [column, row[index] ?? null])),
    );
  }
}

/** The parts that differ, of something that was changed: what is the same on both sides says nothing. */
export function difference<T extends object>(before: T, after: T): { before: object; after: object } {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof T)[];
  const changed = names.filter((one) => JSON.stringify(before[one]) !== JSON.stringify(after[one]));
  const parts = (of: T): object => Object.fromEntries(changed.filter((one) => one in of).map((one) => [one, of[one]]));
  return { before: parts(before), after: parts(after) };
}
