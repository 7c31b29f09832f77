// OAuth 2 client credentials (RFC 6749 section 4.4). A token is fetched once for all who wait for it, kept until shortly before its
// end, and thrown away when the partner refuses it. Neither token nor secret leaves this file but in the header.
import { createHash } from "node:crypto";
import type { Auth } from "../../store/outgoing.ts";
import { classify, type Verdict } from "../classify.ts";
import type { Exchange } from "../request.ts";
import { orStopped } from "../request-course.ts";
import type { AuthContext, Authenticator, AuthTools } from "./auth.ts";
import { basicHeader } from "./basic.ts";
import { misconfigured, missing, secretOf } from "./secret.ts";

type Oauth2 = Extract<Auth, { kind: "oauth2" }>;

interface Token {
  value: string;
  /** Milliseconds UTC. */
  until: number;
}

type Fetched = { token: Token } | { failed: Verdict };

interface Entry {
  token: Token | null;
  fetching: Promise<Fetched> | null;
}

interface Asked {
  auth: Oauth2;
  secret: string;
  timeoutMs: number;
}

/** The end of a call that was over before its token came. */
const LEFT: Verdict = {
  ...{ class: "transient", code: "aborted", retryAfterMs: null },
  detail: "The call ended while it waited for a token.",
};

/** Tokens held at once; the one asked for longest ago goes first. */
const MOST_TOKENS = 1000;
const LONGEST_TOKEN = 12 * 1024;
/** A token whose life the server does not tell is kept this long: a 401 ends it sooner. */
const UNTOLD_MS = 5 * 60_000;
/** A token is renewed this long before its end, or a tenth of its life when that is shorter. */
const MARGIN_MS = 60_000;
const MOST_FETCH_MS = 20_000;

/** Makes `Authorization: Bearer …`. */
export function createOauth2(tools: AuthTools): Authenticator<Oauth2> {
  const { clock } = tools;
  const entries = new Map<string, Entry>();
  const closing = new AbortController();

  const tokenFor = (entry: Entry, asked: Asked): Promise<Fetched> => {
    if (entry.token !== null && entry.token.until > clock()) return Promise.resolve({ token: entry.token });
    entry.fetching ??= fetchToken(tools, asked, closing.signal)
      .then((fetched) => {
        entry.token = "token" in fetched ? fetched.token : null;
        return fetched;
      })
      .finally(() => {
        entry.fetching = null;
      });
    return entry.fetching;
  };

  return {
    async headers(auth, context) {
      const secret = secretOf(context.system, auth.clientSecret);
      if (secret === undefined) return missing(auth.clientSecret);
      const entry = entryOf(entries, nameOf(auth, context, secret));
      const fetched = await orStopped(tokenFor(entry, { auth, secret, timeoutMs: context.timeoutMs }), context.signal);
      if (fetched === null) return { failed: LEFT };
      if ("failed" in fetched) return fetched;
      const { value } = fetched.token;
      return { headers: { Authorization: `Bearer ${value}` }, hidden: [value] };
    },
    shown: () => ({ Authorization: "Bearer ***" }),
    renew(auth, context, headers) {
      const entry = entries.get(nameOf(auth, context, secretOf(context.system, auth.clientSecret) ?? ""));
      // Another call may have fetched a new one meanwhile, which is not to be thrown away for the old one's sake.
      if (entry?.token && headers["Authorization"] === `Bearer ${entry.token.value}`) entry.token = null;
      return true;
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

/** `closing` and not the signal of whoever asked first: others may wait for the same token. */
async function fetchToken(
  { requester, clock }: AuthTools,
  { auth, secret, timeoutMs }: Asked,
  closing: AbortSignal,
): Promise<Fetched> {
  const body = new URLSearchParams({ grant_type: "client_credentials", ...(auth.scope === null ? {} : { scope: auth.scope }) });
  const exchange = await requester.send({
    method: "POST",
    url: auth.tokenUrl,
    headers: {
      Authorization: basicHeader(formEncode(auth.clientId), formEncode(secret)),
      "Content-Type": "application/x-www-form-urlencoded",
      Accept: "application/json",
      "User-Agent": "Crossdesk",
    },
    body: Buffer.from(body.toString()),
    timeoutMs: Math.min(timeoutMs, MOST_FETCH_MS),
    signal: closing,
  });
  return readToken(exchange, clock());
}

/** A token belongs to one System and to one set of credentials: whoever changes a secret gets another token at once. */
function nameOf({ tokenUrl, clientId, scope }: Oauth2, { system }: AuthContext, secret: string): string {
  return createHash("sha256")
    .update(JSON.stringify([system.name, tokenUrl, clientId, scope, secret]))
    .digest("base64");
}

/** Client id and secret are form-encoded before they are put together (RFC 6749 section 2.3.1 and appendix B). */
function formEncode(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

/** Reads the token answer (RFC 6749 section 5.1). The delivery was not sent yet, so a failure here is never ambiguous. */
function readToken(exchange: Exchange, now: number): Fetched {
  const verdict = classify(exchange, { success: (status) => status === 200, repeatable: true, answerNeeded: true, now });
  const answer = parse(exchange);
  if (verdict.class !== "done") return { failed: tokenVerdict(verdict, answer) };
  const { access_token: value, token_type: type, expires_in: life } = answer;
  if (
    typeof value !== "string" ||
    !/^[\x21-\x7e]+$/.test(value) ||
    value.length > LONGEST_TOKEN ||
    !/^bearer$/i.test(String(type))
  ) {
    return misconfigured("token_invalid", "The token server's answer has no bearer token.");
  }
  const lifeMs = Number(life) > 0 ? Number(life) * 1000 : UNTOLD_MS;
  return { token: { value, until: now + lifeMs - Math.min(MARGIN_MS, lifeMs / 10) } };
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
