// What only mails bring: texts on tickets, commands of a mailbox, and names that were found rather than given.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Command } from "../../src/core/commands/registry.ts";
import type { Actor } from "../../src/core/ports.ts";
import { ACME, ADMINISTRATOR, GLOBEX, type TestWorld, TICKETING, withTask } from "../helpers/world.ts";

const MAILBOX: Actor = { kind: "mailbox", mailbox: "desk" };

/** The drafts of one command, or the code it is refused with. */
function outcome(world: TestWorld, caller: Actor, command: Command): unknown {
  const decision = world.decide({ caller, commands: [command] });
  if (decision.kind === "refused") return decision.refusal.code;
  return decision.kind === "new" ? decision.steps.flat().map(({ draft }) => [draft.type, draft.changes]) : decision.kind;
}

const said = (text: string, author?: string) => ({ message: { text, visibility: "internal", ...(author ? { author } : {}) } });

suite("a text on a ticket", () => {
  test("is taken from the desk, a provider with an open task of it, and a mailbox; nobody else learns of the ticket", () => {
    const world = withTask("acme-field");
    const command: Command = { type: "add_ticket_message", ticket: "T1", text: " Hello \n" };
    assert.deepEqual(outcome(world, TICKETING, command), [["ticket.message", said("Hello")]]);
    assert.deepEqual(outcome(world, ACME, command), [["ticket.message", said("Hello")]]);
    const byMail = outcome(world, MAILBOX, { ...command, author: "ada@example.com" });
    assert.deepEqual(byMail, [["ticket.message", said("Hello", "ada@example.com")]]);
    assert.equal(outcome(world, GLOBEX, command), "unknown_ticket");
    assert.equal(outcome(world, GLOBEX, { ...command, ticket: "T9" }), "unknown_ticket");
    assert.equal(outcome(world, ADMINISTRATOR, command), "forbidden");
    assert.equal(outcome(world, TICKETING, { ...command, text: " " }), "message_required");
    world.give(TICKETING, { type: "close_task", task: "K1" });
    assert.equal(outcome(world, ACME, command), "unknown_ticket");
  });

  test("changes nothing of the ticket", () => {
    const world = withTask("acme-field");
    const before = structuredClone(world.ticket("T1"));
    outcome(world, TICKETING, { type: "add_ticket_message", ticket: "T1", text: "Hello" });
    assert.deepEqual(world.ticket("T1"), before);
  });
});

test("a mailbox opens tickets and leaves notes for the desk; nothing it says goes to a provider or moves a task", () => {
  const world = withTask("acme-field");
  const note = { type: "add_message", task: "K1", text: "Hello", visibility: "internal", author: "x@y.example" } as const;
  assert.deepEqual(outcome(world, MAILBOX, note), [["task.message", said("Hello", "x@y.example")]]);
  assert.equal(outcome(world, MAILBOX, { ...note, visibility: "provider" }), "forbidden");
  const opened = outcome(world, MAILBOX, { type: "create_ticket", number: "T7", fields: { subject: "No light" } });
  assert.deepEqual(opened, [["ticket.created", { status: "open", fields: { subject: "No light" } }]]);
  for (const command of [
    { type: "update_message", task: "K1", message: "x" },
    { type: "acknowledge", task: "K1", reference: "x" },
    { type: "reassignment", task: "K1", outcome: "closed" },
    { type: "close_task", task: "K1" },
    { type: "change_ticket", ticket: "T1", patch: { subject: "x" } },
  ] as const)
    assert.equal(outcome(world, MAILBOX, command), "forbidden", command.type);
});

suite("names that do not belong together", () => {
  const setup = (): TestWorld => {
    const world = withTask("acme-field");
    world.give(TICKETING, { type: "create_task", ticket: "T1", number: "K2", group: "acme-field", fields: { subject: "Two" } });
    world.give(ACME, { type: "acknowledge", task: "K2", reference: "A-2" });
    return world;
  };

  test("a ticket that is not the task's", () => {
    const world = setup();
    const update: Command = { type: "update_message", task: "K1", message: "x" };
    assert.equal(outcome(world, ACME, { ...update, ticket: "T2" }), "names_differ");
    assert.notEqual(outcome(world, ACME, { ...update, ticket: "T1" }), "names_differ");
    assert.equal(outcome(world, GLOBEX, { ...update, ticket: "T2" }), "unknown_task", "a stranger learns nothing of it");
  });

  test("a reference found beside a task counts where neither is known by another", () => {
    const world = setup();
    const found = (task: string, reference: string): Command => ({
      type: "acknowledge",
      bare: true,
      task,
      reference,
      found: true,
    });
    assert.equal(outcome(world, ACME, found("K1", "A-2")), "names_differ", "it is another task's");
    assert.equal(outcome(world, ACME, found("K2", "A-3")), "names_differ", "the task has another");
    assert.deepEqual(outcome(world, ACME, found("K2", "A-2")), [["task.acknowledged", {}]]);
    assert.deepEqual(outcome(world, ACME, found("K1", "A-1")), [
      ["task.acknowledged", { reference: { provider: "acme", value: "A-1" }, status: "acknowledged" }],
    ]);
    const given: Command = { type: "acknowledge", task: "K2", reference: "A-9" };
    assert.notEqual(outcome(world, ACME, given), "names_differ", "one that is given changes the one known");
  });
});

test("an answer with files and without a word acknowledges, and says nothing to a task that is acknowledged", () => {
  const world = withTask("acme-field");
  const command = { type: "acknowledge", bare: true, beside: true, task: "K1" } as const;
  assert.deepEqual(outcome(world, ACME, command), [["task.acknowledged", { status: "acknowledged" }]]);
  world.give(ACME, command);
  assert.deepEqual(outcome(world, ACME, command), []);
  assert.equal(outcome(world, ACME, { ...command, beside: false }), "message_required");
  assert.equal(outcome(world, GLOBEX, command), "unknown_task");
});
