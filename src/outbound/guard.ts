// Decides which addresses may be called. A name is looked up once, every address it has is judged, and what comes out is what
// is connected to; it never connects and never follows anything itself.
import { isIP } from "node:net";
import { type AddressKind, isWithin, kindOf, parseRange, type Range } from "./request-addresses.ts";
import type { Resolve } from "./request-dns.ts";

/** A target that may be called. `addresses` were all judged; connect to these and nothing else. */
export interface Target {
  ok: true;
  /** Host name in ASCII, or an address without brackets. */
  host: string;
  port: number;
  addresses: readonly string[];
}

/** `forbidden_address` and `invalid_url` will not change by themselves, `dns` may. `detail` names host and port only. */
export interface Refused {
  ok: false;
  code: "forbidden_address" | "invalid_url" | "dns";
  detail: string;
}

export interface Guard {
  /** Judges the target of an http or https URL. Never rejects. */
  check(url: string): Promise<Target | Refused>;
  /** Judges a host (name, IPv4, IPv6 with or without brackets) and a port, as a mail server has them. Never rejects. */
  checkHost(host: string, port: number): Promise<Target | Refused>;
}

export interface GuardOptions {
  resolve: Resolve;
  /**
   * Partners inside: `name`, `name:port`, `address`, `address:port`, `range` or `range:port`, IPv6 with a port in brackets
   * (`[fd00::/8]:8443`). Port `*` is any; without a port the usual ones.
   */
  allow: readonly string[];
  /** Ports that may be called on any host. */
  ports?: readonly number[];
}

/** Ports of web servers and of those that may not have the low ones. */
export const WEB_PORTS: readonly number[] = [80, 443, 8080, 8443];

interface Allowed {
  /** A range, or a name in lower case without the dot at its end. */
  what: Range | string;
  /** Null for the usual ports. */
  port: number | "*" | null;
}

/** Kinds a name may have in the allow-list's word: who names a partner inside has not asked for a cloud's credentials. */
const BY_NAME: readonly AddressKind[] = ["public", "inside", "host"];

const SAYS: Readonly<Record<Exclude<AddressKind, "public">, string>> = {
  inside: "an address of an inner network",
  host: "this machine",
  metadata: "a metadata service",
  disguise: "an IPv4 address in the form of IPv6",
  reserved: "an address no partner can have",
};

/** Makes a guard. Throws for an entry of `allow` that cannot be read, naming it. */
export function createGuard({ resolve, allow, ports = WEB_PORTS }: GuardOptions): Guard {
  const entries = allow.map(parseAllowed);

  const judge = (host: string, port: number, address: string): string | null => {
    const kind = kindOf(address);
    const fits = entries.filter((entry) =>
      typeof entry.what === "string" ? entry.what === plainName(host) : isWithin(entry.what, address),
    );
    const onPort = fits.filter((entry) =>
      entry.port === null ? ports.includes(port) : entry.port === "*" || entry.port === port,
    );
    if (onPort.some((entry) => opens(entry, kind))) return null;
    if (kind !== "public") return `${host} is ${address}, ${SAYS[kind]}. A partner inside is named in the allow-list.`;
    return ports.includes(port)
      ? null
      : `Port ${port} of ${host} is not one that may be called (${ports.join(", ")}), nor in the allow-list.`;
  };

  const checkTarget = async (host: string, port: number): Promise<Target | Refused> => {
    if (port < 1 || port > 65_535) return refused("forbidden_address", `There is no port ${port}.`);
    const addresses = isIP(host) === 0 ? await resolve(host).catch(() => []) : [host];
    if (addresses.length === 0) return refused("dns", `No address was found for ${host}.`);
    for (const address of addresses) {
      const wrong = judge(host, port, address);
      if (wrong !== null) return refused("forbidden_address", wrong);
    }
    return { ok: true, host, port, addresses };
  };

  return {
    async check(text) {
      const url = parseUrl(text);
      if ("code" in url) return url;
      return checkTarget(bareHost(url.hostname), Number(url.port || (url.protocol === "https:" ? 443 : 80)));
    },
    async checkHost(host, port) {
      const name = readHost(host);
      return name === null ? refused("invalid_url", "The host is not a name or address.") : checkTarget(name, port);
    },
  };
}

/** Whether an entry opens this kind: a metadata service only by its own address, a disguise never by a name. */
function opens({ what }: Allowed, kind: AddressKind): boolean {
  if (typeof what === "string") return BY_NAME.includes(kind);
  return kind !== "metadata" || what.bits === (what.family === 4 ? 32 : 128);
}

function refused(code: Refused["code"], detail: string): Refused {
  return { ok: false, code, detail };
}

function parseUrl(text: string): URL | Refused {
  // The URL standard reads every odd spelling of a host (octal, hexadecimal, one number, full width) into the one plain form.
  const url = URL.parse(text);
  if (url === null || url.hostname === "") return refused("invalid_url", "The URL cannot be read.");
  if (url.protocol !== "http:" && url.protocol !== "https:") return refused("invalid_url", "The URL is neither http nor https.");
  if (url.username !== "" || url.password !== "") {
    return refused("invalid_url", "The URL has a user or password in it: these belong into the authentication.");
  }
  return url;
}

function readHost(host: string): string | null {
  const url = URL.parse(`http://${isIP(host) === 6 ? `[${host}]` : host}/`);
  const plain = url !== null && url.pathname === "/" && url.username === "" && url.port === "" && !/[/?#@]/.test(host);
  return plain && url.hostname !== "" ? bareHost(url.hostname) : null;
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function plainName(host: string): string {
  return host.replace(/\.$/, "");
}

function parseAllowed(entry: string): Allowed {
  const [, bracketed, open, portText] = /^(?:\[([^\]]+)\]|(.+?))(?::(\d{1,5}|\*))?$/.exec(entry.trim()) ?? [];
  const range = parseRange(entry.trim()) ?? parseRange(bracketed ?? open ?? "");
  // An IPv6 address without brackets has colons of its own, and no port.
  const port = parseRange(entry.trim()) !== null || portText === undefined ? null : portText === "*" ? "*" : Number(portText);
  const name = range === null && bracketed === undefined && open !== undefined && !/[/:]/.test(open) ? readHost(open) : null;
  const what = range ?? (name !== null && isIP(name) === 0 ? plainName(name) : null);
  if (what === null || (typeof port === "number" && (port < 1 || port > 65_535))) {
    throw new Error(`not a host or range, with or without a port: ${entry}`);
  }
  return { what, port };
}
