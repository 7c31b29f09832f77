// Whose address a request came from. Words of a forwarding header count only when a trusted proxy wrote them.
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";
import { chainsOf, plainAddress, UNREADABLE } from "./forwarded.ts";

/** Gives the client's address, IPv4 mapped into IPv6 as plain IPv4; `unknown` when it cannot be read, empty when the socket is gone. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * Reads the client's address. `trusted` are addresses and CIDR ranges of proxies in front; throws on any other text. Where a proxy's
 * words name no address it is `unknown`, never the proxy's own: that would open the networks that hold it, and throttle all for one.
 */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  const isTrusted = createRange(trusted);
  return ({ socket, headers }) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    if (trusted.length === 0 || !isTrusted(address)) return address;
    const [told = address, ...others] = chainsOf(headers).map((chain) => clientIn(chain, isTrusted));
    // A proxy mostly writes one of the headers and passes the other on unseen: of two that differ, one is the client's own.
    return others.every((other) => other === told) ? told : UNREADABLE;
  };
}

/** From the nearest hop outwards: the first that is not a proxy of ours is as far as anybody's word can be taken. */
function clientIn(chain: readonly string[], isTrusted: (address: string) => boolean): string | undefined {
  return chain.findLast((hop) => !isTrusted(hop)) ?? chain[0];
}

/** Makes a test whether an address is one of the given addresses and CIDR ranges. Throws on any other text. */
export function createRange(entries: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const entry of entries) addEntry(list, entry);
  return (address) => isIP(address) !== 0 && list.check(address, familyOf(address));
}

function addEntry(list: BlockList, entry: string): void {
  const [address = "", bits, ...rest] = entry.trim().split("/");
  const most = isIP(address) === 6 ? 128 : 32;
  if (isIP(address) === 0 || rest.length > 0) throw new Error(`not an address or range: ${entry}`);
  if (bits === undefined) {
    list.addAddress(address, familyOf(address));
    return;
  }
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) throw new Error(`not an address or range: ${entry}`);
  list.addSubnet(address, Number(bits), familyOf(address));
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

const FORWARDING = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"];

/** Whether any proxy says that it passed the request on. */
export function isForwarded(request: IncomingMessage): boolean {
  return FORWARDING.some((name) => request.headers[name] !== undefined);
}

/** What stands for a client when its failures are counted: the address, of IPv6 the /64 that one client usually has whole. */
export function clientKey(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail] = address.toLowerCase().split("%", 1)[0]?.split("::", 2) ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? [] : new Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0");
  return [...left, ...zeros, ...right].slice(0, 4).join(":");
}
