// One SMTP connection: opened to an address that was judged before, secured and logged in, then used for one mail after
// the other. It knows how far a mail got when something breaks; it decides nothing.
import { Readable } from "node:stream";
import type SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SMTPConnectionAuth } from "nodemailer/lib/smtp-connection";
import { isIP } from "node:net";
import { lazily } from "../lib/lazy.ts";

const smtpConnection = lazily<typeof import("nodemailer/lib/smtp-connection").default>("nodemailer/lib/smtp-connection");

/** Where to send and as whom. */
export interface SmtpServer {
  /** The name the certificate has to carry. */
  host: string;
  /** The address to connect to. */
  address: string;
  port: number;
  security: "tls" | "starttls" | "none";
  login: SmtpLogin | null;
  /** Most milliseconds of any one step. */
  timeoutMs: number;
  /** Certificates to trust instead of the built-in ones, PEM. */
  ca?: string;
}

/** A password, or a function that gives an OAuth 2 access token (`renew` asks for a fresh one after a refusal). */
export type SmtpLogin = { user: string; password: string } | { user: string; accessToken(renew: boolean): Promise<string> };

/** What the server said to a mail that it took. */
export interface SmtpAnswer {
  response: string;
  /** What it said of each recipient it did not take. */
  refused: readonly string[];
}

/** Why a mail was not taken. */
export interface SmtpTrouble {
  /** `connect`: no session; `send`: the mail was not handed over whole; `end`: it was, and no answer came. */
  stage: "connect" | "send" | "end";
  /** The server's reply code, when it gave one. */
  reply: number | null;
  /** The whole reply, or null. */
  response: string | null;
  /** nodemailer's code, such as `ETLS`, `EAUTH`, `ETIMEDOUT`. */
  code: string;
  /** The system's own code, such as `ECONNREFUSED`. */
  cause: string | null;
  /** Which recipients were refused and with what words, when all were. */
  message: string;
}

export interface SmtpMail {
  from: string;
  recipients: readonly string[];
  raw: Buffer;
}

/** An open session. `send` rejects with an `SmtpFailure`; after that the session is closed. */
export interface SmtpSession {
  usable(): boolean;
  send(mail: SmtpMail, signal: AbortSignal): Promise<SmtpAnswer>;
  close(): void;
}

export class SmtpFailure extends Error {
  readonly trouble: SmtpTrouble;
  constructor(trouble: SmtpTrouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** Longest reply of a server, in bytes; and the pieces in which a mail is handed over. */
const MOST_REPLY = 64 * 1024;
const PIECE = 16 * 1024;

/** Opens a session. Rejects with an `SmtpFailure` of stage `connect`. */
export async function openSession(server: SmtpServer, signal: AbortSignal): Promise<SmtpSession> {
  const connection = new (smtpConnection())(optionsOf(server));
  // Without a listener an error on an idle connection would end the process.
  connection.on("error", () => undefined);
  try {
    await step(connection, signal, (done) => connection.connect(done));
    const { login } = server;
    if (login) await logIn(connection, login, signal);
  } catch (error) {
    connection.close();
    throw failure(error, "connect");
  }
  return {
    usable: () => !connection.destroyed,
    send: (mail, sending) => send(connection, mail, sending),
    close: () => connection.close(),
  };
}

function optionsOf({ host, address, port, security, timeoutMs, ca }: SmtpServer) {
  return {
    host: address,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    socketCloseTimeout: 1_000,
    maxResponseSize: MOST_REPLY,
    tls: { minVersion: "TLSv1.2" as const, ...(isIP(host) === 0 ? { servername: host } : {}), ...(ca ? { ca } : {}) },
  };
}

/** Some servers refuse an access token at once (535), others with a challenge (334) first: either way a fresh one is tried. */
async function logIn(connection: SMTPConnection, login: SmtpLogin, signal: AbortSignal): Promise<void> {
  const renewing = { tried: false };
  const run = (): Promise<unknown> => step(connection, signal, (done) => connection.login(authOf(login, renewing), done));
  await run().catch((error: SmtpError) => {
    if (error.responseCode !== 535 || "password" in login || renewing.tried) throw error;
    renewing.tried = true;
    return run();
  });
}

function authOf(login: SmtpLogin, renewing: { tried: boolean }): SMTPConnectionAuth {
  if ("password" in login) return { user: login.user, pass: login.password };
  // What nodemailer calls here; its own class would fetch tokens by itself.
  const oauth2 = {
    getToken(again: boolean, done: (error: Error | null, token?: string) => void): void {
      renewing.tried ||= again;
      login.accessToken(renewing.tried).then(
        (token) => done(null, token),
        () => done(new Error("no access token could be had")),
      );
    },
    buildXOAuth2Token: (token: string) => Buffer.from(`user=${login.user}\x01auth=Bearer ${token}\x01\x01`).toString("base64"),
  };
  return { user: login.user, oauth2 } as unknown as SMTPConnectionAuth;
}

/** Runs one step that calls back once; the end of the connection and of the time given are its end too. */
function step<T>(
  connection: SMTPConnection,
  signal: AbortSignal,
  run: (done: (error?: Error | null, value?: T) => void) => void,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const ended = (): void => reject(named("ECONNECTION", "the server closed the connection"));
  const late = (): void => {
    reject(named("ETIMEDOUT", "it took too long"));
    connection.close();
  };
  connection.once("error", reject);
  connection.once("end", ended);
  signal.addEventListener("abort", late, { once: true });
  if (signal.aborted) late();
  else run((error, value) => (error ? reject(error) : resolve(value as T)));
  return promise.finally(() => {
    connection.off("error", reject);
    connection.off("end", ended);
    signal.removeEventListener("abort", late);
  });
}

function named(code: string, text: string): Error {
  return Object.assign(new Error(text), { code });
}

async function send(connection: SMTPConnection, mail: SmtpMail, signal: AbortSignal): Promise<SmtpAnswer> {
  const envelope = { from: mail.from, to: [...mail.recipients], size: mail.raw.length };
  const pieces = Readable.from(piecesOf(mail.raw), { objectMode: false, highWaterMark: PIECE });
  // When the last piece was taken the final dot is on its way: from then on the server may have the mail.
  let isOver = false;
  pieces.once("end", () => {
    isOver = true;
  });
  try {
    const sent = await step<{ response: string; rejectedErrors?: Error[] }>(connection, signal, (done) =>
      connection.send(envelope, pieces, done),
    );
    return { response: sent.response, refused: (sent.rejectedErrors ?? []).map(refusalOf) };
  } catch (error) {
    connection.close();
    throw failure(error, isOver ? "end" : "send");
  }
}

function* piecesOf(raw: Buffer): Generator<Buffer> {
  for (let from = 0; from < raw.length; from += PIECE) yield raw.subarray(from, from + PIECE);
}

interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  response?: string;
  responseCode?: number;
  recipient?: string;
  rejectedErrors?: SmtpError[];
}

function refusalOf(error: SmtpError): string {
  return `${error.recipient ?? "a recipient"}: ${error.response ?? error.message}`;
}

function failure(error: unknown, stage: SmtpTrouble["stage"]): SmtpFailure {
  const known: SmtpError = error instanceof Error ? error : new Error(String(error));
  return new SmtpFailure({
    stage,
    reply: known.responseCode || null,
    response: known.response ?? null,
    code: known.code ?? "ESOCKET",
    cause: known.originalCode ?? null,
    message: known.rejectedErrors?.map(refusalOf).join("; ") || known.message,
  });
}
