// Two gateways on one database: each System is delivered to by one of them at a time, and when that one dies the other goes on.
import assert from "node:assert/strict";
import { type GatewayProcess, type KnownSite, type LogLine, startProcess, writeSite } from "./process.ts";
import {
  agree,
  checkArrivals,
  eventsTold,
  isTold,
  queueStates,
  type Receiver,
  startReceiver,
  tellingSite,
} from "./story-deliver.ts";
import { endLeases, post } from "./story-deliver-killed.ts";
import { readFeed, tellByRest } from "./story.ts";

export interface DeliverSharedOptions {
  databaseUrl: string;
  /** Whether the leases of the one that dies are left to end by themselves, which takes up to a quarter of a minute. */
  waitForLeases: boolean;
}

/** What was counted. */
export interface DeliverSharedCount {
  deliveries: number;
  again: number;
  /** Systems that the one that died had delivered to. */
  takenOver: number;
}

const SYSTEMS = ["acme-desk", "audit", "billing", "console"];
const TASKS = 6;
const MESSAGES = 12;

interface Gateway {
  process: GatewayProcess;
  /** Systems it has delivered to. */
  worked: Set<string>;
}

export async function shareDeliveries({ databaseUrl, waitForLeases }: DeliverSharedOptions): Promise<DeliverSharedCount> {
  const site = await writeSite();
  let onArrival = agree;
  const receiver = await startReceiver({ answer: (arrival, response) => onArrival(arrival, response) });
  const env = { CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${receiver.port}` };
  const gateways: Gateway[] = [];
  try {
    for (let index = 0; index < 2; index++) gateways.push(await startGateway(databaseUrl, site, env));
    const [first, second] = gateways as [Gateway, Gateway];
    await openTasks(first.process, site, receiver);
    const before = await talk([first, second], site, 0);
    await receiver.until(() => hasAll(receiver, before));
    for (const system of SYSTEMS)
      assert.ok(!(first.worked.has(system) && second.worked.has(system)), `${system} was delivered to by one of them`);
    const holder = first.worked.has("audit") ? first : second;
    const other = holder === first ? second : first;
    const { promise: dead, resolve, reject } = Promise.withResolvers<void>();
    onArrival = () => {
      // It dies with a delivery on its way: that one has to arrive a second time.
      onArrival = agree;
      holder.process.kill().then(resolve, reject);
    };
    const during = talk([other], site, MESSAGES);
    await dead;
    if (!waitForLeases) await endLeases(databaseUrl);
    const told = await during;
    await receiver.until(() => hasAll(receiver, told));
    for (const system of holder.worked) await heardOf(other, system);
    return await count({ databaseUrl, receiver, gateway: other.process, site, takenOver: holder.worked.size });
  } finally {
    for (const one of gateways) await one.process.kill();
    await receiver.close();
    await site.remove();
  }
}

async function startGateway(databaseUrl: string, site: KnownSite, env: Readonly<Record<string, string>>): Promise<Gateway> {
  const process = await startProcess({ databaseUrl, site, env });
  const worked = new Set<string>();
  process.listen((line) => void (isTry(line) && worked.add(String(line["system"]))));
  return { process, worked };
}

const isTry = (line: LogLine): boolean => line.event === "delivery.tried";

async function openTasks(gateway: GatewayProcess, { keys }: KnownSite, { url }: Receiver): Promise<void> {
  const delivery = { inFlight: 1, retryAfterSeconds: [1, 1, 1, 1] };
  const tellers = SYSTEMS.map((name, index) => ({ name, url, delivery, ...(index === 0 ? { provider: "acme" } : {}) }));
  await post(gateway, keys.admin, "/v1/site", tellingSite(tellers));
  await post(gateway, keys.ticketing, "/v1/tickets", { number: "T-1", subject: "Told by two" });
  for (let index = 0; index < TASKS; index++) {
    const task = { number: `K-${index}`, group: "acme-field", subject: "A task" };
    await post(gateway, keys.ticketing, "/v1/tickets/T-1/tasks", task);
  }
}

/** Says messages on every task, through the gateways in turn, and gives every event there is to tell. */
async function talk(gateways: readonly Gateway[], { keys }: KnownSite, from: number): Promise<Set<string>> {
  const desk = (index: number) => ({ url: gateways[index % gateways.length]?.process.url ?? "", key: keys.ticketing });
  for (let number = from; number < from + MESSAGES; number++) {
    for (let task = 0; task < TASKS; task++) {
      const command = { type: "add_message", task: `K-${task}`, text: `message ${number}`, visibility: "provider" } as const;
      const told = await tellByRest(desk(number + task), command);
      assert.equal(told.code, "done", told.text);
    }
  }
  return new Set((await readFeed(desk(0))).filter(isTold).map((one) => one.id));
}

function hasAll({ arrivals }: Receiver, events: ReadonlySet<string>): boolean {
  return SYSTEMS.every((system) => eventsTold(arrivals, system).size >= events.size);
}

/** Resolves when the gateway has delivered to the System: its log line comes a little after the arrival. */
async function heardOf({ process, worked }: Gateway, system: string): Promise<void> {
  if (worked.has(system)) return;
  await new Promise<void>((resolve) => {
    const deaf = process.listen((line) => {
      if (!isTry(line) || line["system"] !== system) return;
      deaf();
      resolve();
    });
  });
}

interface End {
  databaseUrl: string;
  receiver: Receiver;
  gateway: GatewayProcess;
  site: KnownSite;
  takenOver: number;
}

async function count({ databaseUrl, receiver, gateway, site, takenOver }: End): Promise<DeliverSharedCount> {
  const desk = { url: gateway.url, key: site.keys.ticketing };
  const told = new Set((await readFeed(desk)).filter(isTold).map((one) => one.id));
  const { arrivals } = receiver;
  checkArrivals(arrivals);
  for (const system of SYSTEMS) {
    assert.deepEqual(eventsTold(arrivals, system), told, `${system} was told of all`);
    assert.equal(receiver.mostOpen(system), 1, `${system} was told one thing at a time, as its limit says`);
  }
  assert.equal(await gateway.stop(), 0);
  const all = { done: told.size };
  assert.deepEqual(await queueStates(databaseUrl), Object.fromEntries(SYSTEMS.map((system) => [system, all])));
  const deliveries = told.size * SYSTEMS.length;
  return { deliveries, again: arrivals.length - deliveries, takenOver };
}
