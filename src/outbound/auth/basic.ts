// HTTP Basic (RFC 7617), user and password in UTF-8. The user is no secret by itself; the header is.
import type { Auth } from "../../store/outgoing.ts";
import type { Authenticator } from "./auth.ts";
import { misconfigured, missing, secretOf } from "./secret.ts";

type Basic = Extract<Auth, { kind: "basic" }>;

/** A header value for user and password; see RFC 7617 section 2 for why the user has no colon. */
export function basicHeader(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

/** Makes `Authorization: Basic …`. */
export function createBasic(): Authenticator<Basic> {
  return {
    async headers({ user, password: name }, { system }) {
      const password = secretOf(system, name);
      if (password === undefined) return missing(name);
      if (user.includes(":")) return misconfigured("invalid_auth", "The user of HTTP Basic must not have a colon.");
      const value = basicHeader(user, password);
      return { headers: { Authorization: value }, hidden: [value, value.slice(6)] };
    },
    shown: () => ({ Authorization: "Basic ***" }),
    renew: () => false,
    close: () => undefined,
  };
}
