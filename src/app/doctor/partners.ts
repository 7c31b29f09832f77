// Checks of what a gateway is set up for: site, mailboxes, SOAP contracts, partners' systems.
import { lookup } from "node:dns/promises";
import { openSession } from "../../inbound/email/session.ts";
import { troubleText } from "../../inbound/email/trouble.ts";
import { loadContracts } from "../../inbound/soap/contract/folder.ts";
import { systemClock } from "../../lib/clock.ts";
import { createMailToken } from "../../outbound/auth/mail-token.ts";
import { createTokens, type Tokens } from "../../outbound/auth/token.ts";
import { createGuard } from "../../outbound/guard.ts";
import { createRequester } from "../../outbound/request.ts";
import { systemResolve } from "../../outbound/request-dns.ts";
import type { Mailbox } from "../../store/site.ts";
import { withWarnings } from "../../store/site-warnings.ts";
import { contractsFolder } from "../contracts.ts";
import { type Finding, ok, type Patient, sayError, warning, wrong } from "./finding.ts";

/** Names that lead nowhere, and providers nobody can come in as. */
export function site({ site }: Patient): Finding[] {
  if (site === null) return [];
  const changes = [...site.groups.keys()].map((name) => ({ kind: "groups", name, change: "changed" }) as const);
  const more = [...site.mappings.keys()].map((name) => ({ kind: "mappings", name, change: "changed" }) as const);
  const said = withWarnings([...changes, ...more], { ...site, credentials: [] });
  const found = said.flatMap(({ kind, name, warnings = [] }) =>
    warnings.map((says) => warning("site", `${kind === "groups" ? "group" : "mapping"} ${name}: ${says}`)),
  );
  const heard = new Set(
    [...site.credentials.values()].flatMap(({ holder }) => (holder.kind === "provider" ? [holder.provider] : [])),
  );
  for (const name of site.providers.keys())
    if (!heard.has(name)) found.push(warning("site", `provider ${name}: no credentials, so it cannot call or write`));
  const counts = `${site.providers.size} providers, ${site.groups.size} groups, ${site.systems.size} Systems, ${site.mappings.size} mappings`;
  return found.length === 0 ? [ok("site", counts)] : found;
}

/** The contracts partners call, read as at start. */
export function contracts({ settings }: Patient): Finding[] {
  try {
    const read = loadContracts(contractsFolder(settings), settings.soapNamespace);
    return read.map(({ name, path, operations }) => ok("SOAP contract", `${name}: ${operations.length} operations at ${path}`));
  } catch (error) {
    return [wrong("SOAP contract", `${sayError(error)} The gateway does not start with it`)];
  }
}

const MAILBOX_MS = 15_000;

/** Connects, logs in and opens the folder of each mailbox. */
export async function mailboxes({ site, signal, settings }: Patient): Promise<Finding[]> {
  const read = [...(site?.mailboxes.values() ?? [])].filter(({ host }) => host !== null);
  const guard = createGuard({ resolve: systemResolve, allow: settings.outgoingAllow });
  const requester = createRequester({ guard, proxy: settings.outgoingProxy || null });
  const tokens = createTokens({ requester, clock: systemClock });
  try {
    return await Promise.all(read.map((mailbox) => oneMailbox(mailbox, tokens, signal)));
  } finally {
    tokens.close();
    requester.close();
  }
}

const NOTHING = { news: () => undefined, idleEnded: () => undefined, lost: () => undefined };

async function oneMailbox(mailbox: Mailbox, tokens: Tokens, stopped: AbortSignal): Promise<Finding> {
  const { name, oauth2 } = mailbox;
  const place = `${name}: ${mailbox.user} at ${mailbox.host}:${mailbox.port}, folder ${mailbox.folder}`;
  // Whoever uses a refresh token may get another in its place, which only the gateway keeps.
  if (oauth2?.refreshToken)
    return warning("mailbox", `${place}: not tried, as only the gateway uses its refresh token; see GET /v1/mailboxes`);
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(MAILBOX_MS)]);
  const never = { refreshToken: async () => "", replaced: async () => undefined };
  const access = oauth2 ? { accessToken: createMailToken(tokens, { mailbox: name, oauth2, ...never }) } : {};
  try {
    const session = await openSession({ mailbox, events: NOTHING, signal, ...access });
    session.abandon();
    return ok("mailbox", place);
  } catch (error) {
    return wrong("mailbox", `${place}: ${troubleText(error, mailbox)}`);
  }
}

const CALL_MS = 10_000;

/** Whether partners' systems have an address; with `call` whether something answers there. No credentials are sent. */
export async function systems({ site, call, signal }: Patient): Promise<Finding[]> {
  const places = [...(site?.systems.values() ?? [])].flatMap(({ name, active, apis }) =>
    active ? Object.entries(apis).flatMap(([api, of]) => hostOf(of).map((url) => ({ name: `${name} ${api}`, url }))) : [],
  );
  return Promise.all(places.map((place) => oneSystem(place, call, signal)));
}

/** An address with place-holders in its host is known only when something is sent. */
function hostOf(api: object): URL[] {
  const text = "url" in api ? String(api.url) : "";
  return URL.canParse(text) && !/[{}#]/.test(new URL(text).host) ? [new URL(text)] : [];
}

async function oneSystem({ name, url }: { name: string; url: URL }, call: boolean, signal: AbortSignal): Promise<Finding> {
  try {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    await lookup(host);
    if (!call) return ok("system", `${name}: ${host} has an address`);
    const answer = await fetch(url.origin, {
      method: "HEAD",
      redirect: "manual",
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]),
    });
    return ok("system", `${name}: ${url.origin} answers (${answer.status})`);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return wrong("system", `${name}: ${url.origin} cannot be reached: ${sayError(cause)}`);
  }
}
