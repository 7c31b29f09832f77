// Lets requests in: request id, client address, credentials, limits on guessing. The only place where a caller is made.
// Never tells why credentials were refused, and never logs any part of them.
import type { IncomingMessage } from "node:http";
import { Failure } from "../core/errors.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { Site } from "../store/site.ts";
import { createClientAddress, isForwarded } from "./address.ts";
import { createGuesses, type Guesses } from "./guesses.ts";
import { createLogin } from "./login.ts";
import { createMessageAdmission } from "./message-credentials.ts";
import { parseBasic } from "./passwords.ts";
import { createPeople, holdsStill, type People } from "./people.ts";
import { requestIdOf } from "./request-id.ts";
import type { TokenKeys } from "./token-keys.ts";
import { createTokens } from "./tokens.ts";
import type { Admission, Admit, LetIn, MessagePlaces, Stranger, Visit, VisitOf } from "./visit.ts";

export interface AdmitOptions {
  site(): Site;
  clock: Clock;
  log: Log;
  /** True once the process is on its way down: nobody is let in any more. */
  stopping(): boolean;
  /** Addresses and CIDR ranges of the proxies whose Forwarded and X-Forwarded-For are believed. */
  trustedProxies?: readonly string[];
  /** Credentials, by id, that are refused on a request that came through a proxy: those of the demonstration. */
  refuseForwarded?: (credential: string) => boolean;
  /** Told the id of each credential that let somebody in. */
  onUse?: (credential: string) => void;
  /** Finds the keys of issuers; without it no access token is taken. */
  tokenKeys?: TokenKeys;
  /** Failed attempts a minute for one address or one name before both right and wrong ones are told to wait. Default 10. */
  failuresPerMinute?: number;
}

/** Who a request comes from before anybody is believed: for answers and log lines of calls that were not let in. */
export type Identify = (request: IncomingMessage) => { requestId: string; address: string };

/** Makes the reading of request id and client address. The id of the caller is taken over when it is a short plain word. */
export function createIdentify(options: Pick<AdmitOptions, "trustedProxies">): Identify {
  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  return (request) => {
    return { requestId: requestIdOf(request), address: clientAddress(request) };
  };
}

/** Makes the one way in for all that speaks HTTP. Answers at once for API keys and remembered passwords. */
export function createAdmit(options: AdmitOptions): Admission {
  const { clock, onUse = () => undefined } = options;
  const identify = createIdentify(options);
  const people = createPeople(options.site);
  const guesses = createGuesses(options);
  const login = createLogin({ ...options, guesses });

  const visitOf: VisitOf = ({ requestId, address }, { caller, grant }) => {
    onUse(caller.credential);
    return { requestId, address, caller, grant };
  };

  const byBearer = createBearer(options, { people, guesses });
  const candidate = (user: string) => people().byUser.get(user);
  const byBasic = (header: string, address: string): LetIn | Promise<LetIn> => {
    const parts = parseBasic(header);
    // The memory holds texts of UsernameTokens too: only what is HTTP Basic may be looked up as such.
    const known = parts && login.remembered(header);
    return known ?? login.byPassword({ shown: header, address, name: "user" }, parts, candidate);
  };

  const byHeader = (request: IncomingMessage, shown: Shown): Visit | Promise<Visit> => {
    const who = identify(request);
    // What is no credential of ours is no guess at one: a client that offers Negotiate by itself must not be throttled for it.
    if (shown.kind === "foreign") throw new Failure("unauthenticated");
    const known = shown.kind === "key" ? byBearer(shown.text, who.address) : byBasic(shown.text, who.address);
    const letIn = (found: LetIn): Visit => {
      if (options.refuseForwarded?.(found.caller.credential) && isForwarded(request))
        throw new Failure("forbidden", "Demonstration keys are for this machine only.");
      return visitOf(who, found);
    };
    return known instanceof Promise ? known.then(letIn) : letIn(known);
  };

  const admit: Admit = (request) => {
    if (options.stopping()) throw new Failure("stopping");
    const shown = credentialsOf(request);
    if (shown === null) throw new Failure("unauthenticated");
    return byHeader(request, shown);
  };

  return Object.assign(admit, {
    ...createMessageAdmission({ ...options, people, guesses, login, visitOf }),
    stillValid: ({ caller, grant }: Visit) => holdsStill({ caller, grant }, options.site(), clock()),
    orStranger(request: IncomingMessage, places: MessagePlaces) {
      if (options.stopping()) throw new Failure("stopping");
      const shown = credentialsOf(request);
      return shown === null
        ? withoutHeader(identify(request), places, { people, guesses, clock, visitOf })
        : byHeader(request, shown);
    },
  });
}

/** Makes the check of what is shown as a key, or as a bearer token: an API key of ours, or an access token of an issuer's. */
function createBearer(options: AdmitOptions, { people, guesses }: { people: () => People; guesses: Guesses }) {
  const { clock, tokenKeys } = options;
  const tokens = tokenKeys && createTokens({ ...options, guesses, keys: tokenKeys });
  return (text: string, address: string): LetIn | Promise<LetIn> => {
    if (tokens?.isOne(text)) return tokens.byToken(text, address);
    const found = people().byKey(text, clock());
    if (found === null) throw guesses.failed(address, null);
    return found;
  };
}

/** A request that shows nothing: its network may speak for it, or else its message. A body is not read for who guesses. */
function withoutHeader(
  { requestId, address }: ReturnType<Identify>,
  { token, secret }: MessagePlaces,
  { people, guesses, clock, visitOf }: { people: () => People; guesses: Guesses; clock: Clock; visitOf: VisitOf },
): Visit | Stranger {
  const { byNetwork, tokens, secrets } = people();
  const stranger: Stranger = { requestId, address, caller: null };
  const found = byNetwork(address, clock());
  if (found) return { ...visitOf(stranger, found), stranger };
  if (!(token && tokens.size > 0) && !(secret && secrets.length > 0)) throw new Failure("unauthenticated");
  if (guesses.isClosed(address, null)) throw new Failure("rate_limited");
  return stranger;
}

interface Shown {
  /** `foreign` is a scheme of HTTP that nobody is let in by. */
  kind: "key" | "basic" | "foreign";
  text: string;
}

/**
 * The credentials a request shows: an API key of its own header or as a bearer token (RFC 6750), or HTTP Basic. An empty header, as
 * clients without a password set send it, shows none.
 */
function credentialsOf({ headers }: IncomingMessage): Shown | null {
  const own = headers["x-api-key"];
  if (typeof own === "string" && own !== "") return { kind: "key", text: own };
  const { authorization = "" } = headers;
  if (authorization === "") return null;
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return { kind: "key", text: bearer };
  return { kind: /^(?:basic|bearer)(?: |$)/i.test(authorization) ? "basic" : "foreign", text: authorization };
}
