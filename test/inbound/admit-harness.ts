// A site with every kind of credential that SOAP calls may show, admission over it with a clock that stands still, and what is shown.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Failure } from "../../src/core/errors.ts";
import { type AdmitOptions, createAdmit } from "../../src/inbound/admit.ts";
import type { Admission, DigestProof, Security, Stranger, Visit } from "../../src/inbound/visit.ts";
import { hashPassword, makeApiKey } from "../../src/lib/credentials.ts";
import type { Credential, Site } from "../../src/store/site.ts";
import { EMPTY_SITE } from "../../src/store/site-tables.ts";

export const PASSWORD = "correct: horse";
export const hash = await hashPassword(PASSWORD);
export const key = makeApiKey("acme");
export const ACME = { kind: "provider", provider: "acme" } as const;
export const GLOBEX = { kind: "provider", provider: "globex" } as const;

export const KEY = { id: "acme", holder: ACME, kind: "api_key", hash: key.hash } as const satisfies Credential;
export const TOKEN = {
  id: "acme-wss",
  holder: ACME,
  kind: "username_token",
  user: "acme",
  hash,
  password: PASSWORD,
} as const satisfies Credential;
export const TEXT_ONLY: Credential = {
  id: "globex-wss",
  holder: GLOBEX,
  kind: "username_token",
  user: "globex",
  hash,
  password: null,
};
export const BASIC = { id: "acme-basic", holder: ACME, kind: "basic", user: "acme", hash } as const satisfies Credential;
export const SECRET = {
  id: "acme-hash",
  holder: ACME,
  kind: "shared_secret",
  secret: "a secret of acme",
} as const satisfies Credential;
export const OTHER = {
  id: "globex-hash",
  holder: GLOBEX,
  kind: "shared_secret",
  secret: "a secret of globex",
} as const satisfies Credential;
export const NET = {
  id: "acme-net",
  holder: ACME,
  kind: "network",
  networks: ["203.0.113.0/24", "2001:db8:7::/48"],
} as const satisfies Credential;

export const BOTH = { token: true, secret: true };
export const CREATED = "2026-01-05T08:00:00Z";
export const NOW = Date.parse(CREATED);

/** What admission works on; `renew` puts all of it back. */
export const world = { now: NOW, site: EMPTY_SITE as Site, lines: [] as string[] };

/** Gives the site these credentials alone, as its next version. */
export function setCredentials(...credentials: Credential[]): void {
  const version = world.site.version + 1;
  world.site = { ...EMPTY_SITE, version, credentials: new Map(credentials.map((one) => [one.id, one])) };
}

export function renew(): void {
  world.now = NOW;
  world.lines = [];
  setCredentials(KEY, TOKEN, TEXT_ONLY, BASIC, SECRET, OTHER, NET);
}

export function admitWith(options: Partial<AdmitOptions> = {}): Admission {
  const log: AdmitOptions["log"] = (_level, event, fields) => void world.lines.push(`${event} ${JSON.stringify(fields)}`);
  return createAdmit({ site: () => world.site, clock: () => world.now, log, stopping: () => false, ...options });
}

export function from(address: string, headers: Record<string, string> = {}): IncomingMessage {
  return { headers, socket: { remoteAddress: address } } as unknown as IncomingMessage;
}

export const stranger = (address = "192.0.2.1"): Stranger => ({ requestId: "r", address, caller: null });

/** The code of the refusal, or the credential that let in. */
export async function codeOf(step: () => Visit | Stranger | Promise<Visit>): Promise<string> {
  try {
    return (await step()).caller?.credential ?? "stranger";
  } catch (error) {
    return error instanceof Failure ? error.code : String(error);
  }
}

export const text = (user: string, password: string): Security => ({
  kind: "token",
  token: { user, proof: { kind: "text", password } },
});

let drawn = 0;
export function digest(user: string, password: string, more: Partial<DigestProof> = {}): Security {
  const nonce = more.nonce ?? Buffer.from(`nonce ${++drawn}`);
  const created = more.created ?? CREATED;
  const proof = createHash("sha1").update(nonce).update(created).update(password).digest();
  return { kind: "token", token: { user, proof: { kind: "digest", digest: proof, nonce, created, createdAt: NOW, ...more } } };
}

export const REFUSED: Security = { kind: "refused", why: "a second token" };
