// The outgoing way in one process, built from its own parts as `src/app/outgoing.ts` does, with a clock and a resolver of the
// story's own. Three Systems deliver to one partner: one holds behind a dead letter, two let pass, one has a name that moves.
import { randomBytes } from "node:crypto";
import knexModule, { type Knex } from "knex";
import type { Command } from "../../src/core/commands/registry.ts";
import { drawId } from "../../src/lib/ids.ts";
import type { Worker } from "../../src/lib/worker.ts";
import { createAuth } from "../../src/outbound/auth/auth.ts";
import { nextDue } from "../../src/outbound/backoff.ts";
import type { Tried } from "../../src/outbound/carry.ts";
import { startDeliveries } from "../../src/outbound/deliver.ts";
import { startFanout } from "../../src/outbound/fanout.ts";
import { createGuard } from "../../src/outbound/guard.ts";
import { makeRenderInput } from "../../src/outbound/input.ts";
import { applyLimits } from "../../src/outbound/render/limits.ts";
import { createRenderer } from "../../src/outbound/render/renderer.ts";
import { createRequester } from "../../src/outbound/request.ts";
import type { Resolve } from "../../src/outbound/request-dns.ts";
import { createSecretKeeper } from "../../src/outbound/secrets.ts";
import { createRestTransport } from "../../src/outbound/transports/rest.ts";
import { DEFAULT_DELIVERY, type System } from "../../src/store/outgoing.ts";
import { createQueueAdmin, type QueueAdmin } from "../../src/store/queue-admin.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import type { SystemDocument } from "../../src/store/site-outgoing-document.ts";
import { type Connection, connect, DESK, done, openTestStore, type TestStore, unit } from "./store.ts";
import { ALLOWED, FORBIDDEN, type TroubledProvider } from "./troubled-provider.ts";
import { drawOf, pick } from "./troubled-script.ts";

/** Holds the younger ones back behind a dead letter, and reads what is answered. */
export const HOLDING = "acme-desk";
/** Has a name that leads elsewhere with every look-up. */
export const MOVING = "moving";
const TIMEOUT_MS = 300;
const IN_FLIGHT = 64;

export function troubledSite(port: number): SiteDocument {
  const system = (name: string, host: string, changes: Partial<SystemDocument>): SystemDocument => ({
    name,
    unrestricted: true,
    apis: {
      hook: {
        kind: "rest",
        url: `http://${host}:${port}/${name}`,
        answer: { reference: name === HOLDING ? "body.number" : null },
      },
    },
    ...changes,
  });
  const rules = { timeoutMs: TIMEOUT_MS, inFlight: IN_FLIGHT };
  const mapping = (of: string) => ({
    name: `${of}-all`,
    system: of,
    body: '{ "task": task.number, "event": event.position, "text": message }',
  });
  const trigger = { requests: [{ type: "Submit Request" }, { type: "Update" }] };
  const named = `${HOLDING}-all`;
  return {
    systems: [
      system(HOLDING, "127.0.0.1", {
        provider: "acme",
        delivery: { ...rules, afterFailure: "hold", retryAfterSeconds: [5, 300, 1800, 7200] },
      }),
      system("audit", "127.0.0.1", { delivery: { ...rules, afterFailure: "pass", retryAfterSeconds: [5, 60] } }),
      system(MOVING, "moving.example", {
        delivery: { ...rules, afterFailure: "pass", retryAfterSeconds: DEFAULT_DELIVERY.retryAfterSeconds },
      }),
    ],
    mappings: [mapping(HOLDING), { ...mapping("audit"), trigger }, { ...mapping(MOVING), trigger }],
    groups: [
      {
        name: "acme-field",
        provider: "acme",
        returnGroup: "service-desk",
        processes: { newAssignment: named, updateMessage: named, closure: named },
      },
    ],
  };
}

/** What a name is found to be, a different thing with every look-up; now and then nothing at all. */
const FINDINGS: readonly { weight: number; addresses: readonly string[] }[] = [
  { weight: 40, addresses: ["127.0.0.1"] },
  { weight: 25, addresses: ["127.0.0.2"] },
  { weight: 15, addresses: ["127.0.0.2", "127.0.0.1"] },
  { weight: 3, addresses: [] },
  { weight: 1, addresses: [FORBIDDEN] },
  { weight: 1, addresses: ["127.0.0.1", FORBIDDEN] },
  { weight: 1, addresses: ["169.254.169.254"] },
  { weight: 1, addresses: ["127.0.0.1", "10.0.0.7"] },
  { weight: 1, addresses: ["::ffff:127.0.0.9"] },
  { weight: 1, addresses: ["::1"] },
];

function movingName(seed: string): { resolve: Resolve; bad(): number } {
  let looks = 0;
  let bad = 0;
  return {
    bad: () => bad,
    async resolve() {
      const { addresses } = pick(FINDINGS, drawOf(`${seed} look-up ${looks++}`)[0]);
      if (addresses.some((one) => !ALLOWED.includes(one))) bad += 1;
      if (addresses.length === 0) throw new Error("nothing was found");
      return addresses;
    },
  };
}

export interface TroubledStage {
  store: TestStore["store"];
  db: Connection;
  clock: { now: number };
  admin: QueueAdmin;
  /** How often a look-up gave an address nobody may call. */
  badLookups(): number;
  /** Opens tasks with their messages, the oldest of all tasks first, and makes every delivery of them. */
  prepare(tasks: number, messages: number): Promise<void>;
  /** Starts a loop for each System. */
  start(onTried: (tried: Tried) => void): void;
  /** The clock has moved, or deliveries were given free: the loops look at once. */
  wake(): void;
  errors: unknown[];
  close(): Promise<void>;
}

export async function openTroubledStage(databaseUrl: string, provider: TroubledProvider, seed: string): Promise<TroubledStage> {
  const { store, door, clock, ...rest } = await openTestStore(databaseUrl);
  await store.admin.apply(troubledSite(provider.port));
  const db = await connect(databaseUrl);
  const knex = openKnex(databaseUrl);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const name = movingName(seed);
  const tools = makeTools(provider.port, name.resolve, () => clock.now);
  const workers: Worker[] = [];
  const now = (): number => clock.now;
  return {
    ...{ store, db, clock, errors },
    admin: createQueueAdmin({ knex, clock: now, onChange: () => undefined }),
    badLookups: name.bad,
    async prepare(tasks, messages) {
      const numbers = Array.from({ length: tasks }, (_, index) => `T-${index}`);
      const say = (commands: readonly Command[]) => done(door.execute(unit(DESK, ...commands)));
      await Promise.all(numbers.map((number) => say(opening(number))));
      for (let text = 1; text <= messages; text++) {
        const visibility = "provider" as const;
        await Promise.all(numbers.map((task) => say([{ type: "add_message", task, text: `message ${text}`, visibility }])));
      }
      let made = Promise.withResolvers<void>();
      const fanout = startFanout({
        ...{ door, views: store.outgoing, site: store.site, drawId, onError },
        onDeliveries: () => made.resolve(),
      });
      for (
        let { looked, head } = await store.outgoing.fanout();
        looked < head;
        { looked, head } = await store.outgoing.fanout()
      ) {
        await made.promise;
        made = Promise.withResolvers();
      }
      await fanout.stop();
    },
    start(onTried) {
      for (const system of store.site().systems.values()) {
        const { delivery: rules } = system;
        workers.push(
          startDeliveries({
            ...{ tools: tools.of(system), door, clock: now, views: store.outgoing, onTried, onError },
            mappings: () => store.site().mappings,
            nextDue: (tries, retryAfterMs) => nextDue({ tries, now: now(), rules, retryAfterMs, random: Math.random }),
          }),
        );
      }
    },
    wake() {
      for (const worker of workers) worker.wake();
    },
    async close() {
      for (const worker of workers) await worker.stop();
      await tools.close();
      await knex.destroy();
      await db.close();
      await rest.close();
    },
  };
}

function opening(number: string): readonly Command[] {
  const ticket = `ticket of ${number}`;
  return [
    { type: "create_ticket", number: ticket, fields: { subject: "A ticket" } },
    { type: "create_task", ticket, number, group: "acme-field", fields: { subject: "A task" } },
  ];
}

function makeTools(port: number, resolve: Resolve, clock: () => number) {
  const guard = createGuard({ resolve, allow: ALLOWED.map((one) => `${one}:${port}`) });
  const requester = createRequester({ guard, proxy: null });
  const auth = createAuth({ requester, clock });
  const rest = createRestTransport({ requester, auth, clock });
  const keeper = createSecretKeeper(randomBytes(16).toString("hex"));
  const renderers: ReturnType<typeof createRenderer>[] = [];
  return {
    of(system: System) {
      const renderer = createRenderer();
      renderers.push(renderer);
      return {
        ...{ system, renderer, transports: { rest, soap: rest, email: rest }, fit: applyLimits },
        prepare: (event: Parameters<typeof makeRenderInput>[0]) => ({
          input: makeRenderInput(event, system, keeper.marker),
          secrets: keeper.of(system),
        }),
        attachments: async () => [],
      };
    },
    async close() {
      for (const one of renderers) await one.close();
      auth.close();
      requester.close();
    },
  };
}

function openKnex(url: string): Knex {
  if (!url.startsWith("sqlite:")) return knexModule({ client: "mysql2", connection: url, pool: { min: 0, max: 2 } });
  const connection = { filename: url.slice("sqlite:".length) };
  return knexModule({ client: "better-sqlite3", connection, useNullAsDefault: true, pool: { min: 1, max: 1 } });
}
