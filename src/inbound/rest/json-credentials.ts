// Credentials as the contract shows them: whose, of which kind, for what and until when, and no part of any secret.
import { Failure } from "../../core/errors.ts";
import { UNLIMITED } from "../../lib/scopes.ts";
import type { Credential } from "../../store/site.ts";
import type { KeyDesk, UsedCredential } from "./operation.ts";
import { timeText } from "./json.ts";
import type { Schemas } from "./typed.ts";

/** The credential of this id. Throws `unknown_credential`. */
export async function oneCredential(keys: Pick<KeyDesk, "list">, id: string): Promise<UsedCredential> {
  const found = (await keys.list()).find((one) => one.id === id);
  if (found === undefined) throw new Failure("unknown_credential");
  return found;
}

const optionalTime = (at: number | null): string | null => (at === null ? null : timeText(at));

/** A credential with every field of the contract's `Credential`. */
export function credentialJson(credential: UsedCredential): Schemas["Credential"] {
  const { id, holder, kind, limits = UNLIMITED, lastUsedAt } = credential;
  return {
    id,
    kind,
    provider: holder.kind === "provider" ? holder.provider : null,
    role: holder.kind === "provider" ? null : holder.kind,
    user: userOf(credential),
    scopes: limits.scopes === null ? null : [...limits.scopes],
    notBefore: optionalTime(limits.notBefore),
    expiresAt: optionalTime(limits.expiresAt),
    lastUsedAt: optionalTime(lastUsedAt),
    keys: keysOf(credential),
  };
}

function userOf(credential: Credential): string | null {
  if (credential.kind === "basic" || credential.kind === "username_token") return credential.user;
  return credential.kind === "email" ? credential.sender : null;
}

function keysOf(credential: Credential): Schemas["Credential"]["keys"] {
  if (credential.kind !== "api_key") return [];
  const { hash, versions = [{ version: 1, hash, createdAt: null, endsAt: null }] } = credential;
  return versions.map(({ version, createdAt, endsAt }) => ({
    version,
    createdAt: optionalTime(createdAt),
    endsAt: optionalTime(endsAt),
  }));
}
