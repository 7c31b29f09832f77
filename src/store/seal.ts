// Seals what must be known in the clear later (passwords we send out): AES-256-GCM, a fresh nonce each, tamper-proof.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

export interface Seal {
  /** Text to a sealed form that starts with `v1.`. */
  close(clear: string): string;
  /** The text again. Throws when it was sealed under another key or changed. */
  open(sealed: string): string;
}

const NONCE = 12;
const TAG = 16;

/** `key` has 32 bytes. */
export function createSeal(key: Uint8Array): Seal {
  if (key.length !== 32) throw new Error("CROSSDESK_SECRET_KEY must be 32 bytes in base64");
  return {
    close(clear) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const body = Buffer.concat([cipher.update(clear, "utf8"), cipher.final()]);
      return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url")}`;
    },
    open(sealed) {
      const bytes = Buffer.from(sealed.replace(/^v1\./, ""), "base64url");
      const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE));
      decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw new Error("A stored password cannot be unsealed: it was sealed under another CROSSDESK_SECRET_KEY.", { cause });
      }
    },
  };
}
