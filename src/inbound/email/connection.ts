// Makes the connection of a session: secured, checked against certificates, logged in by password or access token.
import { isIP } from "node:net";
import { getCACertificates } from "node:tls";
import type { ImapFlow } from "imapflow";
import { lazily } from "../../lib/lazy.ts";
import type { Mailbox } from "../../store/site.ts";
import { inTime } from "./pace.ts";

const imapflow = lazily<typeof import("imapflow")>("imapflow");

const CONNECT_MS = 30_000;
/** So long a server may be silent while something is asked of it; in IDLE it is then asked for a sign of life. */
export const SILENCE_MS = 60_000;
/** Above what one read asks for, so that only a server that does not keep to the question is cut off. */
const LITERAL_BYTES = 64 * 1024 * 1024;

/** Gives an OAuth 2 access token; with `renew` another than the last, which was refused. */
export type AccessToken = (renew: boolean) => Promise<string>;

/** Where to connect, and as whom. */
export interface ConnectParts {
  mailbox: Mailbox;
  /** Aborting it gives the attempt up. */
  signal: AbortSignal;
  /** For a mailbox with OAuth 2. */
  accessToken?: AccessToken;
  silenceMs?: number;
}

/** Connects and logs in. An access token that is refused is renewed once. */
export async function connectClient(parts: ConnectParts): Promise<ImapFlow> {
  const { mailbox, accessToken } = parts;
  if (!mailbox.oauth2) return connectAs(parts, { pass: mailbox.password });
  if (!accessToken) throw new Error("there is nothing to get an access token with");
  try {
    return await connectAs(parts, { accessToken: await accessToken(false) });
  } catch (error) {
    if (!wasRefused(error) || parts.signal.aborted) throw error;
    return connectAs(parts, { accessToken: await accessToken(true) });
  }
}

/** Whether the server did not take who we said we were. */
export function wasRefused(error: unknown): boolean {
  return error instanceof Error && "authenticationFailed" in error && error.authenticationFailed === true;
}

type Shown = { pass: string } | { accessToken: string };

async function connectAs({ mailbox, signal, silenceMs = SILENCE_MS }: ConnectParts, shown: Shown): Promise<ImapFlow> {
  const client = new (imapflow().ImapFlow)({
    ...optionsFor(mailbox),
    socketTimeout: silenceMs,
    auth: { user: mailbox.user, ...shown },
  });
  client.on("error", () => client.close());
  const abort = (): void => client.close();
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    await inTime(client.connect(), { bytes: 0, silenceMs, drop: abort });
    return client;
  } catch (error) {
    client.close();
    throw error;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function optionsFor({ host: named, port, security, ca }: Mailbox) {
  const host = named ?? "";
  if (security === "none" && !isThisMachine(host)) throw new Error("a mailbox without TLS must be on this machine");
  return {
    host,
    port,
    secure: security === "tls",
    ...(security === "tls" ? {} : { doSTARTTLS: security === "starttls" }),
    tls: { minVersion: "TLSv1.2" as const, ...(ca ? { ca: [...getCACertificates("default"), ca] } : {}) },
    logger: false as const,
    // We say ourselves when to wait, and want the mail's own bytes, not parts decoded by the server.
    disableAutoIdle: true,
    disableBinary: true,
    disableCompression: true,
    connectionTimeout: CONNECT_MS,
    maxLiteralSize: LITERAL_BYTES,
    maxLineLength: LITERAL_BYTES,
    maxResponseSize: 2 * LITERAL_BYTES,
  };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
