// The public keys of issuers: fetched when first needed, kept, and fetched again when a token names one that is not there; seldom
// enough that nobody makes us call. An issuer that is out of reach holds up its own tokens alone.
import type { createLocalJWKSet, FlattenedJWSInput, JWTHeaderParameters, JSONWebKeySet } from "jose";
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import { lazily } from "../lib/lazy.ts";
import type { Log } from "../lib/log.ts";
import type { Issuer } from "../store/site-issuers.ts";

const jose = lazily<typeof import("jose")>("jose");

/** Reads a JSON object from an address that may be called. Rejects for anything else, with a text that holds no secret. */
export type FetchJson = (url: string) => Promise<Record<string, unknown>>;

export interface TokenKeys {
  /** The key that signed. Throws `issuer_unavailable`, or what `jose` throws where the issuer has none of this kind. */
  find(issuer: Issuer, header: JWTHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey>;
}

/** Keys are looked at again after this time, so that one the issuer took back is taken no more. */
const FRESH_MS = 10 * 60_000;
/** Older than this they are not believed when the issuer cannot be reached. */
const STALE_MS = 60 * 60_000;
/** Between two looks for a key that is not there, and after one that failed. */
const COOLDOWN_MS = 30_000;
const RETRY_MS = 5000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

interface Entry {
  keys: KeySet | null;
  readAt: number;
  triedAt: number;
  failed: boolean;
  reading: Promise<void> | null;
}

interface Options {
  fetchJson: FetchJson;
  clock: Clock;
  log: Log;
}

export function createTokenKeys({ fetchJson, clock, log }: Options): TokenKeys {
  const entries = new Map<string, Entry>();

  const read = async (issuer: Issuer, entry: Entry): Promise<void> => {
    entry.triedAt = clock();
    try {
      entry.keys = jose().createLocalJWKSet((await fetchJson(await keysAddress(issuer, fetchJson))) as unknown as JSONWebKeySet);
      entry.readAt = clock();
      entry.failed = false;
    } catch (error) {
      entry.failed = true;
      log("warn", "issuer.unread", { issuer: issuer.name, error: error instanceof Error ? error.message : String(error) });
    }
  };
  /** One look at a time, for all who wait for it. */
  const renew = (issuer: Issuer, entry: Entry): Promise<void> => {
    entry.reading ??= read(issuer, entry).finally(() => {
      entry.reading = null;
    });
    return entry.reading;
  };
  const maySearch = ({ failed, triedAt }: Entry): boolean => clock() >= triedAt + (failed ? RETRY_MS : COOLDOWN_MS);

  const usable = async (issuer: Issuer, entry: Entry): Promise<KeySet> => {
    const age = clock() - entry.readAt;
    if (entry.keys !== null && age < FRESH_MS) return entry.keys;
    if (entry.reading !== null || maySearch(entry)) {
      const renewing = renew(issuer, entry);
      if (entry.keys === null || age >= STALE_MS) await renewing;
    }
    if (entry.keys === null || clock() - entry.readAt >= STALE_MS) throw new Failure("issuer_unavailable");
    return entry.keys;
  };

  return {
    async find(issuer, header, token) {
      // Another address, or another issuer of the same name, has other keys.
      const name = JSON.stringify([issuer.name, issuer.issuer, issuer.jwksUri]);
      const entry = entries.get(name) ?? {
        keys: null,
        readAt: Number.NEGATIVE_INFINITY,
        triedAt: Number.NEGATIVE_INFINITY,
        failed: false,
        reading: null,
      };
      entries.set(name, entry);
      const keys = await usable(issuer, entry);
      try {
        return await keys(header, token);
      } catch (error) {
        if (!(error instanceof jose().errors.JWKSNoMatchingKey) || !(entry.reading !== null || maySearch(entry))) throw error;
        await renew(issuer, entry);
        if (entry.failed) throw new Failure("issuer_unavailable");
        return await (entry.keys ?? keys)(header, token);
      }
    },
  };
}

/** Where the keys are: as set, else as the issuer itself says (OpenID Connect Discovery 1.0; RFC 8414 has the same members). */
async function keysAddress({ issuer, jwksUri }: Issuer, fetchJson: FetchJson): Promise<string> {
  if (jwksUri !== null) return jwksUri;
  const found = await fetchJson(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (found["issuer"] !== issuer) throw new Error("its discovery document is that of another issuer");
  const address = found["jwks_uri"];
  if (typeof address !== "string") throw new Error("its discovery document has no jwks_uri");
  const [url, own] = [URL.parse(address), new URL(issuer)];
  if (url === null || (url.protocol !== "https:" && url.host !== own.host)) throw new Error("its jwks_uri is not https");
  return address;
}
