// The site as a document again, without a single secret: hashes and passwords stay where they are.
import type { Credential, Mailbox, Site } from "./site.ts";

/** What `GET /v1/site` shows. */
export interface SiteDescription {
  version: number;
  providers: { name: string; timeZone: string; repeatWindowMinutes: number }[];
  groups: object[];
  credentials: object[];
  mailboxes: object[];
}

export function describeSite(site: Site): SiteDescription {
  return {
    version: site.version,
    providers: [...site.providers.values()].map(({ name, timeZone, repeatWindowMs }) => ({
      name,
      timeZone,
      repeatWindowMinutes: repeatWindowMs / 60_000,
    })),
    groups: [...site.groups.values()],
    credentials: [...site.credentials.values()].map(describeCredential),
    mailboxes: [...site.mailboxes.values()].map(describeMailbox),
  };
}

function describeCredential(credential: Credential): object {
  const { id, kind, holder } = credential;
  const whose = holder.kind === "provider" ? { provider: holder.provider } : { role: holder.kind };
  if (kind === "email") return { id, ...whose, kind, sender: credential.sender };
  if (kind === "basic") return { id, ...whose, kind, user: credential.user };
  return { id, ...whose, kind };
}

function describeMailbox({ password: _secret, ...shown }: Mailbox): object {
  return shown;
}
