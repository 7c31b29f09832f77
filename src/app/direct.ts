// Opens the store as the gateway does, and the database without a gateway for commands that work on one that is stopped.
import type { AppOptions } from "../app.ts";
import { createDoor } from "../core/execute.ts";
import type { Door } from "../core/ports.ts";
import { systemClock } from "../lib/clock.ts";
import { drawId } from "../lib/ids.ts";
import { checkExpression } from "../outbound/render/check.ts";
import { describeSite } from "../store/site-export.ts";
import { openStore, type Store } from "../store/store.ts";
import { createApiCheck } from "./outgoing.ts";

/** What opening the store takes. */
export type StoreParts = Pick<AppOptions, "settings" | "log" | "clock" | "onDeath">;

export interface Direct {
  store: Store;
  door: Door;
  /** The site without secrets. */
  describeSite(): object;
}

/** Opens the database for `work` alone and closes it after. On SQLite it is refused while a gateway has it. */
export async function withStore<T>(parts: StoreParts, work: (direct: Direct) => Promise<T>): Promise<T> {
  const store = await openStoreFor(parts);
  try {
    return await work({
      store,
      door: createDoor(store.ledger, systemClock, drawId),
      describeSite: () => describeSite(store.site()),
    });
  } finally {
    await store.close();
  }
}

/** The store of the settings. */
export function openStoreFor({ settings, log, clock = systemClock, onDeath }: StoreParts): Promise<Store> {
  const { databaseUrl, secretKey, queueUnits, queueBytes, ticketFormat, taskFormat } = settings;
  const rulesModule = new URL("../core/rules.ts", import.meta.url).href;
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
    clock,
    onDeath,
  });
}
