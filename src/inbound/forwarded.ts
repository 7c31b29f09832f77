// What the headers of proxies say: `Forwarded` (RFC 7239) and those that came before it. Knows nothing of trust: whoever asks has made
// sure who wrote them.
import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** The most hops that are looked at. */
const MOST_HOPS = 20;

/** Stands for a hop whose address cannot be read. It is no address, so no network holds it and no proxy is known by it. */
export const UNREADABLE = "unknown";

/** IPv4 mapped into IPv6 as plain IPv4, and IPv6 in lower case, so that two ways of writing an address are one. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=[\d.]+$)/, "");
}

const NODE = /^(?:\[([0-9a-f:.]{2,45})\]|([\d.]{7,15}))(?::(?:\d{1,5}|_[\w.-]{1,100}))?$/i;

/**
 * The address in a node of RFC 7239, section 6, or of X-Forwarded-For, where some proxies write ports and brackets too. `unknown` and
 * obfuscated identifiers (sections 6.2 and 6.3) are unreadable.
 */
function addressOfNode(node: string): string {
  if (isIP(node) !== 0) return plainAddress(node);
  const [, six = "", four = ""] = NODE.exec(node) ?? [];
  return isIP(six) === 6 || isIP(four) === 4 ? plainAddress(six || four) : UNREADABLE;
}

/** One element of `Forwarded`, by the name of its parameters in lower case; empty when it cannot be read. */
export type Element = ReadonlyMap<string, string>;

/** The elements of `Forwarded`, the nearest proxy's last; none without the header. */
export function elementsOf({ forwarded }: IncomingHttpHeaders): Element[] {
  if (forwarded === undefined) return [];
  // Where a quote stays open nobody can tell what a proxy wrote and what the client began.
  const elements = splitOutsideQuotes(forwarded, ",")?.slice(-MOST_HOPS);
  return elements?.map(elementOf) ?? [new Map()];
}

const PAIR = /^([!#$%&'*+.^_`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))$/;

/** Section 4: no parameter stands twice in an element. One that does may be a Host the client made up, so nothing of it counts. */
function elementOf(text: string): Element {
  const element = new Map<string, string>();
  for (const pair of splitOutsideQuotes(text, ";") ?? []) {
    if (pair.trim() === "") continue;
    const [, name, quoted, bare = ""] = PAIR.exec(pair.trim()) ?? [];
    if (name === undefined || element.has(name.toLowerCase())) return new Map();
    element.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? bare);
  }
  return element;
}

/** Null when a quote stays open. */
function splitOutsideQuotes(text: string, separator: string): string[] | null {
  const parts: string[] = [];
  let [start, isQuoted] = [0, false];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted && character === "\\") index += 1;
    else if (!isQuoted && character === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  return isQuoted ? null : [...parts, text.slice(start)];
}

/** The values of a header that is a plain list, the nearest proxy's last. */
export function listOf(header: string | string[] | undefined): string[] {
  if (header === undefined) return [];
  const values = String(header).split(",").slice(-MOST_HOPS);
  return values.map((one) => one.trim());
}

/**
 * The addresses the request came from hop by hop, the nearest last, by each header that tells any: `Forwarded` first. One that leaves
 * out `for` leaves that to X-Forwarded-For.
 */
export function chainsOf(headers: IncomingHttpHeaders): string[][] {
  const elements = elementsOf(headers);
  const forwarded = elements.map((element) => addressOfNode(element.get("for") ?? ""));
  const before = listOf(headers["x-forwarded-for"]).map(addressOfNode);
  const tellsFor = before.length === 0 || elements.some((element) => element.has("for") || element.size === 0);
  return [tellsFor ? forwarded : [], before].filter((chain) => chain.length > 0);
}
