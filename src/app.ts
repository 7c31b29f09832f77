// The only place that constructs things: it builds the gateway from its parts, and takes it down in reverse order.
import { createAttachmentParts } from "./app/attachments.ts";
import { createHttp, graceMs } from "./app/http.ts";
import { createMail } from "./app/mail.ts";
import { createApiCheck, createOutgoingParts } from "./app/outgoing.ts";
import { createDoor } from "./core/execute.ts";
import type { Door } from "./core/ports.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { drawId } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import type { Settings } from "./settings.ts";
import { checkExpression } from "./outbound/render/check.ts";
import { firstStart } from "./first-start.ts";
import type { SiteChange, SiteDocument } from "./store/site-document.ts";
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

export async function createApp(options: AppOptions): Promise<App> {
  const { settings, log, clock = systemClock } = options;
  const store = await openStoreFor(options);
  const door = createDoor(store.ledger, clock, drawId);
  const announce = await firstStart({ settings, store, door, say: options.say });
  // Read when first needed: a gateway that seals and signs nothing needs no key.
  const tokenKey = {
    version: "a",
    get key() {
      return store.keyFor("reply tokens");
    },
  };
  const mail = createMail({ store, door, log, tokenKey });
  const outgoing = createOutgoingParts({ settings, log, clock, tokenKey }, store, door);
  const files = createAttachmentParts({ settings, log, clock }, store, door);
  const state = { stopping: false };
  const gateway = createHttp(
    { ...options, clock },
    { store, door, mail: mail.receiver, outgoing, attachments: files.attachments, state },
  );
  const url = await gateway.listen(settings.port, settings.host).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  announce(url);
  mail.follow();
  outgoing.follow();
  files.follow();
  log("info", "gateway.started", { url, database: settings.databaseUrl.replace(/:.*/s, ""), pid: process.pid });
  return {
    url,
    door,
    views: store.views,
    store,
    async close() {
      state.stopping = true;
      await mail.stop();
      // Both wait for what is under way, for the same time.
      await Promise.all([gateway.close(), outgoing.stop(graceMs(settings))]);
      await mail.close();
      await files.stop();
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

/** What opening the store takes. */
export type StoreParts = Pick<AppOptions, "settings" | "log" | "onDeath">;

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
    checkExpression,
    checkApi: createApiCheck(settings),
    log,
    onDeath,
  });
}
