// Builds the outgoing way: the fan-out, and for each System its loop with renderer and transports. Nothing runs before `follow`.
import { randomBytes } from "node:crypto";
import type { AppOptions } from "../app.ts";
import { contractsFolder } from "./contracts.ts";
import { alertName } from "../core/commands/report-alert.ts";
import { Failure } from "../core/errors.ts";
import type { Door } from "../core/ports.ts";
import { drawId } from "../lib/ids.ts";
import { errorText, type Log } from "../lib/log.ts";
import type { TokenKey } from "../lib/reply-token.ts";
import { startAlerts } from "../outbound/alerts.ts";
import { createAuth } from "../outbound/auth/auth.ts";
import { createSystemToken } from "../outbound/auth/mail-token.ts";
import { createTokens, type Tokens } from "../outbound/auth/token.ts";
import { nextDue } from "../outbound/backoff.ts";
import type { Tried } from "../outbound/carry.ts";
import { type Lease, startDeliveries } from "../outbound/deliver.ts";
import { startFanout } from "../outbound/fanout.ts";
import { filesFor } from "../outbound/files.ts";
import { createGuard } from "../outbound/guard.ts";
import { makeRenderInput } from "../outbound/input.ts";
import { createOutgoing, type Outgoing } from "../outbound/outgoing.ts";
import { createRequester } from "../outbound/request.ts";
import { rememberLookups, systemResolve } from "../outbound/request-dns.ts";
import { applyLimits } from "../outbound/render/limits.ts";
import { createRendererPool } from "../outbound/render/renderer.ts";
import { createSecretKeeper } from "../outbound/secrets.ts";
import { createEmailTransport, MAIL_PORTS } from "../outbound/transports/email.ts";
import { createRestTransport } from "../outbound/transports/rest.ts";
import { openWsdlFolder } from "../outbound/transports/soap-wsdl.ts";
import { createSoapTransport } from "../outbound/transports/soap.ts";
import type { Worker } from "../lib/worker.ts";
import type { TryTools } from "../outbound/try.ts";
import { type Clock, createSteadyClock } from "../lib/clock.ts";
import type { ApiDefinition, System } from "../store/outgoing.ts";
import type { Settings } from "../settings.ts";
import type { Store } from "../store/store.ts";
import { countTry, type Meters } from "./metrics.ts";

const FANOUT = "fan-out";
const ALERTS = "alerts";
const leaseOf = (system: string): string => `deliveries ${system}`;
const LEASE_MS = 15_000;
const PATIENCE_MARGIN_MS = 1000;
const NEVER = { at: Number.NEGATIVE_INFINITY, elapsed: Number.NEGATIVE_INFINITY };

/** What is wrong with an API definition that its shape does not show: a WSDL that is not there, or lacks the operation. */
export function createApiCheck(settings: Settings): (api: ApiDefinition) => Promise<string | null> {
  const folder = openWsdlFolder(contractsFolder(settings));
  return async (api) => {
    if (api.kind !== "soap") return null;
    return folder.operation(api.wsdl, api.operation).then(
      () => null,
      (error: unknown) => (error instanceof Failure ? (error.detail ?? error.message) : errorText(error)),
    );
  };
}

/** What the outgoing way is made of and gives to others. */
export interface OutgoingParts {
  outgoing: Outgoing;
  /** What renders and sends for a System; its renderer ends with `close` of the tools. */
  toolsOf(system: System): TryTools;
  /** Access tokens for mail servers. */
  tokens: Tokens;
  /** Starts the loops, now and whenever the site changes. */
  follow(): void;
  /** Ends all of it; requests under way may go on for `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

interface Options extends Pick<AppOptions, "settings" | "log"> {
  clock: Clock;
  meters: Meters;
  tokenKey: TokenKey;
}

export function createOutgoingParts(
  { settings, log, clock, meters, tokenKey }: Options,
  store: Store,
  door: Door,
): OutgoingParts {
  const resolve = rememberLookups(systemResolve, clock);
  const guard = createGuard({ resolve, allow: settings.outgoingAllow });
  const mailGuard = createGuard({ resolve, allow: settings.outgoingAllow, ports: MAIL_PORTS });
  const requester = createRequester({ guard, proxy: settings.outgoingProxy || null });
  const auth = createAuth({ requester, clock });
  const tokens = createTokens({ requester, clock });
  const transports = {
    rest: createRestTransport({ requester, auth, clock }),
    soap: createSoapTransport({ folder: contractsFolder(settings), requester, auth, clock, random: randomBytes }),
    email: createEmailTransport({ checkHost: mailGuard.checkHost, tokenKey, clock, accessToken: createSystemToken(tokens) }),
  };
  const keeper = createSecretKeeper(randomBytes(16).toString("hex"));
  const renderers = createRendererPool();
  const toolsOf = (system: System): TryTools => ({
    system,
    renderer: renderers.renderer(),
    transports,
    prepare: (event) => ({ input: makeRenderInput(event, system, keeper.marker), secrets: keeper.of(system) }),
    fit: applyLimits,
    attachments: (event, whole) => filesFor(store.attachments, { event, system, whole }),
  });
  const work = { store, door, log, clock, dueClock: createSteadyClock(clock), meters };
  const outgoing: Outgoing = createOutgoing(
    () => fanoutOf(work, (systems) => outgoing.wakeSystems(systems)),
    (system) => deliveriesOf(work, toolsOf(system)),
  );
  let alerts: Worker | undefined;
  return {
    outgoing,
    toolsOf,
    tokens,
    follow() {
      alerts = alertsOf(work);
      outgoing.follow(store.site());
      store.onSite((site) => outgoing.follow(site));
      store.onCommit(outgoing.wake);
    },
    async stop(graceMs) {
      await alerts?.stop();
      await outgoing.stop(graceMs);
      for (const one of Object.values(transports)) await one.close();
      auth.close();
      tokens.close();
      requester.close();
      await releaseAll(store);
    },
  };
}

interface Work {
  store: Store;
  door: Door;
  log: Log;
  clock: Clock;
  dueClock: Clock;
  meters: Meters;
}

/** Lets another process take the work over at once. Where the store is out of reach a lease ends by itself. */
async function releaseAll({ shared, leases, site }: Store): Promise<void> {
  const names = shared ? [FANOUT, ALERTS, ...[...site().systems.keys()].map(leaseOf)] : [];
  for (const name of names) await leases.release(name).catch(() => undefined);
}

/** A lease that is asked for only when a third of its time is over; a single process needs none. */
function leaseFor({ store, clock }: Work, name: string): Lease | undefined {
  if (!store.shared) return undefined;
  let since = NEVER;
  // By two clocks: one may be set, the other stands still while the machine sleeps.
  const isWithin = (ms: number): boolean => {
    const [byClock, elapsed] = [clock() - since.at, performance.now() - since.elapsed];
    return byClock >= 0 && byClock < ms && elapsed < ms;
  };
  return {
    async take() {
      if (isWithin(LEASE_MS / 3)) return true;
      const asked = { at: clock(), elapsed: performance.now() };
      const mine = await store.leases.take(name, LEASE_MS);
      since = mine ? asked : NEVER;
      return mine;
    },
    holds: () => isWithin(LEASE_MS),
  };
}

function heldLease(work: Work, name: string): { lease?: () => Promise<boolean> } {
  const lease = leaseFor(work, name);
  return lease ? { lease: lease.take } : {};
}

function fanoutOf(work: Work, onDeliveries: (systems: ReadonlySet<string>) => void) {
  const { store, door, log } = work;
  return startFanout({
    ...{ door, views: store.outgoing, site: store.site, drawId, onDeliveries },
    ...heldLease(work, FANOUT),
    onError: (error) => log("error", "fanout.failed", { error: errorText(error) }),
  });
}

function alertsOf(work: Work): Worker {
  const { store, door, log, clock } = work;
  return startAlerts({
    ...{ door, clock, views: store.alerts, rules: () => store.site().alerts },
    mailboxes: () => [...store.site().mailboxes.values()].filter(({ host }) => host !== null),
    ...heldLease(work, ALERTS),
    onReport: ({ state, alert, says }) => log("warn", `alert.${state}`, { alert: alertName(alert), says }),
    onError: (error) => log("error", "alerts.failed", { error: errorText(error) }),
  });
}

function deliveriesOf(work: Work, tools: TryTools) {
  const { store, door, log, clock, dueClock, meters } = work;
  const { system } = tools;
  const lease = leaseFor(work, leaseOf(system.name));
  const worker = startDeliveries({
    ...{ tools, door, clock, dueClock, views: store.outgoing },
    mappings: () => store.site().mappings,
    nextDue: (tries, retryAfterMs) =>
      nextDue({ tries, now: dueClock(), rules: system.delivery, retryAfterMs, random: Math.random }),
    ...(lease ? { lease } : {}),
    onTried(tried) {
      countTry(meters, tried);
      logTry(log, tried);
    },
    onError: (error) => log("error", "delivery.failed", { system: system.name, error: errorText(error) }),
  });
  return { worker, patienceMs: system.delivery.timeoutMs + PATIENCE_MARGIN_MS, close: () => tools.renderer.close() };
}

/** The one line of a try. */
function logTry(log: Log, { delivery, event, end, ms }: Tried): void {
  const { key, system, mapping, attempts } = delivery;
  log(end.state === "rejected" ? "warn" : "info", "delivery.tried", {
    ...{ delivery: key, system, provider: event.provider ?? undefined, mapping, task: event.task?.number, eventId: event.id },
    ...{ try: attempts + 1, state: end.state, code: end.code, ms: Math.round(ms * 100) / 100 },
  });
}
