// Opens the store: database, migrations, ledger, views, and the site that follows every change made by any process.
import { hkdfSync } from "node:crypto";
import type { LedgerPort } from "../core/execute.ts";
import { errorText, type Log } from "../lib/log.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import { type Clock, systemClock } from "../lib/clock.ts";
import { drawId } from "../lib/ids.ts";
import type { Family } from "../lib/metrics.ts";
import { type CredentialUses, createCredentialUses } from "./credential-uses.ts";
import type { Reader } from "./db.ts";
import { type Dialect, openDialect } from "./dialect.ts";
import { outwardReader } from "./knex-clients.ts";
import { createLeases, type Leases } from "./lease.ts";
import { createLedger, LEDGER_LIMITS } from "./ledger.ts";
import { createLedgerMeter } from "./ledger-meter.ts";
import { createMailAnswers, type MailAnswers } from "./mail-answers.ts";
import { type PositionStore, positionStore } from "./mailboxes.ts";
import { createMailboxStates, type MailboxStates } from "./mailbox-states.ts";
import { migrate } from "./migrate.ts";
import { createPersonViews, type PersonViews } from "./persons.ts";
import { purgeNonces } from "./nonces.ts";
import { createQueueAdmin, type QueueAdmin, type QueueAdminOptions } from "./queue-admin.ts";
import { type RetentionOptions, startRetention } from "./retention-worker.ts";
import { createSeal, type Seal } from "./seal.ts";
import { secretKey } from "./secret-key.ts";
import type { Site } from "./site.ts";
import { watchSite } from "./site-watch.ts";
import type { CheckExpression } from "./site-outgoing-check.ts";
import { type CheckApi, createSiteAdmin, seenAtOnce, type SiteAdmin } from "./site-admin.ts";
import { loadSite, siteVersion } from "./site-tables.ts";
import type { Views } from "./views/types.ts";
import { type AlertViews, createAlertViews } from "./views/alerts.ts";
import { type AttachmentViews, createAttachmentViews } from "./views/attachments.ts";
import { createMessageViews, type MessageViews } from "./views/messages.ts";
import { passOver } from "./numbers.ts";
import { createExportViews, type ExportViews } from "./views/export.ts";
import { createMonitoringViews, type MonitoringViews } from "./views/monitoring.ts";
import { createOutgoingViews, type OutgoingViews } from "./views/outgoing.ts";
import { createViews } from "./views/views.ts";

export interface StoreOptions {
  /** `sqlite:<file>` or `mysql://…`. */
  databaseUrl: string;
  /** 32 bytes in base64; empty takes or makes a key file. */
  secretKey: string;
  queueUnits: number;
  queueBytes: number;
  formats: { ticket: string; task: string };
  /** Address of the module that exports the core's `rules`. */
  rulesModule: string;
  /** Says what is wrong with an expression or template of a mapping; null when nothing is. */
  checkExpression?: CheckExpression;
  /** Says what is wrong with an API definition that only its transport can tell. */
  checkApi?: CheckApi;
  log: Log;
  /** Says when administrators changed what; the machine's when absent. */
  clock?: Clock;
  /** The database thread died: the process should end and be started again. */
  onDeath(error: unknown): void;
}

export interface Store {
  ledger: LedgerPort;
  views: Views;
  outgoing: OutgoingViews;
  alerts: AlertViews;
  attachments: AttachmentViews;
  persons: PersonViews;
  messages: MessageViews;
  monitoring: MonitoringViews;
  exports: ExportViews;
  passOver(kind: "ticket" | "task", numbers: readonly string[]): Promise<void>;
  /** What an operator does to queues and deliveries. */
  queueAdmin(options: Omit<QueueAdminOptions, "knex">): QueueAdmin;
  /** Starts taking away what was kept long enough. */
  retention(options: RetentionOptions): Worker;
  positions: PositionStore;
  /** How the reading of mailboxes goes. */
  mailboxes: MailboxStates;
  /** Answers to mails, and what is remembered of those that came. */
  mails: MailAnswers;
  /** The numbers of the ledger. */
  metrics(): Family[];
  admin: SiteAdmin;
  uses: CredentialUses;
  leases: Leases;
  /** Whether several processes may work on this database. */
  shared: boolean;
  /** Folder for key files. */
  folder: string;
  /** 32 bytes for one purpose, made from the secret key: the same in every process that shares it. */
  keyFor(purpose: string): Uint8Array;
  /** The site as last seen; other processes' changes are seen within a quarter of a second. */
  site(): Site;
  /** Reads the site again now. */
  refresh(): Promise<void>;
  /** Calls `listener` whenever another version of the site was read. */
  onSite(listener: (site: Site) => void): void;
  /** Calls `listener` after every batch this process has stored. */
  onCommit(listener: () => void): void;
  close(): Promise<void>;
}

/** How often others' changes are looked for, in milliseconds. */
const POLL_MS = 200;
/** How often what has expired is removed, in milliseconds. */
const PURGE_MS = 60_000;

/** Opens the database and all that works on it. Leaves nothing open when it throws. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { log } = options;
  checkFormats(options.formats);
  const dialect = await openDialect({ ...options, url: options.databaseUrl });
  try {
    await migrate(dialect, (step) => log("info", "store.migrating", { step }));
    for (const weakness of await dialect.weaknesses()) log("warn", "store.not_durable", { weakness });
    return await storeOn(dialect, options);
  } catch (error) {
    await dialect.close();
    throw error;
  }
}

/** A format without a place for the running number would give every ticket the same one. */
function checkFormats(formats: StoreOptions["formats"]): void {
  const wrong = Object.values(formats).filter((one) => !one.includes("{n}"));
  if (wrong.length > 0)
    throw new Error(`A number format needs {n}, the place of the running number: ${wrong.join(", ")} has none.`);
}

async function storeOn(dialect: Dialect, options: StoreOptions): Promise<Store> {
  const { log, queueUnits, queueBytes } = options;
  const meter = createLedgerMeter();
  const opened = await dialect.open(meter);
  const { engine, reader } = { ...opened, reader: outwardReader(opened.reader) };
  let seal: Seal | undefined;
  const sealing = (): Seal => (seal ??= createSeal(secretKey(options.secretKey, dialect.folder)));
  const read = (): Promise<Site> => loadSite(reader, (sealed) => sealing().open(sealed));
  const first = await read().catch(async (error: unknown) => {
    await opened.beside.close();
    await engine.close();
    await reader.close();
    throw error;
  });
  const { site, refresh, onSite } = watchSite(first, { version: () => siteVersion(reader), read });
  const watch = startWorker({
    name: "site",
    pollMs: POLL_MS,
    run: refresh,
    onError: (error) => log("warn", "site.unread", { error: errorText(error) }),
  });
  const purge = startPurge(dialect, log);
  const afterCommit: (() => void)[] = [];
  const onCommit = (): void => {
    for (const listener of afterCommit) listener();
  };
  const ledger = createLedger(engine, { ...LEDGER_LIMITS, queueUnits, queueBytes }, { log, meter, onCommit });
  const admin = createSiteAdmin(dialect.knex, sealing, read, {
    checkExpression: options.checkExpression,
    checkApi: options.checkApi,
    clock: options.clock ?? systemClock,
  });

  return {
    ...readings(reader),
    ...beside(dialect, options),
    mails: createMailAnswers(dialect.knex, reader),
    ledger,
    metrics: () => meter.families(ledger.load()),
    admin: seenAtOnce(admin, refresh),
    uses: createCredentialUses(dialect.knex, reader, opened.beside),
    mailboxes: createMailboxStates({ knex: dialect.knex, reader, beside: opened.beside, seal: sealing }),
    ...{ site, refresh, onSite },
    onCommit: (listener) => void afterCommit.push(listener),
    async close() {
      await watch.stop();
      await purge.stop();
      await opened.beside.close();
      await ledger.close();
      await reader.close();
      await dialect.close();
    },
  };
}

/** Every process does it: what one has removed another does not find. */
function startPurge({ knex }: Dialect, log: Log): Worker {
  return startWorker({
    name: "nonces",
    pollMs: PURGE_MS,
    async run(signal) {
      while (!signal.aborted && (await purgeNonces(knex, systemClock())) > 0);
    },
    onError: (error) => log("warn", "nonces.unpurged", { error: errorText(error) }),
  });
}

/** What only reads. */
function readings(
  reader: Reader,
): Pick<
  Store,
  "views" | "outgoing" | "alerts" | "attachments" | "messages" | "persons" | "monitoring" | "positions" | "exports"
> {
  return {
    views: createViews(reader),
    outgoing: createOutgoingViews(reader),
    alerts: createAlertViews(reader),
    attachments: createAttachmentViews(reader),
    persons: createPersonViews(reader),
    messages: createMessageViews(reader),
    monitoring: createMonitoringViews(reader),
    positions: positionStore(reader),
    exports: createExportViews(reader),
  };
}

/** What works on the database beside the ledger. */
function beside(
  dialect: Dialect,
  { secretKey: given, formats }: StoreOptions,
): Pick<Store, "leases" | "queueAdmin" | "retention" | "passOver" | "shared" | "folder" | "keyFor"> {
  const { knex, shared, folder } = dialect;
  return {
    leases: createLeases(knex, drawId(), dialect.now),
    queueAdmin: (options) => createQueueAdmin({ ...options, knex }),
    retention: (options) => startRetention(knex, options),
    passOver: (kind, numbers) => passOver(knex, formats[kind], kind, numbers),
    shared,
    folder,
    keyFor: remembered((purpose) => new Uint8Array(hkdfSync("sha256", secretKey(given, folder), "", purpose, 32))),
  };
}

/** Keeps what was made for a name: there are few, and each costs a look into a file. */
function remembered<T>(make: (name: string) => T): (name: string) => T {
  const made = new Map<string, T>();
  return (name) => {
    const known = made.get(name) ?? make(name);
    made.set(name, known);
    return known;
  };
}
