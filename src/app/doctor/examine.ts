// Examines an installation beside its running gateway: every check there is, in order. It changes nothing.
import type { Settings } from "../../settings.ts";
import { inspect } from "../../store/dialect.ts";
import type { Inspection } from "../../store/inspect.ts";
import type { Site } from "../../store/site.ts";
import { type Check, type Finding, type Patient, sayError, wrong } from "./finding.ts";
import { addresses, clocks, disk, durability, migrations, secretKey } from "./ground.ts";
import { contracts, mailboxes, site, systems } from "./partners.ts";

const CHECKS: readonly Check[] = [
  addresses,
  durability,
  migrations,
  secretKey,
  disk,
  clocks,
  site,
  contracts,
  mailboxes,
  systems,
];

/** Gives each finding as soon as it is there. */
export async function* examine(
  settings: Settings,
  options: Pick<Patient, "gateway" | "call" | "signal">,
): AsyncGenerator<Finding> {
  const { database, found } = await reach(settings);
  yield* found;
  try {
    const patient: Patient = { settings, database, site: await siteOf(settings, database), ...options };
    for (const check of CHECKS) {
      if (options.signal.aborted) return;
      yield* await check(patient);
    }
  } finally {
    await database?.close();
  }
}

async function reach({ databaseUrl }: Settings): Promise<{ database: Inspection | null; found: Finding[] }> {
  try {
    return { database: await inspect(databaseUrl), found: [] };
  } catch (error) {
    return { database: null, found: [wrong("database", sayError(error))] };
  }
}

/** The site with all secrets opened; null when that fails, which the check of the key explains. */
function siteOf({ secretKey: key }: Settings, database: Inspection | null): Promise<Site | null> {
  return database === null ? Promise.resolve(null) : database.site(key).catch(() => null);
}
