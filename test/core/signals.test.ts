// The table of External Integrations row by row: what each deed tells whom, under which request type, direction and app.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Command } from "../../src/core/commands/registry.ts";
import { SIGNALS, type TaskDraft } from "../../src/core/events.ts";
import type { Caller } from "../../src/core/ports.ts";
import { ACME, createWorld, GROUPS, group, NOW, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

/** What a partner sees of an event, in the words of the manual. */
function seen({ type, provider, process, signal }: TaskDraft): unknown[] {
  const { requestType, direction, app } = signal === null ? { requestType: null, direction: null, app: null } : SIGNALS[signal];
  return [type, requestType, direction, app, process, provider];
}

interface Row {
  name: string;
  before: (world: TestWorld) => void;
  caller: Caller;
  command: Command;
  /** type, request type, direction, app, process, provider */
  events: readonly (readonly unknown[])[];
}

const acknowledged = (world: TestWorld): void => {
  world.give(ACME, { type: "acknowledge", task: "K1", reference: "A-1" });
};
const solved = (world: TestWorld): void => {
  world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Replaced." });
};
const nothing = (): void => {};

const ROWS: readonly Row[] = [
  {
    name: "re-assignment to an Integrated Group, external reference not empty",
    before(world) {
      acknowledged(world);
      world.give(TICKETING, { type: "assign_task", task: "K1", group: "service-desk" });
    },
    caller: TICKETING,
    command: { type: "assign_task", task: "K1", group: "acme-field" },
    events: [["task.assigned", "Submit Request", "Out", "TaskAssignment", "new-assignment", "acme"]],
  },
  {
    name: "update text entered by hand",
    before: nothing,
    caller: TICKETING,
    command: { type: "add_message", task: "K1", text: "When will you come?", visibility: "provider" },
    events: [["task.message", "Update", "Out", "TaskUpdateMessage", "update-message", "acme"]],
  },
  {
    name: "an internal note tells nobody outside",
    before: nothing,
    caller: TICKETING,
    command: { type: "add_message", task: "K1", text: "They are slow.", visibility: "internal" },
    events: [["task.message", null, null, null, null, null]],
  },
  {
    name: "provider sends an update text",
    before: nothing,
    caller: ACME,
    command: { type: "update_message", task: "K1", message: "On our way." },
    events: [["task.message", "Update", "In", "TaskExternalUpdateMessage", null, "acme"]],
  },
  {
    name: "provider reports the task ready, with a solution",
    before: nothing,
    caller: ACME,
    command: { type: "reassignment", task: "K1", outcome: "solved", solution: "Replaced." },
    events: [["task.solved", "Reassigned", "In", "TaskExternalReassignment", null, "acme"]],
  },
  {
    name: "provider closes the task",
    before: nothing,
    caller: ACME,
    command: { type: "reassignment", task: "K1", outcome: "closed" },
    events: [["task.closed", "Reassigned", "In", "TaskExternalReassignment", null, "acme"]],
  },
  {
    name: "provider gives the task back unsolved",
    before: nothing,
    caller: ACME,
    command: { type: "reassignment", task: "K1", outcome: "returned", reason: "Not our device." },
    events: [["task.returned", "Reassigned", "In", "TaskExternalReassignment", null, "acme"]],
  },
  {
    name: "decline solution pressed after a solution came",
    before: solved,
    caller: TICKETING,
    command: { type: "decline_solution", task: "K1", reason: "Still down." },
    events: [["task.solution_declined", "Resolution Rejection", "Out", "TaskAssignment", "new-assignment", "acme"]],
  },
  {
    name: "task closed by hand while with the provider",
    before: nothing,
    caller: TICKETING,
    command: { type: "close_task", task: "K1" },
    events: [["task.closed", "Closed", "Out", "TaskClosure", "closure", "acme"]],
  },
  {
    name: "provider confirms with its own ticket number",
    before: nothing,
    caller: ACME,
    command: { type: "acknowledge", task: "K1", reference: "A-1" },
    events: [["task.acknowledged", "Acknowledged", "In", "TaskExternalAcknowledgement", null, "acme"]],
  },
  {
    name: "taking the task away tells the provider, giving it to another tells that one",
    before: nothing,
    caller: TICKETING,
    command: { type: "assign_task", task: "K1", group: "globex-net" },
    events: [
      ["task.withdrawn", "Closed", "Out", "TaskClosure", "closure", "acme"],
      ["task.assigned", "Submit Request", "Out", "TaskAssignment", "all", "globex"],
    ],
  },
];

suite("signals of External Integrations", () => {
  test("first assignment to an Integrated Group", () => {
    const world = createWorld();
    const create: Command = {
      type: "create_task",
      ticket: "T1",
      number: "K1",
      group: "acme-field",
      fields: { subject: "Switch" },
    };
    assert.deepEqual(world.give(TICKETING, create).map(seen), [
      ["task.created", null, null, null, null, null],
      ["task.assigned", "Submit Request", "Out", "TaskAssignment", "new-assignment", "acme"],
    ]);
  });

  for (const row of ROWS) {
    test(row.name, () => {
      const world = withTask("acme-field");
      row.before(world);
      assert.deepEqual(world.give(row.caller, row.command).map(seen), row.events);
    });
  }

  test("one process may serve all three", () => {
    const world = withTask("globex-net");
    const message = world.give(TICKETING, { type: "add_message", task: "K1", text: "Hello", visibility: "provider" });
    const closed = world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.deepEqual(
      [...message, ...closed].map((one) => [one.process, one.signal]),
      [
        ["all", "updateOut"],
        ["all", "closed"],
      ],
    );
  });

  test("a group without a process of that kind still raises the event", () => {
    const world = withTask("bare", [...GROUPS, group("bare", { provider: "acme" })]);
    const [closed] = world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.deepEqual(closed && seen(closed), ["task.closed", "Closed", "Out", "TaskClosure", null, "acme"]);
  });

  test("a group that is not integrated raises no signal", () => {
    const world = withTask("second-line");
    const deeds: Command[] = [
      { type: "assign_task", task: "K1", group: "service-desk" },
      { type: "close_task", task: "K1" },
    ];
    for (const { draft } of world.steps) if (draft.kind === "task") assert.equal(draft.signal, null);
    for (const deed of deeds)
      for (const draft of world.give(TICKETING, deed)) assert.deepEqual(seen(draft).slice(1), [null, null, null, null, null]);
  });
});

suite("what an event carries", () => {
  test("ready and closed share a signal and differ by the closed flag", () => {
    const [ready] = withTask("acme-field").give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done." });
    const [closed] = withTask("acme-field").give(ACME, {
      type: "reassignment",
      task: "K1",
      outcome: "closed",
      solution: "Done.",
    });
    assert.equal(ready?.signal, closed?.signal);
    assert.deepEqual(ready?.changes, { status: "solved", fields: { solution: "Done.", resolvedAt: NOW } });
    assert.deepEqual(closed?.changes, { status: "closed", closed: true, fields: { solution: "Done.", resolvedAt: NOW } });
  });

  test("the time of solution is the provider's, when it gives one", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done.", resolvedAt: NOW - 5000 });
    assert.equal(world.task("K1").fields.resolvedAt, NOW - 5000);
  });

  test("texts are kept without the white space around them", () => {
    const world = withTask("acme-field");
    const [message] = world.give(ACME, {
      type: "update_message",
      task: " K1\n",
      reference: " A-7 ",
      message: "\r\n On our way.\n",
    });
    assert.deepEqual(message?.changes, {
      reference: { provider: "acme", value: "A-7" },
      message: { text: "On our way.", visibility: "provider" },
    });
  });

  test("a returned task goes to the return group and away from the provider", () => {
    const world = withTask("acme-field");
    world.give(ACME, { type: "reassignment", task: "K1", outcome: "returned", reason: "Not ours." });
    const { group: now, provider, status } = world.task("K1");
    assert.deepEqual({ now, provider, status }, { now: "service-desk", provider: null, status: "assigned" });
  });
});
