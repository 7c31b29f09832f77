// Builds the one admission of all that speaks HTTP, what administrators do to credentials, and the loop that keeps when each was used.
import type { AppOptions } from "../app.ts";
import { DEMO_CREDENTIALS } from "../demo.ts";
import { createAdmit } from "../inbound/admit.ts";
import type { KeyDesk, UsedCredential } from "../inbound/rest/operation.ts";
import { createTokenKeys } from "../inbound/token-keys.ts";
import { createUses } from "../inbound/uses.ts";
import type { Admission } from "../inbound/visit.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/log.ts";
import { createGuard } from "../outbound/guard.ts";
import { createRequester, type Requester } from "../outbound/request.ts";
import { rememberLookups, systemResolve } from "../outbound/request-dns.ts";
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
  // Calls of their own, beside those to partners: none waits for the other, and the same addresses may be called.
  const guard = createGuard({ resolve: rememberLookups(systemResolve, clock), allow: settings.outgoingAllow });
  const requester = createRequester({ guard, proxy: settings.outgoingProxy || null });
  let keeper: Worker | undefined;
  return {
    admit: createAdmit({
      ...{ site: store.site, clock, log, onUse: uses.note },
      tokenKeys: createTokenKeys({ fetchJson: (url) => fetchJson(requester, url), clock, log }),
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
      requester.close();
      await keep().catch(onError);
    },
  };
}

const FETCH_MS = 5000;
const FETCH_BYTES = 256 * 1024;

/** A document of an issuer, through the guard of all outgoing calls: redirects are not followed. */
async function fetchJson(requester: Requester, url: string): Promise<Record<string, unknown>> {
  const { answer, trouble } = await requester.send({
    ...{ method: "GET", url, headers: { Accept: "application/json", "User-Agent": "Crossdesk" }, body: null },
    ...{ timeoutMs: FETCH_MS, answerBytes: FETCH_BYTES },
  });
  if (trouble !== null) throw new Error(`${trouble.code}: ${trouble.detail}`);
  if (answer?.status !== 200 || answer.end !== "whole") throw new Error(`it answered ${answer?.status ?? "nothing"}`);
  const read: unknown = JSON.parse(answer.body.toString("utf8"));
  if (typeof read !== "object" || read === null) throw new Error("it answered no JSON object");
  return read as Record<string, unknown>;
}
