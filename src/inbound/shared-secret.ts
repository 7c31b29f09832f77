// Finds whose secret an argument shows, as it is or hashed. Pure; every secret is compared, and none tells how near a guess came.
import { hash } from "node:crypto";
import { sameDigest } from "../lib/credentials.ts";
import type { ExpectedOf } from "./visit.ts";

/** Longest argument that is compared; a longer one fits to nothing. */
const LONGEST = 1024;

/** The one candidate whose secret leads to what was given; null for none, and for several, which would be a guess of ours. */
export function findSecret<T extends { secret: string }>(
  candidates: readonly T[],
  given: string,
  expectedOf: ExpectedOf,
): T | null {
  if (given.length > LONGEST) return null;
  const fits = fitterOf(given);
  let found: T | null = null;
  let count = 0;
  // No early end: the time tells nothing of which one fits.
  for (const candidate of candidates) {
    if (!fits(expectedOf(candidate.secret))) continue;
    found = candidate;
    count += 1;
  }
  return count === 1 ? found : null;
}

function fitterOf(given: string): (expected: Buffer | string | null) => boolean {
  const text = sha256(given);
  const digests = new Map<number, Buffer>();
  return (expected) => {
    if (expected === null) return false;
    // Two texts of different lengths are compared by digests of one length.
    if (typeof expected === "string") return sameDigest(sha256(expected), text);
    const bytes = digests.get(expected.length) ?? readDigest(given, expected.length);
    digests.set(expected.length, bytes);
    return sameDigest(expected, bytes);
  };
}

const sha256 = (text: string): Buffer => hash("sha256", text, "buffer");

/** A digest of `length` bytes in hex or base64 (RFC 4648, with or without padding); no bytes for any other text. */
function readDigest(given: string, length: number): Buffer {
  const text = given.trim();
  const bytes =
    text.length === 2 * length && /^[0-9a-f]+$/i.test(text)
      ? Buffer.from(text, "hex")
      : Buffer.from(/^[A-Za-z0-9+/]+={0,2}$/.test(text) ? text : "", "base64");
  return bytes.length === length ? bytes : Buffer.alloc(0);
}
