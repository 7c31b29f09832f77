// A desk takes a ticket through all seven statuses of the portal, with an engineer, an appointment, a result, two tasks and a writer
// who comes too late; at the end the feed alone gives the same ticket and tasks.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { assertRefused, type Json, startRest, type RestTest } from "../wire/rest/client.ts";

let rest: RestTest;
before(async () => {
  rest = await startRest();
});
after(() => rest.close());

const TICKET = "/v1/tickets/LIFE-1";
const desk = () => rest.keys.ticketing;
const patch = (path: string, json: object, headers: Record<string, string> = {}, key = desk()) =>
  rest.send("PATCH", path, { key, body: { type: "application/merge-patch+json", bytes: JSON.stringify(json) }, headers });
const changed = async (json: object, headers?: Record<string, string>): Promise<Json> => {
  const got = await patch(TICKET, json, headers);
  assert.equal(got.status, 200, JSON.stringify(got.json));
  return { ...got.json, etag: got.headers["etag"] };
};

/** All events there are, as the desk reads them. */
async function feed(): Promise<Json[]> {
  const all: Json[] = [];
  for (let after = 0; ; ) {
    const { events, next } = (await rest.get(`/v1/events?after=${after}&limit=10`, desk())).json;
    if (events.length === 0) return all;
    all.push(...events);
    after = next;
  }
}

/** What an event says was set, put over what there was. */
function fold(before: Json, event: Json): Json {
  const now = event.data[event.type.startsWith("crossdesk.ticket.") ? "ticket" : "task"];
  const set = Object.fromEntries(event.data.changed.map((name: string) => [name, now[name]]));
  return { ...before, number: now.number, ...set };
}

suite("the life of a ticket", () => {
  test("persons and statuses are there before it", async () => {
    const admin = rest.keys.admin;
    const person = { name: "Ada Field", phone: "+49 30 1234", email: "Ada@Example.com", roles: ["engineer"] };
    const made = await rest.send("PUT", "/v1/persons/ada", { key: admin, json: person });
    assert.deepEqual([made.status, made.json.email], [201, "ada@example.com"]);
    assert.equal((await rest.send("PUT", "/v1/persons/ada", { key: admin, json: person })).status, 200);
    await rest.send("PUT", "/v1/persons/rita", { key: admin, json: { name: "Rita", roles: ["requester"] } });
    const { ticketStatuses } = (await rest.get("/v1/ticket-statuses", desk())).json;
    assert.deepEqual(
      ticketStatuses.map(({ portal }: Json) => portal),
      ["received", "scheduling", "dispatched", "on_route", "arrived", "completed", "closed"],
    );
  });

  test("it is received, planned and handed out", async () => {
    const opened = await rest.post("/v1/tickets", desk(), {
      ...{ number: "LIFE-1", subject: "Printer", requesterPerson: "rita", custom: { floor: "3", room: "7" } },
    });
    assert.deepEqual([opened.json.ticket.requester, opened.json.ticket.portalStatus], ["Rita", "received"]);
    for (const [number, group] of [["LIFE-A", "acme-field"] as const, ["LIFE-B", "service-desk"] as const])
      await rest.post(`${TICKET}/tasks`, desk(), { number, group, subject: "Repair" });
    const appointment = { from: "2026-11-04T09:00:00+01:00", until: "2026-11-04T11:00:00+01:00" };
    const planned = await changed({ status: "scheduling", appointment, custom: { floor: null, door: "blue" } });
    assert.deepEqual(planned.ticket.custom, { room: "7", door: "blue" });
    const later = { until: "2026-11-04T12:00:00+01:00" };
    const sent = await changed({ status: "dispatched", engineer: { person: "ada" }, appointment: later });
    assert.deepEqual(sent.ticket.engineer, { person: "ada", name: "Ada Field", phone: "+49 30 1234" });
    assert.deepEqual(sent.ticket.appointment, { ...appointment, ...later });
    const other = await changed({ engineer: { name: "Ben" } });
    assert.deepEqual(other.ticket.engineer, { person: null, name: "Ben", phone: "+49 30 1234" });
    assert.deepEqual((await changed({ engineer: { person: "ada" } })).ticket.engineer, sent.ticket.engineer);
  });

  test("of two writers who read the same, one alone writes; the other is told the present tag", async () => {
    const { headers, json } = await rest.get(TICKET, desk());
    const tag = { "if-match": headers["etag"] ?? "" };
    const writers = await Promise.all(["Urgent", "High", "Low"].map((priority) => patch(TICKET, { priority }, tag)));
    assert.deepEqual(writers.map(({ status }) => status).sort(), [200, 412, 412]);
    const present = await rest.get(TICKET, desk());
    assert.equal(present.json.priority, writers.find(({ status }) => status === 200)?.json.ticket.priority);
    for (const lost of writers.filter(({ status }) => status === 412)) {
      assert.equal(lost.json.code, "precondition_failed");
      assert.equal(lost.headers["etag"], present.headers["etag"]);
    }
    assert.notEqual(present.headers["etag"], headers["etag"]);
    assert.notEqual(present.json.priority, json.priority);
  });

  test("what has not changed is not sent again, and a patch of what is so makes no event", async () => {
    const { headers, json } = await rest.get(TICKET, desk());
    const etag = headers["etag"] ?? "";
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await rest.send("GET", TICKET, { key: desk(), headers: { "if-none-match": known } });
      assert.deepEqual([again.status, again.headers["etag"]], [304, etag], known);
    }
    assert.equal((await rest.send("GET", TICKET, { key: desk(), headers: { "if-none-match": '"other"' } })).status, 200);
    const same = await changed({ subject: json.subject, custom: { door: "blue" } }, { "if-match": `"x", ${etag}` });
    assert.deepEqual([same.event, same.etag], [null, etag]);
    assertRefused(await patch(TICKET, { subject: "New" }, { "if-match": '"other"' }), 412, "precondition_failed");
    const weakened = await changed({ subject: json.subject }, { "if-match": `W/${etag}` });
    assert.deepEqual([weakened.event, weakened.etag], [null, etag], "as packing marks it, the tag is the same");
    assert.equal((await changed({ description: "By *" }, { "if-match": "*" })).ticket.description, "By *");
    assertRefused(await patch(TICKET, {}, { "if-match": "no quotes" }), 400, "invalid_request");
  });

  test("a task is changed without a word to its provider, who sees it all the same", async () => {
    const task = "/v1/tasks/LIFE-A";
    const before = await rest.get(task, rest.keys.acme);
    const { status, json, headers } = await patch(task, { priority: "High", custom: { floor: "4" } });
    assert.deepEqual([status, json.task.priority, json.task.custom], [200, "High", { floor: "4" }]);
    assertRefused(
      await patch(task, { priority: null }, { "if-match": before.headers["etag"] ?? "" }),
      412,
      "precondition_failed",
    );
    assert.equal((await patch(task, { priority: "High" }, { "if-match": headers["etag"] ?? "" })).json.event, null);
    const seen = await rest.get(task, rest.keys.acme);
    assert.deepEqual([seen.json.priority, seen.headers["etag"]], ["High", headers["etag"]]);
    const { events } = (await rest.get(`${task}/events`, rest.keys.acme)).json;
    assert.deepEqual(
      events.map(({ type }: Json) => type),
      ["crossdesk.task.assigned"],
    );
    assertRefused(await patch(task, { subject: null }), 400, "invalid_request");
    assertRefused(await patch(task, { solution: "mine" }), 400, "invalid_request");
  });

  test("what makes no sense is refused and says why", async () => {
    const wrong: [object, number, string][] = [
      [{ status: "flying" }, 422, "unknown_status"],
      [{ requesterPerson: "nobody" }, 422, "unknown_person"],
      [{ engineer: { person: "rita" } }, 422, "unknown_person"],
      [{ appointment: { until: "2026-11-04T08:00:00+01:00" } }, 400, "invalid_request"],
      [{ appointment: { from: null } }, 400, "invalid_request"],
      [{ appointment: { from: "2026-11-04T08:00:00" } }, 400, "invalid_request"],
      [{ engineer: { name: null } }, 400, "invalid_request"],
      [{ subject: " " }, 400, "invalid_request"],
      [{ number: "X" }, 400, "invalid_request"],
      [{ status: "closed" }, 409, "open_tasks"],
    ];
    for (const [json, status, code] of wrong) assertRefused(await patch(TICKET, json), status, code);
    const plain = await rest.send("PATCH", TICKET, { key: desk(), json: { subject: "X" } });
    assertRefused(plain, 415, "unsupported_media_type");
    assert.equal(plain.headers["accept-patch"], "application/merge-patch+json");
    assertRefused(await patch("/v1/tickets/NONE", {}), 404, "unknown_ticket");
    assertRefused(await rest.post(`${TICKET}/reopening`, desk(), {}), 409, "ticket_open");
  });

  test("the engineer comes, works and goes; the ticket is closed with its tasks", async () => {
    await changed({ status: "on_route" });
    await changed({ status: "arrived" });
    await rest.post("/v1/tasks/LIFE-A/acknowledgement", rest.keys.acme, { externalReference: "INC-9" });
    await changed({ status: "completed", result: "Fuser replaced." });
    const open = await rest.post(`${TICKET}/closure`, desk(), {});
    assertRefused(open, 409, "open_tasks");
    assert.match(open.json.detail, /LIFE-A, LIFE-B/);
    const key = { "idempotency-key": "close-life-1" };
    const closed = await rest.post(`${TICKET}/closure`, desk(), { closeTasks: true, reason: "Done" }, key);
    assert.deepEqual([closed.status, closed.json.ticket.portalStatus], [201, "closed"]);
    assert.equal((await rest.get("/v1/tasks/LIFE-A", desk())).json.status, "closed");
    const told = (await rest.get("/v1/tasks/LIFE-A/events", rest.keys.acme)).json.events.at(-1);
    assert.deepEqual([told.data.requestType, told.data.app, told.data.reason], ["Closed", "Ticketing.TaskClosure", "Done"]);
    assertRefused(await rest.post(`${TICKET}/closure`, desk(), {}), 409, "ticket_closed");
    assertRefused(await patch(TICKET, { priority: null }), 409, "ticket_closed");
    assertRefused(await patch("/v1/tasks/LIFE-A", { priority: null }), 409, "task_closed");
    assertRefused(await rest.post(`${TICKET}/tasks`, desk(), { group: "service-desk", subject: "More" }), 409, "ticket_closed");
    const opened = await rest.post(`${TICKET}/reopening`, desk(), { status: "scheduling", reason: "It smokes" });
    assert.deepEqual([opened.status, opened.json.ticket.portalStatus], [201, "scheduling"]);
    const again = await rest.post(`${TICKET}/closure`, desk(), { closeTasks: true, reason: "Done" }, key);
    assert.deepEqual(again.json, closed.json, "the first answer is given again");
    assert.equal((await rest.get(TICKET, desk())).json.status, "scheduling");
    assert.equal((await changed({ status: "closed" })).ticket.portalStatus, "closed");
  });

  test("the feed alone gives the ticket, its tasks and the way of its statuses", async () => {
    const events = (await feed()).filter(({ data }) => data.ticket?.number === "LIFE-1");
    const own = events.filter(({ type }) => type.startsWith("crossdesk.ticket."));
    const { createdAt: _made, updatedAt: _then, portalStatus: _shown, ...ticket } = (await rest.get(TICKET, desk())).json;
    const empty = { description: null, priority: null, requester: null, requesterPerson: null, engineer: null };
    assert.deepEqual(own.reduce(fold, { ...empty, appointment: null, result: null, custom: {} }), ticket);
    assert.deepEqual(own.at(-1)?.data.ticket, ticket);
    const way = own.flatMap(({ type, data }) =>
      data.changed.includes("status") ? [`${type.slice(17)} ${data.ticket.status}`] : [],
    );
    assert.deepEqual(way, [
      ...["created open", "changed scheduling", "changed dispatched", "changed on_route", "changed arrived", "changed completed"],
      ...["closed closed", "reopened scheduling", "closed closed"],
    ]);
    for (const number of ["LIFE-A", "LIFE-B"]) {
      const { createdAt: _at, updatedAt: _last, ticket: _of, ...task } = (await rest.get(`/v1/tasks/${number}`, desk())).json;
      const its = events.filter(({ data }) => data.task?.number === number);
      const none = { description: null, priority: null, solution: null, resolvedAt: null, custom: {}, reference: null };
      assert.deepEqual(its.reduce(fold, none), task);
    }
    const history = (await rest.get(`${TICKET}/events?limit=200`, desk())).json.events;
    assert.deepEqual(history, own);
  });

  test("it is found by status, portal status, requester, engineer, number and time, page by page", async () => {
    for (const n of [2, 3])
      await rest.post("/v1/tickets", desk(), { number: `LIFE-${n}`, subject: "More", requester: "zoe@example.com" });
    const found = async (query: string): Promise<string[]> => {
      const numbers: string[] = [];
      for (let next: string | null = ""; next !== null; ) {
        const page = (await rest.get(`/v1/tickets?limit=1&${query}${next && `&after=${next}`}`, desk())).json as Json;
        numbers.push(...page.tickets.map(({ number }: Json) => number));
        next = page.next;
      }
      return numbers;
    };
    assert.deepEqual(await found("status=closed"), ["LIFE-1"]);
    assert.deepEqual(await found("portalStatus=received"), ["LIFE-2", "LIFE-3"]);
    assert.deepEqual(await found("portalStatus=received&status=closed"), []);
    assert.deepEqual(await found("requester=zoe@example.com"), ["LIFE-2", "LIFE-3"]);
    assert.deepEqual(await found("requester=rita"), ["LIFE-1"]);
    assert.deepEqual(await found("engineer=ada&status=closed"), ["LIFE-1"]);
    assert.deepEqual(await found("number=LIFE-3"), ["LIFE-3"]);
    await patch("/v1/tickets/LIFE-2", { priority: "Low" });
    const since = encodeURIComponent((await rest.get("/v1/tickets/LIFE-3", desk())).json.updatedAt);
    assert.deepEqual((await found(`updatedSince=${since}`)).slice(-2).sort(), ["LIFE-2", "LIFE-3"]);
    assertRefused(await rest.get(`/v1/tickets?updatedSince=${since}&after=5`, desk()), 400, "invalid_request");
    assertRefused(await rest.get("/v1/tickets", rest.keys.acme), 403, "forbidden");
  });

  test("groups and persons are read by the desk and written by an administrator alone", async () => {
    const admin = rest.keys.admin;
    const { json } = await rest.get("/v1/groups/acme-field", desk());
    assert.deepEqual([json.integrated, json.processes.newAssignment], [true, "acme-new"]);
    assertRefused(await rest.send("PUT", "/v1/groups/new", { key: desk(), json: {} }), 403, "forbidden");
    assert.equal((await rest.send("PUT", "/v1/groups/new", { key: admin, json: {} })).status, 201);
    const merge = (path: string, json: object) => patch(path, json, {}, admin);
    const wider = await merge("/v1/groups/acme-field", { late: "keep", processes: { closure: null } });
    assert.deepEqual(wider.json, { ...json, late: "keep", processes: { ...json.processes, closure: null } });
    assertRefused(await merge("/v1/groups/acme-field", { returnGroup: null }), 400, "invalid_request");
    assertRefused(await merge("/v1/groups/none", {}), 404, "not_found");
    assert.equal((await rest.send("DELETE", "/v1/groups/new", { key: admin })).status, 204);
    assertRefused(await rest.send("DELETE", "/v1/groups/new", { key: admin }), 404, "not_found");
    assert.ok((await rest.get("/v1/groups", desk())).json.groups.every(({ name }: Json) => name !== "new"));
    const ada = await merge("/v1/persons/ada", { phone: null, language: "de-ch" });
    assert.deepEqual([ada.json.name, ada.json.phone, ada.json.language], ["Ada Field", null, "de-CH"]);
    assert.deepEqual((await rest.get("/v1/persons?email=ADA@example.com", desk())).json.persons, [ada.json]);
    assert.equal((await rest.send("DELETE", "/v1/persons/ada", { key: admin })).status, 204);
    assertRefused(await rest.get("/v1/persons/ada", desk()), 404, "not_found");
    const kept = { person: "ada", name: "Ada Field", phone: "+49 30 1234" };
    assert.deepEqual((await rest.get(TICKET, desk())).json.engineer, kept, "a ticket keeps what it took");
  });
});
