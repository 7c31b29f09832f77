// Lets in by an access token (RFC 6750; JWT as in RFC 7519, 8725 and 9068): signature, issuer, audience, time, type; then whom it may
// speak for, and what for. No part of a token is ever logged or answered.
import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import { lazily } from "../lib/lazy.ts";
import type { Log } from "../lib/log.ts";
import { isScope, type Scopes } from "../lib/scopes.ts";
import type { Site } from "../store/site.ts";
import type { Issuer } from "../store/site-issuers.ts";
import type { Guesses } from "./guesses.ts";
import { createLane, dropOldest } from "./limits.ts";
import type { TokenKeys } from "./token-keys.ts";
import type { LetIn } from "./visit.ts";

const jose = lazily<typeof import("jose")>("jose");

export interface Tokens {
  /** Whether a text has the form of such a token, and there is anybody whose tokens are taken. */
  isOne(text: string): boolean;
  /** Whom it lets in: at once where it was looked at a while ago, else after its signature was. Throws a `Failure`. */
  byToken(token: string, address: string): LetIn | Promise<LetIn>;
}

export interface TokenOptions {
  site(): Site;
  clock: Clock;
  log: Log;
  guesses: Guesses;
  keys: TokenKeys;
}

const LONGEST = 8 * 1024;
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** A token that was found right is not looked at again for so long, and no longer than it lets in. */
const REMEMBER_MS = 5 * 60_000;
const REMEMBERED = 5000;
const AT_ONCE = 8;
const WAITING = 256;

interface Memory {
  found: LetIn;
  until: number;
}

export function createTokens({ site, clock, log, guesses, keys }: TokenOptions): Tokens {
  const memories = new Map<string, Memory>();
  const lane = createLane(AT_ONCE, WAITING);
  let version = -1;

  const remembered = (mark: string): LetIn | null => {
    // What the site says of issuers and providers may have changed: then each is looked at again.
    if (site().version !== version) {
      memories.clear();
      version = site().version;
    }
    const memory = memories.get(mark);
    return memory !== undefined && clock() < memory.until ? memory.found : null;
  };

  const remember = (mark: string, found: LetIn, asOf: number): void => {
    if (site().version !== asOf) return;
    memories.delete(mark);
    if (memories.size >= REMEMBERED) dropOldest(memories);
    memories.set(mark, { found, until: Math.min(clock() + REMEMBER_MS, found.grant.until ?? 0) });
  };

  const verify = async (token: string, address: string): Promise<LetIn> => {
    const issuer = issuerNamed(token, site());
    if (issuer === undefined) throw guesses.failed(address, null);
    try {
      return letInBy(issuer, await verified(token, issuer, { keys, clock }));
    } catch (error) {
      if (error instanceof Failure) throw error;
      // One word of `jose` for what was wrong, for whoever runs the gateway; the caller is told nothing of it.
      const why = error instanceof jose().errors.JOSEError ? error.code : "unreadable";
      log("info", "credentials.bearer_refused", { address, issuer: issuer.name, why });
      throw guesses.failed(address, null);
    }
  };

  return {
    isOne: (text) => site().issuers.size > 0 && text.length <= LONGEST && SHAPE.test(text),
    byToken(token, address) {
      const mark = createHash("sha256").update(token).digest("base64");
      const known = remembered(mark);
      if (known !== null) return known;
      if (guesses.isClosed(address, null)) throw new Failure("rate_limited");
      const asOf = site().version;
      return lane(() => verify(token, address)).then((found) => {
        remember(mark, found, asOf);
        return found;
      });
    },
  };
}

/** The issuer a token says it is of, before anything of it is believed. */
function issuerNamed(token: string, { issuers }: Site): Issuer | undefined {
  try {
    const { iss } = jose().decodeJwt(token);
    return [...issuers.values()].find(({ issuer }) => issuer === iss);
  } catch {
    return undefined;
  }
}

async function verified(
  token: string,
  issuer: Issuer,
  { keys, clock }: Pick<TokenOptions, "keys" | "clock">,
): Promise<JWTPayload> {
  const { typ = "" } = jose().decodeProtectedHeader(token);
  // Media types of JWTs may leave out their `application/` (RFC 7515 section 4.1.9).
  const type = typ.toLowerCase().replace(/^application\//, "");
  if (!issuer.types.some((one) => one.toLowerCase() === type)) throw new (jose().errors.JWTInvalid)("typ");
  const { payload } = await jose().jwtVerify(token, (header, jws) => keys.find(issuer, header, jws), {
    issuer: issuer.issuer,
    audience: [...issuer.audience],
    algorithms: [...issuer.algorithms],
    clockTolerance: issuer.clockSkewSeconds,
    currentDate: new Date(clock()),
    requiredClaims: ["exp"],
  });
  return payload;
}

/** Whom a right token speaks for. A client that the site names is who the site says, whatever else stands in the token. */
function letInBy(issuer: Issuer, payload: JWTPayload): LetIn {
  const client = textOf(payload[issuer.claims.client]) ?? textOf(payload["azp"]) ?? textOf(payload.sub) ?? "";
  const known = issuer.clients.find(({ id }) => id === client);
  const holder = known ?? byClaims(issuer, payload);
  if (holder === null) throw new Failure("forbidden", "The token names nobody whom its issuer may speak for.");
  const credential = `issuer:${issuer.name}:${plainName(client)}`;
  const { provider, role } = holder;
  const caller: LetIn["caller"] =
    provider === undefined ? { kind: role ?? "ticketing", credential } : { kind: "provider", provider, credential };
  const until = ((payload.exp ?? 0) + issuer.clockSkewSeconds) * 1000;
  const scopes = within(within(scopesIn(issuer, payload), issuer.scopes), known?.scopes ?? null);
  return { caller, grant: { scopes, until, mark: null } };
}

function byClaims(
  { claims, providers, roles }: Issuer,
  payload: JWTPayload,
): { provider?: string; role?: "ticketing" | "administrator" } | null {
  const provider = claims.provider === null ? null : textOf(payload[claims.provider]);
  if (provider !== null) return providers.includes(provider) ? { provider } : null;
  const named = claims.role === null ? [] : [payload[claims.role]].flat();
  const role = roles.find((one) => named.includes(one));
  return role === undefined ? null : { role };
}

/** The scopes a token brings; those of others are nothing to us. Null where its issuer has none, so that the site alone says. */
function scopesIn({ claims }: Issuer, payload: JWTPayload): Scopes {
  if (claims.scope === null) return null;
  const given = payload[claims.scope];
  const words = Array.isArray(given) ? given : typeof given === "string" ? given.split(" ") : [];
  return words.filter((one): one is string => typeof one === "string").filter(isScope);
}

function within(scopes: Scopes, most: Scopes): Scopes {
  if (scopes === null || most === null) return scopes ?? most;
  return scopes.filter((one) => most.includes(one));
}

const textOf = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);

/** A name of somebody else's making, short and plain enough for logs and columns. */
function plainName(client: string): string {
  return /^[\w.@-]{1,64}$/.test(client) ? client : createHash("sha256").update(client).digest("hex").slice(0, 32);
}
