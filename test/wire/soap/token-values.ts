// What changes in a UsernameToken from call to call, as place-holders of a request: a case with them is sent as its client would send it
// now. Never judges an answer.
import { createHash, randomBytes } from "node:crypto";

/** Values by the names of the place-holders; the time and its digest in two spellings, since a digest is over the time as it is written. */
export function tokenValues({ user, password }: { user: string; password: string }): Record<string, string> {
  const nonce = randomBytes(16);
  const created = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const createdOffset = created.replace("Z", "+00:00");
  const over = (time: string): string => createHash("sha1").update(nonce).update(time).update(password).digest("base64");
  const expires = new Date(Date.parse(created) + 600_000).toISOString();
  const digests = { digest: over(created), digestOffset: over(createdOffset) };
  return { user, password, nonce: nonce.toString("base64"), created, createdOffset, expires, ...digests };
}
