// What an administrator sees of the outgoing way and does to it over REST, with a partner that refuses and recovers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { drawId } from "../../src/lib/ids.ts";
import { DESK, done, newTask, unit } from "../helpers/store.ts";
import type { Json } from "../wire/rest/client.ts";
import { handedOver, type InterfaceGateway, openInterfaces, SECRET } from "./interfaces-harness.ts";

let gateway: InterfaceGateway;
before(async () => {
  gateway = await openInterfaces();
});
after(() => gateway.close());

test("a dead letter is seen, read with its request and answer, and retried", async () => {
  const { call, answers, partner } = gateway;
  answers.status = 400;
  const { task, delivery } = await handedOver(gateway);
  const { json: queues } = await call("get", "/v1/queues?status=REJECTED");
  assert.deepEqual(
    queues.queues.map((one: Json) => [one.system, one.rejected, one.task]),
    [["acme-desk", 1, null]],
  );
  const { json: tasks } = await call("get", "/v1/queues?by=task&system=acme-desk");
  assert.deepEqual(
    tasks.queues.map((one: Json) => [one.task, one.status, one.rejected]),
    [[task, "REJECTED", 1]],
  );
  const { json: detail } = await call("get", `/v1/deliveries/${delivery}`);
  assert.equal(detail.event.type, "crossdesk.task.assigned");
  assert.deepEqual([detail.delivery.status, detail.delivery.code, detail.tries.length], ["rejected", "http_400", 1]);
  assert.match(detail.tries[0].request, new RegExp(`^POST ${partner.url}/tickets`));
  assert.match(detail.tries[0].answer, /^HTTP 400/);
  assert.doesNotMatch(JSON.stringify(detail), new RegExp(SECRET));
  answers.status = 200;
  const tried = gateway.tried(1);
  const retried = await call("post", `/v1/deliveries/${delivery}/retries`);
  assert.equal(retried.status, 200);
  assert.equal(retried.json.handled.by, "boss");
  await tried;
  const { json: after } = await call("get", `/v1/deliveries/${delivery}`);
  assert.deepEqual([after.delivery.status, after.tries.length], ["done", 2]);
  assert.equal((await call("get", "/v1/queues")).json.queues[0].status, "OKAY");
  assert.equal((await call("post", `/v1/deliveries/${delivery}/retries`)).json.code, "delivery_state");
});

test("a dead letter is acknowledged with a comment, and what waited behind it goes on", async () => {
  const { call, answers, bench } = gateway;
  answers.status = 400;
  const { task, delivery } = await handedOver(gateway);
  await done(bench.door.execute(unit(DESK, { type: "add_message", task, text: "Any news?", visibility: "provider" })));
  const tried = gateway.tried(1);
  const { status, json } = await call("post", `/v1/deliveries/${delivery}/acknowledgements`, "admin", { comment: "By phone." });
  assert.deepEqual([status, json.status, json.handled.comment], [200, "acknowledged", "By phone."]);
  assert.equal((await call("post", `/v1/deliveries/${delivery}/acknowledgements`, "admin", {})).status, 400);
  await tried;
  const found = (await call("get", `/v1/deliveries?task=${task}`)).json.deliveries;
  assert.deepEqual(
    found.map((one: Json) => one.status),
    ["rejected", "acknowledged"],
  );
  await call("post", "/v1/queues/acme-desk/acknowledgements", "admin", { comment: "By phone too." });
  const { json: queue } = await call("get", `/v1/queues?system=acme-desk`);
  assert.equal(queue.queues[0].status, "ACKNOWLEDGED");
});

test("a queue, and everything since a time, is counted first and then retried or acknowledged", async () => {
  const { call, answers, bench } = gateway;
  answers.status = 400;
  bench.clock.now += 60_000;
  const since = new Date(bench.clock.now).toISOString();
  gateway.queues.clock.now = bench.clock.now;
  const { task } = await handedOver(gateway);
  await handedOver(gateway);
  const count = async (path: string, body: object): Promise<number> => (await call("post", path, "admin", body)).json.count;
  assert.equal(await count("/v1/queues/acme-desk/retries", { dryRun: true, since }), 2);
  assert.equal(await count("/v1/queues/acme-desk/retries", { dryRun: true, since, task }), 1);
  const all = await call("post", "/v1/retries", "admin", { since, dryRun: true });
  assert.deepEqual(all.json, { count: 2, dryRun: true, systems: [{ system: "acme-desk", count: 2 }] });
  const tried = gateway.tried(2);
  assert.equal(await count("/v1/retries", { since }), 2);
  await tried;
  assert.equal(await count("/v1/queues/acme-desk/acknowledgements", { comment: "x", task }), 1);
  assert.equal(await count("/v1/queues/acme-desk/acknowledgements", { comment: "x" }), 1);
  assert.equal((await call("post", "/v1/queues/acme-desk/retries", "admin", { task: "nowhere" })).json.code, "unknown_task");
  assert.equal((await call("post", "/v1/queues/nowhere/retries", "admin", {})).json.code, "unknown_system");
  assert.equal((await call("post", "/v1/retries", "admin", { since: "yesterday" })).status, 400);
});

test("a System is held and released", async () => {
  const { call, answers } = gateway;
  answers.status = 200;
  const held = await call("put", "/v1/queues/acme-desk/hold", "admin", { comment: "Their server moves." });
  assert.deepEqual([held.status, held.json.status, held.json.hold.note], [200, "BLOCKED", "boss: Their server moves."]);
  const tried = gateway.tried(1);
  await newTask(gateway.bench.door);
  const released = await call("delete", "/v1/queues/acme-desk/hold");
  assert.deepEqual([released.status, released.json.hold], [200, null]);
  await tried;
  const body = { comment: "x", from: "2030-01-01T00:00:00+01:00", until: "2030-01-02T00:00:00+01:00" };
  const window = await call("put", "/v1/queues/acme-desk/hold", "admin", body);
  assert.deepEqual(window.json.hold, {
    ...{ active: false, from: "2029-12-31T23:00:00.000Z", until: "2030-01-01T23:00:00.000Z", note: "boss: x" },
  });
  assert.equal((await call("put", "/v1/queues/acme-desk/hold", "admin", { comment: "x", from: body.from })).status, 400);
  assert.equal((await call("put", "/v1/queues/nowhere/hold", "admin", { comment: "x" })).status, 404);
  await call("delete", "/v1/queues/acme-desk/hold");
});

test("deliveries are looked for by what one has in hand, strictly", async () => {
  const { call } = gateway;
  const { json } = await call("get", "/v1/deliveries?system=acme-desk&limit=1");
  assert.equal(json.deliveries.length, 1);
  const second = await call("get", `/v1/deliveries?system=acme-desk&limit=1&after=${json.next}`);
  assert.notEqual(second.json.deliveries[0].id, json.deliveries[0].id);
  const { ticket } = json.deliveries[0];
  assert.equal((await call("get", `/v1/deliveries?reference=${ticket}`)).json.deliveries.length, 1);
  assert.deepEqual((await call("get", "/v1/deliveries?from=2040-01-01T00:00:00Z")).json.deliveries, []);
  for (const query of ["status=lost", "limit=0", "limit=201", "from=today", "colour=red", "status=done&status=ready"])
    assert.equal((await call("get", `/v1/deliveries?${query}`)).status, 400, query);
  for (const query of ["by=task", "by=task&system=acme-desk&after=x", "status=GREEN"])
    assert.equal((await call("get", `/v1/queues?${query}`)).status, 400, query);
  assert.equal((await call("get", "/v1/queues?by=task&system=nowhere")).json.code, "unknown_system");
  assert.equal((await call("get", `/v1/deliveries/${drawId()}`)).json.code, "unknown_delivery");
});

test("all of it is for administrators only", async () => {
  const calls: [Parameters<InterfaceGateway["call"]>[0], string, object?][] = [
    ["get", "/v1/queues"],
    ["put", "/v1/queues/acme-desk/hold", { comment: "x" }],
    ["delete", "/v1/queues/acme-desk/hold"],
    ["post", "/v1/queues/acme-desk/retries", {}],
    ["post", "/v1/queues/acme-desk/acknowledgements", { comment: "x" }],
    ["post", "/v1/retries", { since: "2026-01-01T00:00:00Z" }],
    ["get", "/v1/deliveries"],
    ["get", "/v1/deliveries/x"],
    ["post", "/v1/deliveries/x/retries"],
    ["post", "/v1/deliveries/x/acknowledgements", { comment: "x" }],
    ["post", "/v1/mappings/acme-new/tests", { task: "x" }],
    ["get", "/v1/app-fields"],
  ];
  for (const as of ["desk", "acme"]) {
    for (const [method, path, json] of calls)
      assert.equal((await gateway.call(method, path, as, json)).status, 403, `${as} ${method} ${path}`);
  }
  assert.equal((await gateway.call("get", "/v1/queues", "nobody")).status, 401);
});
