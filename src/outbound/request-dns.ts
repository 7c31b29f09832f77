// Looks names up for the guard, through the machine's own resolver (hosts file and search list included).
// It never judges an address, and never keeps one longer than a few seconds.
import { lookup } from "node:dns/promises";

/** Gives ALL addresses of a host name, as text. Rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const KEEP_MS = 5000;
const NAMES = 1000;
/** More addresses than any partner has; the answer of a look-up is a stranger's word. */
const MOST_ADDRESSES = 32;

interface Known {
  addresses: Promise<readonly string[]>;
  until: number;
}

/** The resolver of the machine. */
export const systemResolve: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: "verbatim" });
  return found.slice(0, MOST_ADDRESSES).map(({ address }) => address);
};

/**
 * Lets all who ask for a name at the same time, and in the five seconds after, have one look-up: it takes one of the few threads
 * of the process, and a name whose server is dead must not take them all. Failures are not kept. `now` is in milliseconds.
 */
export function rememberLookups(resolve: Resolve, now: () => number): Resolve {
  const known = new Map<string, Known>();
  return (host) => {
    const held = known.get(host);
    if (held !== undefined && held.until > now()) return held.addresses;
    known.delete(host);
    if (known.size >= NAMES) known.delete(known.keys().next().value ?? "");
    const entry: Known = { addresses: resolve(host), until: Number.POSITIVE_INFINITY };
    known.set(host, entry);
    entry.addresses.then(
      () => {
        entry.until = now() + KEEP_MS;
      },
      () => known.get(host) === entry && known.delete(host),
    );
    return entry.addresses;
  };
}
