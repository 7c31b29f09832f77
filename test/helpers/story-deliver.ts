// Parts of the stories about deliveries: a partner that remembers what arrived, Systems that tell it everything, and what must
// hold of every arrival whatever happened to the gateway.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { SystemDocument } from "../../src/store/site-outgoing-document.ts";
import { connect } from "./store.ts";
import type { FeedEvent } from "./story.ts";

/** A request as it came. */
export interface Arrival {
  /** The id of the delivery. */
  id: string;
  system: string;
  task: string;
  event: string;
  position: number;
}

export interface Receiver {
  url: string;
  port: number;
  /** Everything that arrived, in order. */
  arrivals: Arrival[];
  /** Most requests of a System that were open at one time. */
  mostOpen(system: string): number;
  /** Resolves as soon as it fits; looked at after each arrival. */
  until(fits: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  /** Free ones unless told. */
  address?: string;
  port?: number;
  answer?(arrival: Arrival, response: ServerResponse): void;
}

/** Says that it has the task, under a number of its own. */
export function agree({ task }: Arrival, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ number: `ACME-${task}` }));
}

/** Starts a partner. The path of a request is the name of the System. */
export async function startReceiver({
  address = "127.0.0.1",
  port = 0,
  answer = agree,
}: ReceiverOptions = {}): Promise<Receiver> {
  const arrivals: Arrival[] = [];
  const open = new Map<string, number>();
  const most = new Map<string, number>();
  let changed = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const system = (request.url ?? "").slice(1);
    const count = (open.get(system) ?? 0) + 1;
    open.set(system, count);
    most.set(system, Math.max(most.get(system) ?? 0, count));
    response.once("close", () => open.set(system, (open.get(system) ?? 0) - 1));
    // A gateway that is killed in the middle of a request has not sent it.
    const body = (await json(request).catch(() => null)) as Pick<Arrival, "task" | "event" | "position"> | null;
    if (body === null) return;
    const arrival = { id: String(request.headers["webhook-id"]), system, ...body };
    arrivals.push(arrival);
    answer(arrival, response);
    changed.resolve();
    changed = Promise.withResolvers();
  });
  server.listen(port, address);
  await once(server, "listening");
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://${address}:${taken}`,
    port: taken,
    arrivals,
    mostOpen: (system) => most.get(system) ?? 0,
    async until(fits) {
      while (!fits()) await changed.promise;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close").catch(() => undefined);
    },
  };
}

/** A System that tells `url` of every assignment and update. */
export interface Teller {
  name: string;
  url: string;
  provider?: string;
  delivery?: SystemDocument["delivery"];
}

/** A site in which each of them has a mapping. The answer to a provider's System sets the reference. */
export function tellingSite(tellers: readonly Teller[]): SiteDocument {
  return {
    systems: tellers.map(({ name, url, provider, delivery }): SystemDocument => {
      const answer = { reference: provider === undefined ? null : "body.number" };
      return {
        ...{ name, provider: provider ?? null, unrestricted: true, delivery: delivery ?? {} },
        apis: { hook: { kind: "rest", url: `${url}/${name}`, answer } },
      };
    }),
    mappings: tellers.map(({ name }) => ({
      ...{ name: `${name}-all`, system: name },
      trigger: { requests: [{ type: "Submit Request" }, { type: "Update" }] },
      body: '{ "task": task.number, "event": event.id, "position": event.position }',
    })),
  };
}

/** Whether an event is one that the Systems of `tellingSite` are told of. */
export function isTold({ data }: FeedEvent): boolean {
  return data.direction === "Out" && ["Submit Request", "Update"].includes(data.requestType ?? "");
}

/**
 * One id stands for one event and System and for nothing else, events of a task arrive in their order, and what arrives again
 * arrives before anything younger.
 */
export function checkArrivals(arrivals: readonly Arrival[]): void {
  const meant = new Map<string, string>();
  const ids = new Map<string, string>();
  const last = new Map<string, number>();
  for (const { id, system, task, event, position } of arrivals) {
    assert.equal(meant.get(id) ?? `${system} ${event}`, `${system} ${event}`, "an id stands for one event");
    assert.equal(ids.get(`${system} ${event}`) ?? id, id, "a repeat carries the same id");
    meant.set(id, `${system} ${event}`);
    ids.set(`${system} ${event}`, id);
    const before = last.get(`${system} ${task}`) ?? 0;
    assert.ok(before <= position, `${system} was told of ${position} after ${before} of the task ${task}`);
    last.set(`${system} ${task}`, position);
  }
}

/** The events a System was told of, each named once. */
export function eventsTold(arrivals: readonly Arrival[], system: string): Set<string> {
  return new Set(arrivals.filter((one) => one.system === system).map((one) => one.event));
}

/** How many deliveries of each System are in which state. */
export async function queueStates(databaseUrl: string): Promise<Record<string, Record<string, number>>> {
  const db = await connect(databaseUrl);
  try {
    const rows = await db.rows<{ name: string; state: string; amount: number }>(
      "select system_name as name, state, count(*) as amount from deliveries group by system_name, state order by system_name, state",
    );
    const states: Record<string, Record<string, number>> = {};
    for (const { name, state, amount } of rows) states[name] = { ...states[name], [state]: Number(amount) };
    return states;
  } finally {
    await db.close();
  }
}
