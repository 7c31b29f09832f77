// The site as a document again, without a single secret: hashes and passwords stay where they are.
import { describeMailbox } from "./site-mailboxes.ts";
import { type CredentialLimits, UNLIMITED } from "../lib/scopes.ts";
import { rateText } from "../lib/rate.ts";
import type { Mapping, System } from "./outgoing.ts";
import type { Credential, Site, SoapManners } from "./site.ts";
import { describeIssuer, type IssuerDocument } from "./site-issuers.ts";
import type { AlertRules } from "./site-alerts.ts";
import { type MappingDocument, SECRET_WORDS, type SystemDocument } from "./site-outgoing-document.ts";

type Shown = Readonly<Record<string, unknown>>;

/** What `GET /v1/site` shows. Systems, mappings, alerts and statuses can be applied again as they stand, which changes nothing. */
export interface SiteDescription {
  version: number;
  providers: { name: string; timeZone: string; repeatWindowMinutes: number; soap: SoapManners; test: boolean }[];
  groups: Shown[];
  credentials: Shown[];
  mailboxes: Shown[];
  issuers: IssuerDocument[];
  systems: SystemDocument[];
  mappings: MappingDocument[];
  alerts: AlertRules;
  ticketStatuses: Site["ticketStatuses"];
}

export function describeSite(site: Site): SiteDescription {
  return {
    version: site.version,
    providers: [...site.providers.values()].map(({ name, timeZone, repeatWindowMs, soap, test }) => ({
      name,
      timeZone,
      repeatWindowMinutes: repeatWindowMs / 60_000,
      soap,
      test,
    })),
    groups: [...site.groups.values()].map((group) => ({ ...group })),
    credentials: [...site.credentials.values()].filter(({ kind }) => kind !== "system").map(describeCredential),
    issuers: [...site.issuers.values()].map(describeIssuer),
    mailboxes: [...site.mailboxes.values()].map(describeMailbox),
    systems: [...site.systems.values()].map(describeSystem),
    mappings: [...site.mappings.values()].map(describeMapping),
    alerts: site.alerts,
    ticketStatuses: site.ticketStatuses,
  };
}

function describeCredential(credential: Credential): Shown {
  const { id, kind, holder, limits, rateLimit: rate } = credential;
  const whose = {
    ...(holder.kind === "provider" ? { provider: holder.provider } : { role: holder.kind }),
    ...describeLimits(limits),
    ...(rate === undefined ? {} : { rateLimit: rate === "none" ? rate : rateText(rate) }),
  };
  if (kind === "email") return { id, ...whose, kind, sender: credential.sender };
  if (kind === "basic") return { id, ...whose, kind, user: credential.user };
  if (kind === "username_token") return { id, ...whose, kind, user: credential.user, digest: credential.password !== null };
  if (kind === "network") return { id, ...whose, kind, networks: credential.networks };
  return { id, ...whose, kind };
}

/** Only what there is, in the words of a document. */
function describeLimits({ scopes, notBefore, expiresAt }: CredentialLimits = UNLIMITED): object {
  return {
    ...(scopes === null ? {} : { scopes }),
    ...(notBefore === null ? {} : { notBefore: new Date(notBefore).toISOString() }),
    ...(expiresAt === null ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
  };
}

function describeSystem({ secrets, ...shown }: System): SystemDocument {
  return { ...shown, secrets: Object.fromEntries(Object.keys(secrets).map((name) => [name, SECRET_WORDS.keep])) };
}

function describeMapping({ since: _since, ...shown }: Mapping & { since: number }): MappingDocument {
  return shown;
}
