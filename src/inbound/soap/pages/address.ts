// The address a service is published at: as set, else as a trusted proxy says, else as the request was sent. Never takes the word of a
// proxy that is not trusted, and never gives what is no plain address.
import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import { createRange } from "../../address.ts";
import { chainsOf, elementsOf, listOf, plainAddress } from "../../forwarded.ts";

/** Gives scheme, host and what stands before the gateway's own paths, without a slash at the end; null when there is no usable host. */
export type PublishedBase = (request: IncomingMessage) => string | null;

export interface AddressOptions {
  /** Address partners use, such as `https://desk.example.com`; null takes it from the request. */
  publicUrl: string | null;
  /** Addresses and CIDR ranges of proxies in front. */
  trustedProxies?: readonly string[];
}

/** What is known of how the client called. */
interface Called {
  scheme: string;
  host: string;
}

const HOST = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const PREFIX = /^(?:\/[A-Za-z0-9._~-]{1,100}){1,10}\/?$/;

/** Makes the reading of the published address. */
export function createPublishedBase({ publicUrl, trustedProxies = [] }: AddressOptions): PublishedBase {
  if (publicUrl !== null) {
    const base = publicUrl.replace(/\/+$/, "");
    return () => base;
  }
  const isTrusted = createRange(trustedProxies);
  return (request) => {
    const { headers, socket } = request;
    const sent: Called = { scheme: (socket as TLSSocket).encrypted ? "https" : "http", host: headers.host ?? "" };
    if (!isTrusted(plainAddress(socket.remoteAddress ?? ""))) return baseOf(sent, "");
    const hops = hopsOf(request, isTrusted);
    return baseOf(byForwarded(request, hops, sent) ?? byOwnHeaders(request, hops, sent), prefixOf(request, hops));
  };
}

function baseOf({ scheme, host }: Called, prefix: string): string | null {
  return HOST.test(host) ? `${scheme}://${host}${prefix}` : null;
}

/** How many proxies of ours the request came through: as far as each was called by another that is trusted. */
function hopsOf({ headers }: IncomingMessage, isTrusted: (address: string) => boolean): number {
  const [chain = []] = chainsOf(headers);
  const client = chain.findLastIndex((address) => !isTrusted(address));
  return chain.length - client;
}

/** What a header says at the outermost proxy of ours: each writes behind what is there, or instead of it. */
function at<T>(list: readonly T[], hops: number): T | undefined {
  return list[Math.max(0, list.length - hops)];
}

/** RFC 7239. */
function byForwarded({ headers }: IncomingMessage, hops: number, sent: Called): Called | null {
  const list = elementsOf(headers);
  const outermost = at(list, hops);
  const host = outermost?.get("host") ?? "";
  const scheme = outermost?.get("proto")?.toLowerCase() ?? "";
  if (!HOST.test(host) && !isScheme(scheme)) return null;
  return { host: HOST.test(host) ? host : sent.host, scheme: isScheme(scheme) ? scheme : sent.scheme };
}

/** The headers that came before RFC 7239. */
function byOwnHeaders({ headers }: IncomingMessage, hops: number, sent: Called): Called {
  const read = (name: string): string => at(listOf(headers[name]), hops) ?? "";
  const [given, proto, port] = [read("x-forwarded-host"), read("x-forwarded-proto").toLowerCase(), read("x-forwarded-port")];
  const host = HOST.test(given) ? given : sent.host;
  const scheme = isScheme(proto) ? proto : sent.scheme;
  // A port that stands in the host the client asked for is the one it used.
  return { scheme, host: /:\d+$/.test(given) ? host : withPort(host, port, scheme) };
}

function withPort(host: string, port: string, scheme: string): string {
  if (!/^\d{1,5}$/.test(port)) return host;
  const bare = host.replace(/:\d+$/, "");
  return port === (scheme === "https" ? "443" : "80") ? bare : `${bare}:${port}`;
}

const isScheme = (text: string): boolean => text === "http" || text === "https";

function prefixOf({ headers }: IncomingMessage, hops: number): string {
  const prefix = at(listOf(headers["x-forwarded-prefix"]), hops) ?? "";
  return PREFIX.test(prefix) ? prefix.replace(/\/$/, "") : "";
}
