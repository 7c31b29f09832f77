// How a mailbox's server is spoken to and what becomes of a mail that was handled, in the words of a site document: checked, and as settings.
import { X509Certificate } from "node:crypto";
import { isThisMachine, wrong } from "./site-refusal.ts";

/** What becomes of a mail in its folder after its effect was committed. */
export type Handled = { kind: "mark" } | { kind: "move"; folder: string } | { kind: "delete" };

/** OAuth 2 in place of a password: client credentials, or a refresh token where there is one. */
export interface MailOauth2 {
  tokenUrl: string;
  clientId: string;
  scope: string | null;
  /** Clear text, unsealed for use; empty for a public client. */
  clientSecret: string;
  /** Clear text, unsealed for use; empty for client credentials. */
  refreshToken: string;
}

/** The part of a mailbox that its server is concerned with. */
export interface MailServer {
  /** Certificates in PEM that are trusted beside the machine's. */
  ca?: string;
  oauth2?: MailOauth2;
  /** `mark` when absent. */
  handled?: Handled;
}

export interface MailServerDocument {
  ca?: string;
  oauth2?: { tokenUrl: string; clientId: string; clientSecret?: string; scope?: string | null; refreshToken?: string };
  handled?: Handled;
}

/** What of it is secret. */
export type Oauth2Secrets = Pick<MailOauth2, "clientSecret" | "refreshToken">;

interface Described extends MailServerDocument {
  host?: string | null;
  security?: "tls" | "starttls" | "none";
  user?: string;
  password?: string;
  folder?: string;
}

/** Refuses a server that cannot be spoken to. */
export function checkMailServer(where: string, mailbox: Described): void {
  const { host, security, user, password, oauth2, ca, folder = "INBOX", handled } = mailbox;
  if (oauth2 && password) wrong(where, "it has a password and oauth2; leave one out");
  if (host && !(user && (password || oauth2))) wrong(where, "a mailbox with a host needs user and password, or user and oauth2");
  if (host && security === "none" && !isThisMachine(host))
    wrong(where, "security none is for this machine only; use tls or starttls");
  if (oauth2) checkOauth2(where, oauth2);
  if (ca !== undefined) checkCertificates(where, ca);
  if (handled?.kind === "move" && sameFolder(handled.folder, folder))
    wrong(where, "handled mails cannot be moved to the folder they are read from");
}

function checkOauth2(where: string, { tokenUrl, clientSecret, refreshToken }: NonNullable<MailServerDocument["oauth2"]>): void {
  const url = URL.canParse(tokenUrl) ? new URL(tokenUrl) : null;
  if (url === null || url.username !== "" || url.password !== "") wrong(where, "the oauth2 tokenUrl is not an address");
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isThisMachine(url.hostname)))
    wrong(where, "the oauth2 tokenUrl must begin with https://");
  if (!clientSecret && !refreshToken) wrong(where, "oauth2 needs a clientSecret, a refreshToken, or both");
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

function checkCertificates(where: string, ca: string): void {
  const found = ca.match(CERTIFICATE) ?? [];
  if (found.length === 0 || found.some((one) => !isCertificate(one))) wrong(where, "ca is not a certificate in PEM");
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

/** Only INBOX is the same in any case (RFC 9051 section 5.1). */
function sameFolder(one: string, other: string): boolean {
  return one === other || (/^inbox$/i.test(one) && /^inbox$/i.test(other));
}

/** The settings of a document, without what is secret. */
export function mailServerSettings({ ca, oauth2, handled }: MailServerDocument): Omit<MailServer, "oauth2"> & {
  oauth2?: Omit<MailOauth2, keyof Oauth2Secrets>;
} {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(oauth2 ? { oauth2: { tokenUrl: oauth2.tokenUrl, clientId: oauth2.clientId, scope: oauth2.scope ?? null } } : {}),
    ...(handled === undefined || handled.kind === "mark" ? {} : { handled }),
  };
}

/** The secrets of a document or mailbox. */
export function oauth2Secrets(oauth2: Partial<Oauth2Secrets> | undefined): { oauth2?: Oauth2Secrets } {
  if (!oauth2) return {};
  return { oauth2: { clientSecret: oauth2.clientSecret ?? "", refreshToken: oauth2.refreshToken ?? "" } };
}
