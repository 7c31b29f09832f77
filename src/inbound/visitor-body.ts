// Reads the body of whoever calls: of a known caller from what all partners share, of a stranger from a small part that is kept for
// strangers. Never lets what strangers send, or hold back, keep a partner waiting.
import type { IncomingMessage } from "node:http";
import { Failure } from "../core/errors.ts";
import { clientKey } from "./address.ts";
import { type Budget, createBudget, readWithin } from "./body.ts";
import { createUnpackBody, isEncoded, readUnpacked, type UnpackBounds } from "./unpack.ts";
import type { Stranger, Visit } from "./visit.ts";

/** What strangers may take, all of them and each client address (of IPv6 each /64). */
export interface StrangerBounds {
  /** Bytes of all their bodies being read at one moment. */
  bytes: number;
  /** Of one client; at least one request as large as the contract takes. */
  clientBytes: number;
  /** Bodies of one client that are being read. Partners that show themselves in the message call many times at once. */
  clientBodies: number;
  /** Packed bodies of one client that are being unpacked, or wait for it. */
  clientPacked: number;
  unpack: UnpackBounds;
}

const MIB = 1024 * 1024;

const BOUNDS: StrangerBounds = {
  bytes: 64 * MIB,
  clientBytes: 8 * MIB,
  clientBodies: 64,
  clientPacked: 4,
  unpack: { waitingBytes: 8 * MIB, atOnce: 1, waiting: 16 },
};

/** Reads and unpacks a body; rejects as `ReadBody` does, with `busy` beyond the bounds. */
export type ReadBodyOf = (visitor: Visit | Stranger, request: IncomingMessage, limitBytes: number) => Promise<Buffer>;

/** The reading of this process. A caller that only its network let in is a partner: it has an address that the site knows. */
export const readBodyOf: ReadBodyOf = createReadBodyOf(BOUNDS);

/** Makes the reading with bounds of its own for strangers; partners share those of the process. */
export function createReadBodyOf(bounds: StrangerBounds): ReadBodyOf {
  const readOfStranger = createReadOfStranger(bounds);
  return (visitor, request, limitBytes) => {
    return visitor.caller === null ? readOfStranger(visitor, request, limitBytes) : readUnpacked(request, limitBytes);
  };
}

interface Client {
  budget: Budget;
  /** Requests from the first byte of the body to the last that is unpacked. */
  requests: number;
  bodies: number;
  packed: number;
}

function createReadOfStranger(bounds: StrangerBounds) {
  const all = createBudget(bounds.bytes);
  const unpack = createUnpackBody(bounds.unpack);
  // A client is forgotten with its last request, so there are no more of them than connections.
  const clients = new Map<string, Client>();
  return async ({ address }: Stranger, request: IncomingMessage, limitBytes: number): Promise<Buffer> => {
    const key = clientKey(address);
    const client = clients.get(key) ?? newClient(Math.max(bounds.clientBytes, limitBytes));
    clients.set(key, client);
    client.requests += 1;
    try {
      const body = await counted(client, "bodies", bounds.clientBodies, () =>
        readWithin(both(client.budget, all), request, limitBytes),
      );
      return isEncoded(request)
        ? await counted(client, "packed", bounds.clientPacked, () => unpack(request, body, limitBytes))
        : body;
    } finally {
      client.requests -= 1;
      if (client.requests === 0) clients.delete(key);
    }
  };
}

function newClient(bytes: number): Client {
  return { budget: createBudget(bytes), requests: 0, bodies: 0, packed: 0 };
}

async function counted<T>(client: Client, what: "bodies" | "packed", most: number, work: () => Promise<T>): Promise<T> {
  if (client[what] >= most) throw new Failure("busy");
  client[what] += 1;
  try {
    return await work();
  } finally {
    client[what] -= 1;
  }
}

function both(one: Budget, other: Budget): Budget {
  return {
    take(bytes) {
      if (!one.take(bytes)) return false;
      if (other.take(bytes)) return true;
      one.give(bytes);
      return false;
    },
    give(bytes) {
      one.give(bytes);
      other.give(bytes);
    },
  };
}
