// Makes and checks API keys and passwords. What is stored cannot be turned back into what was shown; comparisons take
// the same time whether or not they match.
import { hash as hashOnce, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** A new API key: `id` finds it, `key` is shown once and never stored, `hash` (SHA-256 of the key, hex) is stored. */
export interface NewApiKey {
  id: string;
  key: string;
  hash: string;
}

const PREFIX = "cdk_";
const SECRET_BYTES = 32;
const SECRET_CHARS = 43;
const SHAPE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Makes an API key `cdk_<id>_<secret>`. The secret has 256 random bits; `id` is drawn unless given. */
export function makeApiKey(id: string = randomBytes(8).toString("hex")): NewApiKey {
  if (!SHAPE.test(id)) throw new Error("the id of a key has 1 to 64 letters, digits, dots, dashes or underscores");
  const key = `${PREFIX}${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { id, key, hash: hashKey(key) };
}

/** The id inside an API key, or null when the text has not the form of one. The secret's length is fixed, so ids may hold underscores. */
export function apiKeyId(key: string): string | null {
  const end = key.length - SECRET_CHARS - 1;
  if (end <= PREFIX.length || end > PREFIX.length + 64 || !key.startsWith(PREFIX) || key[end] !== "_") return null;
  return key.slice(PREFIX.length, end);
}

/** SHA-256 of a whole key, hex. A fast hash is enough for a secret of so many random bits. */
export function hashKey(key: string): string {
  return hashOnce("sha256", key, "hex");
}

/** The same as bytes, for comparing. */
export function keyDigest(key: string): Buffer {
  return hashOnce("sha256", key, "buffer");
}

/** Whether two digests of the same length are equal, in constant time. */
export function sameDigest(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

const COST = { N: 16_384, r: 8, p: 1 } as const;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Hashes a password with scrypt (RFC 7914), as `scrypt$N$r$p$salt$hash`. Takes some 40 ms, off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const derived = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), derived.toString("base64url")].join("$");
}

/** Whether `password` is the one `stored` was made from. False as well for a text that `hashPassword` did not make. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [kind, n, r, p, salt, expected, ...rest] = stored.split("$");
  const cost = { N: Number(n), r: Number(r), p: Number(p) };
  if (kind !== "scrypt" || !salt || !expected || rest.length > 0 || !isBearable(cost)) return false;
  const derived = await derive(password, Buffer.from(salt, "base64url"), cost);
  return sameDigest(derived, Buffer.from(expected, "base64url"));
}

/** Bounds on stored costs, so that a crafted hash cannot take the machine's memory. */
function isBearable({ N, r, p }: { N: number; r: number; p: number }): boolean {
  const powerOfTwo = Number.isInteger(Math.log2(N)) && N >= 2 && N <= 2 ** 17;
  return powerOfTwo && Number.isInteger(r) && r >= 1 && r <= 16 && Number.isInteger(p) && p >= 1 && p <= 4;
}

function derive(password: string, salt: Buffer, cost: { N: number; r: number; p: number }): Promise<Buffer> {
  const options: ScryptOptions = { ...cost, maxmem: 256 * cost.N * cost.r + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFC"), salt, HASH_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
