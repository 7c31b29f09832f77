// Which events set off which mappings: by process, by trigger, and what must never leave.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { matching } from "../../src/outbound/match.ts";
import { DEFAULT_DELIVERY, type Mapping, type System, type Trigger } from "../../src/store/outgoing.ts";
import type { OutgoingEvent } from "../../src/store/views/outgoing.ts";

const ANY: Trigger = { requests: null, taskStatuses: null, ticketStatuses: null, fields: null, groups: null, alerts: null };

function system(name: string, change: Partial<System> = {}): System {
  return {
    ...{ name, active: true, description: "", provider: null, unrestricted: true, groups: [], projects: [], properties: {} },
    ...{ secrets: {}, apis: {}, values: {}, limits: {}, delivery: DEFAULT_DELIVERY },
    ...change,
  };
}

function mapping(name: string, of: string, change: Partial<Mapping & { since: number }> = {}): Mapping & { since: number } {
  return {
    ...{ name, active: true, description: "", system: of, api: "a", trigger: null, condition: null },
    ...{ language: "jsonata", body: "{}", since: 0 },
    ...change,
  };
}

const assigned: OutgoingEvent = {
  ...{ position: 10, kind: "task", type: "task.assigned", subject: 5, status: "assigned", group: "acme-field", holder: "acme" },
  ...{ provider: "acme", requestType: "Submit Request", direction: "Out", process: "acme-new", internal: false, imported: false },
  ...{ statusChanged: true, changed: ["group"], alert: null, test: false },
};
const updateIn: OutgoingEvent = {
  ...{ ...assigned, type: "task.message", requestType: "Update", direction: "In", process: null },
  ...{ statusChanged: false, changed: [] },
};

function names(event: OutgoingEvent, systems: readonly System[], mappings: readonly (Mapping & { since: number })[]): string[] {
  const site = {
    providers: new Map([
      ["acme", { test: false }],
      ["tried", { test: true }],
    ]),
    systems: new Map(systems.map((one) => [one.name, one])),
    mappings: new Map(mappings.map((one) => [one.name, one])),
  };
  return matching(event, site).map((one) => one.name);
}

const trigger = (change: Partial<Trigger>): { trigger: Trigger } => ({ trigger: { ...ANY, ...change } });

suite("what an event sets off", () => {
  const acme = system("acme", { provider: "acme" });
  const desk = system("desk tool");

  test("the mapping its group names as process, once, even when its trigger fits too", () => {
    assert.deepEqual(names(assigned, [acme], [mapping("acme-new", "acme"), mapping("other", "acme")]), ["acme-new"]);
    assert.deepEqual(names(assigned, [acme], [mapping("acme-new", "acme", trigger({}))]), ["acme-new"]);
  });

  test("a trigger needs request type and direction both", () => {
    const of = (type: string, direction: "In" | "Out") => [
      mapping("m", "desk tool", trigger({ requests: [{ type, direction }] })),
    ];
    assert.deepEqual(names(assigned, [desk], of("Submit Request", "Out")), ["m"]);
    assert.deepEqual(names(assigned, [desk], of("Submit Request", "In")), []);
    assert.deepEqual(names(assigned, [desk], of("Update", "Out")), []);
    assert.deepEqual(names(updateIn, [desk], of("Update", "In")), ["m"]);
  });

  test("a status counts only when this very event brought it", () => {
    const closed = [mapping("m", "desk tool", trigger({ taskStatuses: ["assigned"] }))];
    assert.deepEqual(names(assigned, [desk], closed), ["m"]);
    assert.deepEqual(names({ ...assigned, statusChanged: false }, [desk], closed), []);
    const opened = [mapping("m", "desk tool", trigger({ ticketStatuses: ["open"] }))];
    const created: OutgoingEvent = { ...assigned, kind: "ticket", type: "ticket.created", status: "open", subject: -5 };
    assert.deepEqual(names(created, [desk], opened), ["m"]);
    assert.deepEqual(names(assigned, [desk], opened), []);
  });

  test("fields and groups: one of the list is enough, all lists must fit", () => {
    const both = [mapping("m", "desk tool", trigger({ fields: ["priority", "group"], groups: ["acme-field"] }))];
    assert.deepEqual(names(assigned, [desk], both), ["m"]);
    assert.deepEqual(names({ ...assigned, group: "other" }, [desk], both), []);
    assert.deepEqual(names({ ...assigned, changed: ["subject"] }, [desk], both), []);
  });

  test("what came from a provider never goes back to it, but may go to others of the desk", () => {
    const all = [mapping("back", "acme", trigger({})), mapping("desk", "desk tool", trigger({}))];
    assert.deepEqual(names(updateIn, [acme, desk], all), ["desk"]);
    assert.deepEqual(names(assigned, [acme, desk], all), ["back", "desk"]);
  });

  test("a provider's System hears of its own tasks alone", () => {
    const globex = system("globex", { provider: "globex" });
    assert.deepEqual(names(assigned, [globex], [mapping("m", "globex", trigger({})), mapping("acme-new", "globex")]), []);
    assert.deepEqual(names({ ...updateIn, provider: "acme" }, [globex], [mapping("m", "globex", trigger({}))]), []);
  });

  test("what a provider says late never leaves to the one that has the task now, whatever its System asks for", () => {
    const globex = system("globex", { provider: "globex" });
    const late: OutgoingEvent = { ...updateIn, holder: "globex", group: "globex-net", changed: ["reference"] };
    const wishes: Partial<Trigger>[] = [
      {},
      { fields: ["reference"] },
      { groups: ["globex-net"] },
      { requests: [{ type: "Update", direction: "In" }] },
    ];
    for (const wish of wishes) {
      assert.deepEqual(
        names(late, [globex, acme], [mapping("m", "globex", trigger(wish)), mapping("n", "acme", trigger(wish))]),
        [],
      );
      assert.deepEqual(names(late, [desk], [mapping("m", "desk tool", trigger(wish))]), ["m"]);
    }
    const moved: OutgoingEvent = { ...late, direction: "Out", provider: "globex", changed: ["group"] };
    assert.deepEqual(names(moved, [globex, acme], [mapping("m", "globex", trigger({})), mapping("n", "acme", trigger({}))]), [
      "m",
    ]);
    // Of the desk's own events nobody is named: they concern who has the task.
    const own: OutgoingEvent = { ...moved, direction: null, requestType: null, provider: null, process: null };
    assert.deepEqual(names(own, [globex, acme], [mapping("m", "globex", trigger({})), mapping("n", "acme", trigger({}))]), ["m"]);
  });

  test("taking a task away is told to the one it is taken from", () => {
    const withdrawn: OutgoingEvent = { ...assigned, type: "task.withdrawn", requestType: "Closed", process: "acme-close" };
    const restricted = system("acme", { provider: "acme", unrestricted: false, groups: ["other-group"] });
    assert.deepEqual(names(withdrawn, [restricted], [mapping("acme-close", "acme")]), ["acme-close"]);
  });

  test("internal notes never leave, whatever the trigger says", () => {
    assert.deepEqual(names({ ...updateIn, internal: true }, [desk], [mapping("m", "desk tool", trigger({}))]), []);
  });

  test("without unrestricted use only the groups of the System are seen", () => {
    const few = (groups: string[]) => system("few", { unrestricted: false, groups });
    assert.deepEqual(names(assigned, [few(["acme-field"])], [mapping("m", "few", trigger({}))]), ["m"]);
    assert.deepEqual(names(assigned, [few(["other"])], [mapping("m", "few", trigger({}))]), []);
    assert.deepEqual(names(assigned, [few([])], [mapping("m", "few", trigger({}))]), []);
  });

  test("an alert reaches the desk's own Systems, when a trigger asks for it", () => {
    const alert: OutgoingEvent = {
      ...assigned,
      kind: "alert",
      type: "alert.raised",
      alert: "queue_long",
      group: null,
      process: null,
    };
    const wanted = trigger({ alerts: ["queue_long"] });
    const few = system("few", { unrestricted: false });
    assert.deepEqual(names(alert, [few, acme], [mapping("desk", "few", wanted), mapping("back", "acme", wanted)]), ["desk"]);
    assert.deepEqual(names(alert, [desk], [mapping("all", "desk tool", trigger({}))]), []);
    assert.deepEqual(names(assigned, [desk], [mapping("alerts", "desk tool", wanted)]), []);
    assert.deepEqual(names({ ...alert, alert: "no_reference" }, [desk], [mapping("alerts", "desk tool", wanted)]), []);
  });

  test("inactive mappings and Systems, and events from before the mapping's time, set off nothing", () => {
    assert.deepEqual(names(assigned, [desk], [mapping("m", "desk tool", { ...trigger({}), active: false })]), []);
    assert.deepEqual(names(assigned, [{ ...desk, active: false }], [mapping("m", "desk tool", trigger({}))]), []);
    assert.deepEqual(names(assigned, [desk], [mapping("m", "desk tool", { ...trigger({}), since: 10 })]), []);
    assert.deepEqual(names(assigned, [desk], [mapping("m", "desk tool", { ...trigger({}), since: 9 })]), ["m"]);
  });

  test("what happened in a test reaches the Systems of the provider that is tried out, and nobody else", () => {
    const tried = system("tried", { provider: "tried" });
    const event: OutgoingEvent = { ...assigned, provider: "tried", holder: "tried", process: null };
    const all = [mapping("own", "tried", trigger({})), mapping("live", "desk tool", trigger({}))];
    assert.deepEqual(names({ ...event, test: true }, [desk, tried], all), ["own"]);
    assert.deepEqual(names(event, [desk, tried], all), ["own", "live"]);
    // It went live since: what was a test stays one.
    assert.deepEqual(names({ ...assigned, test: true, process: "acme-new" }, [acme], [mapping("acme-new", "acme")]), []);
  });
});
