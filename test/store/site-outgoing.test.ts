// Beside what every database keeps: expressions are read before they are stored, and other processes follow what one changes.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Language } from "../../src/store/outgoing.ts";
import type { SiteDocument } from "../../src/store/site-document.ts";
import { type CheckExpression, checkOutgoing } from "../../src/store/site-outgoing-check.ts";
import { completeOutgoing } from "../../src/store/site-outgoing-defaults.ts";
import { lacking } from "../helpers/packages.ts";
import {
  type Environment,
  mariadbEnvironment,
  message,
  newTask,
  openTestStore,
  answered,
  codeOf,
  connect,
  unit,
} from "../helpers/store.ts";
import { CRM, CRM_MAPPINGS } from "./outgoing-site.ts";

const GROUPS = new Map([["acme-field", { name: "acme-field" }]]);

suite("expressions of a site document", () => {
  const checkWith = (document: SiteDocument, checkExpression: CheckExpression): void => {
    const before = { systems: new Map(), mappings: new Map() };
    const outgoing = completeOutgoing(document, before, () => CRM.secrets?.["KEY"] ?? "");
    checkOutgoing(
      outgoing,
      { providers: new Set(["acme"]), groups: GROUPS, ticketStatuses: new Set(["open", "closed"]) },
      checkExpression,
    );
  };
  const [first] = CRM_MAPPINGS;
  const document: SiteDocument = { systems: [CRM], mappings: CRM_MAPPINGS };

  test("are each read once, in their language", () => {
    const read: [Language, string][] = [];
    checkWith(document, (language, text) => {
      read.push([language, text]);
      return null;
    });
    assert.deepEqual(read, [
      ["jsonata", "body.number"],
      ["jsonata", first?.body],
      ["jsonata", first?.condition],
      ["liquid", "Task {{ task.number }}"],
    ]);
  });

  for (const [text, says] of [
    ["body.number", /system crm, api hook, answer reference: it does not end\.$/],
    [first?.body, /mapping crm-new, body: it does not end\.$/],
    [first?.condition, /mapping crm-new, condition: it does not end\.$/],
  ] as const) {
    test(`are refused with their place and reason: ${text}`, () => {
      const checkExpression: CheckExpression = (_language, found) => (found === text ? "it does not end." : null);
      assert.throws(() => checkWith(document, checkExpression), says);
    });
  }
});

suite("Systems and mappings in two processes on one MariaDB", { skip: lacking("mariadb") }, () => {
  let environment: Environment | undefined;
  before(async () => {
    environment = await mariadbEnvironment();
  });
  after(() => environment?.close());

  test("what one changes the other sees, secrets and all", async () => {
    const url = (await environment?.createDatabase()) ?? "";
    const here = await openTestStore(url);
    const there = await openTestStore(url);
    const noticed = (fits: () => boolean) =>
      new Promise<void>((resolve) => {
        there.store.onSite(() => fits() && resolve());
        if (fits()) resolve();
      });
    const task = await newTask(here.door);
    const alerts = { queueLong: 7, systems: { crm: { queueLong: null } } };
    await here.store.admin.apply({ systems: [CRM], mappings: CRM_MAPPINGS, alerts });
    await noticed(() => there.store.site().systems.has("crm"));
    assert.deepEqual(there.store.site().systems.get("crm"), here.store.site().systems.get("crm"));
    assert.deepEqual(there.store.site().mappings, here.store.site().mappings);
    assert.deepEqual(there.store.site().alerts, here.store.site().alerts);
    assert.equal(there.store.site().alerts.queueLong, 7);
    const crm = { kind: "provider", provider: "acme", credential: "system:crm" } as const;
    await answered(there.door.execute(unit(crm, message(task, "answered"))));
    await here.store.admin.apply({ remove: { systems: ["crm"], mappings: CRM_MAPPINGS.map((one) => one.name) } });
    assert.equal(await codeOf(there.door.execute(unit(crm, message(task, "again")))), "unauthenticated");
    await noticed(() => !there.store.site().systems.has("crm"));
    await Promise.all([here.close(), there.close()]);
  });

  test("a System is removed although its queue is held in the same moment", async () => {
    const url = (await environment?.createDatabase()) ?? "";
    const { store, close } = await openTestStore(url);
    const other = await connect(url);
    await store.admin.apply({ systems: [{ name: "x" }] });
    await other.rows("begin");
    await other.rows("update delivery_queues set held = 1 where system_name = 'x'");
    const removed = store.admin.apply({ remove: { systems: ["x"] } });
    const watch = await connect(url);
    const waits = "select 1 from information_schema.processlist where db = database() and info like 'update%delivery_queues%'";
    while ((await watch.rows(waits)).length === 0) await Promise.race([removed, setImmediate()]);
    await other.rows("commit");
    assert.deepEqual(await removed, [{ kind: "systems", name: "x", change: "removed" }]);
    assert.deepEqual(await watch.rows("select * from delivery_queues"), []);
    await Promise.all([other.close(), watch.close(), close()]);
  });

  test("two that make the same System at once make one of it, with one key", async () => {
    const url = (await environment?.createDatabase()) ?? "";
    const stores = await Promise.all([openTestStore(url), openTestStore(url)]);
    const changes = await Promise.all(stores.map(({ store }) => store.admin.apply({ systems: [CRM] })));
    assert.equal(changes.flat().length, 1);
    for (const { store } of stores) {
      await store.refresh();
      assert.equal(store.site().systems.get("crm")?.secrets["FRESH"], changes.flat()[0]?.secrets?.["FRESH"]);
    }
    await Promise.all(stores.map((one) => one.close()));
  });
});
