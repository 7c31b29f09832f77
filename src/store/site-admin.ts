// Applies a site document to the tables, in one transaction that raises the config version. Not on the hot path: written with knex.
import { randomBytes } from "node:crypto";
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import { type By, COMMAND_LINE } from "../lib/by.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import { audit } from "./audit.ts";
import type { ApiDefinition, System } from "./outgoing.ts";
import type { Seal } from "./seal.ts";
import type { Site } from "./site.ts";
import { alertsAfter } from "./site-alerts.ts";
import { type RowChange, siteEntry } from "./site-audit.ts";
import { checkSite, type KnownNames, type SiteChange, type SiteDocument, type SiteKind } from "./site-document.ts";
import { type CheckExpression, checkOutgoing } from "./site-outgoing-check.ts";
import { completeOutgoing } from "./site-outgoing-defaults.ts";
import { checkQueues, keepQueues, type Leaving, leavingSystems } from "./site-queues.ts";
import { wrong } from "./site-refusal.ts";
import { type Columns, type Wanted, wantedRows } from "./site-rows.ts";
import { checkPersons, checkStatuses, statusesAfter } from "./site-tickets.ts";
import { withWarnings } from "./site-warnings.ts";

const TABLES: Record<SiteChange["kind"], { table: string; key: string }> = {
  providers: { table: "providers", key: "name" },
  groups: { table: "assignment_groups", key: "name" },
  credentials: { table: "credentials", key: "id" },
  mailboxes: { table: "mailboxes", key: "name" },
  systems: { table: "systems", key: "name" },
  mappings: { table: "mappings", key: "name" },
  alerts: { table: "alert_rules", key: "name" },
  ticketStatuses: { table: "ticket_statuses", key: "name" },
  persons: { table: "persons", key: "id" },
};

export interface SiteAdmin {
  /**
   * Checks and applies a document; answers what it changed, nothing when all was so already. Throws `invalid_request`. In whose name
   * is the command line's unless told.
   */
  apply(document: SiteDocument, by?: By): Promise<SiteChange[]>;
}

/**
 * Tells why an API definition cannot work where it will be called, such as a WSDL that is not there; null when it can. What can be
 * seen in the document alone was looked at before.
 */
export type CheckApi = (api: ApiDefinition) => string | null | Promise<string | null>;

export interface SiteAdminOptions {
  /** Reads an expression or template without running it; without this function every one is taken as it is. */
  checkExpression?: CheckExpression;
  /** Asked for each API definition of a System that is written; without this function all are taken as they are. */
  checkApi?: CheckApi;
  clock?: Clock;
  /** Makes a signing key, as `whsec_` and base64. */
  makeSecret?: () => string;
}

/** As many random bytes as SHA-256 gives, for keys of Standard Webhooks 1.0. */
const makeSigningKey = (): string => `whsec_${randomBytes(32).toString("base64")}`;

/** `site` reads the site as it is now, with its secrets in the clear. */
export function createSiteAdmin(
  knex: Knex,
  seal: () => Seal,
  site: () => Promise<Site>,
  {
    checkExpression = () => null,
    checkApi = () => null,
    clock = systemClock,
    makeSecret = makeSigningKey,
  }: SiteAdminOptions = {},
): SiteAdmin {
  return {
    async apply(document, by = COMMAND_LINE) {
      for (;;) {
        const before = await site();
        const after = checkSite(document, knownNames(before));
        const outgoing = completeOutgoing(document, before, makeSecret);
        checkOutgoing(outgoing, after, checkExpression);
        await checkApis(outgoing.written.systems, checkApi);
        const alerts = alertsAfter(document, before.alerts, { systems: outgoing.systems, providers: after.providers });
        checkPersons(document);
        const statuses = { before: before.ticketStatuses, after: statusesAfter(document, before.ticketStatuses) };
        const wanted = await wantedRows({ document, outgoing, alerts, statuses: statuses.after, before, seal });
        const leaving = leavingSystems(before.systems, outgoing.systems);
        const checked = { document, version: before.version, now: clock(), leaving, statuses, by };
        const changes = await knex.transaction((tx) => change(tx, wanted, checked)).catch(nothingYet);
        if (changes) return withWarnings(changes, { ...outgoing, ...after, credentials: document.credentials ?? [] });
      }
    },
  };
}

async function checkApis(systems: readonly System[], checkApi: CheckApi): Promise<void> {
  for (const { name, apis } of systems) {
    for (const [api, definition] of Object.entries(apis)) {
      const error = await checkApi(definition);
      if (error !== null) wrong(`system ${name}, api ${api}`, error.replace(/\.$/, ""));
    }
  }
}

/** 1020: a row was changed since it was looked at (newer MariaDB tells so); 1213: deadlock. Both are rolled back, to be tried anew. */
const CONFLICTS: readonly unknown[] = [1020, 1213];

function nothingYet(error: unknown): null {
  if (error instanceof Error && "errno" in error && CONFLICTS.includes(error.errno)) return null;
  throw error;
}

function knownNames({ providers, groups, credentials }: Site): KnownNames {
  const all = [...credentials.values()];
  return {
    providers: new Set(providers.keys()),
    groups,
    credentials: all,
    users: new Map(all.flatMap((one) => (one.kind === "basic" ? [[one.user, one.id]] : []))),
    // A System's own goes when the System does.
    holders: new Map(
      all.flatMap(({ id, holder, kind }) => (holder.kind === "provider" && kind !== "system" ? [[id, holder.provider]] : [])),
    ),
  };
}

interface Checked {
  document: SiteDocument;
  /** The version against which the document was checked. */
  version: number;
  /** In milliseconds UTC. */
  now: number;
  leaving: readonly Leaving[];
  statuses: Record<"before" | "after", Site["ticketStatuses"]>;
  by: By;
}

/** Writes and removes; null, and nothing is changed, when another change came between the check and now. */
async function change(
  tx: Knex.Transaction,
  wanted: readonly Wanted[],
  { document, version, now, leaving, statuses, by }: Checked,
): Promise<SiteChange[] | null> {
  // Written first, so that the transaction holds the write lock before it reads.
  await tx("meta").where({ name: "config" }).increment("value", 1);
  const counters = new Map(
    ((await tx("meta").select("name", "value")) as { name: string; value: number }[]).map((row) => [row.name, Number(row.value)]),
  );
  const same = counters.get("config") === version + 1;
  if (same) await checkTasks(tx, document);
  if (same) await checkStatuses(tx, statuses.before, statuses.after);
  if (same) await checkQueues(tx, leaving);
  const written = same ? await write(tx, wanted, counters.get("position") ?? 0) : [];
  const done = same ? [...written, ...(await remove(tx, document.remove ?? {}))] : [];
  const changes = done.map(({ told }) => told);
  await keepQueues(tx, changes, now);
  await audit(
    tx,
    now,
    done.map((one) => siteEntry(by, one)),
  );
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

/** A change with the rows on both its sides. */
async function write(tx: Knex.Transaction, wanted: readonly Wanted[], position: number): Promise<RowChange[]> {
  const changes: RowChange[] = [];
  for (const { row, beside, ...told } of wanted) {
    const { kind, name } = told;
    const { table, key } = TABLES[kind];
    const before = (await tx(table).where(key, name).first()) as Columns | undefined;
    if (before && Object.entries(row).every(([column, value]) => before[column] === value)) continue;
    const columns = { ...row, ...beside?.(before, position) };
    if (before) await tx(table).where(key, name).update(columns);
    else await tx(table).insert({ [key]: name, ...columns });
    changes.push({ told: { ...told, change: before ? "changed" : "created" }, before, after: { ...before, ...columns } });
  }
  return changes;
}

async function remove(tx: Knex.Transaction, names: NonNullable<SiteDocument["remove"]>): Promise<RowChange[]> {
  const changes: RowChange[] = [];
  for (const [kind, list] of Object.entries(names) as [SiteKind, readonly string[]][]) {
    for (const name of list) {
      const { table, key } = TABLES[kind];
      const before = (await tx(table).where(key, name).first()) as Columns | undefined;
      if (!before) continue;
      await tx(table).where(key, name).delete();
      changes.push({ told: { kind, name, change: "removed" }, before, after: undefined });
    }
  }
  return changes;
}
