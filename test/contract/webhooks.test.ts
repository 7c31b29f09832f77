// What the contract says of outgoing messages: an example for every type of event, and what really leaves has that form.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import ajvFormats from "ajv-formats";
import { OpenAPIBackend } from "openapi-backend";
import { ALERT_EVENT_TYPES, TASK_EVENT_TYPES, TICKET_EVENT_TYPES } from "../../src/core/events.ts";
import { makeRenderInput } from "../../src/outbound/input.ts";
import type { System } from "../../src/store/outgoing.ts";
import { type Part, resolve } from "../helpers/contract-rules.ts";
import { readContract, type RestTest, startRest } from "../wire/rest/client.ts";

const definition: Part = readContract();
const { post: sent } = definition.webhooks.event;
const { examples } = sent.requestBody.content["application/json"];
const BODY = '{ "event": event, "task": task, "ticket": ticket, "message": message }';

const SITE: Part = {
  systems: [
    {
      name: "hook",
      unrestricted: true,
      secrets: { signing: "generate" },
      apis: {
        main: { kind: "rest", url: "https://hook.example/events", auth: { kind: "standardWebhooks", keys: ["signing"] } },
      },
    },
  ],
  // Nothing that happens here sets it off: it is tried.
  mappings: [{ name: "all", system: "hook", trigger: { alerts: ["queue_long"] }, body: BODY }],
};

let rest: RestTest;
let api: OpenAPIBackend;
before(async () => {
  const paths = { "/received": { post: { ...sent, operationId: "received" } } };
  const customizeAjv = (ajv: Part): Part => ajvFormats.default(ajv);
  api = await new OpenAPIBackend({ definition: { ...definition, paths }, quick: true, customizeAjv }).init();
  rest = await startRest({ site: SITE });
});
after(() => rest.close());

const HEADERS = { "webhook-id": "d-1", "idempotency-key": "d-1", "content-type": "application/json" };

function assertMessage(body: unknown, where: string): void {
  const { errors } = api.validateRequest({ method: "post", path: "/received", headers: HEADERS, body: body as object });
  assert.equal(errors ?? null, null, `${where}: ${JSON.stringify(errors)} in ${JSON.stringify(body)}`);
}

/** Plays what raises events of a task, in several turns of it. */
async function play(): Promise<void> {
  const { keys, post, send } = rest;
  const { ticketing: desk, acme } = keys;
  await post("/v1/tickets", desk, { number: "K-1", subject: "A ticket", priority: "High" });
  const task = (number: string) => post("/v1/tickets/K-1/tasks", desk, { number, group: "acme-field", subject: "A task" });
  const calls: [string, string, string, unknown][] = [
    ["T-1", "acknowledgement", acme, { externalReference: "INC-1" }],
    ["T-1", "messages", acme, { message: "Where?" }],
    ["T-1", "messages", desk, { message: "There.", visibility: "provider" }],
    ["T-1", "reassignment", acme, { outcome: "solved", solution: "Done." }],
    ["T-1", "solution-rejection", desk, { reason: "It is not." }],
    ["T-1", "closure", desk, {}],
    ["T-2", "reassignment", acme, { outcome: "returned", reason: "Not ours." }],
    ["T-3", "assignment", desk, { group: "service-desk" }],
  ];
  for (const number of ["T-1", "T-2", "T-3"]) assert.equal((await task(number)).status, 201);
  for (const [number, what, key, json] of calls) {
    const { status, json: answer } = await post(`/v1/tasks/${number}/${what}`, key, json);
    assert.equal(status, 201, `${number} ${what}: ${JSON.stringify(answer)}`);
    if (what !== "acknowledgement") continue;
    const headers = { "content-disposition": "attachment; filename=plan.txt" };
    const body = { type: "text/plain", bytes: "A plan." };
    const file = await send("POST", "/v1/tasks/T-1/attachments?visibility=provider", { key: desk, body, headers });
    assert.equal(file.status, 201);
  }
}

suite("outgoing messages in the contract", () => {
  test("every type of event has an example, which has the form of the message", () => {
    // What was taken over sets off no mapping.
    const sent = TASK_EVENT_TYPES.filter((type) => type !== "task.imported");
    const types = [...TICKET_EVENT_TYPES, ...sent, ...ALERT_EVENT_TYPES];
    assert.deepEqual(Object.keys(examples).sort(), types.toSorted());
    for (const [type, { value, summary }] of Object.entries<Part>(examples)) {
      assert.equal(value.event.type, type);
      assert.ok(summary);
      assertMessage(value, type);
    }
  });

  test("what a mapping has of real events has that form", async () => {
    await play();
    const { items } = await rest.views.events(0, 100);
    const system = { properties: {}, secrets: {}, values: {}, provider: null } as unknown as System;
    for (const one of items) {
      const { event, task, ticket, message } = makeRenderInput(one, system, (name) => name);
      assertMessage(JSON.parse(JSON.stringify({ event, task, ticket, message })), one.type);
    }
    assert.ok(new Set(items.map(({ type }) => type)).size >= 10, "many types were played");
  });

  test("the request that would leave has these headers, and this body byte by byte", async () => {
    const { json } = await rest.post("/v1/mappings/all/tests", rest.keys.admin, { task: "T-1" });
    assert.equal(json.result, "request", JSON.stringify(json));
    const [head = "", body = ""] = json.request.split("\n\n");
    const [first, ...lines] = head.split("\n");
    assert.equal(first, "POST https://hook.example/events");
    assertMessage(JSON.parse(body), "the request");
    const names = lines.map((line: string) => line.slice(0, line.indexOf(":")).toLowerCase());
    const described = sent.parameters.map((one: Part) => resolve(definition, one).name.toLowerCase());
    const ofHttp = ["content-type", "user-agent"];
    assert.deepEqual(
      names.filter((name: string) => !described.includes(name) && !ofHttp.includes(name)),
      [],
    );
    for (const { name, required } of sent.parameters) if (required) assert.ok(names.includes(name.toLowerCase()), name);
  });
});
