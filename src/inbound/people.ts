// The site's credentials in the order in which admission asks for them, made anew only when the site has changed. Asks for no secret
// twice: whoever compares them does so for all that could fit.
import type { Caller } from "../core/ports.ts";
import { apiKeyId, keyDigest, sameDigest } from "../lib/credentials.ts";
import type { Credential, Site } from "../store/site.ts";
import { createRange } from "./address.ts";
import type { PasswordCredential } from "./passwords.ts";

export type TokenCredential = Extract<Credential, { kind: "username_token" }>;

/** Who may come in, by what they show. */
export interface People {
  byKey(key: string): Caller | null;
  /** By the user name of HTTP Basic. */
  byUser: ReadonlyMap<string, PasswordCredential>;
  /** By the user name of a UsernameToken. */
  tokens: ReadonlyMap<string, TokenCredential>;
  secrets: readonly { secret: string; caller: Caller }[];
  /** Whose network an address is in. */
  byNetwork(address: string): Caller | null;
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
      one.kind === "shared_secret" && one.secret !== "" ? [{ secret: one.secret, caller: callerOf(one) }] : [],
    ),
    byNetwork: networksOf(all),
  };
}

const NOBODY = Buffer.alloc(32);

function keysOf(credentials: readonly Credential[]): People["byKey"] {
  const keys = new Map<string, { digest: Buffer; caller: Caller }>();
  for (const one of credentials)
    if (one.kind === "api_key") keys.set(one.id, { digest: Buffer.from(one.hash, "hex"), caller: callerOf(one) });
  return (key) => {
    const id = apiKeyId(key);
    const found = id === null ? undefined : keys.get(id);
    const same = sameDigest(keyDigest(key), found?.digest ?? NOBODY);
    return same && found ? found.caller : null;
  };
}

/** One look tells that an address is in none of them, which is the answer for nearly all. */
function networksOf(credentials: readonly Credential[]): People["byNetwork"] {
  const networks = credentials.flatMap((one) => (one.kind === "network" ? [one] : []));
  if (networks.length === 0) return () => null;
  const anywhere = createRange(networks.flatMap((one) => one.networks));
  const places = networks.map((one) => ({ holds: createRange(one.networks), caller: callerOf(one) }));
  return (address) => (anywhere(address) ? (places.find(({ holds }) => holds(address))?.caller ?? null) : null);
}

/** Who stands behind a credential. */
export function callerOf({ id, holder }: Credential): Caller {
  return holder.kind === "provider"
    ? { kind: "provider", provider: holder.provider, credential: id }
    : { kind: holder.kind, credential: id };
}
