// The site's credentials in the order in which admission asks for them, made anew only when the site has changed. Asks for no secret
// twice: whoever compares them does so for all that could fit.
import type { Caller } from "../core/ports.ts";
import { apiKeyId, keyDigest, sameDigest } from "../lib/credentials.ts";
import { type CredentialLimits, isInForce, UNLIMITED } from "../lib/scopes.ts";
import type { Credential, Site } from "../store/site.ts";
import { createRange } from "./address.ts";
import type { PasswordCredential } from "./passwords.ts";
import type { Grant, LetIn } from "./visit.ts";

export type TokenCredential = Extract<Credential, { kind: "username_token" }>;

/** Who may come in, by what they show. */
export interface People {
  byKey(key: string, now: number): LetIn | null;
  /** By the user name of HTTP Basic. */
  byUser: ReadonlyMap<string, PasswordCredential>;
  /** By the user name of a UsernameToken. */
  tokens: ReadonlyMap<string, TokenCredential>;
  secrets: readonly (LetIn & { secret: string; limits: CredentialLimits })[];
  /** Whose network an address is in. */
  byNetwork(address: string, now: number): LetIn | null;
}

/** Made again with every version of the site, so that a call costs one comparison. */
export function createPeople(site: () => Site): () => People {
  let seen: Site | null = null;
  let version = -1;
  let people = indexed(new Map());
  return () => {
    const now = site();
    if (now !== seen || now.version !== version) {
      people = indexed(now.credentials);
      seen = now;
      version = now.version;
    }
    return people;
  };
}

function indexed(credentials: ReadonlyMap<string, Credential>): People {
  const all = [...credentials.values()];
  return {
    byKey: keysOf(all),
    byUser: new Map(all.flatMap((one) => (one.kind === "basic" ? [[one.user, one]] : []))),
    tokens: new Map(all.flatMap((one) => (one.kind === "username_token" ? [[one.user, one]] : []))),
    // One without its secret is waiting for it: an empty text is nobody's.
    secrets: all.flatMap((one) =>
      one.kind === "shared_secret" && one.secret !== "" ? [{ ...letInBy(one), secret: one.secret, limits: limitsOf(one) }] : [],
    ),
    byNetwork: networksOf(all),
  };
}

const NOBODY = Buffer.alloc(32);

interface Key extends LetIn {
  digest: Buffer;
  limits: CredentialLimits;
  /** Others that are shown for the same credential while one takes over from the other. */
  former: readonly (LetIn & { digest: Buffer })[];
}

function keysOf(credentials: readonly Credential[]): People["byKey"] {
  const keys = new Map<string, Key>();
  for (const one of credentials) if (one.kind === "api_key") keys.set(one.id, keyOf(one));
  return (key, now) => {
    const id = apiKeyId(key);
    const found = id === null ? undefined : keys.get(id);
    const digest = keyDigest(key);
    const same = sameDigest(digest, found?.digest ?? NOBODY);
    if (!found) return null;
    const shown = same ? found : found.former.find((one) => sameDigest(digest, one.digest));
    return shown && isInForce(found.limits, now) && (shown.grant.until === null || now < shown.grant.until) ? shown : null;
  };
}

function keyOf(credential: Extract<Credential, { kind: "api_key" }>): Key {
  const { hash, versions = [] } = credential;
  const limits = limitsOf(credential);
  const letIn = (of: string, endsAt: number | null) => ({
    caller: callerOf(credential),
    grant: { scopes: limits.scopes, until: earlier(limits.expiresAt, endsAt), mark: of },
    digest: Buffer.from(of, "hex"),
  });
  return { ...letIn(hash, null), limits, former: versions.slice(1).map((one) => letIn(one.hash, one.endsAt)) };
}

/** One look tells that an address is in none of them, which is the answer for nearly all. */
function networksOf(credentials: readonly Credential[]): People["byNetwork"] {
  const networks = credentials.flatMap((one) => (one.kind === "network" ? [one] : []));
  if (networks.length === 0) return () => null;
  const anywhere = createRange(networks.flatMap((one) => one.networks));
  const places = networks.map((one) => ({ ...letInBy(one), holds: createRange(one.networks), limits: limitsOf(one) }));
  return (address, now) => {
    if (!anywhere(address)) return null;
    return places.find(({ holds, limits }) => holds(address) && isInForce(limits, now)) ?? null;
  };
}

/** The earlier of two times, of which none may be. */
export function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}

export function limitsOf({ limits = UNLIMITED }: Credential): CredentialLimits {
  return limits;
}

/** Whom a credential lets in when it is shown as it is now. */
export function letInBy(credential: Credential): LetIn {
  const { scopes, expiresAt } = limitsOf(credential);
  return { caller: callerOf(credential), grant: { scopes, until: expiresAt, mark: markOf(credential) } };
}

/** What is stored of the secret, by which a change of it is seen. */
function markOf(credential: Credential): string | null {
  if (credential.kind === "api_key" || credential.kind === "basic" || credential.kind === "username_token")
    return credential.hash;
  // Never put anywhere: it is compared with itself.
  return credential.kind === "shared_secret" ? credential.secret : null;
}

/** Whether what was let in by a credential would be still. */
export function holdsStill({ caller, grant }: LetIn, { credentials, issuers }: Site, now: number): boolean {
  if (grant.until !== null && grant.until <= now) return false;
  const credential = credentials.get(caller.credential);
  if (credential === undefined) return speaksStill(issuers, caller);
  const present = callerOf(credential);
  const sameHolder =
    present.kind === caller.kind &&
    (present.kind !== "provider" || (caller.kind === "provider" && present.provider === caller.provider));
  return sameHolder && isInForce(limitsOf(credential), now) && hasMark(credential, grant, now);
}

/** The same for a token, whose issuer may have been taken away or told to speak for fewer. */
function speaksStill(issuers: Site["issuers"], caller: Caller): boolean {
  const [, name = ""] = /^issuer:([^:]+):/.exec(caller.credential) ?? [];
  const { clients = [], providers = [], roles = [] } = issuers.get(name) ?? {};
  const named = clients.map((one) => one.provider ?? one.role);
  return caller.kind === "provider"
    ? [...named, ...providers].includes(caller.provider)
    : [...named, ...roles].includes(caller.kind);
}

function hasMark(credential: Credential, { mark }: Grant, now: number): boolean {
  if (markOf(credential) === mark) return true;
  const versions = credential.kind === "api_key" ? (credential.versions ?? []) : [];
  return versions.some(({ hash, endsAt }) => hash === mark && (endsAt === null || now < endsAt));
}

/** Who stands behind a credential. */
export function callerOf({ id, holder }: Credential): Caller {
  return holder.kind === "provider"
    ? { kind: "provider", provider: holder.provider, credential: id }
    : { kind: holder.kind, credential: id };
}
