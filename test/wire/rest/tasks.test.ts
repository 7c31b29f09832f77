// What providers do over REST: read their tasks, acknowledge, send messages, hand back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest();
});
after(() => app.close());

test("a task is acknowledged with the provider's own number", async () => {
  const task = await app.createTask();
  const got = await app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, {
    externalReference: "INC0042",
    message: "On it.",
  });
  assert.equal(got.status, 201);
  assert.equal(got.json.task.status, "acknowledged");
  assert.equal(got.json.task.reference, "INC0042");
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.acme);
  const last = json.events.at(-1);
  assert.equal(last.id, got.json.event);
  assert.deepEqual(last.data.message, { text: "On it.", visibility: "provider" });
  assert.equal(last.data.app, "Ticketing.TaskExternalAcknowledgement");
});

test("the first acknowledgement needs a reference, a later one does not", async () => {
  const task = await app.createTask();
  const path = `/v1/tasks/${task}/acknowledgement`;
  assertRefused(await app.post(path, app.keys.acme, {}), 400, "reference_required");
  assert.equal((await app.post(path, app.keys.acme, { externalReference: "R-1" })).status, 201);
  assert.equal((await app.post(path, app.keys.acme, { externalReference: null })).status, 201);
});

test("a provider's message comes in, ticketing's goes out or stays with the desk", async () => {
  const task = await app.createTask();
  const path = `/v1/tasks/${task}/messages`;
  await app.post(path, app.keys.acme, { message: "from the provider", externalReference: "R-2" });
  await app.post(path, app.keys.ticketing, { message: "to the provider", visibility: "provider" });
  assertRefused(await app.post(path, app.keys.ticketing, { message: "to whom?" }), 400, "invalid_request");
  await app.post(path, app.keys.ticketing, { message: "for the desk", visibility: "internal" });
  const seen = async (key: string): Promise<unknown[]> => {
    const { json } = await app.get(`/v1/tasks/${task}/events`, key);
    return json.events.filter((one: { type: string }) => one.type === "crossdesk.task.message").map(shortOf);
  };
  const first = ["In", "Update", "from the provider", "provider"];
  const second = ["Out", "Update", "to the provider", "provider"];
  assert.deepEqual(await seen(app.keys.acme), [first, second]);
  assert.deepEqual(await seen(app.keys.ticketing), [first, second, [null, null, "for the desk", "internal"]]);
});

function shortOf({ data }: { data: { direction: string; requestType: string; message: { text: string; visibility: string } } }) {
  return [data.direction, data.requestType, data.message.text, data.message.visibility];
}

test("what belongs to the other side of a message is refused", async () => {
  const path = `/v1/tasks/${await app.createTask()}/messages`;
  const visible = await app.post(path, app.keys.acme, { message: "x", visibility: "internal" });
  assertRefused(visible, 400, "invalid_request");
  assert.match(visible.json.detail, /^visibility/);
  const reference = await app.post(path, app.keys.ticketing, { message: "x", externalReference: "R" });
  assertRefused(reference, 400, "invalid_request");
  assert.match(reference.json.detail, /^externalReference/);
});

test("a task is solved, with the time the provider gave", async () => {
  const task = await app.createTask();
  const body = {
    outcome: "solved",
    solution: "Replaced the fuser.",
    resolvedAt: "2026-11-03T14:05:00+01:00",
    externalReference: "R-3",
  };
  const { status, json } = await app.post(`/v1/tasks/${task}/reassignment`, app.keys.acme, body);
  assert.equal(status, 201);
  assert.equal(json.task.status, "solved");
  assert.equal(json.task.solution, "Replaced the fuser.");
  assert.equal(json.task.resolvedAt, "2026-11-03T13:05:00.000Z");
  assert.equal(json.task.reference, "R-3");
});

test("a task is closed by the provider, and then takes no more", async () => {
  const task = await app.createTask();
  const { json } = await app.post(`/v1/tasks/${task}/reassignment`, app.keys.acme, { outcome: "closed" });
  assert.equal(json.task.status, "closed");
  assertRefused(await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: "late" }), 409, "task_closed");
});

test("a returned task is the provider's no more, and its answer shows none", async () => {
  const task = await app.createTask();
  const got = await app.post(`/v1/tasks/${task}/reassignment`, app.keys.acme, { outcome: "returned", reason: "Not ours." });
  assert.equal(got.status, 201);
  assert.equal(got.json.task, null);
  assertRefused(await app.get(`/v1/tasks/${task}`, app.keys.acme), 404, "unknown_task");
  assertRefused(await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message: "more" }), 409, "task_withdrawn");
  assert.equal((await app.get(`/v1/tasks/${task}`, app.keys.ticketing)).json.group, "service-desk");
});

test("an outcome lacks what it needs", async () => {
  const path = `/v1/tasks/${await app.createTask()}/reassignment`;
  assertRefused(await app.post(path, app.keys.acme, { outcome: "solved" }), 400, "solution_required");
  assertRefused(await app.post(path, app.keys.acme, { outcome: "returned" }), 400, "reason_required");
  const time = { outcome: "closed", resolvedAt: "2026-11-03T14:05:00" };
  assertRefused(await app.post(path, app.keys.acme, time), 400, "invalid_request");
  assertRefused(await app.post(path, app.keys.acme, { ...time, resolvedAt: "2016-12-31T23:59:60Z" }), 400, "invalid_request");
});

test("a task may be named by the id of its process", async () => {
  const task = await app.createTask();
  const { json } = await app.get(`/v1/tasks/${task}/events`, app.keys.acme);
  const { id } = json.events.find((one: { data: { process: object | null } }) => one.data.process !== null).data.process;
  const got = await app.post(`/v1/tasks/${id}/acknowledgement`, app.keys.acme, { externalReference: "R-4" });
  assert.equal(got.json.task.number, task);
});

test("another provider learns nothing of a task", async () => {
  const task = await app.createTask();
  await app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, { externalReference: "SECRET-1" });
  const unknown = await app.get("/v1/tasks/NEVER-WAS", app.keys.globex);
  const hidden = await app.get(`/v1/tasks/${task}`, app.keys.globex);
  assertRefused(hidden, 404, "unknown_task");
  assert.deepEqual({ ...hidden.json, requestId: "" }, { ...unknown.json, requestId: "" });
  assertRefused(await app.get(`/v1/tasks/${task}/events`, app.keys.globex), 404, "unknown_task");
  assertRefused(await app.post(`/v1/tasks/${task}/messages`, app.keys.globex, { message: "x" }), 404, "unknown_task");
  assert.deepEqual((await app.get("/v1/tasks?reference=SECRET-1", app.keys.globex)).json.tasks, []);
});

test("a provider's number and the desk's notes stay away from the provider that has the task next", async () => {
  const task = await app.createTask();
  await app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, { externalReference: "ACME-77" });
  await app.post(`/v1/tasks/${task}/messages`, app.keys.ticketing, { message: "acme is slow", visibility: "internal" });
  await app.post(`/v1/tasks/${task}/assignment`, app.keys.ticketing, { group: "globex-net" });
  const shown = [await app.get(`/v1/tasks/${task}`, app.keys.globex), await app.get(`/v1/tasks/${task}/events`, app.keys.globex)];
  assert.equal(shown[0]?.json.reference, null);
  assert.equal(shown[1]?.json.events.length, 1);
  assert.doesNotMatch(JSON.stringify(shown), /ACME-77|acme is slow|"acme"/);
});

test("tasks are listed by status and reference, page by page", async () => {
  const numbers = [await app.createTask(), await app.createTask(), await app.createTask()];
  for (const [index, number] of numbers.entries()) {
    await app.post(`/v1/tasks/${number}/acknowledgement`, app.keys.acme, { externalReference: `PAGE-${index}` });
  }
  const one = await app.get("/v1/tasks?reference=PAGE-1", app.keys.acme);
  assert.deepEqual(numbersOf(one.json), [numbers[1]]);
  assert.deepEqual(numbersOf((await app.get("/v1/tasks?reference=PAGE-1&status=closed", app.keys.acme)).json), []);
  const found: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const { json }: { json: { tasks: { number: string }[]; next: string | null } } = await app.get(
      `/v1/tasks?status=acknowledged&limit=2${next ? `&after=${next}` : ""}`,
      app.keys.acme,
    );
    assert.ok(json.tasks.length <= 2);
    found.push(...numbersOf(json));
    next = json.next;
  }
  assert.deepEqual(
    numbers.filter((number) => !found.includes(number)),
    [],
  );
  assert.equal(new Set(found).size, found.length);
});

function numbersOf(page: { tasks: { number: string }[] }): string[] {
  return page.tasks.map(({ number }) => number);
}

test("a task's events come in pages", async () => {
  const task = await app.createTask();
  for (const message of ["one", "two", "three"]) await app.post(`/v1/tasks/${task}/messages`, app.keys.acme, { message });
  const first = await app.get(`/v1/tasks/${task}/events?limit=3`, app.keys.ticketing);
  assert.equal(first.json.events.length, 3);
  const rest = await app.get(`/v1/tasks/${task}/events?after=${first.json.next}`, app.keys.ticketing);
  assert.deepEqual(
    rest.json.events.map((event: { data: { message: { text: string } } }) => event.data.message.text),
    ["two", "three"],
  );
  assert.equal(rest.json.next, null);
});
