// Builds the one admission of all that speaks HTTP, what administrators do to credentials, and the loop that keeps when each was used.
import type { AppOptions } from "../app.ts";
import { DEMO_CREDENTIALS } from "../demo.ts";
import { createAdmit } from "../inbound/admit.ts";
import type { KeyDesk, UsedCredential } from "../inbound/rest/operation.ts";
import { createUses } from "../inbound/uses.ts";
import type { Admission } from "../inbound/visit.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { startWorker, type Worker } from "../lib/worker.ts";
import type { Store } from "../store/store.ts";

/** How often the times of use are kept, in milliseconds: no credential is written more often. */
const KEEP_MS = 60_000;

export interface Access {
  admit: Admission;
  keys: KeyDesk;
  /** Starts the loop. */
  follow(): void;
  /** Ends it, the last uses kept. */
  stop(): Promise<void>;
}

interface Options extends Pick<AppOptions, "settings" | "log"> {
  clock: Clock;
}

export function createAccess({ settings, log, clock }: Options, store: Store, state: { stopping: boolean }): Access {
  const uses = createUses(clock);
  const keep = (): Promise<void> => uses.flush(store.uses.write);
  const onError = (error: unknown): void => log("warn", "credentials.uses_unkept", { error: errorText(error) });
  let keeper: Worker | undefined;
  return {
    admit: createAdmit({
      ...{ site: store.site, clock, log, onUse: uses.note },
      stopping: () => state.stopping,
      trustedProxies: settings.trustedProxies,
      refuseForwarded: (credential) => DEMO_CREDENTIALS.includes(credential),
    }),
    keys: {
      create: store.admin.create,
      rotate: store.admin.rotate,
      remove: store.admin.remove,
      async list() {
        const used = new Map([...(await store.uses.read()), ...uses.recent()]);
        const shown = [...store.site().credentials.values()].flatMap((one) => (one.kind === "system" ? [] : [one]));
        const listed = shown.map((one): UsedCredential => ({ ...one, lastUsedAt: used.get(one.id) ?? null }));
        return listed.toSorted((one, other) => (one.id < other.id ? -1 : 1));
      },
    },
    follow() {
      keeper = startWorker({ name: "credential uses", pollMs: KEEP_MS, run: keep, onError });
    },
    async stop() {
      await keeper?.stop();
      await keep().catch(onError);
    },
  };
}
