// Every way a command can be refused, command by command, and that a stranger learns nothing from it.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { LIMITS } from "../../src/core/commands/command.ts";
import type { Command } from "../../src/core/commands/registry.ts";
import { FAILURES, Failure, type FailureCode, refusalText } from "../../src/core/errors.ts";
import type { Caller } from "../../src/core/ports.ts";
import { ACME, ADMINISTRATOR, GLOBEX, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

const long = (limit: number): string => "x".repeat(limit + 1);
const fields = { subject: "Switch" };

/** A command that is refused, with the code. */
type Row = readonly [Caller, Command, FailureCode];

/** With the task `K1` open at acme. */
const OPEN: readonly Row[] = [
  [ACME, { type: "acknowledge", reference: "A-1" }, "unknown_task"],
  [ACME, { type: "acknowledge" }, "task_required"],
  [ACME, { type: "acknowledge", task: " ", reference: " " }, "task_required"],
  [ACME, { type: "acknowledge", task: "K1" }, "reference_required"],
  [ACME, { type: "acknowledge", task: "K1", reference: "  " }, "reference_required"],
  [ACME, { type: "acknowledge", task: "K9", reference: "A-1" }, "unknown_task"],
  [ACME, { type: "acknowledge", task: "K1", reference: long(LIMITS.reference) }, "text_too_long"],
  [ACME, { type: "acknowledge", task: long(LIMITS.number), reference: "A" }, "text_too_long"],
  [ACME, { type: "acknowledge", task: "K1", reference: "A", message: long(LIMITS.text) }, "text_too_long"],
  [GLOBEX, { type: "acknowledge", task: "K1", reference: "G-1" }, "unknown_task"],
  [TICKETING, { type: "acknowledge", task: "K1", reference: "A-1" }, "forbidden"],
  [ADMINISTRATOR, { type: "acknowledge", task: "K1", reference: "A-1" }, "forbidden"],
  [ACME, { type: "update_message", task: "K1", message: " \n" }, "message_required"],
  [ACME, { type: "update_message", task: "K1" }, "message_required"],
  [ACME, { type: "update_message", message: "Hello" }, "task_required"],
  [ACME, { type: "update_message", task: "K1", message: long(LIMITS.text) }, "text_too_long"],
  [GLOBEX, { type: "update_message", task: "K1", message: "Hello" }, "unknown_task"],
  [TICKETING, { type: "update_message", task: "K1", message: "Hello" }, "forbidden"],
  [ACME, { type: "reassignment", task: "K1", outcome: "solved" }, "solution_required"],
  [ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: " " }, "solution_required"],
  [ACME, { type: "reassignment", task: "K1", outcome: "returned" }, "reason_required"],
  [ACME, { type: "reassignment", task: "K1", outcome: "returned", reason: "\t" }, "reason_required"],
  [ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: long(LIMITS.text) }, "text_too_long"],
  [ACME, { type: "reassignment", task: "K1", outcome: "returned", reason: long(LIMITS.reason) }, "text_too_long"],
  [ACME, { type: "reassignment", outcome: "closed" }, "task_required"],
  [GLOBEX, { type: "reassignment", task: "K1", outcome: "closed" }, "unknown_task"],
  [TICKETING, { type: "reassignment", task: "K1", outcome: "closed" }, "forbidden"],
  [TICKETING, { type: "create_ticket", number: "T1", fields }, "number_taken"],
  [TICKETING, { type: "create_ticket", fields: { subject: " " } }, "invalid_request"],
  [TICKETING, { type: "create_ticket", number: long(LIMITS.number), fields }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { subject: long(LIMITS.subject) } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, requester: long(LIMITS.requester) } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, priority: long(LIMITS.priority) } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, description: long(LIMITS.text) } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, custom: { [long(LIMITS.customName)]: "" } } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, custom: { a: long(LIMITS.customValue) } } }, "text_too_long"],
  [TICKETING, { type: "create_ticket", fields: { ...fields, custom: manyNames(LIMITS.customNames + 1) } }, "text_too_long"],
  [ACME, { type: "create_ticket", fields }, "forbidden"],
  [TICKETING, { type: "create_task", ticket: "T9", group: "acme-field", fields }, "unknown_ticket"],
  [TICKETING, { type: "create_task", ticket: "T1", group: "nobody", fields }, "unknown_group"],
  [TICKETING, { type: "create_task", ticket: "T1", number: "K1", group: "acme-field", fields }, "number_taken"],
  [TICKETING, { type: "create_task", ticket: "T1", group: "acme-field", fields: { subject: "" } }, "invalid_request"],
  [TICKETING, { type: "create_task", ticket: "T1", number: long(LIMITS.number), group: "acme-field", fields }, "text_too_long"],
  [ACME, { type: "create_task", ticket: "T1", group: "acme-field", fields }, "forbidden"],
  [TICKETING, { type: "assign_task", task: "K9", group: "acme-field" }, "unknown_task"],
  [TICKETING, { type: "assign_task", task: "K1", group: "nobody" }, "unknown_group"],
  [TICKETING, { type: "assign_task", task: "K1", group: "acme-field" }, "already_assigned"],
  [TICKETING, { type: "assign_task", task: long(LIMITS.number), group: "acme-field" }, "text_too_long"],
  [ACME, { type: "assign_task", task: "K1", group: "globex-net" }, "forbidden"],
  [TICKETING, { type: "add_message", task: "K1", text: " ", visibility: "provider" }, "message_required"],
  [TICKETING, { type: "add_message", task: "K9", text: "Hello", visibility: "provider" }, "unknown_task"],
  [TICKETING, { type: "add_message", task: "K1", text: long(LIMITS.text), visibility: "internal" }, "text_too_long"],
  [ACME, { type: "add_message", task: "K1", text: "Hello", visibility: "internal" }, "forbidden"],
  [TICKETING, { type: "decline_solution", task: "K1" }, "not_solved"],
  [TICKETING, { type: "decline_solution", task: "K9" }, "unknown_task"],
  [TICKETING, { type: "decline_solution", task: "K1", reason: long(LIMITS.reason) }, "text_too_long"],
  [ACME, { type: "decline_solution", task: "K1" }, "forbidden"],
  [TICKETING, { type: "close_task", task: "K9" }, "unknown_task"],
  [TICKETING, { type: "close_task", task: "K1", reason: long(LIMITS.reason) }, "text_too_long"],
  [ACME, { type: "close_task", task: "K1" }, "forbidden"],
];

/** With the task `K1` closed by the desk while acme had it. */
const CLOSED: readonly Row[] = [
  [ACME, { type: "acknowledge", task: "K1", reference: "A-1" }, "task_closed"],
  [ACME, { type: "update_message", task: "K1", message: "Hello" }, "task_closed"],
  [ACME, { type: "reassignment", task: "K1", outcome: "closed" }, "task_closed"],
  [TICKETING, { type: "add_message", task: "K1", text: "Hello", visibility: "provider" }, "task_closed"],
  [TICKETING, { type: "close_task", task: "K1" }, "task_closed"],
  [TICKETING, { type: "decline_solution", task: "K1" }, "not_solved"],
  [GLOBEX, { type: "update_message", task: "K1", message: "Hello" }, "unknown_task"],
];

/** With the task `K1` taken back from acme and with the desk. */
const WITHDRAWN: readonly Row[] = [
  [ACME, { type: "acknowledge", task: "K1", reference: "A-1" }, "task_withdrawn"],
  [ACME, { type: "update_message", task: "K1", message: "Hello" }, "task_withdrawn"],
  [ACME, { type: "reassignment", task: "K1", outcome: "solved", solution: "Done." }, "task_withdrawn"],
  [TICKETING, { type: "add_message", task: "K1", text: "Hello", visibility: "provider" }, "not_with_provider"],
];

function manyNames(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`name ${index}`, "value"]));
}

function nameOf([caller, command, code]: Row): string {
  const text = JSON.stringify(command, (_, value) =>
    typeof value === "string" && value.length > 40 ? `${value.length} characters` : value,
  );
  return `${code}: ${caller.kind} ${text.slice(0, 120)}`;
}

function refusals(title: string, rows: readonly Row[], prepare: (world: TestWorld) => void): void {
  suite(title, () => {
    for (const row of rows) {
      test(nameOf(row), () => {
        const world = withTask("acme-field");
        prepare(world);
        const before = world.steps.length;
        assert.equal(world.refused(row[0], row[1]), row[2]);
        assert.equal(world.steps.length, before, "a refusal leaves no event");
      });
    }
  });
}

refusals("an open task", OPEN, () => {});
refusals("a closed task", CLOSED, (world) => world.give(TICKETING, { type: "close_task", task: "K1" }));
refusals("a task taken back", WITHDRAWN, (world) =>
  world.give(TICKETING, { type: "assign_task", task: "K1", group: "service-desk" }),
);

suite("the table of failures", () => {
  test("a text right at its limit is taken", () => {
    const world = withTask("acme-field");
    world.give(ACME, {
      type: "acknowledge",
      task: "K1",
      reference: "x".repeat(LIMITS.reference),
      message: "x".repeat(LIMITS.text),
    });
    world.give(ACME, { type: "reassignment", task: "K1", outcome: "returned", reason: "x".repeat(LIMITS.reason) });
    const custom = manyNames(LIMITS.customNames);
    world.give(TICKETING, {
      type: "create_ticket",
      number: "x".repeat(LIMITS.number),
      fields: { subject: "x".repeat(LIMITS.subject), custom },
    });
  });

  test("a stranger hears the same of another's task as of none", () => {
    const world = withTask("acme-field");
    const foreign = world.decide({ caller: GLOBEX, commands: [{ type: "update_message", task: "K1", message: "Hello" }] });
    const none = world.decide({ caller: GLOBEX, commands: [{ type: "update_message", task: "K9", message: "Hello" }] });
    assert.deepEqual(foreign, none);
  });

  test("every code has a class and a sentence, and no sentence names a thing of the inside", () => {
    for (const [code, failure] of Object.entries(FAILURES)) {
      assert.match(failure.says, /^[A-Z].*\.$/, code);
      assert.doesNotMatch(failure.says, /sql|table|column|node|stack/i, code);
    }
  });

  test("a failure shows its detail and keeps its cause to itself", () => {
    const failure = new Failure("invalid_request", "The body is not JSON.", new Error("secret"));
    assert.equal(failure.class, "refused");
    assert.equal(failure.message, refusalText({ code: "invalid_request", detail: "The body is not JSON." }));
    assert.doesNotMatch(failure.message, /secret/);
  });
});
