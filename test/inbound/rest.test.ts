// The REST channel before a door and views that fail: what a caller is told, and what never leaves.
import { NO_KEYS, VISIT } from "../helpers/by.ts";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { after, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import supertest from "supertest";
import { FAILURES, Failure, type FailureCode } from "../../src/core/errors.ts";
import type { Outcome, UnitInput } from "../../src/core/ports.ts";
import { createRestHandler, type RestOptions } from "../../src/inbound/rest/handler.ts";
import { cloudEvent, eventFor } from "../../src/inbound/rest/cloudevent.ts";
import { PROBLEMS } from "../../src/inbound/rest/problem.ts";
import type { Answered } from "../../src/inbound/visit.ts";
import { DEFAULT_ALERTS } from "../../src/store/site-alerts.ts";
import { DEFAULT_TICKET_STATUSES } from "../../src/store/site-tickets.ts";
import type { EventView } from "../../src/store/views/types.ts";
import { EVENT } from "../helpers/an-event.ts";
import { KEEPING } from "../helpers/kept.ts";

const contractPath = fileURLToPath(new URL("../../openapi/gateway.yaml", import.meta.url));
const PATH = "/v1/tasks/T-1/messages";

let execute: (unit: UnitInput) => Promise<Outcome>;
let reports: Answered[];
let reported: (answered: Answered) => void;
let lines: string[];
beforeEach(() => {
  execute = () => Promise.reject(new Error("no door"));
  reports = [];
  reported = () => undefined;
  lines = [];
});

const nothing = () => Promise.reject(new Error("not asked for"));
const options: RestOptions = {
  door: { execute: (unit) => execute(unit) },
  views: {
    task: async () => null,
    ...{
      tasks: nothing,
      ticket: nothing,
      tickets: nothing,
      ticketEvents: nothing,
      taskEvents: nothing,
      events: nothing,
      alerts: nothing,
      audit: nothing,
    },
    ...{ event: nothing, head: nothing, range: nothing, cursors: nothing, cursor: nothing },
  },
  admit: Object.assign(() => VISIT, { stillValid: () => true }),
  identify: () => ({ requestId: "req-1", address: "192.0.2.1" }),
  report: (_visit, answered) => {
    reports.push(answered);
    reported(answered);
  },
  log: (_level, event, fields) => void lines.push(`${event} ${JSON.stringify(fields)}`),
  site: () => ({
    version: 1,
    groups: new Map(),
    providers: new Map(),
    credentials: new Map(),
    mailboxes: new Map(),
    systems: new Map(),
    mappings: new Map(),
    alerts: DEFAULT_ALERTS,
    ...{ ticketStatuses: DEFAULT_TICKET_STATUSES, issuers: new Map() },
  }),
  applySite: nothing,
  ...{ readSite: nothing, exports: { page: nothing }, passOver: nothing },
  receiveMail: nothing,
  mailboxStates: nothing,
  mailAnswers: nothing,
  ...{ ...KEEPING, keys: NO_KEYS },
  interfaces: {} as RestOptions["interfaces"],
  attachments: {} as RestOptions["attachments"],
  ...{ files: {} as RestOptions["files"], feed: {} as RestOptions["feed"], persons: {} as RestOptions["persons"] },
  contractPath,
};
const rest = createRestHandler(options);
const server = createServer((request, response) => void rest.handle(request, response));
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address() as AddressInfo;
const agent = supertest(`http://127.0.0.1:${port}`);
after(() => {
  server.closeAllConnections();
  server.close();
});

const post = () => agent.post(PATH).send({ message: "hello" });

test("every failure of the door is answered by its row of the table", async () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    execute = () => Promise.reject(new Failure(code, "A detail.", new Error("the cause")));
    const { status, body, headers } = await post();
    assert.equal(status, PROBLEMS[code]?.status, code);
    assert.deepEqual([body.code, body.detail], [code, "A detail."]);
    assert.equal(headers["retry-after"] !== undefined, status === 429 || status === 503, code);
    assert.doesNotMatch(JSON.stringify(body), /cause/);
  }
  assert.deepEqual(new Set(reports.map(({ outcome }) => outcome)), new Set(Object.keys(FAILURES)));
});

test("a refusal of the core is answered with its code and detail", async () => {
  execute = async () => ({ status: "refused", index: 0, refusal: { code: "task_closed", detail: "Since yesterday." } });
  const { status, body } = await post();
  assert.deepEqual([status, body.code, body.detail], [409, "task_closed", "Since yesterday."]);
});

test("an error nobody foresaw tells nothing outside and everything inside", async () => {
  execute = () => Promise.reject(new Error("password of the store"));
  const { status, body } = await post();
  assert.equal(status, 500);
  assert.deepEqual(body, {
    type: "/problems/internal",
    title: FAILURES.internal.says,
    status: 500,
    code: "internal",
    requestId: "req-1",
  });
  assert.deepEqual(lines, ['rest.failed {"requestId":"req-1","operation":"addMessage","error":"Error: password of the store"}']);
});

test("what goes through the door is the command, the caller and the channel", async () => {
  const units: UnitInput[] = [];
  execute = async (unit) => {
    units.push(unit);
    return { status: "done", repeated: false, results: [{ task: "T-1", ticket: "K-1", events: ["e-1"] }] };
  };
  const { body } = await agent.post("/v1/tasks/T%2F1/messages").set("idempotency-key", "k").send({ message: "hello" });
  assert.deepEqual(body, { event: "e-1", task: null });
  const { key, raw, ...unit } = units[0] as UnitInput;
  assert.deepEqual(unit, {
    commands: [{ type: "update_message", task: "T/1", reference: undefined, message: "hello" }],
    caller: { kind: "provider", provider: "acme", credential: "c" },
    channel: "rest",
  });
  assert.deepEqual({ ...key, payload: "" }, { scope: "rest:provider:acme", key: "k", payload: "", keepMs: 86_400_000 });
  assert.match(`${raw?.text} ${key?.payload}`, /^{"message":"hello"} [0-9a-f]{64}$/);
});

test("a client that goes away in the middle of its body reaches no door and is one log line", async () => {
  let asked = 0;
  execute = () => {
    asked += 1;
    return nothing();
  };
  const ended = new Promise<Answered>((resolve) => {
    reported = resolve;
  });
  const socket = connect(port, "127.0.0.1");
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"message": "he`,
  );
  await once(server, "request");
  socket.destroy();
  const { operation, outcome } = await ended;
  assert.deepEqual([operation, outcome, asked], ["addMessage", "invalid_request", 0]);
});

test("a client that goes away before its answer leaves the message done", async () => {
  const arrived = Promise.withResolvers<void>();
  const commit = Promise.withResolvers<Outcome>();
  execute = () => {
    arrived.resolve();
    return commit.promise;
  };
  const ended = new Promise<Answered>((resolve) => {
    reported = resolve;
  });
  const socket = connect(port, "127.0.0.1");
  const body = '{"message": "hello"}';
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await arrived.promise;
  socket.destroy();
  commit.resolve({ status: "done", repeated: false, results: [{ task: "T-1", ticket: "K-1", events: ["e-1"] }] });
  const { outcome, event } = await ended;
  assert.deepEqual([outcome, event], ["done", "e-1"]);
});

test("an event leaves as a CloudEvent", () => {
  const { data, ...attributes } = cloudEvent(EVENT, "https://desk.example");
  assert.deepEqual(attributes, {
    specversion: "1.0",
    id: "e-7",
    source: "https://desk.example",
    type: "crossdesk.task.message",
    subject: "T-1",
    time: "2025-11-03T12:05:00.000Z",
    sequence: "7",
    datacontenttype: "application/json",
  });
  assert.equal(data.app, "Ticketing.TaskUpdateMessage");
  assert.equal(data.task?.resolvedAt, "2025-11-03T12:05:00.000Z");
  assert.equal(data.test, false);
  assert.equal(cloudEvent({ ...EVENT, task: null }, "x").subject, "K-1");
});

test("an alert leaves as a CloudEvent, with or without a task, and only for the desk", () => {
  const facts = { kind: "queue_long", name: "queue_long alpha", system: "alpha", provider: null, task: null } as const;
  const says = "More than 1000 deliveries wait for alpha.";
  const alert = { ...facts, says, since: 1_762_171_500_000 };
  const none = { requestType: null, direction: null, app: null, provider: null, process: null, message: null };
  const event: EventView = { ...EVENT, ...none, kind: "alert", type: "alert.raised", channel: "gateway", alert };
  const alone = cloudEvent({ ...event, task: null, ticket: null }, "x");
  assert.deepEqual([alone.type, alone.subject, alone.data.ticket], ["crossdesk.alert.raised", "queue_long alpha", null]);
  assert.deepEqual(alone.data.alert, { ...facts, says, since: "2025-11-03T12:05:00.000Z" });
  assert.equal(cloudEvent(event, "x").subject, "T-1");
  assert.equal(eventFor(event, { kind: "provider", provider: "acme" }), null);
  assert.equal(eventFor(event, { kind: "desk" }), event);
});

test("what is not a provider's own does not pass, whatever the views hand over", () => {
  const globex = { kind: "provider", provider: "globex" } as const;
  const acme = { kind: "provider", provider: "acme" } as const;
  assert.equal(eventFor(EVENT, globex), null);
  assert.equal(eventFor(EVENT, acme), EVENT);
  const internal: EventView = { ...EVENT, provider: null, message: { text: "x", visibility: "internal" } };
  assert.equal(eventFor(internal, acme), null);
  assert.equal(eventFor(internal, { kind: "desk" }), internal);
  const later = eventFor({ ...EVENT, provider: "globex" }, globex);
  assert.deepEqual([later?.task?.provider, later?.task?.reference], [null, null]);
});
