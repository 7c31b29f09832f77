// What the elements inside a header block of WS-Security mean: a UsernameToken and a Timestamp (OASIS Web Services Security 1.1,
// UsernameToken Profile 1.1). Pure; whatever it is given it throws nothing, and what it does not know it refuses.
import { type Security, TOKEN_WINDOW_MS, type UsernameToken } from "../../visit.ts";
import { type HeaderElement, MOST_HEADER_ELEMENTS } from "./headers.ts";
import { readDateTime } from "../types/times.ts";

export const WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
export const WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";
const BASE64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";
const TEXT = `${PROFILE}#PasswordText`;
const DIGEST = `${PROFILE}#PasswordDigest`;

/** An element inside the block; depth 1 is a child of it. */
type SecurityElement = HeaderElement;

/** Whether a header block is one of WS-Security. */
export function isSecurity(uri: string, local: string): boolean {
  return local === "Security" && uri === WSSE;
}

/** What the blocks of a request say that were read. Of several for the same actor (Message Security 1.1, section 5) none is believed. */
export function securityOf(headers: readonly HeaderElement[], now: number): Security {
  const starts = headers.flatMap(({ uri, local, depth }, index) => (depth === 0 && isSecurity(uri, local) ? [index] : []));
  const [start, second] = starts;
  if (start === undefined) return { kind: "none" };
  if (second !== undefined) return { kind: "refused", why: "a second Security header" };
  const length = headers.slice(start + 1).findIndex(({ depth }) => depth === 0);
  return readSecurity(headers.slice(start + 1, length < 0 ? undefined : start + 1 + length), now);
}

/** Longest text of each part. Users and passwords as the site has them, the others far above what any client writes. */
const LONGEST = { Username: 128, Password: 256, Nonce: 256, Created: 64, Expires: 64 } as const;
const SHA1_BYTES = 20;

type PartName = keyof typeof LONGEST;
type Parts = { readonly [N in PartName]?: SecurityElement };

/** The names a child of the block may have, and the namespace of each part it may hold. */
const KNOWN: Readonly<Record<string, { uri: string; parts: Readonly<Record<string, string>> }>> = {
  UsernameToken: { uri: WSSE, parts: { Username: WSSE, Password: WSSE, Nonce: WSSE, Created: WSU } },
  Timestamp: { uri: WSU, parts: { Created: WSU, Expires: WSU } },
};

/** Ends the reading of a block; caught where it began. Carries words for the log, never a text of the message. */
class Unreadable extends Error {}

/** Reads a block at `now`, in milliseconds UTC. Its times are looked at; who it is has to be asked of admission. */
export function readSecurity(elements: readonly SecurityElement[], now: number): Security {
  try {
    if (elements.length > MOST_HEADER_ELEMENTS) refuse("too many elements");
    const { Timestamp, UsernameToken } = childrenOf(elements);
    if (Timestamp) checkTimestamp(Timestamp, now);
    return UsernameToken ? { kind: "token", token: readToken(UsernameToken, now) } : { kind: "none" };
  } catch (error) {
    if (error instanceof Unreadable) return { kind: "refused", why: error.message };
    throw error;
  }
}

function refuse(why: string): never {
  throw new Unreadable(why);
}

/** The block's children with their parts. A signature, or another token, is refused: nobody here would look at it. */
function childrenOf(elements: readonly SecurityElement[]): { readonly [name: string]: Parts | undefined } {
  const children = new Map<string, Map<string, SecurityElement>>();
  let parts: Map<string, SecurityElement> | undefined;
  let name = "";
  for (const element of elements) {
    if (element.depth === 1) {
      name = element.local;
      if (!Object.hasOwn(KNOWN, name) || KNOWN[name]?.uri !== element.uri) refuse("an element that is not known here");
      if (children.has(name)) refuse(`a second ${name}`);
      parts = new Map();
      children.set(name, parts);
    } else if (parts && element.depth === 2) addPart(parts, element, name);
    else refuse("markup where a text is expected");
  }
  return Object.fromEntries([...children].map(([child, of]) => [child, Object.fromEntries(of)]));
}

/** Parts of other names are allowed by the schema and mean nothing here. */
function addPart(parts: Map<string, SecurityElement>, element: SecurityElement, child: string): void {
  const { uri, local, text } = element;
  const known = KNOWN[child]?.parts ?? {};
  if (!Object.hasOwn(known, local) || known[local] !== uri) return;
  if (parts.has(local)) refuse(`a second ${local}`);
  if (text.length > LONGEST[local as PartName]) refuse(`a ${local} that is too long`);
  parts.set(local, element);
}

/** What the sender says of how long it holds is believed to the second (Message Security 1.1, section 10). */
function checkTimestamp({ Created, Expires }: Parts, now: number): void {
  if (Created && timeOf(Created) > now + TOKEN_WINDOW_MS) refuse("a Timestamp from the future: check the clocks");
  if (Expires && timeOf(Expires) <= now) refuse("a Timestamp that has expired: check the clocks");
}

function readToken({ Username, Password, Nonce, Created }: Parts, now: number): UsernameToken {
  const user = Username?.text.trim() ?? "";
  if (user === "") refuse("a token without a Username");
  if (!Password) return refuse("a token without a Password");
  const createdAt = Created ? timeOf(Created) : null;
  if (createdAt !== null && Math.abs(now - createdAt) > TOKEN_WINDOW_MS) refuse("a token of another time: check the clocks");
  const type = attributeOf(Password, "Type") ?? TEXT;
  // The password itself is in the message: whoever has read it needs no replay, so a nonce would guard nothing.
  if (type === TEXT) return { user, proof: { kind: "text", password: Password.text } };
  if (type !== DIGEST) refuse("an unknown Type of Password");
  if (!Nonce || !Created || createdAt === null) return refuse("a PasswordDigest without Nonce or Created");
  const digest = bytesOf(Password);
  if (digest.length !== SHA1_BYTES) refuse("a PasswordDigest that is none");
  // Trimmed as it is hashed: a blank may not travel between nonce and time.
  const created = Created.text.trim();
  return { user, proof: { kind: "digest", digest, nonce: nonceOf(Nonce), created, createdAt } };
}

function nonceOf(nonce: SecurityElement): Buffer {
  if ((attributeOf(nonce, "EncodingType") ?? BASE64) !== BASE64) refuse("a Nonce in an unknown encoding");
  return bytesOf(nonce);
}

/** These attributes have no namespace of their own. */
function attributeOf({ attributes }: SecurityElement, name: string): string | undefined {
  return attributes.find(({ uri, local }) => uri === "" && local === name)?.value.trim();
}

/** A dateTime of UTC; without an offset it is UTC as well, since "all references MUST be in UTC time" (section 10). */
function timeOf({ text, local }: SecurityElement): number {
  const at = text.includes("T") ? readDateTime(text, "UTC") : undefined;
  return at ?? refuse(`a ${local} that is no dateTime`);
}

function bytesOf({ text, local }: SecurityElement): Buffer {
  const base64 = text.replace(/[ \t\r\n]/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) refuse(`a ${local} that is no base64`);
  return Buffer.from(base64, "base64");
}
