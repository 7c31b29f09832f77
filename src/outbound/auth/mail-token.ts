// Access tokens for mail servers, which are told of a refusal otherwise than over HTTP. A refresh token that its server replaces is handed on to be kept: the one before may be worth nothing then.
import type { MailOauth2 } from "../../store/site-mail-server.ts";
import { Failure } from "../../core/errors.ts";
import type { Auth, System } from "../../store/outgoing.ts";
import { secretOf } from "./secret.ts";
import type { TokenRequest, Tokens } from "./token.ts";

const TIMEOUT_MS = 20_000;

/** Whose token. */
export interface MailTokenParts {
  mailbox: string;
  oauth2: MailOauth2;
  /** The refresh token to use, where the one that was set up was replaced since. */
  refreshToken(): Promise<string>;
  /** Keeps the one that replaces it. */
  replaced(refreshToken: string): Promise<void>;
}

/** Gives access tokens of one mailbox; with `renew` another than the last. Rejects with a sentence that holds no secret. */
export function createMailToken(
  tokens: Tokens,
  { mailbox, oauth2, ...parts }: MailTokenParts,
): (renew: boolean) => Promise<string> {
  let last = "";
  return async (renew) => {
    const refreshToken = oauth2.refreshToken === "" ? "" : await parts.refreshToken();
    const request = { owner: JSON.stringify([mailbox, oauth2.refreshToken]), ...oauth2, refreshToken, timeoutMs: TIMEOUT_MS };
    if (renew) tokens.drop(request, last);
    const { value, refreshToken: next } = await tokenOf(tokens, request);
    if (next !== null && next !== refreshToken) await parts.replaced(next);
    last = value;
    return value;
  };
}

type Oauth2 = Extract<Auth, { kind: "oauth2" }>;

/** Gives access tokens of Systems that send mails; with `renew` another than the one that is kept. */
export function createSystemToken(tokens: Tokens): (system: System, auth: Oauth2, renew: boolean) => Promise<string> {
  return async (system, { tokenUrl, clientId, scope, clientSecret: name }, renew) => {
    const clientSecret = secretOf(system, name);
    if (clientSecret === undefined) throw new Failure("invalid_request", `The System has no secret ${name}.`);
    const owner = `mails of system ${system.name}`;
    const request = { owner, tokenUrl, clientId, clientSecret, scope, refreshToken: "", timeoutMs: TIMEOUT_MS };
    if (renew) tokens.drop(request, (await tokenOf(tokens, request)).value);
    return (await tokenOf(tokens, request)).value;
  };
}

async function tokenOf(tokens: Tokens, request: TokenRequest): Promise<{ value: string; refreshToken: string | null }> {
  const fetched = await tokens.get(request);
  if ("failed" in fetched) throw new Error(`no access token: ${fetched.failed.detail ?? fetched.failed.code}`);
  return fetched.token;
}
