// OAuth 2 client credentials (RFC 6749 section 4.4) of a System.
import type { Auth } from "../../store/outgoing.ts";
import type { Verdict } from "../classify.ts";
import { orStopped } from "../request-course.ts";
import type { AuthContext, Authenticator } from "./auth.ts";
import { missing, secretOf } from "./secret.ts";
import type { TokenRequest, Tokens } from "./token.ts";

type Oauth2 = Extract<Auth, { kind: "oauth2" }>;

/** The end of a call that was over before its token came. */
const LEFT: Verdict = {
  ...{ class: "transient", code: "aborted", retryAfterMs: null },
  detail: "The call ended while it waited for a token.",
};

/** Makes `Authorization: Bearer …`. */
export function createOauth2(tokens: Tokens): Authenticator<Oauth2> {
  return {
    async headers(auth, context) {
      const secret = secretOf(context.system, auth.clientSecret);
      if (secret === undefined) return missing(auth.clientSecret);
      const fetched = await orStopped(tokens.get(requestOf(auth, context, secret)), context.signal);
      if (fetched === null) return { failed: LEFT };
      if ("failed" in fetched) return fetched;
      const { value } = fetched.token;
      return { headers: { Authorization: `Bearer ${value}` }, hidden: [value] };
    },
    shown: () => ({ Authorization: "Bearer ***" }),
    renew(auth, context, headers) {
      const value = headers["Authorization"]?.replace(/^Bearer /, "") ?? "";
      tokens.drop(requestOf(auth, context, secretOf(context.system, auth.clientSecret) ?? ""), value);
      return true;
    },
    close: () => tokens.close(),
  };
}

function requestOf({ tokenUrl, clientId, scope }: Oauth2, context: AuthContext, clientSecret: string): TokenRequest {
  const { system, timeoutMs } = context;
  return { owner: `system ${system.name}`, tokenUrl, clientId, clientSecret, scope, refreshToken: "", timeoutMs };
}
