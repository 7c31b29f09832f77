// The rows that a site document asks for, by table. Compared with what is there, so that applying again changes nothing.
import { hashPassword, makeApiKey, verifyPassword } from "../lib/credentials.ts";
import type { Seal } from "./seal.ts";
import type { Credential, Site, SoapManners } from "./site.ts";
import type { CredentialDocument, GroupDocument, ProviderDocument, SiteChange, SiteDocument } from "./site-document.ts";
import { alertRows, type AlertRules } from "./site-alerts.ts";
import { hasKey, versionsColumn } from "./key-versions.ts";
import { issuerRow } from "./site-issuers.ts";
import { limitColumns } from "./site-limits.ts";
import type { Outgoing } from "./site-outgoing-defaults.ts";
import { mailboxRow } from "./site-mailboxes.ts";
import { mappingRow, systemRow } from "./site-outgoing-rows.ts";
import { personRow, statusRows } from "./site-tickets.ts";

export type Columns = Record<string, string | number | null>;

/** A row as it should be. A key or secret just made goes back to the operator, once. */
export interface Wanted extends Pick<SiteChange, "kind" | "name" | "secret" | "secrets"> {
  row: Columns;
  /** What the audit log calls it, where that is not what became of the row. */
  deed?: string;
  /** Columns that are not compared, only written when something else of the row is new: `position` is the head of the feed. */
  beside?(present: Columns | undefined, position: number): Columns;
}

interface Asked {
  document: SiteDocument;
  outgoing: Outgoing;
  alerts: AlertRules;
  statuses: Site["ticketStatuses"];
  before: Site;
  seal: () => Seal;
}

/** The rows of a document that was checked against `before`. */
export async function wantedRows({ document, outgoing, alerts, statuses, before, seal }: Asked): Promise<Wanted[]> {
  const credentials = await Promise.all((document.credentials ?? []).map((one) => credentialRow(one, before, seal)));
  return [
    ...(document.providers ?? []).map(providerRow),
    ...(document.groups ?? []).map(groupRow),
    ...credentials,
    ...(document.mailboxes ?? []).map((one) => mailboxRow(one, before, seal)),
    ...outgoing.written.systems.map((one) => systemRow(one, { before, seal, made: outgoing.made.get(one.name) })),
    ...outgoing.written.mappings.map(mappingRow),
    ...alertRows(alerts, before),
    ...statusRows(statuses, before.ticketStatuses),
    ...(document.persons ?? []).map(personRow),
    ...(document.issuers ?? []).map(issuerRow),
  ];
}

function providerRow({ name, timeZone, repeatWindowMinutes, soap, test }: ProviderDocument): Wanted {
  const manners: SoapManners = { charset: soap?.charset?.toLowerCase() ?? null, anyBody: soap?.anyBody ?? false };
  const isUsual = manners.charset === null && !manners.anyBody;
  return {
    kind: "providers",
    name,
    row: {
      time_zone: timeZone ?? "UTC",
      repeat_window_ms: (repeatWindowMinutes ?? 10) * 60_000,
      soap: isUsual ? null : JSON.stringify(manners),
      test: test ? 1 : 0,
    },
  };
}

function groupRow(group: GroupDocument): Wanted {
  const row = {
    provider: group.provider ?? null,
    new_assignment: group.processes?.newAssignment ?? null,
    update_message: group.processes?.updateMessage ?? null,
    closure: group.processes?.closure ?? null,
    return_group: group.returnGroup ?? null,
    late: group.late ?? "refuse",
    closure_on_withdrawal: group.closureOnWithdrawal === false ? 0 : 1,
    restart_without_reference: group.restartWithoutReference ? 1 : 0,
  };
  return { kind: "groups", name: group.name, row };
}

async function credentialRow(credential: CredentialDocument, before: Site, seal: () => Seal): Promise<Wanted> {
  const holder = credential.provider === undefined ? (credential.role ?? "ticketing") : "provider";
  const { secret, ...columns } = await secretColumns(credential, before, seal);
  const bounds = { ...limitColumns(credential), rate_limit: credential.rateLimit ?? null };
  const row = { holder, provider: credential.provider ?? null, ...bounds, ...columns };
  return { kind: "credentials", name: credential.id, row, ...(secret ? { secret } : {}) };
}

/** What a kind of credential leaves empty. */
const EMPTY = { user_name: null, hash: null, networks: null, key_versions: null };

/** A password, key or secret that is the same as before keeps what is stored of it, so that applying again changes nothing. */
async function secretColumns(
  credential: CredentialDocument,
  before: Site,
  seal: () => Seal,
): Promise<Columns & { secret?: string }> {
  const { id, apiKey, email, sharedSecret, network } = credential;
  const known = before.credentials.get(id);
  if (credential.usernameToken) return tokenColumns(credential.usernameToken, known, seal);
  if (sharedSecret !== undefined) {
    const same = known?.kind === "shared_secret" && known.secret === sharedSecret;
    return { ...EMPTY, kind: "shared_secret", ...(same ? {} : { sealed: seal().close(sharedSecret) }) };
  }
  const unsealed = { ...EMPTY, sealed: null };
  if (network) return { ...unsealed, kind: "network", networks: JSON.stringify(network) };
  if (email !== undefined) return { ...unsealed, kind: "email", user_name: email.toLowerCase() };
  if (credential.basic) return { ...unsealed, kind: "basic", ...(await passwordColumns(credential.basic, known, "basic")) };
  // What it was rotated to stays: a document that still tells an older key of it, or that it has one, has nothing to say of which.
  const isKnown = known?.kind === "api_key" && (typeof apiKey !== "object" || hasKey(known, apiKey.hash.toLowerCase()));
  if (isKnown) return { ...unsealed, kind: "api_key", hash: known.hash, key_versions: versionsColumn(known.versions) };
  if (typeof apiKey === "object") return { ...unsealed, kind: "api_key", hash: apiKey.hash.toLowerCase() };
  const made = makeApiKey(id);
  return { ...unsealed, kind: "api_key", hash: made.hash, secret: made.key };
}

type Login = { user: string; password: string };

async function passwordColumns({ user, password }: Login, known: Credential | undefined, kind: "basic" | "username_token") {
  const same = known?.kind === kind && (await verifyPassword(password, known.hash));
  return { user_name: user, hash: same ? known.hash : await hashPassword(password) };
}

/** The hash is for PasswordText, checked as Basic is; a digest can be checked with the clear text alone. */
async function tokenColumns(
  token: NonNullable<CredentialDocument["usernameToken"]>,
  known: Credential | undefined,
  seal: () => Seal,
) {
  const columns = { ...EMPTY, kind: "username_token", ...(await passwordColumns(token, known, "username_token")) };
  if (!token.digest) return { ...columns, sealed: null };
  const same = known?.kind === "username_token" && known.password === token.password;
  return same ? columns : { ...columns, sealed: seal().close(token.password) };
}
