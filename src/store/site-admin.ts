// Applies a site document to the tables, in one transaction that raises the config version. Not on the hot path: written with knex.
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import { hashPassword, makeApiKey, verifyPassword } from "../lib/credentials.ts";
import type { Seal } from "./seal.ts";
import type { Site } from "./site.ts";
import {
  type CredentialDocument,
  checkSite,
  type GroupDocument,
  type KnownNames,
  type MailboxDocument,
  type ProviderDocument,
  type SiteChange,
  type SiteDocument,
  type SiteKind,
} from "./site-document.ts";

type Columns = Record<string, string | number | null>;

interface Wanted {
  kind: SiteKind;
  name: string;
  row: Columns;
  secret?: string;
}

const TABLES: Record<SiteKind, { table: string; key: string }> = {
  providers: { table: "providers", key: "name" },
  groups: { table: "assignment_groups", key: "name" },
  credentials: { table: "credentials", key: "id" },
  mailboxes: { table: "mailboxes", key: "name" },
};

export interface SiteAdmin {
  /** Checks and applies a document; answers what it changed, nothing when all was so already. Throws `invalid_request`. */
  apply(document: SiteDocument): Promise<SiteChange[]>;
}

export function createSiteAdmin(knex: Knex, seal: () => Seal, site: () => Promise<Site>): SiteAdmin {
  return {
    async apply(document) {
      for (;;) {
        const before = await site();
        checkSite(document, knownNames(before));
        const wanted = await wantedRows(document, before, seal);
        const changes = await knex.transaction((tx) => change(tx, wanted, { document, version: before.version }));
        if (changes) return changes;
      }
    },
  };
}

function knownNames({ providers, groups, credentials }: Site): KnownNames {
  const all = [...credentials.values()];
  return {
    providers: new Set(providers.keys()),
    groups,
    users: new Map(all.flatMap((one) => (one.kind === "basic" ? [[one.user, one.id]] : []))),
    holders: new Map(all.flatMap(({ id, holder }) => (holder.kind === "provider" ? [[id, holder.provider]] : []))),
  };
}

interface Checked {
  document: SiteDocument;
  /** The version against which the document was checked. */
  version: number;
}

/** Writes and removes; null, and nothing is changed, when another change came between the check and now. */
async function change(
  tx: Knex.Transaction,
  wanted: readonly Wanted[],
  { document, version }: Checked,
): Promise<SiteChange[] | null> {
  // Written first, so that the transaction holds the write lock before it reads.
  await tx("meta").where({ name: "config" }).increment("value", 1);
  const counter = (await tx("meta").where({ name: "config" }).first("value")) as { value: number };
  const same = Number(counter.value) === version + 1;
  if (same) await checkTasks(tx, document);
  const changes = same ? [...(await write(tx, wanted)), ...(await remove(tx, document.remove ?? {}))] : [];
  if (changes.length === 0) await tx("meta").where({ name: "config" }).decrement("value", 1);
  return same ? changes : null;
}

/** Open tasks keep their group and provider: what would leave them with neither, or with another's, is refused. */
async function checkTasks(tx: Knex.Transaction, { groups = [], remove = {} }: SiteDocument): Promise<void> {
  for (const { name, provider = null } of groups) {
    const other = tx("tasks").where({ group_name: name }).whereNot({ status: "closed" });
    const held = await (provider === null ? other.whereNotNull("provider") : other.whereNot({ provider })).first("number");
    if (held) inUse(`group ${name}`, held.number, "give its tasks to another group before its provider changes");
  }
  for (const name of remove.groups ?? []) {
    const held = await tx("tasks").where({ group_name: name }).whereNot({ status: "closed" }).first("number");
    if (held) inUse(`group ${name}`, held.number, "give its tasks to another group, or close them, before it is removed");
  }
  for (const name of remove.providers ?? []) {
    const held = await tx("tasks").where({ provider: name }).whereNot({ status: "closed" }).first("number");
    if (held) inUse(`provider ${name}`, held.number, "take its tasks back, or close them, before it is removed");
  }
}

function inUse(where: string, task: string, what: string): never {
  throw new Failure("invalid_request", `${where} has open tasks, such as ${task}: ${what}.`);
}

async function wantedRows(document: SiteDocument, before: Site, seal: () => Seal): Promise<Wanted[]> {
  const credentials = await Promise.all((document.credentials ?? []).map((one) => credentialRow(one, before)));
  return [
    ...(document.providers ?? []).map(providerRow),
    ...(document.groups ?? []).map(groupRow),
    ...credentials,
    ...(document.mailboxes ?? []).map((one) => mailboxRow(one, before, seal)),
  ];
}

async function write(tx: Knex.Transaction, wanted: readonly Wanted[]): Promise<SiteChange[]> {
  const changes: SiteChange[] = [];
  for (const { kind, name, row, secret } of wanted) {
    const { table, key } = TABLES[kind];
    const present = (await tx(table).where(key, name).first()) as Columns | undefined;
    if (present && Object.entries(row).every(([column, value]) => present[column] === value)) continue;
    if (present) await tx(table).where(key, name).update(row);
    else await tx(table).insert({ [key]: name, ...row });
    changes.push({ kind, name, change: present ? "changed" : "created", ...(secret ? { secret } : {}) });
  }
  return changes;
}

async function remove(tx: Knex.Transaction, names: NonNullable<SiteDocument["remove"]>): Promise<SiteChange[]> {
  const changes: SiteChange[] = [];
  for (const [kind, list] of Object.entries(names) as [SiteKind, readonly string[]][]) {
    for (const name of list) {
      const gone = await tx(TABLES[kind].table).where(TABLES[kind].key, name).delete();
      if (gone > 0) changes.push({ kind, name, change: "removed" });
    }
  }
  return changes;
}

function providerRow({ name, timeZone, repeatWindowMinutes }: ProviderDocument): Wanted {
  return {
    kind: "providers",
    name,
    row: { time_zone: timeZone ?? "UTC", repeat_window_ms: (repeatWindowMinutes ?? 10) * 60_000 },
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

async function credentialRow(credential: CredentialDocument, before: Site): Promise<Wanted> {
  const holder = credential.provider === undefined ? (credential.role ?? "ticketing") : "provider";
  const { secret, ...columns } = await secretColumns(credential, before);
  const row = { holder, provider: credential.provider ?? null, ...columns };
  return { kind: "credentials", name: credential.id, row, ...(secret ? { secret } : {}) };
}

/** A password or key that is the same as before keeps its hash, so that applying again changes nothing. */
async function secretColumns({ id, apiKey, basic, email }: CredentialDocument, before: Site) {
  const known = before.credentials.get(id);
  if (email !== undefined) return { kind: "email", user_name: email.toLowerCase(), hash: null };
  if (basic) {
    const same = known?.kind === "basic" && (await verifyPassword(basic.password, known.hash));
    return { kind: "basic", user_name: basic.user, hash: same ? known.hash : await hashPassword(basic.password) };
  }
  if (typeof apiKey === "object") return { kind: "api_key", user_name: null, hash: apiKey.hash.toLowerCase() };
  if (known?.kind === "api_key") return { kind: "api_key", user_name: null, hash: known.hash };
  const made = makeApiKey(id);
  return { kind: "api_key", user_name: null, hash: made.hash, secret: made.key };
}

const MAIL_PORTS = { tls: 993, starttls: 143, none: 143 } as const;

function mailboxRow(mailbox: MailboxDocument, before: Site, seal: () => Seal): Wanted {
  const security = mailbox.security ?? "tls";
  const settings = {
    host: mailbox.host ?? null,
    port: mailbox.port ?? MAIL_PORTS[security],
    security,
    user: mailbox.user ?? "",
    folder: mailbox.folder ?? "INBOX",
    trust: mailbox.trust,
    tagFormat: mailbox.tagFormat ?? "[[LABEL]]: [[Value]]",
    taskPatterns: mailbox.taskPatterns ?? ["\\b(TSK-\\d+)\\b"],
    pollMs: (mailbox.pollSeconds ?? 60) * 1000,
  };
  const secret = mailbox.password ?? "";
  const same = before.mailboxes.get(mailbox.name)?.password === secret;
  const row = { settings: JSON.stringify(settings), ...(same ? {} : { password: secret === "" ? "" : seal().close(secret) }) };
  return { kind: "mailboxes", name: mailbox.name, row };
}
