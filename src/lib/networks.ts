// Networks written as addresses and CIDR ranges (RFC 4632, RFC 4291 section 2.3), as intervals of numbers that can be compared.
import { isIP } from "node:net";

/** A range of addresses. IPv4 addresses stand where IPv6 has them (`::ffff:0:0/96`), so that one order holds for all. */
export interface Network {
  family: 4 | 6;
  /** Length of the prefix within its family. */
  bits: number;
  first: bigint;
  last: bigint;
}

const MAPPED = 0xffffn << 32n;
const WIDTH = { 4: 32, 6: 128 } as const;

/** Reads `203.0.113.7`, `203.0.113.0/24` or `2001:db8::/48`; null for any other text, also with a zone or a port. */
export function parseNetwork(text: string): Network | null {
  const [address = "", given, ...rest] = text.split("/");
  const family = isIP(address) as 0 | 4 | 6;
  if (family === 0 || address.includes("%") || rest.length > 0) return null;
  if (given !== undefined && !/^(0|[1-9]\d{0,2})$/.test(given)) return null;
  const bits = Number(given ?? WIDTH[family]);
  if (bits > WIDTH[family]) return null;
  const size = 1n << BigInt(WIDTH[family] - bits);
  const at = family === 4 ? MAPPED + ofIPv4(address) : ofIPv6(address);
  const first = at - (at % size);
  return { family, bits, first, last: first + size - 1n };
}

function ofIPv4(address: string): bigint {
  return address.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function ofIPv6(address: string): bigint {
  // A URL's host is written in groups alone, an IPv4 tail too (WHATWG URL, "IPv6 serializer").
  const [head = "", tail] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split("::", 2);
  const left = head === "" ? [] : head.split(":");
  const right = tail ? tail.split(":") : [];
  const zeros = new Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...zeros, ...right].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

/** Whether an IPv6 range holds addresses that are IPv4 ones (RFC 4291 section 2.5.5.2). */
export function holdsIPv4({ family, first, last }: Network): boolean {
  return family === 6 && first <= MAPPED + 0xffff_ffffn && last >= MAPPED;
}

/** Two of the ranges that share an address and have different owners, or null. In the order of their addresses. */
export function findOverlap<T extends Network & { owner: string }>(networks: readonly T[]): [T, T] | null {
  // Ranges of this kind are apart or one inside the other, so what is still open when the next begins encloses it.
  const open: T[] = [];
  const order = networks.toSorted((one, other) => compare(one.first, other.first) || compare(other.last, one.last));
  for (const network of order) {
    while (open.length > 0 && (open.at(-1) as T).last < network.first) open.pop();
    const around = open.at(-1);
    if (around && around.owner !== network.owner) return [around, network];
    open.push(network);
  }
  return null;
}

function compare(one: bigint, other: bigint): number {
  return one < other ? -1 : Number(one > other);
}
