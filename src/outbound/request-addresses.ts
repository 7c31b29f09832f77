// What kind of address an IP address is, by the IANA special-purpose registries (RFC 6890 and its updates, IPv6 by RFC 8190).
// It never looks anything up; what it cannot read it calls reserved.
import { isIP } from "node:net";

/**
 * `public` may be called. `inside` is a network of one's own, `host` this machine, `metadata` a service of a cloud that hands out
 * credentials, `disguise` an IPv6 address that carries an IPv4 address, `reserved` all else that no partner can have.
 */
export type AddressKind = "public" | "inside" | "host" | "metadata" | "disguise" | "reserved";

/** A range as numbers: all addresses of `family` whose first `bits` bits are those of `first`. */
export interface Range {
  family: 4 | 6;
  first: bigint;
  bits: number;
}

interface Address {
  family: 4 | 6;
  value: bigint;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** The first row that fits counts, so exceptions stand before the range they lie in. */
const TABLE: readonly (readonly [range: string, kind: AddressKind])[] = [
  // Metadata services: of most clouds, of Amazon's containers, Alibaba, Oracle (old), Azure (a public address); over IPv6.
  ["169.254.169.254/32", "metadata"],
  ["169.254.170.2/32", "metadata"],
  ["169.254.170.23/32", "metadata"],
  ["100.100.100.200/32", "metadata"],
  ["192.0.0.192/32", "metadata"],
  ["168.63.129.16/32", "metadata"],
  ["fd00:ec2::254/128", "metadata"],
  ["fd00:ec2::23/128", "metadata"],
  ["fd20:ce::254/128", "metadata"],
  ["0.0.0.0/8", "reserved"],
  ["10.0.0.0/8", "inside"],
  ["100.64.0.0/10", "inside"],
  ["127.0.0.0/8", "host"],
  ["169.254.0.0/16", "reserved"],
  ["172.16.0.0/12", "inside"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "reserved"],
  ["192.31.196.0/24", "reserved"],
  ["192.52.193.0/24", "reserved"],
  ["192.88.99.0/24", "reserved"],
  ["192.168.0.0/16", "inside"],
  ["192.175.48.0/24", "reserved"],
  ["198.18.0.0/15", "reserved"],
  ["198.51.100.0/24", "reserved"],
  ["203.0.113.0/24", "reserved"],
  ["224.0.0.0/4", "reserved"],
  ["240.0.0.0/4", "reserved"],
  ["0.0.0.0/0", "public"],
  ["::1/128", "host"],
  ["::/128", "reserved"],
  // IPv4-compatible (RFC 4291 section 2.5.5.1), -mapped (2.5.5.2), -translated (RFC 2765), NAT64 (RFC 6052, RFC 8215).
  ["::/96", "disguise"],
  ["::ffff:0:0/96", "disguise"],
  ["::ffff:0:0:0/96", "disguise"],
  ["64:ff9b::/96", "disguise"],
  ["64:ff9b:1::/48", "disguise"],
  // Teredo (RFC 4380) and 6to4 (RFC 3056), then the rest of the protocol assignments they lie beside.
  ["2001::/32", "disguise"],
  ["2002::/16", "disguise"],
  ["2001::/23", "reserved"],
  ["2001:db8::/32", "reserved"],
  ["2620:4f:8000::/48", "reserved"],
  ["3fff::/20", "reserved"],
  ["2000::/3", "public"],
  ["fc00::/7", "inside"],
  // Link-local, site-local, multicast, discard-only, segment routing, and all that was never given out.
  ["::/0", "reserved"],
];

const ROWS = TABLE.map(([range, kind]) => ({ range: mustParse(range), kind }));

/** Interface identifiers of ISATAP (RFC 5214 section 6.1): the IPv4 address follows in the last 32 bits. */
const ISATAP = [0x0000_5efen, 0x0200_5efen];

/** The kind of an address in text, with or without an IPv6 zone. */
export function kindOf(text: string): AddressKind {
  const address = parseAddress(text);
  if (address === null) return "reserved";
  const kind = ROWS.find(({ range }) => contains(range, address))?.kind ?? "reserved";
  if (kind !== "metadata" && address.family === 6 && ISATAP.includes((address.value >> 32n) & 0xffff_ffffn)) return "disguise";
  return kind;
}

/** Whether the address lies in the range. False for a text that is no address. */
export function isWithin(range: Range, text: string): boolean {
  const address = parseAddress(text);
  return address !== null && contains(range, address);
}

/** Reads an address or a CIDR range (RFC 4632); null for any other text, and when bits after the prefix are set. */
export function parseRange(text: string): Range | null {
  const [head = "", bits, ...rest] = text.split("/");
  const address = parseAddress(head);
  if (address === null || head.includes("%") || rest.length > 0) return null;
  const width = WIDTH[address.family];
  const count = bits === undefined ? width : Number(bits);
  if ((bits !== undefined && !/^\d{1,3}$/.test(bits)) || count > width) return null;
  const tail = BigInt(width - count);
  return (address.value >> tail) << tail === address.value ? { family: address.family, first: address.value, bits: count } : null;
}

function mustParse(text: string): Range {
  const range = parseRange(text);
  if (range === null) throw new Error(`not a range: ${text}`);
  return range;
}

function contains(range: Range, address: Address): boolean {
  const tail = BigInt(WIDTH[range.family] - range.bits);
  return range.family === address.family && range.first >> tail === address.value >> tail;
}

function parseAddress(text: string): Address | null {
  const bare = text.replace(/%.*$/s, "");
  const family = isIP(bare);
  if (family === 4) return { family: 4, value: fourBytes(bare) };
  return family === 6 ? { family: 6, value: sixteenBytes(bare) } : null;
}

function fourBytes(text: string): bigint {
  return text.split(".").reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
}

/** `text` is an IPv6 address that `isIP` has accepted, with or without dotted IPv4 at its end. */
function sixteenBytes(text: string): bigint {
  const dotted = /[^:]*\.[^:]*$/.exec(text)?.[0];
  const low = dotted === undefined ? 0n : fourBytes(dotted);
  const hex =
    dotted === undefined ? text : `${text.slice(0, -dotted.length)}${(low >> 16n).toString(16)}:${(low & 0xffffn).toString(16)}`;
  const [left = "", right] = hex.split("::", 2);
  const head = left === "" ? [] : left.split(":");
  const tail = right ? right.split(":") : [];
  const zeros = new Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...zeros, ...tail].reduce((sum, part) => sum * 65_536n + BigInt(`0x${part}`), 0n);
}
