// Reads the site from its tables, as one snapshot with the version it had.
import type { Group, Provider, TicketStatus } from "../core/directory.ts";
import { mailboxOf, type MailboxRow } from "./site-mailboxes.ts";
import { parseRate } from "../lib/rate.ts";
import type { Row, Value } from "./db.ts";
import { readVersions } from "./key-versions.ts";
import type { Mapping, System } from "./outgoing.ts";
import { type Credential, type Mailbox, type Site, type SoapManners, USUAL_MANNERS } from "./site.ts";
import { readIssuers } from "./site-issuers.ts";
import { limitsOf } from "./site-limits.ts";
import { DEFAULT_TICKET_STATUSES } from "./site-tickets.ts";
import { type AlertRules, type AlertsDocument, completeAlerts, DEFAULT_ALERTS } from "./site-alerts.ts";

/** Anything that can read: a reader or a session. */
interface Source {
  all<T extends object = Row>(sql: string, values?: readonly Value[]): T[] | Promise<T[]>;
}

export const EMPTY_SITE: Site = {
  version: -1,
  groups: new Map(),
  providers: new Map(),
  credentials: new Map(),
  issuers: new Map(),
  mailboxes: new Map(),
  systems: new Map(),
  mappings: new Map(),
  alerts: DEFAULT_ALERTS,
  ticketStatuses: DEFAULT_TICKET_STATUSES,
};

export async function siteVersion(source: Source): Promise<number> {
  const [row] = await source.all<{ value: number }>("select value from meta where name = 'config'");
  return row?.value ?? 0;
}

/** `unseal` opens what is sealed; without it passwords stay empty and Systems have no secrets. Read until nothing changed in between. */
export async function loadSite(source: Source, unseal?: (sealed: string) => string): Promise<Site> {
  for (;;) {
    const version = await siteVersion(source);
    const systems = await readSystems(source, unseal);
    const site: Site = {
      version,
      providers: await providers(source),
      groups: await groups(source),
      credentials: new Map([...(await credentials(source, unseal ?? (() => ""))), ...systemCredentials(systems)]),
      issuers: readIssuers(await source.all("select name, settings from issuers")),
      mailboxes: await mailboxes(source, unseal),
      systems,
      mappings: await mappings(source),
      alerts: await alerts(source),
      ticketStatuses: await ticketStatuses(source),
    };
    if ((await siteVersion(source)) === version) return site;
  }
}

interface ProviderRow {
  name: string;
  time_zone: string;
  repeat_window_ms: number;
  soap: string | null;
  test: number;
}

async function providers(source: Source): Promise<Map<string, Provider & { soap: SoapManners }>> {
  const rows = await source.all<ProviderRow>("select * from providers");
  return new Map(
    rows.map(({ name, time_zone: timeZone, repeat_window_ms: repeatWindowMs, soap, test }) => {
      const manners = soap === null ? USUAL_MANNERS : (JSON.parse(soap) as SoapManners);
      return [name, { name, timeZone, repeatWindowMs, soap: manners, test: test === 1 }];
    }),
  );
}

interface GroupRow {
  name: string;
  provider: string | null;
  new_assignment: string | null;
  update_message: string | null;
  closure: string | null;
  return_group: string | null;
  late: Group["late"];
  closure_on_withdrawal: number;
  restart_without_reference: number;
}

async function groups(source: Source): Promise<Map<string, Group>> {
  const rows = await source.all<GroupRow>("select * from assignment_groups");
  return new Map(
    rows.map((row) => [
      row.name,
      {
        name: row.name,
        provider: row.provider,
        processes: { newAssignment: row.new_assignment, updateMessage: row.update_message, closure: row.closure },
        returnGroup: row.return_group,
        late: row.late,
        closureOnWithdrawal: row.closure_on_withdrawal === 1,
        restartWithoutReference: row.restart_without_reference === 1,
      },
    ]),
  );
}

interface CredentialRow {
  id: string;
  kind: Exclude<Credential["kind"], "system">;
  holder: Credential["holder"]["kind"];
  provider: string | null;
  user_name: string | null;
  hash: string | null;
  sealed: string | null;
  /** JSON. */
  networks: string | null;
  scopes: string | null;
  not_before: number | null;
  expires_at: number | null;
  key_versions: string | null;
  rate_limit: string | null;
}

async function credentials(source: Source, unseal: (sealed: string) => string): Promise<Map<string, Credential>> {
  const rows = await source.all<CredentialRow>("select * from credentials");
  return new Map(rows.map((row) => [row.id, { ...credentialOf(row, unseal), ...rateOf(row) }]));
}

function rateOf({ rate_limit: text }: CredentialRow): Pick<Credential, "rateLimit"> {
  const rateLimit = text === null || text === "none" ? text : parseRate(text);
  return rateLimit === null ? {} : { rateLimit };
}

function credentialOf(row: CredentialRow, unseal: (sealed: string) => string): Credential {
  const { id: name, kind, holder: of, provider, user_name, hash: stored } = row;
  const whose: Credential["holder"] = of === "provider" ? { kind: of, provider: provider ?? "" } : { kind: of };
  const base = { id: name, holder: whose, ...limitsOf(row) };
  const [user, hash] = [user_name ?? "", stored ?? ""];
  // An operator who lost the key that seals empties the column: nobody comes in by it until the secret is given again.
  const clear = row.sealed ? unseal(row.sealed) : null;
  if (kind === "email") return { ...base, kind, sender: user };
  if (kind === "basic") return { ...base, kind, user, hash };
  if (kind === "username_token") return { ...base, kind, user, hash, password: clear };
  if (kind === "shared_secret") return { ...base, kind, secret: clear ?? "" };
  if (kind === "network") return { ...base, kind, networks: JSON.parse(row.networks ?? "[]") as string[] };
  return { ...base, kind, hash, ...readVersions(row.key_versions) };
}

async function mailboxes(source: Source, unseal: ((sealed: string) => string) | undefined): Promise<Map<string, Mailbox>> {
  const rows = await source.all<MailboxRow>("select * from mailboxes");
  return new Map(rows.map((row) => [row.name, mailboxOf(row, unseal)]));
}

async function readSystems(source: Source, unseal: ((sealed: string) => string) | undefined): Promise<Map<string, System>> {
  const rows = await source.all<{ name: string; settings: string; secrets: string }>("select * from systems");
  return new Map(
    rows.map((row) => {
      const settings = JSON.parse(row.settings) as Omit<System, "name" | "secrets">;
      const secrets = unseal && row.secrets !== "" ? (JSON.parse(unseal(row.secrets)) as System["secrets"]) : {};
      return [row.name, { ...settings, name: row.name, secrets }];
    }),
  );
}

/** No credential of the site has a colon in its id, so these can never be mistaken for one. */
function systemCredentials(systems: ReadonlyMap<string, System>): [string, Credential][] {
  return [...systems.values()].flatMap(({ name, provider }): [string, Credential][] => {
    if (provider === null) return [];
    const id = `system:${name}`;
    return [[id, { id, holder: { kind: "provider", provider }, kind: "system" }]];
  });
}

async function mappings(source: Source): Promise<Map<string, Mapping & { since: number }>> {
  const rows = await source.all<{ name: string; system_name: string; settings: string; since: number }>(
    "select * from mappings order by name",
  );
  return new Map(
    rows.map(({ name, system_name: system, settings, since }) => {
      const rest = JSON.parse(settings) as Omit<Mapping, "name" | "system">;
      return [name, { ...rest, name, system, since }];
    }),
  );
}

/** What a version before did not know takes its default. */
async function alerts(source: Source): Promise<AlertRules> {
  const [row] = await source.all<{ settings: string }>("select settings from alert_rules");
  return row ? completeAlerts(JSON.parse(row.settings) as AlertsDocument) : DEFAULT_ALERTS;
}

async function ticketStatuses(source: Source): Promise<readonly TicketStatus[]> {
  const [row] = await source.all<{ settings: string }>("select settings from ticket_statuses");
  return row ? (JSON.parse(row.settings) as TicketStatus[]) : DEFAULT_TICKET_STATUSES;
}
