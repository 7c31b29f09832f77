// The token by which an answer to a mail of ours finds back: it names a task, a System and its provider, and only who has
// the key can make one. Pure; it never tells why a token is wrong.
import { createHmac, timingSafeEqual } from "node:crypto";

/** A key and the letter (a to z) its tokens begin with. The first of a list makes tokens, every one of it checks them. */
export interface TokenKey {
  version: string;
  /** 32 bytes. */
  key: Uint8Array;
}

/** For whom a token speaks. */
export interface TokenOwner {
  provider: string;
  system: string;
}

/** What a token says: an answer of this provider, to a mail of this System, about this task. */
export interface TokenClaim extends TokenOwner {
  task: string;
}

/** What a token is checked with. `hints` are task numbers found elsewhere, for tokens that have no room for theirs. */
export interface TokenCheck {
  keys: readonly TokenKey[];
  owners: readonly TokenOwner[];
  hints?: readonly string[];
}

/** 128 bits, half of what HMAC-SHA256 gives: the least that RFC 2104 section 5 recommends. */
const MAC_BYTES = 16;
const MAC_CHARS = 26;
/** A number has at most 64 characters of four bytes, which are 410 characters here. */
const SHAPE = /^[a-z][a-z2-7]{26,436}$/;
const KEY_BYTES = 32;

/** Words around the line that parts an answer from the mail it answers; nothing else in a mail of ours may hold them. */
export const LINE_MARK = "=-=-=";

/**
 * A token of lower-case letters and digits: version letter, task number, MAC. When that is longer than `most` characters
 * the number is left out, and whoever checks the token must find it elsewhere; null when even that is too long.
 */
export function makeReplyToken(key: TokenKey, claim: TokenClaim, most = Number.POSITIVE_INFINITY): string | null {
  const mac = macOf(key, claim);
  const number = encode(Buffer.from(claim.task));
  const whole = `${key.version}${number}${mac}`;
  if (whole.length <= most && SHAPE.test(whole) && claim.task.isWellFormed()) return whole;
  return 1 + MAC_CHARS <= most ? `${key.version}${mac}` : null;
}

/** What a token claims, if it is one of ours for one of these owners; else null. Case does not matter: servers change it. */
export function readReplyToken(text: string, { keys, owners, hints = [] }: TokenCheck): TokenClaim | null {
  const token = text.toLowerCase();
  const key = keys.find((one) => one.version === token[0]);
  if (!key || !SHAPE.test(token)) return null;
  const number = token.slice(1, -MAC_CHARS);
  const tasks = number === "" ? hints : decode(number);
  for (const { provider, system } of owners) {
    for (const task of tasks) {
      const claim = { provider, system, task };
      if (isSame(macOf(key, claim), token.slice(-MAC_CHARS))) return claim;
    }
  }
  return null;
}

/** A mark for a mail about this event that only we can make, so that our own mail is known when it comes back. */
export function makeMailMark(key: TokenKey, event: string): string {
  return `${event} ${key.version}${sign(key, ["crossdesk mail", key.version, event])}`;
}

/** The event of a mark that `makeMailMark` made under one of the keys; null for any other text. */
export function readMailMark(text: string, keys: readonly TokenKey[]): string | null {
  const [event = "", mark = "", ...rest] = text.trim().split(/\s+/);
  const key = keys.find((one) => one.version === mark[0]);
  if (!key || rest.length > 0) return null;
  return isSame(`${key.version}${sign(key, ["crossdesk mail", key.version, event])}`, mark) ? event : null;
}

function macOf(key: TokenKey, { provider, system, task }: TokenClaim): string {
  return sign(key, ["crossdesk reply", key.version, provider, system, task]);
}

/** JSON keeps the parts apart, whatever characters are in them. */
function sign({ version, key }: TokenKey, parts: readonly string[]): string {
  if (key.length !== KEY_BYTES || !/^[a-z]$/.test(version)) throw new Error("a token key has one letter and 32 bytes");
  return encode(createHmac("sha256", key).update(JSON.stringify(parts)).digest().subarray(0, MAC_BYTES));
}

function isSame(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** Base32 (RFC 4648 section 6) in lower case, without padding. */
function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let count = 0;
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xfff;
    for (count += 8; count >= 5; count -= 5) text += ALPHABET[(bits >> (count - 5)) & 31];
  }
  return count > 0 ? text + ALPHABET[(bits << (5 - count)) & 31] : text;
}

/** The one number that is written so, or none: every other spelling of the same bytes is refused. */
function decode(text: string): string[] {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const char of text) {
    bits = ((bits << 5) | ALPHABET.indexOf(char)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  const number = Buffer.from(bytes).toString();
  return encode(Buffer.from(number)) === text ? [number] : [];
}
