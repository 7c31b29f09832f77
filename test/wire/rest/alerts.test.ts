// What stands against the gateway now, over REST: the alerts that are raised, and the rules by which they are, told to the desk alone.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { ReportAlert } from "../../../src/core/commands/report-alert.ts";
import { assertRefused, type Json, type RestTest, startRest } from "./client.ts";

let app: RestTest;
before(async () => {
  app = await startRest({
    site: {
      systems: [
        {
          name: "acme-desk",
          provider: "acme",
          groups: ["acme-field"],
          apis: { hook: { kind: "rest", url: "https://acme.example/hook" } },
        },
      ],
      mappings: [{ name: "acme-new", system: "acme-desk", body: "task" }],
      alerts: { queueLong: 1 },
    },
  });
  // What is raised here is so indeed, so that the gateway, which looks by itself too, agrees.
  await app.send("PUT", "/v1/queues/acme-desk/hold", { key: app.keys.admin, json: { comment: "Nothing leaves in this test." } });
});
after(() => app.close());

const QUEUE = { kind: "queue_long", system: "acme-desk", provider: null, task: null } as const;

async function report(state: ReportAlert["state"], alert: ReportAlert["alert"], says: string): Promise<void> {
  const commands = [{ type: "report_alert", state, alert, says } as const];
  const { status } = await app.door.execute({ commands, caller: { kind: "gateway" }, channel: "gateway" });
  assert.equal(status, "done");
}

/** A task that waits for a reference, and the alert of it. */
async function waitingTask(number: string): Promise<ReportAlert["alert"]> {
  const alert = { kind: "no_reference", system: null, provider: "acme", task: await app.createTask({ number }) } as const;
  await report("raised", alert, "acme has given no reference.");
  return alert;
}

const names = async (): Promise<string[]> =>
  (await app.get("/v1/alerts", app.keys.ticketing)).json.alerts.map((one: Json) => one.name);

test("alerts are listed while they are raised, newest first, with what they say and since when", async () => {
  assert.deepEqual((await app.get("/v1/alerts", app.keys.ticketing)).json, { alerts: [], next: null });
  await app.createTask();
  const waits = await waitingTask("TSK-9");
  await report("raised", QUEUE, "More than 1 deliveries to acme-desk wait.");
  const { status, json } = await app.get("/v1/alerts", app.keys.admin);
  const events = (await app.get("/v1/events?limit=500", app.keys.ticketing)).json.events;
  const told = events.filter((one: Json) => one.type === "crossdesk.alert.raised").map((one: Json) => one.data.alert);
  assert.equal(status, 200);
  assert.deepEqual(json, { alerts: told.toReversed(), next: null });
  assert.deepEqual(
    json.alerts.map(({ since, ...rest }: Json) => ({ ...rest, since: typeof since })),
    [
      {
        ...{ kind: "queue_long", name: "queue_long acme-desk", system: "acme-desk", provider: null, task: null },
        ...{ says: "More than 1 deliveries to acme-desk wait.", since: "string" },
      },
      {
        ...{ kind: "no_reference", name: "no_reference TSK-9 acme", system: null, provider: "acme", task: "TSK-9" },
        ...{ says: "acme has given no reference.", since: "string" },
      },
    ],
  );
  await app.post("/v1/tasks/TSK-9/acknowledgement", app.keys.acme, { externalReference: "A-9" });
  await report("cleared", waits, "It has one now.");
  assert.deepEqual(await names(), ["queue_long acme-desk"]);
});

test("they come in pages, each alert once", async () => {
  const tasks = ["TSK-21", "TSK-22", "TSK-23", "TSK-24"];
  for (const task of tasks) await waitingTask(task);
  const seen: string[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const after: string = next === "" ? "" : `&after=${next}`;
    const { json } = await app.get(`/v1/alerts?limit=2${after}`, app.keys.ticketing);
    assert.ok(json.alerts.length <= 2);
    seen.push(...json.alerts.map((one: Json) => one.name));
    next = json.next;
  }
  assert.deepEqual(seen, [...tasks.toReversed().map((task) => `no_reference ${task} acme`), "queue_long acme-desk"]);
  for (const query of ["?limit=0", "?limit=201", "?after=-1", "?after=x", "?kind=queue_long"])
    assertRefused(await app.get(`/v1/alerts${query}`, app.keys.admin), 400, "invalid_request");
});

test("they are for the desk and its administrators alone", async () => {
  assertRefused(await app.get("/v1/alerts", app.keys.acme), 403, "forbidden");
  assertRefused(await app.send("GET", "/v1/alerts"), 401, "unauthenticated");
  assertRefused(await app.post("/v1/alerts", app.keys.admin, {}), 405, "method_not_allowed");
});

test("the rules are applied and shown, and what is shown changes nothing when it is applied again", async () => {
  const { admin, ticketing } = app.keys;
  const shown = async () => (await app.get("/v1/site", admin)).json.alerts;
  assert.deepEqual([(await shown()).queueLong, (await shown()).deadLetters], [1, 1]);
  const alerts = { queueLong: 200, deadLetters: null, systems: { "acme-desk": { queueLong: 5000 } } };
  const changes = (await app.post("/v1/site", admin, { alerts })).json.changes;
  assert.deepEqual(changes, [{ kind: "alerts", name: "rules", change: "changed" }]);
  assert.deepEqual((await app.post("/v1/site", admin, { alerts: await shown() })).json, { changes: [] });
  assert.deepEqual([(await shown()).queueLong, (await shown()).deadLetters, (await shown()).waitingMinutes], [200, null, 60]);
  const gone = await app.post("/v1/site", admin, { alerts: { systems: { "acme-desc": {} } } });
  assertRefused(gone, 400, "invalid_request");
  assert.match(gone.json.detail, /alerts, systems acme-desc: there is no system acme-desc/);
  assertRefused(await app.post("/v1/site", ticketing, { alerts: {} }), 403, "forbidden");
});
