// Builds the publication to NATS, where a server is set. One process at a time does it.
import type { AppOptions } from "../app.ts";
import type { Door } from "../core/ports.ts";
import { cloudEvent } from "../inbound/rest/cloudevent.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import type { Worker } from "../lib/worker.ts";
import { startPublisher } from "../outbound/nats/publish.ts";
import type { Store } from "../store/store.ts";

const LEASE = "nats";
const LEASE_MS = 15_000;

export interface NatsParts {
  follow(): void;
  stop(): Promise<void>;
}

export function createNatsParts(
  { settings, log, clock }: Pick<AppOptions, "settings" | "log"> & { clock: Clock },
  store: Store,
  door: Door,
): NatsParts {
  let publisher: Worker | undefined;
  const source = settings.publicUrl || "/crossdesk";
  return {
    follow() {
      if (settings.natsUrl.length === 0) return;
      publisher = startPublisher({
        ...{ settings: natsSettings(settings), door, clock, views: store.views, test: settings.natsTest },
        cloudEvent: (event) => cloudEvent(event, source),
        ...(store.shared ? { lease: () => store.leases.take(LEASE, LEASE_MS) } : {}),
        onBroker: (error) =>
          error === null ? log("info", "nats.resumed") : log("warn", "nats.interrupted", { error: errorText(error) }),
        onError: (error) => log("error", "nats.failed", { error: errorText(error) }),
      });
      store.onCommit(publisher.wake);
    },
    async stop() {
      await publisher?.stop();
      // Where the store is out of reach the lease ends by itself.
      if (publisher && store.shared) await store.leases.release(LEASE).catch(() => undefined);
    },
  };
}

function natsSettings(settings: AppOptions["settings"]) {
  return {
    servers: settings.natsUrl,
    prefix: settings.natsSubject,
    stream: settings.natsStream,
    user: settings.natsUser,
    password: settings.natsPassword,
    token: settings.natsToken,
    credsFile: settings.natsCreds,
    caFile: settings.natsCa,
    certFile: settings.natsCert,
    keyFile: settings.natsKey,
  };
}
