// Connections to partners, kept for the next call and bounded in number. Every new one goes to an address the guard has judged;
// none is shared between hosts, ports or sets of addresses, and no setting of the environment (proxy, TLS) reaches them.
import { Agent as HttpAgent, type ClientRequestArgs } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect as connectTls } from "node:tls";
import type { Target } from "./guard.ts";
import { openTunnel, type ForwardProxy } from "./request-tunnel.ts";

export interface AgentLimits {
  /** Connections to one partner, and to all. */
  perHost: number;
  total: number;
}

export const AGENT_LIMITS: AgentLimits = { perHost: 64, total: 1024 };

/** Shorter than the idle time of common servers (5 s and more), so that a kept connection is seldom one they have just closed. */
const IDLE_MS = 4000;

/** What the agents read of a request beside what Node knows. */
export interface ConnectOptions {
  target: Target;
  /** Ends a connection under way with the call that asked for it. */
  signal: AbortSignal;
}

export interface Agents {
  http: HttpAgent;
  https: HttpsAgent;
  /** Closes the idle connections to a target. */
  dropIdle(target: Target): void;
  close(): void;
}

export interface AgentOptions {
  proxy: ForwardProxy | null;
  /** Certificate authorities (PEM) to trust beside none other; undefined for those Node trusts. */
  ca: readonly string[] | undefined;
  limits: AgentLimits;
}

type Made = (error: Error | null, stream: Duplex) => void;

/** Makes both agents. Certificates are always checked, and TLS is 1.2 at least (RFC 9325 section 3.1.1). */
export function createAgents({ proxy, ca, limits }: AgentOptions): Agents {
  const kept = { keepAlive: true, maxSockets: limits.perHost, maxFreeSockets: limits.perHost, maxTotalSockets: limits.total };
  const http = new HttpAgent({ ...kept, timeout: IDLE_MS });
  const trust = { rejectUnauthorized: true, minVersion: "TLSv1.2", ...(ca ? { ca: [...ca] } : {}) } as const;
  const https = new HttpsAgent({ ...kept, ...trust, timeout: IDLE_MS });
  for (const agent of [http, https]) {
    const nameOf = agent.getName.bind(agent);
    agent.getName = (options) => `${nameOf(options)}|${keyOf(connectOptions(options).target)}`;
  }
  if (proxy !== null) {
    http.createConnection = (options, made: Made = () => undefined) => tunnelled(proxy, options, made);
    https.createConnection = (options, made: Made = () => undefined) => {
      const open: Made = (error, stream) => (error ? made(error, stream) : encrypt(stream, { ...options, ...trust }, made));
      return tunnelled(proxy, options, open);
    };
  }
  return {
    http,
    https,
    dropIdle(target) {
      for (const agent of [http, https]) {
        const names = Object.keys(agent.freeSockets).filter((name) => name.endsWith(`|${keyOf(target)}`));
        for (const socket of names.flatMap((name) => agent.freeSockets[name] ?? [])) socket.destroy();
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

/** The options that send a new connection to the judged addresses, while TLS and the Host header keep the name. */
export function connectionTo(target: Target, signal: AbortSignal) {
  const own: ConnectOptions = { target, signal };
  return {
    host: target.host,
    port: target.port,
    lookup: lookupIn(target.addresses),
    // Server names of TLS are never addresses, and have no dot at their end (RFC 6066 section 3).
    servername: isIP(target.host) === 0 ? target.host.replace(/\.$/, "") : "",
    crossdesk: own,
  };
}

/** Stands where a name would be looked up a second time, and says what the guard has judged. Node tries several in turn. */
function lookupIn(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, options, done) => {
    const [first] = all;
    if (options.all) done(null, all);
    else done(null, first?.address ?? "", first?.family ?? 4);
  };
}

function connectOptions(options: unknown): ConnectOptions {
  return (options as { crossdesk: ConnectOptions }).crossdesk;
}

function keyOf({ host, port, addresses }: Target): string {
  return `${host}:${port}|${addresses.toSorted().join(",")}`;
}

function tunnelled(proxy: ForwardProxy, options: ClientRequestArgs, made: Made): undefined {
  const { target, signal } = connectOptions(options);
  openTunnel(proxy, target, signal).then(
    (socket) => made(null, socket),
    (error: Error) => made(error, undefined as never),
  );
}

function encrypt(socket: Duplex, options: ClientRequestArgs, made: Made): void {
  // The line is there already: whatever of the options would make Node open another must not get through.
  const { host, servername, ca, minVersion, rejectUnauthorized } = options as ConnectionOptions;
  const secure = connectTls({ host, servername, ca, minVersion, rejectUnauthorized, socket, ALPNProtocols: ["http/1.1"] });
  const failed = (error: Error): void => made(Object.assign(error, { handshake: true }), undefined as never);
  secure.once("error", failed).once("secureConnect", () => {
    secure.off("error", failed);
    made(null, secure);
  });
}
