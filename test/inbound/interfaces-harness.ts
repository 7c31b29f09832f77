// A gateway's REST channel before a real store, real loops and a partner that answers as a test tells it. Every answer is held
// against the contract.
import { NO_KEYS, UNBOUND } from "../helpers/by.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import supertest from "supertest";
import { createMeters } from "../../src/app/metrics.ts";
import { createOutgoingParts, type OutgoingParts } from "../../src/app/outgoing.ts";
import { Failure } from "../../src/core/errors.ts";
import type { Caller } from "../../src/core/ports.ts";
import { createAttachments } from "../../src/inbound/attachments.ts";
import { createRestHandler, type RestOptions } from "../../src/inbound/rest/handler.ts";
import type { Visit } from "../../src/inbound/visit.ts";
import { drawId } from "../../src/lib/ids.ts";
import { createOperator } from "../../src/outbound/operator.ts";
import { readSettings } from "../../src/settings.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { answerJson, type Partner, startPartner } from "../helpers/partner.ts";
import { ACME, type Bench, connect, DESK, newTask, openTestStore, sqliteEnvironment } from "../helpers/store.ts";
import { type QueueBench, queueBench } from "../store/queue-bench.ts";
import { contractApi, type Json } from "../wire/rest/client.ts";
import { KEEPING } from "../helpers/kept.ts";

const contractPath = fileURLToPath(new URL("../../openapi/gateway.yaml", import.meta.url));
const ADMIN: Caller = { kind: "administrator", credential: "boss" };
const CALLERS: Readonly<Record<string, Caller>> = { admin: ADMIN, desk: DESK, acme: ACME };
export const SECRET = "s3cr3t-of-acme";

const siteFor = (url: string): SiteDocument => ({
  systems: [
    {
      name: "acme-desk",
      provider: "acme",
      unrestricted: true,
      secrets: { token: SECRET },
      delivery: { retryAfterSeconds: [3600] },
      apis: {
        tickets: {
          kind: "rest",
          url: `${url}/tickets`,
          headers: { "X-Token": "\u0024{secret:token}" },
          auth: { kind: "apiKey", header: "X-Api-Key", key: "token" },
        },
      },
    },
    { name: "other", unrestricted: true, apis: { hook: { kind: "rest", url: `${url}/hook` } } },
  ],
  mappings: [
    {
      name: "acme-new",
      system: "acme-desk",
      trigger: { requests: [{ type: "Update" }] },
      body: '{ "task": task.number, "floor": ticket.custom.floor, "token": secrets.token }',
    },
    {
      name: "picky",
      system: "other",
      active: false,
      trigger: { requests: [{ type: "Update", direction: "In" }] },
      condition: "message = 'go'",
      body: '{ "text": message }',
    },
    { name: "broken", system: "other", active: false, body: "task.number.(" },
  ],
});

export interface InterfaceGateway {
  bench: Bench;
  queues: QueueBench;
  outgoing: OutgoingParts;
  partner: Partner;
  /** How the partner answers now. */
  answers: { status: number };
  /** Resolves when so many more tries have ended. */
  tried(amount: number): Promise<void>;
  call(
    method: "get" | "post" | "put" | "delete",
    path: string,
    as?: string,
    json?: object,
  ): Promise<{ status: number; json: Json }>;
  close(): Promise<void>;
}

export async function openInterfaces(): Promise<InterfaceGateway> {
  const answers = { status: 400 };
  const partner = await startPartner((_request, response) => answerJson(response, answers.status, { says: `secret ${SECRET}` }));
  const environment = await sqliteEnvironment();
  const store = await openTestStore(await environment.createDatabase());
  const bench = { ...store, db: await connect(store.url) };
  await store.store.admin.apply(siteFor(partner.url));
  let ended = 0;
  const waiting: { at: number; resolve(): void }[] = [];
  const log = (_level: string, event: string): void => {
    if (event !== "delivery.tried") return;
    ended += 1;
    for (const one of waiting) if (one.at <= ended) one.resolve();
  };
  const settings = readSettings({ CROSSDESK_OUTGOING_ALLOW: `127.0.0.1:${partner.port}`, PORT: "0" });
  const clock = (): number => store.clock.now;
  const tokenKey = { version: "a", key: Buffer.alloc(32, 7) };
  const outgoing = createOutgoingParts({ settings, log, clock, meters: createMeters(), tokenKey }, store.store, store.door);
  const queues = queueBench(bench, (systems) => outgoing.outgoing.wakeSystems(systems));
  const rest = serve(bench, queues, outgoing);
  outgoing.follow();
  const server = createServer((request, response) => void rest.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = supertest(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const api = await contractApi();
  return {
    ...{ bench, queues, outgoing, partner, answers },
    tried(amount) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push({ at: ended + amount, resolve });
      return promise;
    },
    async call(method, path, as = "admin", json) {
      const response = await agent[method](path).set("x-caller", as).send(json);
      const operation = api.matchOperation({ method, path, headers: {} });
      assert.ok(operation?.responses?.[response.status], `${method} ${path} may not answer ${response.status}: ${response.text}`);
      const { errors } = api.validateResponse(response.body, operation, response.status);
      assert.equal(errors ?? null, null, `${method} ${path}: ${JSON.stringify(errors)} in ${response.text}`);
      return { status: response.status, json: response.body };
    },
    async close() {
      await outgoing.stop(4000);
      server.closeAllConnections();
      server.close();
      await queues.close();
      await bench.db.close();
      await store.close();
      await partner.close();
      await environment.close();
    },
  };
}

function serve({ store, door, clock }: Bench, queues: QueueBench, outgoing: OutgoingParts) {
  const nothing = (): Promise<never> => Promise.reject(new Error("not asked for"));
  const admit = ({ headers }: { headers: Record<string, unknown> }): Visit => {
    const caller = CALLERS[String(headers["x-caller"])];
    if (!caller) throw new Failure("unauthenticated");
    return { requestId: "req-1", address: "192.0.2.1", caller, grant: UNBOUND };
  };
  const operator = createOperator({
    ...{ site: store.site, tools: outgoing.toolsOf, outgoing: store.outgoing, monitoring: queues.views },
    ...{ events: store.views.events, range: store.views.range, drawId },
  });
  return createRestHandler({
    ...{ door, views: store.views, site: store.site, contractPath, admit: Object.assign(admit, { stillValid: () => true }) },
    ...KEEPING,
    identify: () => ({ requestId: "req-1", address: "192.0.2.1" }),
    report: () => undefined,
    log: () => undefined,
    ...{ exports: store.exports, passOver: nothing },
    ...{
      applySite: nothing,
      readSite: nothing,
      receiveMail: nothing,
      mailboxStates: nothing,
      mailAnswers: nothing,
      files: store.attachments,
      persons: store.persons,
    },
    attachments: createAttachments({ door, drawId, limitBytes: 1024 }),
    feed: {} as RestOptions["feed"],
    keys: NO_KEYS,
    interfaces: { monitoring: queues.views, queues: queues.admin, operator, clock: () => clock.now },
  });
}

/** A task whose hand-over the partner has answered. */
export async function handedOver({ tried, call, bench }: InterfaceGateway): Promise<{ task: string; delivery: string }> {
  const answered = tried(1);
  const task = await newTask(bench.door);
  await answered;
  const { json } = await call("get", `/v1/deliveries?task=${task}`);
  return { task, delivery: json.deliveries[0].id };
}
