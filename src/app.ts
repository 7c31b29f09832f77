// The only place that constructs things: it builds the gateway from its parts, and takes it down in reverse order.
import { setTimeout as delay } from "node:timers/promises";
import { openStoreFor } from "./app/direct.ts";
import { createAccess } from "./app/access.ts";
import { createAttachmentParts } from "./app/attachments.ts";
import { createHttp, graceMs } from "./app/http.ts";
import { followFeed } from "./app/feed.ts";
import { createMail } from "./app/mail.ts";
import { countLines, createMeters, createMetrics } from "./app/metrics.ts";
import { createNatsParts } from "./app/nats.ts";
import { createOutgoingParts } from "./app/outgoing.ts";
import { createDoor } from "./core/execute.ts";
import type { Door } from "./core/ports.ts";
import type { Gateway } from "./inbound/http.ts";
import { createMetricsServer, type MetricsServer } from "./inbound/metrics-page.ts";
import { createReport } from "./inbound/report.ts";
import type { Feed } from "./inbound/rest/feed/feed.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import { createDrawId } from "./lib/ids.ts";
import type { Log } from "./lib/log.ts";
import { type Family, single } from "./lib/metrics.ts";
import type { TokenKey } from "./lib/reply-token.ts";
import type { Settings } from "./settings.ts";
import { createKeeping } from "./app/keeping.ts";
import type { Recorder } from "./inbound/kept/recorder.ts";
import { firstStart } from "./first-start.ts";
import type { SiteChange, SiteDocument } from "./store/site-document.ts";
import type { Store } from "./store/store.ts";
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
  /** How many lines of the log nobody took. */
  linesLost?(): number;
}

export interface App {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  url: string;
  /** Where its metrics can be read without credentials; null when that is not set. */
  metricsUrl: string | null;
  door: Door;
  views: Views;
  store: Store;
  recorder: Recorder;
  /** Who waits for events. */
  feed: Feed;
  /** Takes no more, finishes what is under way, closes in reverse order. */
  close(): Promise<void>;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { settings, clock = systemClock } = options;
  const meters = createMeters();
  const log = countLines(options.log, meters);
  const store = await openStoreFor({ ...options, log });
  const door = createDoor(store.ledger, clock, createDrawId(clock));
  const announce = await firstStart({ settings, store, door, say: options.say }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  const tokenKey = tokenKeyOf(store);
  const report = createReport(log, meters.messages);
  const keeping = createKeeping({ settings, log, clock }, store, door);
  const files = createAttachmentParts({ settings, log, clock, meters }, store, door);
  const { attachments } = files;
  const outgoing = createOutgoingParts({ settings, log, clock, meters, tokenKey }, store, door);
  const { tokens } = outgoing;
  const mail = createMail({ settings, store, door, log, clock, report, meters, tokenKey, tokens, attachments, ...keeping });
  const feed = followFeed({ log, clock }, store);
  const nats = createNatsParts({ settings, log, clock }, store, door);
  const state = { leaving: false, stopping: false };
  const access = createAccess({ settings, log, clock }, store, state);
  const metrics = createMetrics({ meters, store, sources: [() => rimFamilies(gateway, options), () => feedFamilies(feed)] });
  const gateway = createHttp(
    { ...options, log, clock },
    {
      ...{ store, door, mail: mail.receiver, outgoing, attachments, feed },
      ...{ ...keeping, access, report, metrics, state },
    },
  );
  const metricsServer = createMetricsServer({ collect: metrics.collect, log });
  const [url, metricsUrl] = await listenAll(gateway, metricsServer, settings).catch(async (error: unknown) => {
    await gateway.close();
    await feed.tail.stop();
    await keeping.stop();
    for (const one of [metrics, store]) await one.close();
    throw error;
  });
  announce(url);
  for (const one of [mail, outgoing, nats, files, access, keeping]) one.follow();
  log("info", "gateway.started", { url, metricsUrl, database: settings.databaseUrl.replace(/:.*/s, ""), pid: process.pid });
  return {
    url,
    metricsUrl,
    ...{ door, views: store.views, store, recorder: keeping.recorder, feed },
    async close() {
      state.leaving = true;
      gateway.leave();
      if (settings.stopDelaySeconds > 0) await delay(settings.stopDelaySeconds * 1000);
      state.stopping = true;
      await feed.tail.stop();
      await mail.stop();
      // All wait for what is under way, for the same time.
      await Promise.all([gateway.close(), outgoing.stop(graceMs(settings)), nats.stop()]);
      await mail.close();
      for (const one of [keeping, files, access]) await one.stop();
      for (const one of [metricsServer, metrics, store]) await one.close();
    },
  };
}

/** Read when first needed: a gateway that seals and signs nothing needs no key. */
function tokenKeyOf(store: Store): TokenKey {
  return {
    version: "a",
    get key() {
      return store.keyFor("reply tokens");
    },
  };
}

/** Who waits for events. */
function feedFamilies({ waiters, streams }: Feed): Family[] {
  return [
    single("gauge", "crossdesk_feed_waiting", "Calls that wait for an event.", waiters.taken),
    single("gauge", "crossdesk_feed_streams", "Streams of events.", streams.taken),
  ];
}

/** What is known only where messages come in and lines go out. */
function rimFamilies(gateway: Gateway, { linesLost = () => 0 }: AppOptions): Family[] {
  return [
    single("gauge", "crossdesk_http_requests_under_way", "Requests that have no answer yet.", gateway.underWay()),
    single("counter", "crossdesk_log_lines_lost_total", "Lines of the log that nobody took.", linesLost()),
  ];
}

async function listenAll(gateway: Gateway, metrics: MetricsServer, settings: Settings): Promise<[string, string | null]> {
  const { metricsListen } = settings;
  // First, so that whoever was told the gateway's address finds everything there.
  const metricsUrl = metricsListen === null ? null : await metrics.listen(metricsListen.port, metricsListen.host);
  try {
    return [await gateway.listen(settings.port, settings.host), metricsUrl];
  } catch (error) {
    await metrics.close();
    throw error;
  }
}
