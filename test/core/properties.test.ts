// What holds for every sequence of commands, tried on random ones: folding, moves, privacy, bounds, no exception.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { ALL_GROUPS, FILES, fromDesk, fromProvider, message, ownerOf, wild } from "../helpers/random-commands.ts";
import { applyEvent, applyTicketEvent } from "../../src/core/apply.ts";
import { type Command, specOf } from "../../src/core/commands/registry.ts";
import { SIGNALS, type TaskDraft, type TaskEventType, TICKET_EVENT_TYPES, type TicketDraft } from "../../src/core/events.ts";
import type { Caller, Step } from "../../src/core/ports.ts";
import { type Deed, MOVES, type Task, type TaskStatus, type Ticket } from "../../src/core/task.ts";
import { ACME, createWorld, GLOBEX, type TestWorld, TICKETING } from "../helpers/world.ts";

const SEQUENCES = { numRuns: 300 };

const sequence = fc.array(message, { minLength: 1, maxLength: 60 });

/** Plays the messages one by one on a fresh world in which K1 and K2 are there. */
function play(messages: readonly (readonly [Caller, Command])[]): TestWorld {
  const world = createWorld(ALL_GROUPS);
  for (const one of FILES) world.stage(one, ownerOf(one));
  for (const [number, name] of [["K1", "acme-field"] as const, ["K2", "patient"] as const]) {
    world.give(TICKETING, { type: "create_task", ticket: "T1", number, group: name, fields: { subject: "Switch" } });
  }
  for (const [caller, command] of messages) world.decide({ caller, commands: [command] });
  return world;
}

type TaskStep = Extract<Step, { task: Task }>;

/** The steps of tasks, each with the task before it. */
function taskSteps(world: TestWorld): { step: TaskStep; before: Task | null }[] {
  const latest = new Map<string, Task>();
  return world.steps.flatMap((step) => {
    if (!("task" in step)) return [];
    const before = latest.get(step.task.number) ?? null;
    latest.set(step.task.number, step.task);
    return [{ step, before }];
  });
}

const DEEDS: Readonly<Record<TaskEventType, readonly Deed[]>> = {
  "task.created": [],
  "task.assigned": ["assign"],
  "task.withdrawn": [],
  "task.acknowledged": ["acknowledge"],
  "task.message": ["message"],
  "task.attachment": [],
  "task.solved": ["solve"],
  "task.returned": ["return"],
  "task.solution_declined": ["decline"],
  "task.imported": [],
  "task.closed": ["finish", "close"],
  "task.changed": [],
};

/** Whether the table of moves allows the step from one status to another by one of the event's deeds. */
function isMove(type: TaskEventType, from: TaskStatus, to: TaskStatus): boolean {
  if (from === to) return true;
  return DEEDS[type].some((deed) => {
    const move = MOVES[deed];
    if (!move.from.includes(from)) return false;
    return move.to === "resumed" ? to === "assigned" || to === "acknowledged" : move.to === to;
  });
}

suite("random sequences of commands", () => {
  test("are varied enough to mean something: every type of event comes up", () => {
    const types = new Set(
      fc.sample(sequence, { numRuns: 1200, seed: 7 }).flatMap((one) => play(one).steps.map(({ draft }) => draft.type)),
    );
    // What is imported happened elsewhere: no sequence of commands here leads to it.
    const own = Object.keys(DEEDS).filter((type) => type !== "task.imported");
    assert.deepEqual([...types].sort(), [...own, ...TICKET_EVENT_TYPES].sort());
  });

  test("folding the stored events gives the decided tasks", () => {
    fc.assert(
      fc.property(sequence, (messages) => {
        const world = play(messages);
        const folded = new Map<string, Task>();
        for (const { step } of taskSteps(world)) {
          const stored = JSON.parse(JSON.stringify(step.draft)) as TaskDraft;
          folded.set(stored.task, applyEvent(folded.get(stored.task) ?? null, stored));
        }
        for (const [number, task] of folded) assert.deepEqual(task, world.task(number));
      }),
      SEQUENCES,
    );
  });

  test("folding the stored events gives the decided tickets", () => {
    fc.assert(
      fc.property(sequence, (messages) => {
        const world = play(messages);
        const folded = new Map<string, Ticket>();
        for (const step of world.steps) {
          if (!("ticket" in step)) continue;
          const stored = JSON.parse(JSON.stringify(step.draft)) as TicketDraft;
          const before = folded.get(stored.ticket) ?? null;
          const ticket = applyTicketEvent(before, stored);
          const isText = stored.type === "ticket.message";
          if (before !== null) assert.equal(isDeepStrictEqual(ticket, before), isText, "an event but a text changes something");
          folded.set(stored.ticket, ticket);
        }
        for (const [number, ticket] of folded) assert.deepEqual(ticket, world.ticket(number));
      }),
      SEQUENCES,
    );
  });

  test("a status moves only along the table, and never by a late message", () => {
    fc.assert(
      fc.property(sequence, (messages) => {
        for (const { step, before } of taskSteps(play(messages))) {
          const { draft, task } = step;
          if (before === null) assert.deepEqual([draft.type, task.status], ["task.created", "assigned"]);
          else assert.ok(isMove(draft.type, before.status, task.status), `${draft.type}: ${before.status} -> ${task.status}`);
          if (draft.changes.late) assert.equal(task, before);
        }
      }),
      SEQUENCES,
    );
  });

  test("a provider gets no event of a task it never held, nothing internal, and nobody else's reference", () => {
    fc.assert(
      fc.property(sequence, (messages) => {
        const world = play(messages);
        for (const { step } of taskSteps(world)) {
          const { draft, task } = step;
          const { changes, provider, signal } = draft;
          for (const part of [changes.message, changes.attachment])
            if (part?.visibility === "internal") assert.deepEqual([provider, signal], [null, null]);
          if (changes.reference) assert.equal(changes.reference.provider, provider);
          if (provider === null) assert.equal(signal, null);
          else assert.ok(task.providers.includes(provider), `${draft.type} for ${provider}`);
          if (draft.process !== null) assert.equal(signal && SIGNALS[signal].direction, "Out");
        }
      }),
      SEQUENCES,
    );
  });

  test("the provider of a task is its group's, and the group is among those that held it", () => {
    fc.assert(
      fc.property(sequence, (messages) => {
        const world = play(messages);
        for (const { step } of taskSteps(world)) {
          const { task } = step;
          assert.equal(task.provider, world.world.directory.groups.get(task.group)?.provider);
          assert.ok(task.heldBy.includes(task.group));
          assert.equal(new Set(task.heldBy).size, task.heldBy.length);
        }
      }),
      SEQUENCES,
    );
  });

  test("a provider that never held a task hears of it what it hears of none", () => {
    fc.assert(
      fc.property(sequence, fromProvider, (messages, command) => {
        const world = play(messages);
        const task = world.task("K1");
        fc.pre(!task.providers.includes("globex"));
        const of = (named: string) => world.decide({ caller: GLOBEX, commands: [{ ...command, task: named } as Command] });
        assert.deepEqual(of("K1"), of("K0"));
      }),
      SEQUENCES,
    );
  });
});

suite("any single command", () => {
  const anyText = fc.oneof(wild, fc.string({ unit: "binary", maxLength: 5000 }), fc.constantFrom("x".repeat(100_001)));
  const anything: fc.Arbitrary<Command> = fc
    .tuple(fc.oneof(fromProvider, fromDesk), anyText, fc.nat(9))
    .map(([command, value, place]) => {
      const names = Object.keys(command).filter(
        (name) => !["type", "outcome", "visibility", "fields", "resolvedAt", "size"].includes(name),
      );
      const name = names[place % names.length];
      return name === undefined ? command : ({ ...command, [name]: value } as Command);
    });

  test("is decided without an exception, within the events it announced, and touches fields only if it said so", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.constantFrom(ACME, GLOBEX, TICKETING),
        anything,
        (messages, caller, command) => {
          const world = play(messages);
          const decision = world.decide({ caller, commands: [command] });
          if (decision.kind !== "new") return;
          const spec = specOf(command);
          const steps = decision.steps.flat();
          const least = /^change_/.test(command.type) ? 0 : 1;
          assert.ok(steps.length >= least && steps.length <= spec.mostEvents);
          const mayWrite = {
            task: spec.writesFields,
            ticket: spec.writesTicket || command.type === "create_ticket",
            alert: false,
          };
          for (const { draft } of steps) if (!mayWrite[draft.kind]) assert.equal("fields" in draft.changes, false);
        },
      ),
      { numRuns: 500 },
    );
  });
});
