// A provider's own numbers: kept per provider, replaced without being lost, never guessed between two tasks.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { MOST_CANDIDATES } from "../../src/core/find.ts";
import { currentReference } from "../../src/core/task.ts";
import { ACME, createWorld, GLOBEX, GROUPS, group, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

function addTask(world: TestWorld, number: string, name = "acme-field"): void {
  world.give(TICKETING, { type: "create_task", ticket: "T1", number, group: name, fields: { subject: "Switch" } });
}

suite("references", () => {
  test("the first acknowledgement sets reference and status", () => {
    const world = withTask("acme-field");
    const [event] = world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1", message: "Thank you" });
    assert.deepEqual(event?.changes, {
      reference: { provider: "acme", value: "A-1" },
      status: "acknowledged",
      message: { text: "Thank you", visibility: "provider" },
    });
    assert.equal(currentReference(world.task("K1")), "A-1");
  });

  test("a number that was asked for counts although the task is over, and moves nothing", () => {
    const closed = withTask("acme-field");
    closed.give(TICKETING, { type: "close_task", task: "K1" });
    const answer = { type: "acknowledge", task: "K1", reference: "A-1" } as const;
    assert.equal(closed.refused(ACME, answer), "task_closed");
    closed.give(ACME, { ...answer, asked: true });
    assert.deepEqual([closed.task("K1").status, closed.task("K1").references], ["closed", { acme: "A-1" }]);
    const taken = withTask("acme-field");
    taken.give(TICKETING, { type: "assign_task", task: "K1", group: "globex-net" });
    taken.give(ACME, { ...answer, asked: true });
    const { status, provider, references } = taken.task("K1");
    assert.deepEqual([status, provider, references], ["assigned", "globex", { acme: "A-1" }]);
    assert.equal(taken.refused(GLOBEX, { ...answer, asked: true, task: "K2" }), "unknown_task");
  });

  test("the provider a group is given later learns nothing of the tasks before it", () => {
    const world = withTask("acme-field");
    const groups = world.world.directory.groups as Map<string, ReturnType<typeof group>>;
    groups.set("acme-field", { ...group("acme-field"), provider: "globex" });
    assert.equal(world.refused(GLOBEX, { type: "update_message", task: "K1", message: "Mine?" }), "unknown_task");
    const [event] = world.give(TICKETING, { type: "add_message", task: "K1", text: "For acme", visibility: "provider" });
    assert.deepEqual([event?.provider, event?.process], ["acme", null]);
  });

  test("texts that XML cannot carry are refused, by any channel", () => {
    const world = withTask("acme-field");
    for (const message of ["a\u0001b", "nul\u0000", "\uffff", "half \ud83d", "\ude00half"]) {
      assert.equal(world.refused(ACME, { type: "update_message", task: "K1", message }), "invalid_request");
    }
    world.give(ACME, { type: "update_message", task: "K1", message: "tab\t, line\r\nend and emoji 🛠️" });
  });

  test("a time of resolution outside of the years 1970 to 9999 is refused", () => {
    const world = withTask("acme-field");
    const solved = { type: "reassignment", task: "K1", outcome: "solved", solution: "Done" } as const;
    for (const resolvedAt of [-1, Date.UTC(9999, 11, 31) + 864e5 * 2]) {
      assert.equal(world.refused(ACME, { ...solved, resolvedAt }), "invalid_request");
    }
  });

  test("the same reference again changes nothing", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    const before = world.task("K1");
    const [again] = world.give(ACME, { type: "acknowledge", task: "K1", reference: " A-1 " });
    assert.deepEqual(again?.changes, {});
    assert.deepEqual(world.task("K1"), before);
  });

  test("another reference replaces it, by any message", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    world.give(ACME, { type: "update_message", task: "K1", reference: "A-2", message: "Moved" });
    assert.deepEqual(world.task("K1").references, { acme: "A-2" });
    assert.equal(world.refused(ACME, { type: "update_message", reference: "A-1", message: "Hello" }), "unknown_task");
  });

  test("an acknowledgement never takes a solved task back", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done." });
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    assert.equal(world.task("K1").status, "solved");
  });

  test("the reference alone names the task, for its own provider only", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
    const [event] = world.give(ACME, { type: "update_message", reference: "A-1", message: "Hello" });
    assert.equal(event?.task, "K1");
    assert.equal(world.refused(GLOBEX, { type: "update_message", reference: "A-1", message: "Hello" }), "unknown_task");
  });

  test("a known reference is enough for an acknowledgement", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "update_message", task: "K1", reference: "A-1", message: "Hello" });
    world.give(ACME, { type: "acknowledge", reference: "A-1" });
    assert.equal(world.task("K1").status, "acknowledged");
    world.give(ACME, { type: "acknowledge", task: "K1" });
  });

  test("each provider has its own, and an event shows only its sender's", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "acknowledge", task: "K1", reference: "SAME" });
    world.give(TICKETING, { type: "assign_task", task: "K1", group: "globex-net" });
    world.give(GLOBEX, { type: "acknowledge", task: "K1", reference: "G-1" });
    assert.deepEqual(world.task("K1").references, { acme: "SAME", globex: "G-1" });
    assert.equal(currentReference(world.task("K1")), "G-1");
  });

  test("a reference on two open tasks is refused, not guessed", () => {
    const world = withTask("acme-field");
    addTask(world, "K2");
    for (const task of ["K1", "K2"]) world.give(ACME, { type: "acknowledge", task, reference: "A-1" });
    assert.equal(world.refused(ACME, { type: "update_message", reference: "A-1", message: "Hello" }), "ambiguous_reference");
    world.give(ACME, { type: "update_message", task: "K2", reference: "A-1", message: "Hello" });
  });

  test("of one open and one closed task with the same reference the open one is meant", () => {
    const world = withTask("acme-field");
    addTask(world, "K2");
    for (const task of ["K1", "K2"]) world.give(ACME, { type: "acknowledge", task, reference: "A-1" });
    world.give(TICKETING, { type: "close_task", task: "K1" });
    const [event] = world.give(ACME, { type: "update_message", reference: "A-1", message: "Hello" });
    assert.equal(event?.task, "K2");
  });

  test("a reference used over and over names nothing", () => {
    const world = createWorld();
    for (let index = 0; index < MOST_CANDIDATES; index++) {
      addTask(world, `K${index}`);
      world.give(ACME, { type: "acknowledge", task: `K${index}`, reference: "n/a" });
      if (index > 0) world.give(TICKETING, { type: "close_task", task: `K${index}` });
    }
    assert.equal(world.refused(ACME, { type: "update_message", reference: "n/a", message: "Hello" }), "ambiguous_reference");
  });

  test("a process id names the task, and a number goes before it", () => {
    const world = withTask("acme-field");
    const started = world.steps.findIndex(({ draft }) => draft.kind === "task" && draft.process !== null) + 1;
    const [event] = world.give(ACME, { type: "update_message", task: `process-${started}`, message: "Hello" });
    assert.equal(event?.task, "K1");
    addTask(world, `process-${started}`);
    const [other] = world.give(ACME, { type: "update_message", task: `process-${started}`, message: "Hello" });
    assert.equal(other?.task, `process-${started}`);
  });

  test("a provider named like a thing every object has is nobody special", () => {
    const world = withTask("odd", [...GROUPS, group("odd", { provider: "constructor" })]);
    const odd = { kind: "provider", provider: "constructor", credential: "odd-key" } as const;
    assert.equal(world.refused(odd, { type: "acknowledge", task: "K1" }), "reference_required");
    assert.equal(currentReference(world.task("K1")), null);
    world.give(TICKETING, { type: "assign_task", task: "K1", group: "service-desk" });
    const [back] = world.give(TICKETING, { type: "assign_task", task: "K1", group: "odd" });
    assert.equal(back?.signal, null);
  });
});
