// What the first start does: an administrator key, shown once; the site file; on an untouched start the demonstration.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Door } from "./core/ports.ts";
import { createDemoTasks, DEMO_PROVIDER, DEMO_SITE, demoCalls, demoKeys } from "./demo.ts";
import type { Settings } from "./settings.ts";
import { readSiteFile } from "./site-file.ts";
import type { SiteChange } from "./store/site-document.ts";
import type { Store } from "./store/store.ts";

interface Start {
  settings: Settings;
  store: Store;
  door: Door;
  say(text: string): void;
}

/** Tells the operator what to know, once the address is known. */
export type Announce = (url: string) => void;

const ADMINISTRATOR = "administrator";

/** Keys are told the moment they exist: whatever fails afterwards, a key that was never seen could not be made again. */
export async function firstStart(start: Start): Promise<Announce> {
  const { settings, store, say } = start;
  const demonstration = isUntouched(start);
  const key = await administratorKey(store);
  if (key !== null && !demonstration) say(`Administrator key, shown only now:\n\n  ${key}\n`);
  if (settings.site !== "") sayKeys(await store.admin.apply(readSiteFile(settings.site)), say);
  if (key !== null && demonstration) await demonstrate(start, key);
  const calls = join(store.folder, CALLS);
  if (!store.site().providers.has(DEMO_PROVIDER) || !existsSync(calls)) return () => undefined;
  return (url) => say(readFileSync(calls, "utf8").replaceAll(URL_MARK, url));
}

/** Nothing was set, nothing was set up, and nobody but this machine can call. */
function isUntouched({ settings, store }: Start): boolean {
  const { providers, groups } = store.site();
  return settings.untouched && isLoopback(settings.host) && providers.size === 0 && groups.size === 0;
}

function sayKeys(changes: readonly SiteChange[], say: Start["say"]): void {
  for (const { name, secret } of changes) if (secret) say(`Key of ${name}, shown only now:\n\n  ${secret}\n`);
}

/** Makes the first administrator's key; null when there is an administrator already. */
async function administratorKey({ site, admin }: Store): Promise<string | null> {
  if ([...site().credentials.values()].some((one) => one.holder.kind === "administrator")) return null;
  const changes = await admin.apply({ credentials: [{ id: ADMINISTRATOR, role: "administrator", apiKey: "generate" }] });
  return changes[0]?.secret ?? null;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** The calls with the demonstration's keys are kept beside its database, so that a later start can show them again. */
const CALLS = "demo-calls.txt";
const URL_MARK = "{url}";

async function demonstrate({ store, door }: Start, administrator: string): Promise<void> {
  const changes = await store.admin.apply(DEMO_SITE);
  await createDemoTasks(door);
  writeFileSync(join(store.folder, CALLS), demoCalls(URL_MARK, demoKeys(changes, administrator)), { mode: 0o600 });
}
