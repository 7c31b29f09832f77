// A POST that is sent again: by Idempotency-Key, or by the caller's own number.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type Got, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest();
});
after(() => app.close());

const key = (value: string): Record<string, string> => ({ "idempotency-key": value });
const head = async (): Promise<number> => (await app.get("/v1/events", app.keys.ticketing)).json.head;

/** Sends twice; the second answer must be the first, marked, and nothing may have happened. */
async function assertReplayed(send: () => Promise<Got>): Promise<Got> {
  const first = await send();
  assert.equal(first.status, 201, JSON.stringify(first.json));
  assert.equal(first.headers["idempotency-replayed"], undefined);
  const before = await head();
  const second = await send();
  assert.equal(second.status, 201);
  assert.equal(second.headers["idempotency-replayed"], "true");
  assert.deepEqual(second.json, first.json);
  assert.equal(second.headers.location, first.headers.location);
  assert.equal(await head(), before);
  return first;
}

test("every POST of a task gives its first answer again", async () => {
  const path = `/v1/tasks/${await app.createTask()}`;
  const steps: [string, "acme" | "ticketing", object][] = [
    ["acknowledgement", "acme", { externalReference: "I-1" }],
    ["messages", "acme", { message: "in" }],
    ["messages", "ticketing", { message: "out", visibility: "provider" }],
    ["messages", "ticketing", { message: "note", visibility: "internal" }],
    ["reassignment", "acme", { outcome: "solved", solution: "Done." }],
    ["solution-rejection", "ticketing", { reason: "No." }],
    ["assignment", "ticketing", { group: "globex-net" }],
    ["assignment", "ticketing", { group: "acme-field" }],
    ["closure", "ticketing", {}],
  ];
  for (const [index, [step, who, body]] of steps.entries()) {
    await assertReplayed(() => app.post(`${path}/${step}`, app.keys[who], body, key(`step-${index}`)));
  }
});

test("the answer given again is the task of then, not of now", async () => {
  const path = `/v1/tasks/${await app.createTask()}`;
  const send = () => app.post(`${path}/acknowledgement`, app.keys.acme, { externalReference: "I-2" }, key("then"));
  const first = await send();
  await app.post(`${path}/reassignment`, app.keys.acme, { outcome: "solved", solution: "Done.", externalReference: "I-3" });
  assert.deepEqual((await send()).json, first.json);
});

test("tickets and tasks are opened once", async () => {
  const ticket = await assertReplayed(() => app.post("/v1/tickets", app.keys.ticketing, { subject: "A" }, key("t-1")));
  const body = { subject: "B", group: "acme-field" };
  await assertReplayed(() => app.post(`/v1/tickets/${ticket.json.ticket.number}/tasks`, app.keys.ticketing, body, key("t-2")));
});

test("an own number is a key where no other came", async () => {
  const ticket = { number: "OWN-1", subject: "A" };
  await assertReplayed(() => app.post("/v1/tickets", app.keys.ticketing, ticket));
  assertRefused(await app.post("/v1/tickets", app.keys.ticketing, { ...ticket, subject: "B" }), 409, "number_taken");
  const task = { number: "OWN-1", subject: "A", group: "acme-field" };
  await assertReplayed(() => app.post("/v1/tickets/OWN-1/tasks", app.keys.ticketing, task));
  assertRefused(await app.post("/v1/tickets/OWN-1/tasks", app.keys.ticketing, { ...task, subject: "B" }), 409, "number_taken");
  assertRefused(await app.post("/v1/tickets", app.keys.ticketing, ticket, key("other")), 409, "number_taken");
});

test("a key belongs to one message of one caller", async () => {
  const one = `/v1/tasks/${await app.createTask()}/messages`;
  const other = `/v1/tasks/${await app.createTask({ group: "globex-net" })}/messages`;
  const body = { message: "hello" };
  assert.equal((await app.post(one, app.keys.acme, body, key("mine"))).status, 201);
  assertRefused(await app.post(one, app.keys.acme, { message: "bye" }, key("mine")), 422, "key_reused");
  assertRefused(await app.post(`${one.slice(0, -8)}acknowledgement`, app.keys.acme, body, key("mine")), 422, "key_reused");
  const foreign = await app.post(other, app.keys.globex, body, key("mine"));
  assert.equal(foreign.status, 201);
  assert.equal(foreign.headers["idempotency-replayed"], undefined);
});

test("a refusal is not remembered", async () => {
  const path = `/v1/tasks/${await app.createTask()}`;
  const decline = () => app.post(`${path}/solution-rejection`, app.keys.ticketing, {}, key("early"));
  assertRefused(await decline(), 409, "not_solved");
  await app.post(`${path}/reassignment`, app.keys.acme, { outcome: "solved", solution: "Done." });
  assert.equal((await decline()).status, 201);
});

test("the same message without a key is another message", async () => {
  const path = `/v1/tasks/${await app.createTask()}/messages`;
  const send = async () => (await app.post(path, app.keys.acme, { message: "again" })).json.event;
  assert.notEqual(await send(), await send());
});

test("a key of another form is refused", async () => {
  const path = `/v1/tasks/${await app.createTask()}/messages`;
  for (const wrong of ["a b", "x".repeat(256), "ä"]) {
    const got = await app.post(path, app.keys.acme, { message: "x" }, key(wrong));
    assertRefused(got, 400, "invalid_request");
    assert.match(got.json.detail, /^header idempotency-key/);
  }
});
