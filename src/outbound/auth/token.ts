// Access tokens (RFC 6749), by client credentials (section 4.4) or a refresh token (section 6). One is fetched once for all who wait
// for it, kept until shortly before its end, and thrown away when it is refused. Neither token nor secret leaves this file but in a call.
import { createHash } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import { classify, type Verdict } from "../classify.ts";
import type { Exchange, Requester } from "../request.ts";
import { basicHeader } from "./basic.ts";
import { misconfigured } from "./secret.ts";

/** Whose token, and how it is had. */
export interface TokenRequest {
  /**
   * A token belongs to one owner and to one set of credentials: whoever changes a secret gets another token at once. A refresh token
   * that its server replaces is still the same set.
   */
  owner: string;
  tokenUrl: string;
  clientId: string;
  /** Empty for a public client. */
  clientSecret: string;
  scope: string | null;
  /** Empty for client credentials. */
  refreshToken: string;
  timeoutMs: number;
}

interface Token {
  value: string;
  /** Milliseconds UTC. */
  until: number;
  /** The refresh token that stands in for the one used, where the server gave another. */
  refreshToken: string | null;
}

export type Fetched = { token: Token } | { failed: Verdict };

interface Entry {
  token: Token | null;
  fetching: Promise<Fetched> | null;
}

export interface Tokens {
  /** The token that is kept, or a new one. Never rejects. */
  get(request: TokenRequest): Promise<Fetched>;
  /** Throws the token away when it is this one: another call may have fetched a new one meanwhile. */
  drop(request: TokenRequest, value: string): void;
  close(): void;
}

/** Tokens held at once; the one asked for longest ago goes first. */
const MOST_TOKENS = 1000;
const LONGEST_TOKEN = 12 * 1024;
/** A token whose life the server does not tell is kept this long: a refusal ends it sooner. */
const UNTOLD_MS = 5 * 60_000;
/** A token is renewed this long before its end, or a tenth of its life when that is shorter. */
const MARGIN_MS = 60_000;
const MOST_FETCH_MS = 20_000;

/** Keeps tokens for everybody who shows one. */
export function createTokens({ requester, clock }: { requester: Requester; clock: Clock }): Tokens {
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  return {
    get(request) {
      const entry = entryOf(entries, nameOf(request));
      if (entry.token !== null && entry.token.until > clock()) return Promise.resolve({ token: entry.token });
      // `closing` and not the signal of whoever asked first: others may wait for the same token.
      entry.fetching ??= fetchToken(requester, request, closing.signal)
        .then((exchange) => {
          const fetched = readToken(exchange, clock());
          entry.token = "token" in fetched ? fetched.token : null;
          return fetched;
        })
        .finally(() => {
          entry.fetching = null;
        });
      return entry.fetching;
    },
    drop(request, value) {
      const entry = entries.get(nameOf(request));
      if (entry?.token?.value === value) entry.token = null;
    },
    close: () => closing.abort(),
  };
}

function entryOf(entries: Map<string, Entry>, name: string): Entry {
  const entry = entries.get(name) ?? { token: null, fetching: null };
  entries.delete(name);
  if (entries.size >= MOST_TOKENS) entries.delete(entries.keys().next().value ?? "");
  entries.set(name, entry);
  return entry;
}

function fetchToken(requester: Requester, request: TokenRequest, signal: AbortSignal): Promise<Exchange> {
  const { tokenUrl, clientId, clientSecret, scope, refreshToken, timeoutMs } = request;
  const body = new URLSearchParams({
    grant_type: refreshToken ? "refresh_token" : "client_credentials",
    ...(refreshToken ? { refresh_token: refreshToken } : {}),
    ...(scope === null ? {} : { scope }),
    ...(clientSecret ? {} : { client_id: clientId }),
  });
  return requester.send({
    method: "POST",
    url: tokenUrl,
    headers: {
      ...(clientSecret ? { Authorization: basicHeader(formEncode(clientId), formEncode(clientSecret)) } : {}),
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
      "User-Agent": "Crossdesk",
    },
    body: Buffer.from(body.toString()),
    timeoutMs: Math.min(timeoutMs, MOST_FETCH_MS),
    signal,
  });
}

function nameOf({ owner, tokenUrl, clientId, scope, clientSecret }: TokenRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([owner, tokenUrl, clientId, scope, clientSecret]))
    .digest("base64");
}

/** Client id and secret are form-encoded before they are put together (RFC 6749 section 2.3.1 and appendix B). */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

const isToken = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]+$/.test(value) && value.length <= LONGEST_TOKEN;

/** Reads the token answer (RFC 6749 section 5.1). Nothing was sent with it yet, so a failure here is never ambiguous. */
function readToken(exchange: Exchange, now: number): Fetched {
  const verdict = classify(exchange, { success: (status) => status === 200, repeatable: true, answerNeeded: true, now });
  const answer = parse(exchange);
  if (verdict.class !== "done") return { failed: tokenVerdict(verdict, answer) };
  const { access_token: value, token_type: type, expires_in: life, refresh_token: next } = answer;
  if (!isToken(value) || !/^bearer$/i.test(String(type)))
    return misconfigured("token_invalid", "The token server's answer has no bearer token.");
  const lifeMs = Number(life) > 0 ? Number(life) * 1000 : UNTOLD_MS;
  const until = now + lifeMs - Math.min(MARGIN_MS, lifeMs / 10);
  return { token: { value, until, refreshToken: isToken(next) ? next : null } };
}

function tokenVerdict(verdict: Verdict, answer: Record<string, unknown>): Verdict {
  // Section 5.2: one of a few known words, which tells an operator what to correct. The description is free text and stays out.
  const error = typeof answer["error"] === "string" && /^[a-z_]{1,40}$/.test(answer["error"]) ? ` (${answer["error"]})` : "";
  const detail = `No token was given${error}: ${verdict.detail ?? ""}`;
  // 410 of a token server says nothing of the partner.
  return { ...verdict, class: verdict.class === "gone" ? "permanent" : verdict.class, code: `token_${verdict.code}`, detail };
}

function parse({ answer }: Exchange): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(answer?.body.toString("utf8") ?? "");
    return typeof parsed === "object" && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
