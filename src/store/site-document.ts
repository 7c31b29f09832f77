// The site as an operator writes it (site.yaml, POST /v1/site), and what applying it changes. Applying twice changes nothing.
import { parseRate } from "../lib/rate.ts";
import type { Credential } from "./site.ts";
import type { AlertsDocument } from "./site-alerts.ts";
import type { MappingDocument, SystemDocument } from "./site-outgoing-document.ts";
import { checkIssuer, type IssuerDocument } from "./site-issuers.ts";
import { checkLimits } from "./site-limits.ts";
import { checkMailbox, type MailboxDocument } from "./site-mailboxes.ts";
import { checkMessageCredential, checkTogether } from "./site-credentials.ts";
import type { PersonDocument, TicketStatusDocument } from "./site-tickets.ts";
import { checkName, checkOnce, wrong } from "./site-refusal.ts";

/** What an operator writes. A thing that is absent stays as it is; `remove` takes things away by name. */
export interface SiteDocument {
  providers?: readonly ProviderDocument[];
  groups?: readonly GroupDocument[];
  credentials?: readonly CredentialDocument[];
  mailboxes?: readonly MailboxDocument[];
  systems?: readonly SystemDocument[];
  mappings?: readonly MappingDocument[];
  /** Stands for all of these rules; absent they stay. */
  alerts?: AlertsDocument;
  /** Stands for the whole list; absent it stays. */
  ticketStatuses?: readonly TicketStatusDocument[];
  persons?: readonly PersonDocument[];
  issuers?: readonly IssuerDocument[];
  remove?: { [K in SiteKind]?: readonly string[] };
}

/** What goes by names, and can be removed. */
export type SiteKind = "providers" | "groups" | "credentials" | "mailboxes" | "systems" | "mappings" | "persons" | "issuers";

export interface ProviderDocument {
  name: string;
  /** IANA name; UTC when absent. */
  timeZone?: string;
  /** 0 to 1440; 10 when absent. */
  repeatWindowMinutes?: number;
  /** For a SOAP system with habits of its own; see `SoapManners`. */
  soap?: { charset?: string; anyBody?: boolean };
  /** Only tried out: what happens with it stays out of live feeds and Systems. False when absent. */
  test?: boolean;
}

export interface GroupDocument {
  name: string;
  /** Makes it an Integrated Group. */
  provider?: string | null;
  /** Required with `provider`. */
  returnGroup?: string | null;
  processes?: { newAssignment?: string | null; updateMessage?: string | null; closure?: string | null };
  late?: "refuse" | "keep";
  closureOnWithdrawal?: boolean;
  restartWithoutReference?: boolean;
}

/** Exactly one of the kinds, from `apiKey` to `network`; exactly one of `provider` and `role`. */
export interface CredentialDocument {
  id: string;
  provider?: string;
  role?: "ticketing" | "administrator";
  /** `generate` makes a key once and answers it once; a hash is the SHA-256 of a key made elsewhere, in hex. */
  apiKey?: "generate" | { hash: string };
  basic?: { user: string; password: string };
  /** Sender address, or `@domain`. */
  email?: string;
  /** WS-Security; `digest` takes PasswordDigest too, for which the password is kept sealed. */
  usernameToken?: { user: string; password: string; digest?: boolean };
  /** Shown as an argument of a call, as it is or in a hash. */
  sharedSecret?: string;
  /** Addresses and CIDR ranges of a system that can show nothing at all. */
  network?: readonly string[];
  /** What it may be used for; all that its holder may do when absent. */
  scopes?: readonly string[];
  /** RFC 3339 with offset; it lets in from the first and until the second. */
  notBefore?: string | null;
  expiresAt?: string | null;
  /** Calls it may make, such as `600/60` for 600 in 60 seconds; `none` for any number. Absent: what the setting says. */
  rateLimit?: string;
}

/** One thing that applying changed. `secret` is a key just made, `secrets` are those of a System by name: shown now and never again. */
export interface SiteChange {
  kind: SiteKind | "alerts" | "ticketStatuses";
  name: string;
  change: "created" | "changed" | "removed";
  secret?: string;
  secrets?: Readonly<Record<string, string>>;
  /** What was allowed and is hardly meant, with why nothing will come of it; absent when there is nothing to say. */
  warnings?: readonly string[];
}

/** Names known after the document would be applied. */
export interface KnownNames {
  providers: ReadonlySet<string>;
  groups: ReadonlyMap<string, GroupPlace>;
  /** User name to the id of its Basic credential. */
  users: ReadonlyMap<string, string>;
  /** Id of a provider's credential to the provider. */
  holders?: ReadonlyMap<string, string>;
  issuers?: readonly IssuerDocument[];
  /** All there are, with what is sealed of them in the clear. */
  credentials?: readonly Credential[];
}

export type GroupPlace = Pick<GroupDocument, "name" | "provider" | "returnGroup" | "processes">;

/** The providers, groups and ticket statuses there would be after a document. */
export interface Places {
  providers: ReadonlySet<string>;
  groups: ReadonlyMap<string, GroupPlace>;
  /** Names. */
  ticketStatuses: ReadonlySet<string>;
}

/**
 * Throws `invalid_request` naming the first thing that does not fit together, Systems and mappings aside. The shapes were checked
 * before. Answers what there would be.
 */
export function checkSite(document: SiteDocument, before: KnownNames): Omit<Places, "ticketStatuses"> {
  const removed = (kind: SiteKind): ReadonlySet<string> => new Set(document.remove?.[kind] ?? []);
  const providers = new Set(
    [...before.providers, ...(document.providers ?? []).map((one) => one.name)].filter((name) => !removed("providers").has(name)),
  );
  const written = (document.groups ?? []).map((one): [string, GroupPlace] => [one.name, one]);
  const groups = new Map([...before.groups, ...written].filter(([name]) => !removed("groups").has(name)));
  for (const one of document.providers ?? []) checkProvider(one);
  for (const one of document.groups ?? []) checkGroup(one, providers, groups);
  for (const one of document.credentials ?? []) checkCredential(one, providers);
  checkUsers(document.credentials ?? [], before.users, removed("credentials"));
  checkTogether(document.credentials ?? [], before.credentials ?? [], removed("credentials"));
  for (const one of document.mailboxes ?? []) checkMailbox(one);
  // What stays must still fit to what was changed or taken away.
  for (const one of groups.values()) checkGroup(one, providers, groups);
  const rewritten = new Set((document.credentials ?? []).map((one) => one.id));
  for (const [id, provider] of before.holders ?? []) {
    if (rewritten.has(id) || removed("credentials").has(id) || providers.has(provider)) continue;
    wrong(`credential ${id}`, `it belongs to the provider ${provider}; remove it too`);
  }
  const told = new Set((document.issuers ?? []).map((one) => one.name));
  const kept = (before.issuers ?? []).filter(({ name }) => !told.has(name) && !removed("issuers").has(name));
  for (const one of [...(document.issuers ?? []), ...kept]) checkIssuer(one, providers);
  checkOnce("issuer", document.issuers);
  checkOnce("system", document.systems);
  checkOnce("mapping", document.mappings);
  return { providers, groups };
}

function checkProvider({ name, timeZone, soap }: ProviderDocument): void {
  checkName(`provider ${name}`, name);
  try {
    new Intl.DateTimeFormat("en", { timeZone: timeZone ?? "UTC" });
  } catch {
    wrong(`provider ${name}`, `${timeZone} is not a time zone; write one such as Europe/Berlin`);
  }
  try {
    new TextDecoder(soap?.charset ?? "utf-8");
  } catch {
    wrong(`provider ${name}`, `${soap?.charset} is not a charset; write one such as windows-1252`);
  }
}

function checkGroup(group: GroupPlace, providers: ReadonlySet<string>, groups: ReadonlyMap<string, GroupPlace>): void {
  const where = `group ${group.name}`;
  checkName(where, group.name);
  if (!group.provider) return;
  if (!providers.has(group.provider)) wrong(where, `there is no provider ${group.provider}`);
  if (!group.returnGroup) wrong(where, "a group with a provider needs a returnGroup for tasks that are given back");
  const back = groups.get(group.returnGroup);
  if (!back) wrong(where, `there is no group ${group.returnGroup} to return tasks to`);
  if (back.provider) wrong(where, `the returnGroup ${group.returnGroup} has a provider itself; tasks must come back to the desk`);
}

function checkCredential(credential: CredentialDocument, providers: ReadonlySet<string>): void {
  const where = `credential ${credential.id}`;
  checkName(where, credential.id);
  if ((credential.provider === undefined) === (credential.role === undefined)) wrong(where, "give either provider or role");
  if (credential.provider !== undefined && !providers.has(credential.provider))
    wrong(where, `there is no provider ${credential.provider}`);
  const { apiKey, basic, email, usernameToken, sharedSecret, network } = credential;
  const kinds = [apiKey, basic, email, usernameToken, sharedSecret, network].filter((one) => one !== undefined);
  if (kinds.length !== 1) wrong(where, "give exactly one of apiKey, basic, email, usernameToken, sharedSecret and network");
  if (email !== undefined && credential.provider === undefined) wrong(where, "a mail sender belongs to a provider");
  if (basic?.user.includes(":")) wrong(where, "a user name has no colon (RFC 7617 section 2)");
  const { rateLimit } = credential;
  if (rateLimit !== undefined && rateLimit !== "none" && parseRate(rateLimit) === null)
    wrong(where, "a rateLimit is calls and seconds, such as 600/60, or none");
  checkMessageCredential(credential);
  checkLimits(credential);
}

/** A user name leads to one credential only. */
function checkUsers(
  credentials: readonly CredentialDocument[],
  before: ReadonlyMap<string, string>,
  removed: ReadonlySet<string>,
): void {
  const users = new Map([...before].filter(([, id]) => !removed.has(id)));
  for (const { id, basic } of credentials) {
    if (!basic) continue;
    const other = users.get(basic.user);
    if (other !== undefined && other !== id)
      wrong(`credential ${id}`, `the user ${basic.user} belongs to the credential ${other} already`);
    users.set(basic.user, id);
  }
}
