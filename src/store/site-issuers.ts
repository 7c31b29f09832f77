// Who signs access tokens that are taken (OAuth 2, JWT): what an operator writes of an issuer, whether it can be meant so, and whom it
// may speak for. Holds no secret: an issuer is known by its public keys.
import type { Caller } from "../core/ports.ts";
import { isScope, type Scope, type Scopes, SCOPES } from "../lib/scopes.ts";
import { checkName, checkRange, isThisMachine, wrong } from "./site-refusal.ts";
import type { Wanted } from "./site-rows.ts";

/** A client of an issuer that is somebody's, whatever else its tokens say. */
export interface IssuerClient {
  id: string;
  provider?: string;
  role?: "ticketing" | "administrator";
  scopes?: readonly string[];
}

export interface IssuerDocument {
  name: string;
  /** As it stands in `iss`, to the letter. */
  issuer: string;
  /** What `aud` must hold one of. */
  audience: string | readonly string[];
  /** Where its keys are; found by discovery when absent. */
  jwksUri?: string | null;
  algorithms?: readonly string[];
  /** What `typ` may be; `at+jwt` alone (RFC 9068) when absent. */
  types?: readonly string[];
  clockSkewSeconds?: number;
  /** Names of claims. */
  claims?: { client?: string; provider?: string | null; role?: string | null; scope?: string | null };
  clients?: readonly IssuerClient[];
  /** Whom its tokens may name by the claims `provider` and `role`. */
  providers?: readonly string[];
  roles?: readonly ("ticketing" | "administrator")[];
  /** The most its tokens may do; all that the holder may do when absent. */
  scopes?: readonly string[];
}

export interface Issuer {
  name: string;
  issuer: string;
  audience: readonly string[];
  jwksUri: string | null;
  algorithms: readonly string[];
  types: readonly string[];
  clockSkewSeconds: number;
  claims: { client: string; provider: string | null; role: string | null; scope: string | null };
  clients: readonly (Omit<IssuerClient, "scopes"> & { scopes: Scopes })[];
  providers: readonly string[];
  roles: readonly ("ticketing" | "administrator")[];
  scopes: Scopes;
}

/** Signatures by a key that only the issuer has. `none`, and what shares a secret (HS…), can never be among them (RFC 8725 section 3.1). */
export const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"];
const USUAL_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];
const USUAL_CLAIMS: Issuer["claims"] = { client: "client_id", provider: null, role: null, scope: "scope" };

/** Throws when an issuer cannot be meant as it is written. */
export function checkIssuer(document: IssuerDocument, providers: ReadonlySet<string>): void {
  const { name, issuer, jwksUri, algorithms = [], clients = [], clockSkewSeconds = 60, claims = {} } = document;
  const where = `issuer ${name}`;
  checkName(where, name);
  checkAddress(where, "issuer", issuer);
  if (jwksUri) checkAddress(where, "jwksUri", jwksUri);
  const odd = algorithms.find((one) => !ALGORITHMS.includes(one));
  if (odd !== undefined) wrong(where, `${odd} is not taken; there are ${ALGORITHMS.join(", ")}`);
  checkRange(where, "clockSkewSeconds", clockSkewSeconds, [0, 300]);
  for (const client of clients) {
    if ((client.provider === undefined) === (client.role === undefined))
      wrong(where, `client ${client.id}: give either provider or role`);
  }
  const named = [...(document.providers ?? []), ...clients.flatMap(({ provider }) => provider ?? [])];
  const missing = named.find((one) => !providers.has(one));
  if (missing !== undefined) wrong(where, `there is no provider ${missing}`);
  const strange = [document, ...clients].flatMap(({ scopes = [] }) => scopes).find((one) => !isScope(one));
  if (strange !== undefined) wrong(where, `${strange} is no scope; there are ${Object.keys(SCOPES).join(", ")}`);
  const byClaim = (claims.provider && document.providers?.length) || (claims.role && document.roles?.length);
  if (clients.length === 0 && !byClaim)
    wrong(where, "its tokens would be nobody's: name clients, or a claim with the providers or roles it may name");
}

function checkAddress(where: string, what: string, address: string): void {
  const url = URL.parse(address);
  const safe = url?.protocol === "https:" || (url?.protocol === "http:" && isThisMachine(url.hostname));
  if (!safe || url.hash !== "" || url.username !== "") wrong(where, `${what} is an https address without user or fragment`);
}

const scopesOf = (scopes: readonly string[] | undefined): Scopes => scopes?.filter(isScope).toSorted() ?? null;

/** The issuer a checked document stands for, with what is usual where it says nothing. */
function completeIssuer(document: IssuerDocument): Issuer {
  const { name, issuer, audience } = document;
  return {
    ...{ name, issuer, audience: typeof audience === "string" ? [audience] : audience, jwksUri: document.jwksUri ?? null },
    ...{ algorithms: document.algorithms ?? USUAL_ALGORITHMS, types: document.types ?? ["at+jwt"] },
    ...{ clockSkewSeconds: document.clockSkewSeconds ?? 60, claims: { ...USUAL_CLAIMS, ...document.claims } },
    clients: (document.clients ?? []).map(({ scopes, ...client }) => ({ ...client, scopes: scopesOf(scopes) })),
    ...{ providers: document.providers ?? [], roles: document.roles ?? [], scopes: scopesOf(document.scopes) },
  };
}

export function issuerRow(document: IssuerDocument): Wanted {
  const { name, ...settings } = completeIssuer(document);
  return { kind: "issuers", name, row: { settings: JSON.stringify(settings) } };
}

export function readIssuers(rows: readonly { name: string; settings: string }[]): Map<string, Issuer> {
  return new Map(rows.map(({ name, settings }) => [name, { ...(JSON.parse(settings) as Omit<Issuer, "name">), name }]));
}

/** An issuer in the form in which it can be applied again. */
export function describeIssuer({ scopes, clients, ...issuer }: Issuer): IssuerDocument {
  const given = (of: readonly Scope[] | null) => (of === null ? {} : { scopes: of });
  return { ...issuer, ...given(scopes), clients: clients.map(({ scopes: few, ...client }) => ({ ...client, ...given(few) })) };
}

const PREFIX = "issuer:";

/** Id of the credential that a token is; no credential of the site has a colon in its id. */
export function tokenCredential(issuer: string, client: string): string {
  return `${PREFIX}${issuer}:${client}`;
}

/** The issuer of such a credential; null for any other. */
export function issuerOf(credential: string): string | null {
  return credential.startsWith(PREFIX) ? (credential.slice(PREFIX.length).split(":")[0] ?? null) : null;
}

/** Whether an issuer may still speak for this caller. */
export function speaksFor(issuer: Issuer | undefined, caller: Caller): boolean {
  if (issuer === undefined) return false;
  const { clients, providers, roles } = issuer;
  if (caller.kind === "provider")
    return providers.includes(caller.provider) || clients.some(({ provider }) => provider === caller.provider);
  return roles.includes(caller.kind) || clients.some(({ role }) => role === caller.kind);
}
