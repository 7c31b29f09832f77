// Checks of what a gateway stands on: settings, database, disk, clocks, key.
import { statfs } from "node:fs/promises";
import { isIP } from "node:net";
import { type Finding, ok, type Patient, sayError, warning, wrong } from "./finding.ts";

/** Addresses, and what a proxy before the gateway needs. */
export function addresses({ settings: { host, publicUrl, trustedProxies } }: Patient): Finding[] {
  const local = host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
  if (publicUrl === "")
    return [
      local
        ? ok("addresses", `it listens on ${host}, for this machine alone`)
        : warning(
            "addresses",
            "CROSSDESK_PUBLIC_URL is not set: WSDL and sheets name the address a caller used. Set it to the one partners use",
          ),
    ];
  if (!URL.canParse(publicUrl)) return [wrong("addresses", `CROSSDESK_PUBLIC_URL is no address: ${publicUrl}`)];
  const behindProxy = new URL(publicUrl).protocol === "https:";
  if (behindProxy && trustedProxies.length === 0)
    return [
      warning(
        "addresses",
        "partners come by https, so a proxy stands before the gateway: name it in CROSSDESK_TRUSTED_PROXIES, or every caller has its address",
      ),
    ];
  if (!behindProxy && !local)
    return [warning("addresses", "CROSSDESK_PUBLIC_URL is not https: credentials cross the network in the clear")];
  return [ok("addresses", `partners use ${publicUrl}`)];
}

/** The database's version and the settings its promises depend on. */
export function durability({ database }: Patient): Finding[] {
  if (database === null) return [];
  return [
    ok("database", database.version),
    ...database.durability.map(({ name, value, wrong: says }) =>
      says === null ? ok("durability", `${name} is ${value}`) : wrong("durability", `${name} is ${value}: ${says}`),
    ),
  ];
}

/** Whether the database has the form this version knows. */
export async function migrations({ database }: Patient): Promise<Finding[]> {
  if (database === null) return [];
  try {
    const { missing, strange } = await database.migrations();
    if (strange.length > 0)
      return [
        wrong(
          "migrations",
          `a newer version has set the database up (${strange.join(", ")}): start that version, or restore a backup`,
        ),
      ];
    return [
      missing.length === 0
        ? ok("migrations", "all done")
        : warning("migrations", `the next start does ${missing.join(", ")}: back up before`),
    ];
  } catch (error) {
    return [wrong("migrations", `the database was never set up by a gateway (${sayError(error)}): crossdesk start does it`)];
  }
}

/** The secret key, and whether it opens what is sealed. */
export async function secretKey({ database, settings, site }: Patient): Promise<Finding[]> {
  if (database === null) return [];
  const state = database.key(settings.secretKey);
  if (state.open) return [wrong("secret key", `others than its owner may read ${state.says}: chmod 600`)];
  if (site !== null)
    return [
      state.key === null
        ? ok("secret key", "none yet, and nothing is sealed")
        : ok("secret key", `${state.says} opens what is sealed`),
    ];
  try {
    await database.site(settings.secretKey);
    return [];
  } catch (error) {
    return [
      wrong(
        "secret key",
        `${sayError(error).replace(/\.$/, "")}: set the key this database was used with, or enter passwords and secrets anew`,
      ),
    ];
  }
}

const LITTLE_BYTES = 2 * 1024 ** 3;
const LEAST_BYTES = 256 * 1024 ** 2;

/** Room for the database. */
export async function disk({ database }: Patient): Promise<Finding[]> {
  if (!database?.folder) return [];
  const { bavail, bsize } = await statfs(database.folder);
  const free = bavail * bsize;
  const says = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${database.folder}`;
  if (free < LEAST_BYTES) return [wrong("disk", `${says}: make room, or calls will be answered "busy"`)];
  return [free < LITTLE_BYTES ? warning("disk", `${says}: make room soon`) : ok("disk", says)];
}

const SKEW_MS = 2000;

/** Clocks that differ make keys and nonces expire too early or too late. */
export async function clocks({ database, gateway, signal }: Patient): Promise<Finding[]> {
  const found: Finding[] = [];
  if (database?.clock != null) found.push(skew("the database", database.clock, Date.now()));
  if (gateway !== null) found.push(await gatewayClock(gateway, signal));
  return found;
}

async function gatewayClock(url: URL, signal: AbortSignal): Promise<Finding> {
  try {
    const sent = Date.now();
    const answer = await fetch(new URL("/healthz", url), { signal: AbortSignal.any([signal, AbortSignal.timeout(5000)]) });
    await answer.body?.cancel();
    const date = Date.parse(answer.headers.get("date") ?? "");
    // The header has whole seconds.
    return Number.isNaN(date)
      ? warning("clocks", `${url.origin} tells no time`)
      : skew(url.origin, date + 500, (sent + Date.now()) / 2);
  } catch (error) {
    return wrong(
      "clocks",
      `${url.origin} cannot be reached: ${sayError(error instanceof Error ? (error.cause ?? error) : error)}`,
    );
  }
}

function skew(of: string, theirs: number, ours: number): Finding {
  const seconds = Math.abs(theirs - ours) / 1000;
  if (seconds * 1000 <= SKEW_MS) return ok("clocks", `this machine and ${of} agree`);
  return wrong("clocks", `this machine and ${of} differ by ${seconds.toFixed(1)} s: keep both by NTP`);
}
