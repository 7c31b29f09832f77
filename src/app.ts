// The only place that constructs things: it builds the gateway from its parts, and takes it down in reverse order.
import { fileURLToPath } from "node:url";
import { Failure } from "./core/errors.ts";
import { createDoor } from "./core/execute.ts";
import type { Door } from "./core/ports.ts";
import { createAdmit, createIdentify, createReport } from "./inbound/admit.ts";
import { createMailboxes } from "./inbound/email/mailboxes.ts";
import { startMailbox } from "./inbound/email/mailbox.ts";
import { createMailParser } from "./inbound/email/parse.ts";
import { createMailReceiver, type MailReceiver } from "./inbound/email/receive.ts";
import { createGateway } from "./inbound/http.ts";
import { createPages } from "./inbound/pages.ts";
import { createRestHandler } from "./inbound/rest/handler.ts";
import { PROBLEMS } from "./inbound/rest/problem.ts";
import { loadContract } from "./inbound/soap/contract.ts";
import { createSoapHandler, SERVICE_PATH } from "./inbound/soap/handler.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { drawId } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { Settings } from "./settings.ts";
import { DEMO_CREDENTIALS } from "./demo.ts";
import { firstStart } from "./first-start.ts";
import { CONTRACT } from "./site-file.ts";
import type { SiteChange, SiteDocument } from "./store/site-document.ts";
import { describeSite } from "./store/site-export.ts";
import { openStore, type Store } from "./store/store.ts";
import type { Views } from "./store/views/types.ts";

export type { SiteChange, SiteDocument };

export interface AppOptions {
  settings: Settings;
  log: Log;
  /** Tells the operator something for their eyes alone, such as a key just made. */
  say(text: string): void;
  /** A part died that cannot be replaced: the process should end and be started again. */
  onDeath(error: unknown): void;
  clock?: Clock;
}

export interface App {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  url: string;
  door: Door;
  views: Views;
  store: Store;
  /** Takes no more, finishes what is under way, closes in reverse order. */
  close(): Promise<void>;
}

const WSDL = fileURLToPath(new URL("../wsdl/WorkflowService.wsdl", import.meta.url));
/** How much longer than its longest pause a reader keeps its mailbox, so that no other takes it between two looks. */
const LEASE_MARGIN_MS = 15_000;
const leaseOf = (mailbox: string): string => `mailbox ${mailbox}`;

export async function createApp(options: AppOptions): Promise<App> {
  const { settings, log, clock = systemClock } = options;
  const store = await openStoreFor(options);
  const door = createDoor(store.ledger, clock, drawId);
  const announce = await firstStart({ settings, store, door, say: options.say });
  const mail = createMail(store, door, log);
  const state = { stopping: false };
  const gateway = createHttp({ ...options, clock }, { store, door, mail: mail.receiver, state });
  const url = await gateway.listen(settings.port, settings.host).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  announce(url);
  mail.follow();
  log("info", "gateway.started", { url, database: settings.databaseUrl.replace(/:.*/s, ""), pid: process.pid });
  return {
    url,
    door,
    views: store.views,
    store,
    async close() {
      state.stopping = true;
      await mail.stop();
      await gateway.close();
      await mail.close();
      await store.close();
    },
  };
}

/** Applies a site document straight to the database, without a gateway. */
export async function applySite(parts: StoreParts, document: SiteDocument): Promise<readonly SiteChange[]> {
  const store = await openStoreFor(parts);
  try {
    return await store.admin.apply(document);
  } finally {
    await store.close();
  }
}

type StoreParts = Pick<AppOptions, "settings" | "log" | "onDeath">;

function openStoreFor({ settings, log, onDeath }: StoreParts): Promise<Store> {
  const { databaseUrl, secretKey, queueUnits, queueBytes, ticketFormat, taskFormat } = settings;
  const rulesModule = new URL("./core/rules.ts", import.meta.url).href;
  return openStore({
    databaseUrl,
    secretKey,
    queueUnits,
    queueBytes,
    formats: { ticket: ticketFormat, task: taskFormat },
    rulesModule,
    log,
    onDeath,
  });
}

function createMail(store: Store, door: Door, log: Log) {
  const parser = createMailParser();
  const receiver = createMailReceiver({ door, site: store.site, log, report: createReport(log), parser });
  const mailboxes = createMailboxes((mailbox) => {
    // A single process needs no lease: the lock on its database is one.
    const lease = store.shared ? { lease: () => store.leases.take(leaseOf(mailbox.name), mailbox.pollMs + LEASE_MARGIN_MS) } : {};
    return startMailbox({ mailbox, receiver, position: store.positions, log, drawId, ...lease });
  });
  return {
    receiver,
    follow() {
      mailboxes.follow(store.site());
      store.onSite((site) => mailboxes.follow(site));
    },
    /** Reads no mailbox any more, and lets another process read them at once. */
    async stop() {
      await mailboxes.stop();
      // Where the store is out of reach a lease ends by itself.
      if (store.shared)
        for (const name of store.site().mailboxes.keys()) await store.leases.release(leaseOf(name)).catch(() => undefined);
    },
    /** Mails handed in over HTTP are parsed until the server is closed. */
    close: () => parser.close(),
  };
}

interface Parts {
  store: Store;
  door: Door;
  mail: MailReceiver;
  state: { stopping: boolean };
}

function createHttp({ settings, log, clock }: AppOptions & { clock: Clock }, { store, door, mail, state }: Parts) {
  const { site } = store;
  const { trustedProxies } = settings;
  const admit = createAdmit({
    site,
    clock,
    log,
    stopping: () => state.stopping,
    trustedProxies,
    refuseForwarded: (credential) => DEMO_CREDENTIALS.includes(credential),
  });
  const identify = createIdentify({ trustedProxies });
  const report = createReport(log);
  const contract = loadContract(WSDL, settings.soapNamespace);
  const soap = createSoapHandler({
    identify,
    door,
    admit,
    report,
    log,
    directory: site,
    contract,
    publicUrl: settings.publicUrl || null,
  });
  const rest = createRestHandler({
    door,
    views: store.views,
    admit,
    identify,
    report,
    log,
    site,
    applySite: store.admin.apply,
    readSite: async () => describeSite(site()),
    receiveMail: (name, raw, requestId) => {
      const mailbox = site().mailboxes.get(name);
      if (!mailbox) throw new Failure("unknown_mailbox");
      return mail.receive(mailbox, { raw, position: null, requestId });
    },
    contractPath: CONTRACT,
    publicUrl: settings.publicUrl || null,
  });
  const pages = createPages({
    contractPath: CONTRACT,
    problems: PROBLEMS,
    ready: async () => !state.stopping && (await store.refresh().then(() => true)),
    links: [{ href: `${SERVICE_PATH}?wsdl`, text: "SOAP contract (WSDL)" }],
  });
  return createGateway({ soap, rest, pages, log, graceMs: Math.max(1, settings.stopSeconds - 5) * 1000 });
}
