// Whose address a request came from. Words of a forwarding header count only when a trusted proxy wrote them.
import type { IncomingMessage } from "node:http";
import { BlockList, isIP } from "node:net";

/** Gives the client's address, IPv4 mapped into IPv6 as plain IPv4; empty when the socket is gone already. */
export type ClientAddress = (request: IncomingMessage) => string;

/** The most hops of X-Forwarded-For that are looked at. */
const MOST_HOPS = 20;

/** Reads the client's address. `trusted` are addresses and CIDR ranges of proxies in front; throws on any other text. */
export function createClientAddress(trusted: readonly string[]): ClientAddress {
  if (trusted.length === 0) return (request) => plain(request.socket.remoteAddress ?? "");
  const isTrusted = createRange(trusted);
  return (request) => {
    let address = plain(request.socket.remoteAddress ?? "");
    const header = request.headers["x-forwarded-for"];
    if (typeof header !== "string" || !isTrusted(address)) return address;
    // From the nearest hop outwards: the first that is not a proxy of ours is as far as anybody's word can be taken.
    for (const hop of header.split(",").slice(-MOST_HOPS).reverse()) {
      const next = plain(hop.trim());
      if (isIP(next) === 0) return address;
      address = next;
      if (!isTrusted(address)) return address;
    }
    return address;
  };
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

function plain(address: string): string {
  return address.startsWith("::ffff:") && address.includes(".") ? address.slice(7) : address;
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
