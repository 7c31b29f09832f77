// What ticketing does over REST: open tickets and tasks, assign, decline, close, and read the feed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { assertRefused, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest();
});
after(() => app.close());

const openTicket = async (number?: string): Promise<string> =>
  (await app.post("/v1/tickets", app.keys.ticketing, { ...(number ? { number } : {}), subject: "Printer" })).json.ticket.number;

test("a ticket is opened and read", async () => {
  const custom = { floor: "3", __proto: "kept" };
  const body = {
    number: "TKT/1 ü",
    subject: "Printer",
    description: "It smokes.",
    priority: "High",
    requester: "ada@example.com",
    custom,
  };
  const { status, json, headers } = await app.post("/v1/tickets", app.keys.ticketing, body);
  assert.equal(status, 201);
  assert.equal(headers.location, "/v1/tickets/TKT%2F1%20%C3%BC");
  const { createdAt, updatedAt, ...ticket } = json.ticket;
  const empty = { requesterPerson: null, engineer: null, appointment: null, result: null };
  assert.deepEqual(ticket, { ...body, ...empty, status: "open", portalStatus: "received" });
  assert.ok(createdAt <= updatedAt);
  assert.deepEqual((await app.get(headers.location, app.keys.ticketing)).json, json.ticket);
  assert.deepEqual((await app.get(headers.location, app.keys.admin)).json, json.ticket);
});

test("a number is made where none is given", async () => {
  assert.match(await openTicket(), /^TKT-\d+$/);
});

test("a task is opened on a ticket and given to a group", async () => {
  const ticket = await openTicket();
  const body = { number: "TSK-OWN", group: "acme-field", subject: "Repair", priority: "Low", custom: { floor: "3" } };
  const { status, json, headers } = await app.post(`/v1/tickets/${ticket}/tasks`, app.keys.ticketing, body);
  assert.equal(status, 201);
  assert.equal(headers.location, "/v1/tasks/TSK-OWN");
  assert.equal(json.task.ticket, ticket);
  assert.equal(json.task.provider, "acme");
  assert.deepEqual(json.task.custom, { floor: "3" });
});

test("a task needs a ticket and a group there are", async () => {
  const body = { group: "acme-field", subject: "Repair" };
  assertRefused(await app.post("/v1/tickets/NEVER/tasks", app.keys.ticketing, body), 404, "unknown_ticket");
  assertRefused(await app.get("/v1/tickets/NEVER", app.keys.ticketing), 404, "unknown_ticket");
  const ticket = await openTicket();
  assertRefused(
    await app.post(`/v1/tickets/${ticket}/tasks`, app.keys.ticketing, { ...body, group: "nobody" }),
    422,
    "unknown_group",
  );
});

test("assignment, solution, its rejection, closure", async () => {
  const ticket = await openTicket();
  const made = await app.post(`/v1/tickets/${ticket}/tasks`, app.keys.ticketing, { group: "service-desk", subject: "Repair" });
  const path = `/v1/tasks/${made.json.task.number}`;
  const assigned = await app.post(`${path}/assignment`, app.keys.ticketing, { group: "acme-field" });
  assert.equal(assigned.json.task.provider, "acme");
  assertRefused(await app.post(`${path}/assignment`, app.keys.ticketing, { group: "acme-field" }), 409, "already_assigned");
  assertRefused(await app.post(`${path}/solution-rejection`, app.keys.ticketing, {}), 409, "not_solved");
  await app.post(`${path}/reassignment`, app.keys.acme, { outcome: "solved", solution: "Done.", externalReference: "R-9" });
  const declined = await app.post(`${path}/solution-rejection`, app.keys.ticketing, { reason: "It still smokes." });
  assert.equal(declined.json.task.status, "acknowledged");
  const closed = await app.post(`${path}/closure`, app.keys.ticketing, { reason: "Enough." });
  assert.equal(closed.json.task.status, "closed");
  assertRefused(await app.post(`${path}/closure`, app.keys.ticketing, {}), 409, "task_closed");
  assertRefused(await app.post(`${path}/assignment`, app.keys.ticketing, { group: "nobody" }), 422, "unknown_group");
  const events = (await app.get(`${path}/events`, app.keys.acme)).json.events;
  assert.deepEqual(
    events.map((event: { data: { requestType: string; reason: string | null } }) => [event.data.requestType, event.data.reason]),
    [
      ["Submit Request", null],
      ["Reassigned", null],
      ["Resolution Rejection", "It still smokes."],
      ["Closed", "Enough."],
    ],
  );
});

test("a message needs somebody outside to receive it", async () => {
  const task = await app.createTask({ group: "service-desk" });
  assertRefused(
    await app.post(`/v1/tasks/${task}/messages`, app.keys.ticketing, { message: "Hello?", visibility: "provider" }),
    409,
    "not_with_provider",
  );
});

test("the feed gives every event once, in order, as CloudEvents", async () => {
  const task = await app.createTask();
  await app.post(`/v1/tasks/${task}/acknowledgement`, app.keys.acme, { externalReference: "FEED-1" });
  const events: { sequence: string; id: string; subject: string; type: string; specversion: string }[] = [];
  let after = 0;
  for (;;) {
    const { json } = await app.get(`/v1/events?after=${after}&limit=3`, app.keys.ticketing);
    events.push(...json.events);
    assert.ok(json.events.length <= 3);
    after = json.next;
    if (after === json.head) break;
  }
  assert.deepEqual(
    events.map(({ sequence }) => Number(sequence)),
    events.map((_event, index) => index + 1),
  );
  assert.deepEqual(
    events.filter(({ subject }) => subject === task).map(({ type }) => type),
    ["crossdesk.task.created", "crossdesk.task.assigned", "crossdesk.task.acknowledged"],
  );
  const end = await app.get(`/v1/events?after=${after}`, app.keys.admin);
  assert.deepEqual(end.json, { events: [], next: after, head: after, oldest: 1 });
});

test("a position the feed has not come to is answered with the range there is", async () => {
  const { json } = await app.get("/v1/events", app.keys.ticketing);
  const got = await app.get(`/v1/events?after=${json.head + 1}`, app.keys.ticketing);
  assertRefused(got, 410, "position_unknown");
  assert.deepEqual([got.json.oldest, got.json.head], [1, json.head]);
});
