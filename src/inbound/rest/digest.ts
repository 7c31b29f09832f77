// Digests of content (RFC 9530): those a caller announces are checked, and every file is answered with its own.
import { Failure } from "../../core/errors.ts";

const SHA256 = /^:([A-Za-z0-9+/]{43}=):$/;

/** The SHA-256 that headers announce, in hex. Other algorithms are passed over (section 2). Throws `invalid_request` for what is none. */
export function announcedDigests(headers: readonly string[]): string[] {
  return headers.flatMap((header) => header.split(",").flatMap((member) => announced(member.trim())));
}

function announced(member: string): string[] {
  const split = member.indexOf("=");
  if (split < 0) throw new Failure("invalid_request", "header Content-Digest: write it as sha-256=:<base64>:.");
  if (member.slice(0, split).toLowerCase() !== "sha-256") return [];
  const [, base64] = SHA256.exec(member.slice(split + 1)) ?? [];
  if (base64 === undefined) throw new Failure("invalid_request", "header Content-Digest: write it as sha-256=:<base64>:.");
  return [Buffer.from(base64, "base64").toString("hex")];
}

/** A SHA-256 in hex as these headers write it. */
export function digestText(sha256: string): string {
  return `sha-256=:${Buffer.from(sha256, "hex").toString("base64")}:`;
}
