// WS-Security UsernameToken (OASIS, UsernameToken Profile 1.1.1) as a header block of an outgoing call. It draws nothing and
// keeps nothing: nonce and time come in.
import { createHash } from "node:crypto";
import { escapeAttribute, escapeText } from "../transports/soap-xml.ts";

const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

/** The block's name, as `{namespace}name`. */
export const SECURITY_BLOCK = `{${WSSE}}Security`;

/** How long a call counts as fresh; the profile advises receivers to refuse tokens older than five minutes (section 3.1). */
const FRESH_MS = 5 * 60_000;

/** Bytes of a nonce. */
export const NONCE_BYTES = 16;

export interface UsernameToken {
  user: string;
  password: string;
  /** PasswordDigest; otherwise PasswordText. */
  digest: boolean;
  nonce: Uint8Array;
  /** When the call is made, in milliseconds UTC. */
  at: number;
}

/** Base64(SHA-1(nonce + created + password)): the nonce as bytes, the two texts as UTF-8 (section 3.1). */
export function passwordDigest(nonce: Uint8Array, created: string, password: string): string {
  return createHash("sha1").update(nonce).update(created, "utf8").update(password, "utf8").digest("base64");
}

/**
 * The block `wsse:Security` for an envelope of the namespace `envelope`. With `shown` that text stands in place of password
 * or digest: a digest beside its nonce can be guessed at, so it is as secret as the password.
 */
export function securityBlock(token: UsernameToken, envelope: string, shown: string | null = null): string {
  const created = new Date(token.at).toISOString();
  const expires = new Date(token.at + FRESH_MS).toISOString();
  const secret = shown ?? (token.digest ? passwordDigest(token.nonce, created, token.password) : token.password);
  const type = `${PROFILE}#${token.digest ? "PasswordDigest" : "PasswordText"}`;
  const nonce = Buffer.from(token.nonce).toString("base64");
  return (
    `<wsse:Security xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}" xmlns:env="${escapeAttribute(envelope)}" env:mustUnderstand="1">` +
    `<wsu:Timestamp><wsu:Created>${created}</wsu:Created><wsu:Expires>${expires}</wsu:Expires></wsu:Timestamp>` +
    `<wsse:UsernameToken><wsse:Username>${escapeText(token.user)}</wsse:Username>` +
    `<wsse:Password Type="${type}">${escapeText(secret)}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${BASE64}">${nonce}</wsse:Nonce><wsu:Created>${created}</wsu:Created>` +
    "</wsse:UsernameToken></wsse:Security>"
  );
}
