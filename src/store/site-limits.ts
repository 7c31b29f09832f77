// What bounds a credential in a site document: whether it can be meant so, and the columns it is kept in.
import { isScope, type CredentialLimits, SCOPES, type Scopes, UNLIMITED } from "../lib/scopes.ts";
import type { CredentialDocument } from "./site-document.ts";
import { wrong } from "./site-refusal.ts";

type Limited = Pick<CredentialDocument, "id" | "scopes" | "notBefore" | "expiresAt" | "email">;

/** Throws when the limits of a credential cannot be meant as they are written. */
export function checkLimits({ id, scopes, notBefore, expiresAt, email }: Limited): void {
  const where = `credential ${id}`;
  const strange = scopes?.find((one) => !isScope(one));
  if (strange !== undefined) wrong(where, `${strange} is no scope; there are ${Object.keys(SCOPES).join(", ")}`);
  if (scopes?.length === 0) wrong(where, "without a scope it is for nothing; leave scopes out for all that its holder may do");
  if (scopes !== undefined && email !== undefined) wrong(where, "what a mail may do is said by its mailbox; it takes no scopes");
  const [from, until] = [timeOf(where, "notBefore", notBefore), timeOf(where, "expiresAt", expiresAt)];
  if (from !== null && until !== null && until <= from)
    wrong(where, "expiresAt is before notBefore: it would never let anybody in");
}

function timeOf(where: string, name: string, text: string | null | undefined): number | null {
  if (text === undefined || text === null) return null;
  const time = Date.parse(text);
  if (!Number.isFinite(time)) wrong(where, `${name} is no time; write one such as 2027-01-31T00:00:00Z`);
  return time;
}

/** The columns of a credential that was checked. */
export function limitColumns({ scopes, notBefore, expiresAt }: Limited) {
  return {
    scopes: scopes === undefined ? null : JSON.stringify([...new Set(scopes)].toSorted()),
    not_before: timeOf("", "notBefore", notBefore),
    expires_at: timeOf("", "expiresAt", expiresAt),
  };
}

/** A row's limits; undefined where there is none. */
export function limitsOf(row: { scopes: string | null; not_before: number | null; expires_at: number | null }): {
  limits?: CredentialLimits;
} {
  const number = (value: number | null): number | null => (value === null ? null : Number(value));
  const scopes = row.scopes === null ? null : (JSON.parse(row.scopes) as Scopes);
  const limits = { ...UNLIMITED, scopes, notBefore: number(row.not_before), expiresAt: number(row.expires_at) };
  return Object.values(limits).every((one) => one === null) ? {} : { limits };
}
