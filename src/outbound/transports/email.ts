// Sends mails by SMTP. The server's address is judged before it is connected to, its certificate is checked, and nothing
// secret is in what is kept of a try.
import { Failure } from "../../core/errors.ts";
import type { Clock } from "../../lib/clock.ts";
import type { TokenKey } from "../../lib/reply-token.ts";
import type { Auth, EmailApi, System } from "../../store/outgoing.ts";
import type { Guard } from "../guard.ts";
import { TAG_FORMAT } from "../mail-block.ts";
import { type ComposedMail, composeMail, cutBytes } from "../mail-compose.ts";
import { parseAddress } from "../mail-content.ts";
import { createSmtpPool, type SmtpPool } from "../mail-pool.ts";
import { sendMail } from "../mail-send.ts";
import type { SmtpLogin } from "../mail-session.ts";
import type { Verdict } from "../mail-verdict.ts";
import type { Parcel, Transport, TryOutcome } from "../ports.ts";

export interface EmailTransportOptions {
  /** Judges where a mail server stands; made with the ports of mail servers. */
  checkHost: Guard["checkHost"];
  /** Signs reply tokens and the mark of our own mail. */
  tokenKey: TokenKey;
  clock: Clock;
  /** Gives an access token for XOAUTH2; `renew` asks for a fresh one after a refusal. Without it such a login fails. */
  accessToken?(system: System, auth: Extract<Auth, { kind: "oauth2" }>, renew: boolean): Promise<string>;
  /** Pattern of the tag lines in the mail; the one of the mailbox that takes the answers. */
  tagFormat?: string;
  /** Certificates to trust instead of the built-in ones, PEM. */
  ca?: string;
}

/** Ports of mail servers: relay, submission with TLS (RFC 8314), submission (RFC 6409), and the usual other one. */
export const MAIL_PORTS: readonly number[] = [25, 465, 587, 2525];

const KEPT_ANSWER = 64 * 1024;

/** Makes the transport for `EmailApi`. */
export function createEmailTransport(options: EmailTransportOptions): Transport {
  const pool = createSmtpPool();
  const compose = (parcel: Parcel): Promise<ComposedMail> =>
    composeMail(parcel, {
      tokenKey: options.tokenKey,
      tagFormat: options.tagFormat ?? TAG_FORMAT,
      at: options.clock(),
    });
  return {
    async send(parcel, signal) {
      const startedAt = performance.now();
      const limited = AbortSignal.any([signal, AbortSignal.timeout(parcel.system.delivery.timeoutMs)]);
      let request = "";
      const end = (verdict: Verdict): TryOutcome => outcomeOf(parcel, verdict, { request, startedAt });
      try {
        const mail = await compose(parcel);
        request = mail.shown;
        return end(await deliver({ options, pool, parcel, mail, signal: limited }));
      } catch (error) {
        return end(unmade(error));
      }
    },
    show: async (parcel) => (await compose(parcel)).shown,
    async close() {
      pool.close();
    },
  };
}

interface Course {
  options: EmailTransportOptions;
  pool: SmtpPool;
  parcel: Parcel;
  mail: ComposedMail;
  signal: AbortSignal;
}

function deliver({ options, pool, parcel, mail, signal }: Course): Promise<Verdict> {
  const { host, port, security } = parcel.api as EmailApi;
  const timeoutMs = parcel.system.delivery.timeoutMs;
  const login = loginOf(options, parcel);
  return sendMail({
    ...{ checkHost: options.checkHost, pool, owner: parcel.system.name, mail, signal },
    server: { host, port, security, login, timeoutMs, ...(options.ca ? { ca: options.ca } : {}) },
  });
}

function loginOf({ accessToken }: EmailTransportOptions, { system, api }: Parcel): SmtpLogin | null {
  const { auth } = api;
  if (auth.kind === "none") return null;
  if (auth.kind === "basic") {
    const password = Object.hasOwn(system.secrets, auth.password) ? system.secrets[auth.password] : undefined;
    if (!password) throw new Failure("invalid_request", `The System has no secret ${auth.password}.`);
    return { user: auth.user, password };
  }
  if (auth.kind !== "oauth2") throw new Failure("invalid_request", `A mail server knows no authentication ${auth.kind}.`);
  if (!accessToken) throw new Failure("invalid_request", "There is nothing to get an access token with.");
  const { address } = parseAddress((api as EmailApi).from);
  return { user: address, accessToken: (renew) => accessToken(system, auth, renew) };
}

/** A parcel no mail can be made of is final; a fault of ours is tried again, and says nothing of itself to partners. */
function unmade(error: unknown): Verdict {
  if (error instanceof Failure)
    return { class: "permanent", code: error.code, detail: error.detail ?? error.message, answer: null };
  return { class: "transient", code: "internal", detail: "Crossdesk failed to send the mail.", answer: null };
}

function outcomeOf(
  { secrets }: Parcel,
  verdict: Verdict,
  { request, startedAt }: { request: string; startedAt: number },
): TryOutcome {
  const safe = (text: string | null): string | null => text && cutBytes(secrets.mask(text), KEPT_ANSWER);
  const answer = safe(verdict.answer);
  const status = Number(verdict.answer?.slice(0, 3)) || null;
  return {
    class: verdict.class,
    code: verdict.code,
    detail: safe(verdict.detail),
    request,
    answer,
    parsed: status === null ? null : { status, headers: {}, body: verdict.answer },
    retryAfterMs: null,
    ms: Math.round(performance.now() - startedAt),
  };
}
