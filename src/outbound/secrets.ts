// Keeps secrets out of expressions and out of everything an operator may see: expressions work with markers, what is kept is masked.
import type { System } from "../store/outgoing.ts";
import type { Parcel } from "./ports.ts";

/** What a secret looks like to a person. */
const HIDDEN = "***";

export interface SecretKeeper {
  /** What stands for a secret until it is sent. */
  marker(name: string): string;
  /** Fills and masks for one System. */
  of(system: Pick<System, "secrets">): Parcel["secrets"];
}

/** `nonce` must be unguessable, or a partner's text could ask for a secret; letters and digits. */
export function createSecretKeeper(nonce: string): SecretKeeper {
  const marker = (name: string): string => `secret-${nonce}-${Buffer.from(name).toString("hex")}-`;
  const anyMarker = new RegExp(`secret-${nonce}-[0-9a-f]*-`, "g");
  return {
    marker,
    of({ secrets }) {
      const values = new Map(Object.entries(secrets).map(([name, value]) => [marker(name), value]));
      const spellings = [...new Set([...values.values()].flatMap(spellingsOf))].sort((one, other) => other.length - one.length);
      return {
        fill: (text) => (text.includes(nonce) ? text.replace(anyMarker, (found) => values.get(found) ?? "") : text),
        mask(text) {
          let masked = text.includes(nonce) ? text.replace(anyMarker, HIDDEN) : text;
          for (const one of spellings) if (masked.includes(one)) masked = masked.replaceAll(one, HIDDEN);
          return masked;
        },
      };
    },
  };
}

/** A secret may leave escaped for JSON, XML or a URL, or in the base64 of Basic. */
function spellingsOf(secret: string): string[] {
  if (secret === "") return [];
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    xml,
    xml.replaceAll('"', "&quot;"),
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    Buffer.from(secret).toString("base64"),
  ];
}
