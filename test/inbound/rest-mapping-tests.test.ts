// A saved mapping tried on something real over REST: what would leave, why not, and a test sent to another address.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { answerJson, startPartner } from "../helpers/partner.ts";
import { ACME, DESK, done, unit } from "../helpers/store.ts";
import type { Json } from "../wire/rest/client.ts";
import { handedOver, type InterfaceGateway, openInterfaces, SECRET } from "./interfaces-harness.ts";

let gateway: InterfaceGateway;
before(async () => {
  gateway = await openInterfaces();
});
after(() => gateway.close());

test("a saved mapping is tried without sending, secrets masked", async () => {
  const { call, bench, partner } = gateway;
  gateway.answers.status = 200;
  const { task } = await handedOver(gateway);
  const before = partner.requests.length;
  const { json } = await call("post", "/v1/mappings/acme-new/tests", "admin", { task });
  assert.deepEqual([json.task, json.triggered, json.result, json.sent], [task, true, "request", null]);
  assert.equal(json.event.type, "crossdesk.task.assigned");
  assert.match(json.request, new RegExp(`^POST ${partner.url}/tickets`));
  assert.match(json.request, new RegExp(`"task":"${task}"`));
  assert.doesNotMatch(json.request, new RegExp(SECRET));
  const { ticket } = (await bench.store.views.task(task, { kind: "desk" })) ?? {};
  assert.equal((await call("post", "/v1/mappings/acme-new/tests", "admin", { ticket })).json.request !== null, true);
  assert.equal(
    (await call("post", "/v1/mappings/acme-new/tests", "admin", { event: json.event.id })).json.event.id,
    json.event.id,
  );
  assert.equal(partner.requests.length, before, "nothing was sent");
});

test("the newest event that sets the mapping off is taken; what would not leave says why", async () => {
  const { call, bench } = gateway;
  const { task } = await handedOver(gateway);
  const tests = async (mapping: string): Promise<Json> =>
    (await call("post", `/v1/mappings/${mapping}/tests`, "admin", { task })).json;
  const first = await tests("picky");
  assert.deepEqual([first.triggered, first.result, first.code], [false, "nothing", "skipped"]);
  await done(bench.door.execute(unit(ACME, { type: "acknowledge", task, reference: "A-1" })));
  await done(bench.door.execute(unit(ACME, { type: "update_message", task, message: "go" })));
  await done(bench.door.execute(unit(DESK, { type: "add_message", task, text: "a note", visibility: "internal" })));
  await done(bench.door.execute(unit(DESK, { type: "close_task", task })));
  const second = await tests("picky");
  assert.deepEqual([second.triggered, second.result], [true, "request"]);
  assert.match(second.request, /"text":"go"/);
  const broken = await tests("broken");
  assert.deepEqual([broken.result, broken.request], ["unmade", null]);
  assert.match(broken.code, /^mapping_/);
});

test("with nothing to test on it is refused, saying so", async () => {
  const { call, bench } = gateway;
  const path = "/v1/mappings/acme-new/tests";
  for (const body of [{}, { event: "nothing" }, { task: "T", ticket: "K" }]) {
    const { status, json } = await call("post", path, "admin", body);
    assert.deepEqual([status, json.code], [400, "invalid_request"]);
    assert.match(json.detail, /nothing to test on/);
  }
  assert.equal((await call("post", path, "admin", { task: "nowhere" })).json.code, "unknown_task");
  assert.equal((await call("post", path, "admin", { ticket: "nowhere" })).json.code, "unknown_ticket");
  assert.equal((await call("post", "/v1/mappings/none/tests", "admin", { task: "x" })).json.code, "unknown_mapping");
  const { task } = await handedOver(gateway);
  const note = { type: "add_message", task, text: "among us", visibility: "internal" } as const;
  const [said] = await done(bench.door.execute(unit(DESK, note)));
  const { status, json } = await call("post", path, "admin", { event: said?.events[0] });
  assert.deepEqual([status, json.code], [400, "invalid_request"], "an internal note never leaves, in a test neither");
});

test("a test is sent for real to another address, marked and without a secret; it ends no delivery", async () => {
  const { call } = gateway;
  const { task, delivery } = await handedOver(gateway);
  const elsewhere = await startPartner((_request, response) => answerJson(response, 202, { taken: true }));
  const sendTo = (to: object) => call("post", "/v1/mappings/acme-new/tests", "admin", { task, sendTo: to });
  try {
    const forbidden = await sendTo({ url: `${elsewhere.url}/try` });
    assert.equal(forbidden.json.sent.code, "forbidden_address", "the guard holds for tests as well");
    assert.equal(elsewhere.requests.length, 0);
    const before = gateway.partner.requests.length;
    const { json } = await sendTo({ url: `${gateway.partner.url}/try` });
    assert.deepEqual([json.sent.class, json.sent.code], ["done", "http_200"]);
    const sent = gateway.partner.requests.at(-1);
    assert.deepEqual([gateway.partner.requests.length - before, sent?.path], [1, "/try"]);
    assert.equal(sent?.headers["x-crossdesk-test"], "true");
    assert.deepEqual([sent?.headers["x-token"], sent?.headers["x-api-key"]], ["***", undefined]);
    assert.deepEqual(JSON.parse(sent?.body ?? ""), { task, token: "***" });
    assert.notEqual(sent?.headers["webhook-id"], delivery);
    const { json: detail } = await call("get", `/v1/deliveries/${delivery}`);
    assert.equal(detail.tries.length, 1);
    assert.equal((await sendTo({ email: "a@example.com" })).status, 400);
    assert.equal((await sendTo({ url: "ftp://example.com" })).status, 400);
  } finally {
    await elsewhere.close();
  }
});

test("the fields a mapping can use are listed, custom ones too", async () => {
  const { json } = await gateway.call("get", "/v1/app-fields");
  const named = (field: string): Json[] => json.fields.filter((one: Json) => one.field === field);
  assert.equal(named("Task_Number").length, 6);
  assert.equal(named("Task_Custom_site")[0]?.path, "task.custom.site");
});
