// Giving a task to a group, again and elsewhere: which process starts, what status follows, who is told.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { TaskDraft } from "../../src/core/events.ts";
import { ACME, createWorld, GLOBEX, GROUPS, group, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

const assign = (world: TestWorld, name: string): TaskDraft[] =>
  world.give(TICKETING, { type: "assign_task", task: "K1", group: name });
const brief = (events: TaskDraft[]): unknown[] => events.map(({ type, signal, provider }) => [type, signal, provider]);

suite("re-assignment", () => {
  test("back to the same group without a reference starts nothing", () => {
    const world = withTask("acme-field");
    assign(world, "service-desk");
    assert.deepEqual(brief(assign(world, "acme-field")), [["task.assigned", null, "acme"]]);
    assert.equal(world.task("K1").status, "assigned");
  });

  test("back to the same group without a reference starts its process where the group says so", () => {
    const groups = [...GROUPS, group("eager", { provider: "acme", restartWithoutReference: true })];
    const world = withTask("eager", groups);
    assign(world, "service-desk");
    assert.deepEqual(brief(assign(world, "eager")), [["task.assigned", "submitRequest", "acme"]]);
  });

  test("with a reference of that provider it starts as acknowledged", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    assign(world, "service-desk");
    assert.equal(world.task("K1").status, "assigned");
    assert.deepEqual(brief(assign(world, "acme-field")), [["task.assigned", "submitRequest", "acme"]]);
    assert.equal(world.task("K1").status, "acknowledged");
  });

  test("another provider's reference counts for nothing", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    assign(world, "globex-net");
    assert.equal(world.task("K1").status, "assigned");
    assert.equal(world.refused(GLOBEX, { type: "acknowledge", task: "K1" }), "reference_required");
  });

  test("first assignment is counted per group, also within one provider", () => {
    const world = withTask("acme-field");
    assert.deepEqual(brief(assign(world, "acme-hall")), [["task.assigned", "submitRequest", "acme"]]);
    assert.deepEqual(brief(assign(world, "acme-field")), [["task.assigned", null, "acme"]]);
  });

  test("taking a task away is silent where the group says so, and still on record", () => {
    const groups = [...GROUPS, group("quiet", { provider: "acme", closureOnWithdrawal: false })];
    const world = withTask("quiet", groups);
    const [away] = assign(world, "service-desk");
    assert.deepEqual([away?.type, away?.signal, away?.process, away?.provider], ["task.withdrawn", null, null, "acme"]);
    assert.deepEqual(away?.changes, { reason: "withdrawn" });
  });

  test("a closed task is re-opened, and its old provider is not told twice", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.deepEqual(brief(assign(world, "acme-field")), [["task.assigned", "submitRequest", "acme"]]);
    assert.equal(world.task("K1").status, "acknowledged");
    world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.deepEqual(brief(assign(world, "globex-net")), [["task.assigned", "submitRequest", "globex"]]);
  });

  test("a returned task may be given to the same provider again", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "reassignment", task: "K1", reference: "A-1", outcome: "returned", reason: "No part" });
    assert.deepEqual(brief(assign(world, "acme-field")), [["task.assigned", "submitRequest", "acme"]]);
    assert.equal(world.task("K1").status, "acknowledged");
  });

  test("groups that held the task are kept in order of first assignment", () => {
    const world = withTask("acme-field");
    for (const name of ["globex-net", "acme-field", "second-line"]) assign(world, name);
    assert.deepEqual(world.task("K1").heldBy, ["acme-field", "globex-net", "second-line"]);
  });
});

suite("declined solutions", () => {
  const solve = (world: TestWorld, reference?: string): void => {
    world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done.", reference });
  };

  test("the task goes on as acknowledged when the provider gave a reference", () => {
    const world = withTask("acme-field");
    solve(world, "A-1");
    world.give(TICKETING, { type: "decline_solution", task: "K1", reason: "Still down" });
    assert.equal(world.task("K1").status, "acknowledged");
  });

  test("and as assigned when it did not", () => {
    const world = withTask("acme-field");
    solve(world);
    world.give(TICKETING, { type: "decline_solution", task: "K1" });
    assert.equal(world.task("K1").status, "assigned");
    assert.equal(world.task("K1").provider, "acme");
  });

  test("solve, decline, solve again with the same text is two solutions", () => {
    const world = withTask("acme-field");
    solve(world, "A-1");
    world.give(TICKETING, { type: "decline_solution", task: "K1" });
    solve(world, "A-1");
    assert.equal(world.steps.filter(({ draft }) => draft.type === "task.solved").length, 2);
  });
});

suite("late messages", () => {
  const keeping = [...GROUPS, group("patient", { provider: "acme", late: "keep" })];
  const changesOf = (events: TaskDraft[]): unknown => events[0]?.changes;

  test("a group that keeps them has their words on record and nothing changed", () => {
    const world = withTask("patient", keeping);
    world.give(TICKETING, { type: "close_task", task: "K1" });
    const before = world.task("K1");
    const acknowledged = world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    const solved = world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done." });
    const closed = world.give(ACME, { type: "reassignment", task: "K1", outcome: "closed" });
    const returned = world.give(ACME, { type: "reassignment", task: "K1", outcome: "returned", reason: "No part" });
    assert.deepEqual([acknowledged, solved, closed, returned].map(changesOf), [
      { late: true, reference: { provider: "acme", value: "A-1" } },
      { late: true, message: { text: "Done.", visibility: "provider" } },
      { late: true, closed: true },
      { late: true, reason: "No part" },
    ]);
    assert.deepEqual(world.task("K1"), before);
  });

  test("the rule of the group the provider had the task in counts, not of the one it is in now", () => {
    const world = withTask("patient", keeping);
    assign(world, "globex-net");
    world.give(ACME, { type: "update_message", task: "K1", message: "Still on it" });
    assert.equal(world.task("K1").provider, "globex");
    const other = withTask("acme-field", keeping);
    assign(other, "service-desk");
    assert.equal(other.refused(ACME, { type: "update_message", task: "K1", message: "Hello" }), "task_withdrawn");
  });

  test("of two groups of the provider the later one's rule counts", () => {
    const world = withTask("patient", keeping);
    assign(world, "acme-field");
    assign(world, "service-desk");
    assert.equal(world.refused(ACME, { type: "update_message", task: "K1", message: "Hello" }), "task_withdrawn");
  });

  test("even a kept one must say something", () => {
    const world = withTask("patient", keeping);
    world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.equal(world.refused(ACME, { type: "update_message", task: "K1" }), "message_required");
  });
});

suite("numbers", () => {
  test("the desk's own are taken, others are made", () => {
    const world = createWorld();
    const made = world.give(TICKETING, { type: "create_task", ticket: "T1", group: "acme-field", fields: { subject: "a" } });
    assert.equal(made[0]?.task, "task-1");
    const own = world.give(TICKETING, {
      type: "create_task",
      ticket: "T1",
      number: " K7 ",
      group: "acme-field",
      fields: { subject: "a" },
    });
    assert.equal(own[0]?.task, "K7");
  });
});
