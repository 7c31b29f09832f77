// The gateway is killed again and again in the middle of deliveries, while ticketing goes on. Everything arrives, what arrives
// again is known by its id, and what the partner answers counts once.
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { checkLedger } from "./ledger-check.ts";
import { type GatewayProcess, type KnownSite, startProcess, writeSite } from "./process.ts";
import { connect } from "./store.ts";
import {
  type Arrival,
  agree,
  checkArrivals,
  eventsTold,
  isTold,
  queueStates,
  type Receiver,
  startReceiver,
  tellingSite,
} from "./story-deliver.ts";
import { readFeed, tellByRest } from "./story.ts";

export interface DeliverKilledOptions {
  databaseUrl: string;
  kills: number;
  /** Most deliveries that arrive between two kills; how many it is differs each time. */
  arrivals?: number;
  /** Ends the story before all kills are done; what happened until then is counted. */
  signal?: AbortSignal;
  onKill?(count: number, arrived: number): void;
}

/** What was counted. `again` arrived a second time or more, with the id of the first. */
export interface DeliverKilledCount {
  deliveries: number;
  arrivals: number;
  again: number;
  answered: number;
  unanswered: number;
}

const TASKS = 10;
const CALLERS = 6;
const SYSTEMS = ["acme-desk", "audit"] as const;

interface Scene {
  options: DeliverKilledOptions;
  site: KnownSite;
  receiver: Receiver;
  /** The gateway that runs now, or the one being started. */
  current: Promise<GatewayProcess>;
  /** Called with each arrival; what it gives back is done in place of the answer. */
  onArrival: (arrival: Arrival, response: ServerResponse) => void;
  events: string[];
  unanswered: number;
  stopped: boolean;
}

export async function killDelivering(options: DeliverKilledOptions): Promise<DeliverKilledCount> {
  const site = await writeSite();
  const receiver = await startReceiver({ answer: (arrival, response) => scene.onArrival(arrival, response) });
  const env = { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${receiver.port}` };
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => undefined);
  let last: GatewayProcess | undefined;
  const start = async (): Promise<GatewayProcess> => {
    const gateway = await startProcess({ databaseUrl: options.databaseUrl, site, env });
    last = gateway;
    gateway.listen((line) => {
      if (line["state"] === "rejected") fail(new Error(`a delivery was given up: ${JSON.stringify(line)}`));
    });
    return gateway;
  };
  const scene: Scene = {
    ...{ options, site, receiver, current: start(), onArrival: agree },
    ...{ events: [], unanswered: 0, stopped: false },
  };
  try {
    await openTasks(scene);
    const calls = Promise.all(Array.from({ length: CALLERS }, (_, index) => callOn(scene, index)));
    calls.catch(fail);
    for (let count = 1; count <= options.kills && !options.signal?.aborted; count++) {
      const next = await Promise.race([arrivalToDieAt(scene, count), failed]);
      await restart(scene, next, start);
      options.onKill?.(count, receiver.arrivals.length);
    }
    scene.stopped = true;
    await Promise.race([calls, failed]);
    return await Promise.race([countAll(scene), failed]);
  } finally {
    scene.stopped = true;
    await last?.kill();
    await receiver.close();
    await site.remove();
  }
}

async function openTasks({ current, site, receiver: { url } }: Scene): Promise<void> {
  const gateway = await current;
  const delivery = { retryAfterSeconds: Array.from({ length: 20 }, () => 1) };
  const systems = tellingSite([
    { name: SYSTEMS[0], url, provider: "acme", delivery },
    { name: SYSTEMS[1], url, delivery },
  ]);
  await post(gateway, site.keys.admin, "/v1/site", systems);
  await post(gateway, site.keys.ticketing, "/v1/tickets", { number: "T-1", subject: "Told through every fall" });
  for (let index = 0; index < TASKS; index++) {
    const task = { number: `K-${index}`, group: "acme-field", subject: "A task" };
    await post(gateway, site.keys.ticketing, "/v1/tickets/T-1/tasks", task);
  }
}

/** Posts JSON to a gateway, which must take it. */
export async function post({ url }: GatewayProcess, key: string, path: string, json: object): Promise<void> {
  const headers = { "x-api-key": key, "content-type": "application/json" };
  const answer = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(json) });
  assert.ok(answer.ok, `${path}: ${await answer.text()}`);
}

/** Ticketing goes on: one update after the other, each on another task. One that a kill cut off is not said again. */
async function callOn(scene: Scene, index: number): Promise<void> {
  for (let number = index; !scene.stopped; number++) {
    const { url } = await scene.current;
    const command = {
      type: "add_message",
      task: `K-${number % TASKS}`,
      text: `${index}.${number}`,
      visibility: "provider",
    } as const;
    const told = await tellByRest({ url, key: scene.site.keys.ticketing }, command).catch(() => null);
    if (told === null) scene.unanswered++;
    else {
      assert.equal(told.code, "done", told.text);
      scene.events.push(told.event ?? "");
    }
    // Nobody speaks faster than the slower listener hears, or there would be no end.
    await scene.receiver.until(() => scene.stopped || scene.events.length < heard(scene) + 100);
  }
}

const heard = ({ receiver }: Scene): number => Math.min(...SYSTEMS.map((system) => eventsTold(receiver.arrivals, system).size));

/** The gateway that comes after one that was killed, before it is started. */
type Next = PromiseWithResolvers<GatewayProcess>;

/** Waits for an arrival, each time another one, and kills the gateway there: in turn before its answer and right after. */
async function arrivalToDieAt(scene: Scene, count: number): Promise<Next> {
  const { receiver, options } = scene;
  const target = receiver.arrivals.length + 20 + ((count * 137) % (options.arrivals ?? 150));
  const gateway = await scene.current;
  const next: Next = Promise.withResolvers();
  next.promise.catch(() => undefined);
  const killed = Promise.withResolvers<void>();
  scene.onArrival = (arrival, response) => {
    if (receiver.arrivals.length < target) return agree(arrival, response);
    scene.onArrival = (_, late) => void late.destroy();
    // Who fails from now on waits for the next one.
    scene.current = next.promise;
    if (count % 2 === 0) agree(arrival, response);
    gateway.kill().then(killed.resolve, killed.reject);
  };
  await killed.promise;
  return next;
}

async function restart(scene: Scene, { resolve, reject, promise }: Next, start: () => Promise<GatewayProcess>): Promise<void> {
  scene.onArrival = agree;
  await endLeases(scene.options.databaseUrl);
  await start().then(resolve, reject);
  await promise;
}

/** On a shared database a dead process's leases run on for a while: they are set to the end here, to wait less. */
export async function endLeases(databaseUrl: string): Promise<void> {
  const db = await connect(databaseUrl);
  await db.rows("update leases set lease_until = 0");
  await db.close();
}

async function countAll(scene: Scene): Promise<DeliverKilledCount> {
  const { receiver, site, options, events, unanswered } = scene;
  const gateway = await scene.current;
  const desk = { url: gateway.url, key: site.keys.ticketing };
  const told = (await readFeed(desk)).filter(isTold).map((one) => one.id);
  await receiver.until(() => SYSTEMS.every((system) => eventsTold(receiver.arrivals, system).size >= told.length));
  for (const system of SYSTEMS)
    assert.deepEqual(eventsTold(receiver.arrivals, system), new Set(told), `${system} was told of all`);
  const known = new Set(told);
  assert.deepEqual(
    events.filter((one) => !known.has(one)),
    [],
    "what was answered is kept",
  );
  checkArrivals(receiver.arrivals);
  // An orderly stop waits for what is under way.
  assert.equal(await gateway.stop(), 0);
  const all = { done: told.length };
  assert.deepEqual(await queueStates(options.databaseUrl), { [SYSTEMS[0]]: all, [SYSTEMS[1]]: all });
  await checkStored(options.databaseUrl, told.length);
  const { arrivals } = receiver;
  const deliveries = told.length * SYSTEMS.length;
  return { deliveries, arrivals: arrivals.length, again: arrivals.length - deliveries, answered: events.length, unanswered };
}

/** What the partner answered was taken over once for each delivery, however often that was sent. */
async function checkStored(databaseUrl: string, deliveries: number): Promise<void> {
  const db = await connect(databaseUrl);
  try {
    await checkLedger(db);
    const [row] = await db.rows<{ amount: number }>("select count(*) as amount from events where type = 'task.acknowledged'");
    assert.equal(Number(row?.amount), deliveries);
  } finally {
    await db.close();
  }
}
