// Signatures of Standard Webhooks 1.0, symmetric (`v1`). Each key signs, so that a receiver changes over when it likes.
import { createHmac } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";
import type { Auth } from "../../store/outgoing.ts";
import type { Authenticator } from "./auth.ts";
import { misconfigured, missing, secretOf } from "./secret.ts";

type StandardWebhooks = Extract<Auth, { kind: "standardWebhooks" }>;

const PREFIX = "whsec_";

/** Reads `whsec_<base64>` of 24 to 64 bytes ("Signature scheme"); null for any other text. */
export function readSigningKey(text: string): Buffer | null {
  const base64 = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  const key = Buffer.from(base64, "base64");
  return key.length >= 24 && key.length <= 64 ? key : null;
}

/** The value of `webhook-signature`: one `v1,<HMAC-SHA256>` for each key over id, time in seconds and body. */
export function signatureOf(keys: readonly Buffer[], id: string, seconds: number, body: Uint8Array): string {
  const sign = (key: Buffer): string => createHmac("sha256", key).update(`${id}.${seconds}.`).update(body).digest("base64");
  return keys.map((key) => `v1,${sign(key)}`).join(" ");
}

/** Makes the three headers. The time is that of the try, the id that of the delivery. */
export function createStandardWebhooks(clock: Clock): Authenticator<StandardWebhooks> {
  return {
    async headers({ keys: names }, { system, key: id, body }) {
      const keys: Buffer[] = [];
      for (const name of names) {
        const text = secretOf(system, name);
        if (text === undefined) return missing(name);
        const key = readSigningKey(text);
        if (key === null) return misconfigured("invalid_auth", `The secret ${name} is not whsec_ and base64 of 24 to 64 bytes.`);
        keys.push(key);
      }
      if (keys.length === 0) return misconfigured("invalid_auth", "No signing key is named.");
      // A dot in the id would let one message pass for another (specification, "Signature scheme").
      if (id.includes(".")) return misconfigured("invalid_auth", "The id of the delivery has a dot and cannot be signed.");
      const seconds = Math.floor(clock() / 1000);
      const signature = signatureOf(keys, id, seconds, body);
      return {
        headers: { "webhook-id": id, "webhook-timestamp": String(seconds), "webhook-signature": signature },
        hidden: [],
      };
    },
    shown: () => ({ "webhook-timestamp": "***", "webhook-signature": "v1,***" }),
    renew: () => false,
    close: () => undefined,
  };
}
