// What of a mail is kept: its bytes without keys and reply tokens, and what its repeats are known by.
import { createHash } from "node:crypto";
import type { RawForm } from "../../core/messages.ts";
import type { DuplicateKey } from "../../core/ports.ts";
import type { Mailbox } from "../../store/site.ts";
import type { Masked } from "../kept/mask.ts";
import type { KeepRaw } from "../kept/raw-form.ts";
import type { Mail } from "./read-mail.ts";

const REMEMBERED_MS = 90 * 24 * 60 * 60 * 1000;

/**
 * The same mail by another route, or run again by somebody, counts once. A copy that nobody stands behind (`isClaimed`) counts by itself: it
 * must take nothing from the mail that somebody does.
 */
export function keyOf({ name }: Mailbox, { messageId, hash }: Mail, isClaimed = false): DuplicateKey {
  const key = createHash("sha256")
    .update(`${messageId ?? ""}\n${hash}${isClaimed ? "\nclaimed" : ""}`)
    .digest("base64url");
  return { scope: `mail:${name}`, key, payload: hash, keepMs: REMEMBERED_MS };
}

/** A mail's bytes as they are kept: taken out was already, where it was read, what nobody else may see. */
export function maskedOf({ masked }: Mail, raw: Buffer): Masked {
  if (masked === null) return { bytes: raw, masked: false };
  return { bytes: Buffer.from(masked.buffer, masked.byteOffset, masked.byteLength), masked: true };
}

/** The form in which a mail is kept with its events. */
export function rawOf(
  keepRaw: KeepRaw,
  { name }: Mailbox,
  { masked, requestId }: { masked: Masked; requestId: string },
): RawForm {
  return keepRaw({ operation: "mail", place: name, requestId, contentType: "message/rfc822" }, masked);
}
