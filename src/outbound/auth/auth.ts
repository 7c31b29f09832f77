// The ways the gateway shows who it is over HTTP, one file each, and the list of them. Secrets are named by the System and are
// taken from it here; they go into headers and nowhere else.
import type { Clock } from "../../lib/clock.ts";
import type { Auth, System } from "../../store/outgoing.ts";
import type { Verdict } from "../classify.ts";
import type { Requester } from "../request.ts";
import { createApiKey } from "./api-key.ts";
import { createBasic } from "./basic.ts";
import { createNone } from "./none.ts";
import { createOauth2 } from "./oauth2.ts";
import { createTokens } from "./token.ts";
import { createStandardWebhooks } from "./standard-webhooks.ts";

/** What an authentication may look at. */
export interface AuthContext {
  system: Pick<System, "name" | "secrets">;
  /** Id of the delivery, the same for every try. */
  key: string;
  /** The body exactly as it leaves. */
  body: Uint8Array;
  /** For calls an authentication makes itself. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** Headers to send; `hidden` are texts that must not be shown anywhere. Or why there are none, and what that means. */
export type Authenticated = { headers: Readonly<Record<string, string>>; hidden: readonly string[] } | { failed: Verdict };

/** One way. Never rejects. */
export interface Authenticator<A extends Auth = Auth> {
  headers(auth: A, context: AuthContext): Promise<Authenticated>;
  /** The headers as an operator may see them, made without a call. */
  shown(auth: A): Readonly<Record<string, string>>;
  /** The partner answered 401 to `headers`: true when other headers can be had, which is asked once. */
  renew(auth: A, context: AuthContext, headers: Readonly<Record<string, string>>): boolean;
  close(): void;
}

export interface AuthTools {
  requester: Requester;
  clock: Clock;
}

type Kind = Auth["kind"];
type Registry = { readonly [K in Kind]: Authenticator<Extract<Auth, { kind: K }>> };

/** Makes the list. WS-Security stands in the envelope of a SOAP call, which the SOAP transport writes, so over HTTP it is `none`. */
export function createAuth(tools: AuthTools): Authenticator {
  const kinds: Registry = {
    none: createNone(),
    basic: createBasic(),
    apiKey: createApiKey(),
    oauth2: createOauth2(createTokens(tools)),
    wsse: createNone(),
    standardWebhooks: createStandardWebhooks(tools.clock),
  };
  const of = (auth: Auth): Authenticator => kinds[auth.kind] as Authenticator;
  return {
    headers: (auth, context) => of(auth).headers(auth, context),
    shown: (auth) => of(auth).shown(auth),
    renew: (auth, context, headers) => of(auth).renew(auth, context, headers),
    close() {
      for (const one of Object.values(kinds)) one.close();
    },
  };
}
