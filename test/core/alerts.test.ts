// Alerts as decisions: raised once, cleared once, by the gateway alone, and never against what the task says by then.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { alertName, type ReportAlert } from "../../src/core/commands/report-alert.ts";
import type { AlertSubject } from "../../src/core/events.ts";
import type { Actor, Step } from "../../src/core/ports.ts";
import { readSources } from "../helpers/sources.ts";
import { ACME, ADMINISTRATOR, createWorld, NOW, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

const GATEWAY: Actor = { kind: "gateway" };
const QUEUE: AlertSubject = { kind: "queue_long", system: "alpha", provider: null, task: null };
const REFERENCE: AlertSubject = { kind: "no_reference", system: null, provider: "acme", task: "K1" };

const command = (state: ReportAlert["state"], alert: AlertSubject, says = "Look at it."): ReportAlert => ({
  type: "report_alert",
  state,
  alert,
  says,
});

function give(world: TestWorld, ...commands: ReportAlert[]): Step[] {
  const decision = world.decide({ caller: GATEWAY, channel: "gateway", commands });
  return decision.kind === "new" ? decision.steps.flat() : assert.fail(JSON.stringify(decision));
}

suite("alerts", () => {
  test("an alert is raised once and cleared once, under one name", () => {
    const world = createWorld();
    const facts = { ...QUEUE, name: "queue_long alpha", says: "Look at it.", since: NOW };
    const raised = { kind: "alert", type: "alert.raised", task: null, ticket: null, changes: { alert: facts } };
    assert.deepEqual(give(world, command("cleared", QUEUE)), []);
    assert.deepEqual(give(world, command("raised", QUEUE)), [{ draft: raised, about: null }]);
    assert.deepEqual(give(world, command("raised", QUEUE)), []);
    const [cleared, ...more] = give(world, command("cleared", QUEUE, "Over."), command("cleared", QUEUE));
    assert.deepEqual([cleared?.draft.type, more], ["alert.cleared", []]);
    assert.deepEqual(give(world, command("raised", QUEUE)), [{ draft: raised, about: null }]);
  });

  test("commands of one unit see what those before them did", () => {
    const states = (["raised", "raised", "cleared", "raised"] as const).map((state) => command(state, QUEUE));
    const types = give(createWorld(), ...states).map((step) => step.draft.type);
    assert.deepEqual(types, ["alert.raised", "alert.cleared", "alert.raised"]);
  });

  test("clearing tells since when it was so", () => {
    const world = createWorld();
    give(world, command("raised", QUEUE));
    const decision = world.decide({ caller: GATEWAY, commands: [command("cleared", QUEUE)], at: NOW + 5000 });
    const [step] = decision.kind === "new" ? decision.steps.flat() : [];
    assert.equal(step && "about" in step && step.draft.changes.alert.since, NOW);
  });

  test("one about a task names it, its ticket and the state it is in", () => {
    const [step] = give(withTask("acme-field"), command("raised", REFERENCE));
    assert.ok(step && "about" in step);
    assert.deepEqual([step.draft.task, step.draft.ticket, step.about?.status], ["K1", "T1", "assigned"]);
    assert.equal(step.draft.changes.alert.name, "no_reference K1 acme");
  });

  test("a missing reference is not raised when the task does not wait for it any more", () => {
    const over: readonly ((world: TestWorld) => void)[] = [
      (world) => world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" }),
      (world) => world.give(ACME, { type: "update_message", task: "K1", reference: "A-1", message: "On our way." }),
      (world) => world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Replaced." }),
      (world) => world.give(TICKETING, { type: "assign_task", task: "K1", group: "globex-net" }),
      (world) => world.give(TICKETING, { type: "close_task", task: "K1" }),
    ];
    for (const happens of over) {
      const world = withTask("acme-field");
      happens(world);
      assert.deepEqual(give(world, command("raised", REFERENCE)), [], happens.toString());
    }
    assert.deepEqual(give(createWorld(), command("raised", REFERENCE)), [], "a task that is not there");
  });

  test("one about a task that is gone can still be cleared", () => {
    const world = createWorld();
    const about: AlertSubject = { ...QUEUE, task: "GONE" };
    give(world, command("raised", about));
    const [step] = give(world, command("cleared", about));
    assert.deepEqual([step?.draft.type, step && "about" in step && step.draft.task], ["alert.cleared", null]);
  });

  test("it changes nothing in the task, and leaves what a provider sent before it known", () => {
    const world = withTask("acme-field");
    const before = world.task("K1");
    give(world, command("raised", REFERENCE));
    assert.deepEqual(world.task("K1"), before);
  });

  test("nobody but the gateway may report", () => {
    for (const caller of [ACME, TICKETING, ADMINISTRATOR])
      assert.equal(createWorld().refused(caller, command("raised", QUEUE)), "forbidden");
    const says = "x".repeat(5000);
    const decision = createWorld().decide({ caller: GATEWAY, commands: [command("raised", QUEUE, says)] });
    assert.equal(decision.kind === "refused" && decision.refusal.code, "text_too_long");
  });

  test("no channel speaks in the name of the gateway", () => {
    const inbound = readSources("src/{inbound,portal,console}/**/*.ts");
    assert.ok(inbound.length > 0);
    const wrong = inbound.filter(({ text }) => /kind: "gateway"|\b(Actor|Gateway)\b.*core\/ports/.test(text));
    assert.deepEqual(
      wrong.map(({ file }) => file),
      [],
    );
  });

  test("names tell alerts apart", () => {
    const all: AlertSubject[] = [
      QUEUE,
      { ...QUEUE, system: "beta" },
      { ...QUEUE, kind: "deliveries_failing" },
      REFERENCE,
      { ...REFERENCE, provider: "globex" },
      { ...REFERENCE, task: "K1 acme" },
      { ...REFERENCE, kind: "provider_silent", task: null },
    ];
    assert.equal(new Set(all.map(alertName)).size, all.length);
  });
});
