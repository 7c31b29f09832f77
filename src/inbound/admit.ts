// Lets requests in: request id, client address, credentials, limits on guessing. The only place where a caller is made.
// Never tells why credentials were refused, and never logs any part of them.
import type { IncomingMessage } from "node:http";
import { FAILURES, Failure, type FailureCode } from "../core/errors.ts";
import type { Caller } from "../core/ports.ts";
import type { Clock } from "../lib/clock.ts";
import { apiKeyId, hashKey, sameDigest } from "../lib/credentials.ts";
import { drawId } from "../lib/ids.ts";
import type { Log, LogLevel } from "../lib/log.ts";
import type { Credential, Site } from "../store/site.ts";
import { clientKey, createClientAddress, isForwarded } from "./address.ts";
import { type BasicCredential, createBasicCheck, parseBasic } from "./basic.ts";
import { createThrottle } from "./limits.ts";
import type { Admit, Answered, Report, Visit } from "./visit.ts";

export interface AdmitOptions {
  site(): Site;
  clock: Clock;
  log: Log;
  /** True once the process is on its way down: nobody is let in any more. */
  stopping(): boolean;
  /** Addresses and CIDR ranges of the proxies whose X-Forwarded-For is believed. */
  trustedProxies?: readonly string[];
  /** Credentials, by id, that are refused on a request that came through a proxy: those of the demonstration. */
  refuseForwarded?: (credential: string) => boolean;
  /** Failed attempts a minute for one address or one name before both right and wrong ones are told to wait. Default 10. */
  failuresPerMinute?: number;
}

/** Who a request comes from before anybody is believed: for answers and log lines of calls that were not let in. */
export type Identify = (request: IncomingMessage) => { requestId: string; address: string };

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** Makes the reading of request id and client address. The id of the caller is taken over when it is a short plain word. */
export function createIdentify(options: Pick<AdmitOptions, "trustedProxies">): Identify {
  const clientAddress = createClientAddress(options.trustedProxies ?? []);
  return (request) => {
    const given = request.headers["x-request-id"];
    const requestId = typeof given === "string" && REQUEST_ID.test(given) ? given : drawId();
    return { requestId, address: clientAddress(request) };
  };
}

/** Makes the one way in for both channels that speak HTTP. Answers at once for API keys and remembered passwords. */
export function createAdmit(options: AdmitOptions): Admit {
  const identify = createIdentify(options);
  const people = createPeople(options.site);
  const guesses = createGuesses(options);
  const basic = createBasicCheck(options.clock);

  const byKey = (key: string, address: string): Caller => {
    const caller = people().byKey(key);
    if (caller === null) throw guesses.failed(address, null);
    return caller;
  };

  const byBasic = (header: string, address: string): Caller | Promise<Caller> => {
    const known = basic.remembered(header, (id) => options.site().credentials.get(id));
    return known ? callerOf(known) : byPassword(header, address);
  };

  const byPassword = async (header: string, address: string): Promise<Caller> => {
    const shown = parseBasic(header);
    if (shown === null) throw guesses.failed(address, null);
    const name = `user ${shown.user}`;
    if (guesses.isClosed(address, name)) throw new Failure("rate_limited");
    const candidate = people().byUser.get(shown.user) ?? null;
    const right = await basic.verify(header, shown, candidate);
    // The site may have changed while scrypt ran: only a credential that still stands lets anybody in.
    const current = candidate && people().byUser.get(shown.user);
    if (!right || !current || current.hash !== candidate.hash) throw guesses.failed(address, name);
    return callerOf(current);
  };

  return (request) => {
    if (options.stopping()) throw new Failure("stopping");
    const who = identify(request);
    const shown = credentialsOf(request);
    if (shown === null) throw new Failure("unauthenticated");
    const caller = shown.kind === "key" ? byKey(shown.text, who.address) : byBasic(shown.text, who.address);
    const letIn = (found: Caller): Visit => {
      if (options.refuseForwarded?.(found.credential) && isForwarded(request))
        throw new Failure("forbidden", "Demonstration keys are for this machine only.");
      return { requestId: who.requestId, address: who.address, caller: found };
    };
    return caller instanceof Promise ? caller.then(letIn) : letIn(caller);
  };
}

/** The credentials a request shows: an API key of its own header or as a bearer token (RFC 6750), or HTTP Basic. */
function credentialsOf({ headers }: IncomingMessage): { kind: "key" | "basic"; text: string } | null {
  const own = headers["x-api-key"];
  if (typeof own === "string") return { kind: "key", text: own };
  const { authorization } = headers;
  if (authorization === undefined) return null;
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  return bearer === undefined ? { kind: "basic", text: authorization } : { kind: "key", text: bearer };
}

/** The site's credentials in the order in which they are asked for, made anew when the site has changed. */
function createPeople(site: () => Site) {
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

const NOBODY = Buffer.alloc(32);

function indexed(credentials: ReadonlyMap<string, Credential>) {
  const keys = new Map<string, { digest: Buffer; caller: Caller }>();
  const byUser = new Map<string, BasicCredential>();
  for (const credential of credentials.values()) {
    if (credential.kind === "api_key")
      keys.set(credential.id, { digest: Buffer.from(credential.hash, "hex"), caller: callerOf(credential) });
    if (credential.kind === "basic") byUser.set(credential.user, credential);
  }
  return {
    byUser: byUser as ReadonlyMap<string, BasicCredential>,
    byKey(key: string): Caller | null {
      const id = apiKeyId(key);
      const found = id === null ? undefined : keys.get(id);
      const same = sameDigest(Buffer.from(hashKey(key), "hex"), found?.digest ?? NOBODY);
      return same && found ? found.caller : null;
    },
  };
}

function callerOf({ id, holder }: Credential): Caller {
  return holder.kind === "provider"
    ? { kind: "provider", provider: holder.provider, credential: id }
    : { kind: holder.kind, credential: id };
}

/** Counts wrong credentials per address and per name. Valid API keys pass beside it: nobody guesses 256 bits. */
function createGuesses({ clock, log, failuresPerMinute = 10 }: AdmitOptions) {
  const throttle = createThrottle({ clock, most: failuresPerMinute, windowMs: 60_000, names: 20_000 });
  const client = (address: string): string => `from ${clientKey(address)}`;
  return {
    isClosed: (address: string, name: string) => throttle.isClosed(client(address)) || throttle.isClosed(name),
    /** Counts a failure and gives what the caller is told. */
    failed(address: string, name: string | null): Failure {
      const wasClosed = throttle.isClosed(client(address));
      if (throttle.fail(client(address))) log("warn", "credentials.throttled", { address });
      if (name !== null) throttle.fail(name);
      return new Failure(wasClosed ? "rate_limited" : "unauthenticated");
    },
  };
}

/**
 * Failures of ours are errors; being full, or on the way down, is a warning; the rest is information, a refused SOAP call
 * too, which is answered with 500 as clients of ASMX expect.
 */
function levelOf({ status, outcome }: Answered): LogLevel {
  if (status === 503) return "warn";
  const isRefusal = Object.hasOwn(FAILURES, outcome) && FAILURES[outcome as FailureCode].class === "refused";
  return status >= 500 && !isRefusal ? "error" : "info";
}

/** Makes the writer of the one log line of each message. */
export function createReport(log: Log): Report {
  return ({ requestId, address, caller }, answered, startedAt) => {
    const { channel, operation, status, outcome, task, event, bytes } = answered;
    log(levelOf(answered), "message.answered", {
      requestId,
      address,
      caller: caller?.kind,
      provider: caller?.kind === "provider" ? caller.provider : undefined,
      credential: caller?.credential,
      channel,
      operation,
      status,
      outcome,
      task: task ?? undefined,
      // `event` is the name of the line itself.
      eventId: event ?? undefined,
      bytes,
      ms: Math.round((performance.now() - startedAt) * 100) / 100,
    });
  };
}
