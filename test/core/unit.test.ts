// A unit is decided as a whole: in order, each command seeing the ones before it, all or nothing; repeats are recognised.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Command } from "../../src/core/commands/registry.ts";
import { createDoor } from "../../src/core/execute.ts";
import type { Outcome, Unit } from "../../src/core/ports.ts";
import { ACME, createWorld, GROUPS, NOW, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

const CREATE: Command = { type: "create_task", ticket: "T2", number: "K2", group: "acme-field", fields: { subject: "Switch" } };
const DIGEST = "07".repeat(16);
const HELLO: Command = { type: "update_message", task: "K1", message: "Hello" };

suite("units", () => {
  test("a later command sees what an earlier one made", () => {
    const world = createWorld();
    const ticket: Command = { type: "create_ticket", number: "T2", fields: { subject: "No network" } };
    const decision = world.decide({ caller: TICKETING, commands: [ticket, CREATE, { type: "close_task", task: "K2" }] });
    assert.equal(
      decision.kind === "new" && decision.steps.map((each) => each.map(({ draft }) => draft.type)).join(),
      "ticket.created,task.created,task.assigned,task.closed",
    );
    assert.equal(world.task("K2").status, "closed");
  });

  test("a reference set in the same unit is found by the next command", () => {
    const world = withTask("acme-field");
    const commands: Command[] = [
      { type: "acknowledge", task: "K1", reference: "A-1" },
      { type: "update_message", reference: "A-1", message: "Hello" },
    ];
    assert.equal(world.decide({ caller: ACME, commands }).kind, "new");
  });

  test("one refused command leaves nothing of the others", () => {
    const world = withTask("acme-field");
    const steps = world.steps.length;
    const decision = world.decide({ caller: ACME, commands: [HELLO, HELLO, { type: "acknowledge", task: "K1" }] });
    assert.deepEqual(decision, { kind: "refused", index: 2, refusal: { code: "reference_required" } });
    assert.equal(world.steps.length, steps);
  });

  test("an empty unit, such as a mail that says nothing, leads to nothing", () => {
    assert.deepEqual(createWorld().decide({ caller: ACME, commands: [] }), { kind: "new", steps: [] });
  });
});

suite("repeats of a call without a key", () => {
  const send = (world: TestWorld, at: number, digest = DIGEST): string =>
    world.decide({ caller: ACME, commands: [HELLO], digest, at }).kind;

  test("the same bytes within the window are a repeat", () => {
    const world = withTask("acme-field");
    assert.deepEqual([send(world, NOW), send(world, NOW + 1), send(world, NOW + 599_999)], ["new", "repeat", "repeat"]);
  });

  test("after the window, with other bytes, or with the window off they are not", () => {
    const world = withTask("acme-field");
    assert.deepEqual([send(world, NOW), send(world, NOW + 600_000), send(world, NOW, "00".repeat(16))], ["new", "new", "new"]);
    const off = createWorld(GROUPS, 0);
    off.give(TICKETING, { type: "create_task", ticket: "T1", number: "K1", group: "acme-field", fields: { subject: "Switch" } });
    assert.deepEqual([send(off, NOW), send(off, NOW)], ["new", "new"]);
  });

  test("a repeat answers with the first event, also when the task has been closed since by the provider itself", () => {
    const world = withTask("acme-field");
    const closing: Command = { type: "reassignment", task: "K1", outcome: "closed" };
    world.decide({ caller: ACME, commands: [closing], digest: DIGEST });
    const again = world.decide({ caller: ACME, commands: [closing], digest: DIGEST });
    assert.deepEqual(again, { kind: "repeat", result: { task: "K1", ticket: "T1", events: ["first"] } });
  });
});

suite("the door", () => {
  test("draws time and enough ids once per unit, and hands the rest on", async () => {
    const seen: Unit[] = [];
    const outcome: Outcome = { status: "done", results: [], repeated: false };
    let drawn = 0;
    const ledger = {
      async commit(unit: Unit) {
        seen.push(unit);
        return outcome;
      },
    };
    const door = createDoor(
      ledger,
      () => NOW,
      () => `id-${++drawn}`,
    );
    assert.equal(
      await door.execute({ caller: TICKETING, channel: "rest", commands: [CREATE, { type: "close_task", task: "K2" }] }),
      outcome,
    );
    assert.deepEqual(seen[0]?.ids, ["id-1", "id-2", "id-3"]);
    assert.equal(seen[0]?.at, NOW);
  });
});
