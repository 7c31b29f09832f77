// Writes a change of the site in one transaction that raises the config version, with its audit entries: all of it or nothing, and
// only while the site is still as it was when the change was prepared.
import type { Knex } from "knex";
import { Failure } from "../core/errors.ts";
import type { By } from "../lib/by.ts";
import type { Clock } from "../lib/clock.ts";
import { audit } from "./audit.ts";
import type { Site } from "./site.ts";
import { type RowChange, siteEntry } from "./site-audit.ts";
import type { SiteChange, SiteDocument, SiteKind } from "./site-document.ts";
import { checkFailover } from "./site-mail-rules.ts";
import { checkQueues, keepQueues, type Leaving } from "./site-queues.ts";
import type { Columns, Wanted } from "./site-rows.ts";
import { checkStatuses } from "./site-tickets.ts";

const TABLES: Record<SiteChange["kind"], { table: string; key: string }> = {
  providers: { table: "providers", key: "name" },
  groups: { table: "assignment_groups", key: "name" },
  credentials: { table: "credentials", key: "id" },
  mailboxes: { table: "mailboxes", key: "name" },
  systems: { table: "systems", key: "name" },
  mappings: { table: "mappings", key: "name" },
  alerts: { table: "alert_rules", key: "name" },
  ticketStatuses: { table: "ticket_statuses", key: "name" },
  issuers: { table: "issuers", key: "name" },
  persons: { table: "persons", key: "id" },
};

/** What is to be written, and what of the site as it was that depends on. */
export interface Prepared {
  wanted: readonly Wanted[];
  document?: SiteDocument;
  leaving?: readonly Leaving[];
  statuses?: Checked["statuses"];
}

interface Parts {
  knex: Knex;
  /** Reads the site as it is now. */
  site: () => Promise<Site>;
  clock: Clock;
}

/** Prepares a change against the site as it is and writes it, again and again until nobody else wrote in between. */
export type Insist = <T extends Prepared>(
  by: By,
  prepare: (before: Site) => Promise<T>,
) => Promise<T & { changes: SiteChange[] }>;

export function createInsist({ knex, site, clock }: Parts): Insist {
  return async (by, prepare) => {
    for (;;) {
      const before = await site();
      const prepared = await prepare(before);
      const statuses = { before: before.ticketStatuses, after: before.ticketStatuses };
      const checked = { document: {}, leaving: [], statuses, ...prepared, version: before.version, now: clock(), by };
      const changes = await knex.transaction((tx) => change(tx, prepared.wanted, checked)).catch(nothingYet);
      if (changes) return { ...prepared, changes };
    }
  };
}

/** 1020: a row was changed since it was looked at (newer MariaDB tells so); 1213: deadlock. Both are rolled back, to be tried anew. */
const CONFLICTS: readonly unknown[] = [1020, 1213];

function nothingYet(error: unknown): null {
  if (error instanceof Error && "errno" in error && CONFLICTS.includes(error.errno)) return null;
  throw error;
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
  if (same) await checkFailover(tx, document);
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
  for (const { row, beside, deed, ...told } of wanted) {
    const { kind, name } = told;
    const { table, key } = TABLES[kind];
    const before = (await tx(table).where(key, name).first()) as Columns | undefined;
    if (before && Object.entries(row).every(([column, value]) => before[column] === value)) continue;
    const columns = { ...row, ...beside?.(before, position) };
    if (before) await tx(table).where(key, name).update(columns);
    else await tx(table).insert({ [key]: name, ...columns });
    changes.push({ told: { ...told, change: before ? "changed" : "created" }, before, after: { ...before, ...columns }, deed });
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
      // Another credential of this name begins anew.
      if (kind === "credentials") await tx("credential_uses").where({ credential: name }).delete();
      changes.push({ told: { kind, name, change: "removed" }, before, after: undefined });
    }
  }
  return changes;
}
