// A key in a header of the partner's choice, sent as it is stored (with `Bearer ` or the like in front, if the partner wants it).
import type { Auth } from "../../store/outgoing.ts";
import type { Authenticator } from "./auth.ts";
import { misconfigured, missing, secretOf } from "./secret.ts";

type ApiKey = Extract<Auth, { kind: "apiKey" }>;

/** Makes `<header>: <key>`. */
export function createApiKey(): Authenticator<ApiKey> {
  return {
    async headers({ header, key: name }, { system }) {
      const key = secretOf(system, name);
      if (key === undefined) return missing(name);
      if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(key)) {
        return misconfigured("invalid_auth", `The secret ${name} has characters that no header can carry.`);
      }
      return { headers: { [header]: key }, hidden: [key, ...key.split(" ").filter((part) => part.length >= 8)] };
    },
    shown: ({ header }) => ({ [header]: "***" }),
    renew: () => false,
    close: () => undefined,
  };
}
