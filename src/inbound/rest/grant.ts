// What somebody whose own credential is bounded may give to others: never more than they have.
import { Failure } from "../../core/errors.ts";
import { isScope, isWithin, type Scopes } from "../../lib/scopes.ts";
import { demandScope, type Visit } from "../visit.ts";
import type { BodyOf } from "./typed.ts";

/** Throws `forbidden` when credentials with these scopes could do more than the visit's own. Null: all its holder may do. */
export function checkGiven({ grant }: Visit, scopes: readonly string[] | null): void {
  const known: Scopes = scopes === null ? null : scopes.filter(isScope);
  if (!isWithin(known, grant.scopes))
    throw new Failure(
      "forbidden",
      `Your own scopes are ${grant.scopes?.join(", ")}: a credential you make or rotate has no others.`,
    );
}

/** Whoever changes the site may change who comes in only as far as they could with the calls for that. */
export function checkSiteGiven(visit: Visit, { credentials = [], issuers = [], remove = {} }: BodyOf<"applySite">): void {
  const touched = [credentials, issuers, remove.credentials ?? [], remove.issuers ?? []].some((list) => list.length > 0);
  if (visit.grant.scopes === null || !touched) return;
  demandScope(visit, "keys:write");
  for (const { scopes } of [...issuers, ...credentials]) checkGiven(visit, scopes ?? null);
}
