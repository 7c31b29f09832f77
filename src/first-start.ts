// What the first start does: an administrator key, shown once; the site file; on an untouched start the demonstration.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Door } from "./core/ports.ts";
import { createDemoTasks, DEMO_ADMINISTRATOR, DEMO_CREDENTIALS, DEMO_MAILBOX, demoCalls, demoSite } from "./demo.ts";
import { AT_START } from "./lib/by.ts";
import { makeApiKey } from "./lib/credentials.ts";
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

/**
 * A key is told, or written where the demonstration keeps its calls, before it is stored: a start that is killed at any moment
 * leaves none that nobody has seen.
 */
export async function firstStart(start: Start): Promise<Announce> {
  const { settings, store, say } = start;
  const calls = join(store.folder, CALLS);
  if (isForDemonstration(start)) {
    if (!hasAdministrator(store)) await makeDemonstration(store, calls);
    if (isDemonstration(store)) await createDemoTasks(start.door, store.views);
  } else {
    if (isDemonstration(store)) await endDemonstration(store, calls);
    if (!hasAdministrator(store)) await makeAdministrator(start);
  }
  if (settings.site !== "") sayKeys(await store.admin.apply(readSiteFile(settings.site), AT_START), say);
  if (!isDemonstration(store) || !existsSync(calls)) return () => undefined;
  return (url) => say(readFileSync(calls, "utf8").replaceAll(URL_MARK, url));
}

/** Nothing was set, nobody but this machine can call, and nothing was set up but the demonstration itself. */
function isForDemonstration({ settings, store }: Start): boolean {
  const { providers, groups } = store.site();
  const empty = (providers.size === 0 && groups.size === 0 && !hasAdministrator(store)) || isDemonstration(store);
  return settings.untouched && isLoopback(settings.host) && empty;
}

function isDemonstration({ site }: Store): boolean {
  return site().credentials.has(DEMO_ADMINISTRATOR);
}

function hasAdministrator({ site }: Store): boolean {
  return [...site().credentials.values()].some((one) => one.holder.kind === "administrator");
}

function sayKeys(changes: readonly SiteChange[], say: Start["say"]): void {
  for (const { name, secret, secrets, warnings = [] } of changes) {
    for (const warning of warnings) say(`${name}: ${warning}`);
    if (secret) say(`Key of ${name}, shown only now:\n\n  ${secret}\n`);
    for (const [of, text] of Object.entries(secrets ?? {})) say(`${of} of ${name}, shown only now:\n\n  ${text}\n`);
  }
}

async function makeAdministrator({ store, say }: Start): Promise<void> {
  const { key, hash } = makeApiKey(ADMINISTRATOR);
  say(`Administrator key, shown only now:\n\n  ${key}\n`);
  await store.admin.apply({ credentials: [{ id: ADMINISTRATOR, role: "administrator", apiKey: { hash } }] }, AT_START);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}

/** The calls with the demonstration's keys are kept beside its database, so that a later start can show them again. */
const CALLS = "demo-calls.txt";
const URL_MARK = "{url}";

async function makeDemonstration({ admin }: Store, calls: string): Promise<void> {
  const { site, keys } = demoSite();
  writeFileSync(calls, demoCalls(URL_MARK, keys), { mode: 0o600 });
  await admin.apply(site, AT_START);
}

/** A gateway that is set up for others keeps none of the demonstration's credentials; its tasks stay until they are closed. */
async function endDemonstration({ admin }: Store, calls: string): Promise<void> {
  await admin.apply({ remove: { credentials: DEMO_CREDENTIALS, mailboxes: [DEMO_MAILBOX] } }, AT_START);
  rmSync(calls, { force: true });
}
