// A unit is one effect: read back as it was answered, all or nothing, in order with its neighbours of the same batch.
import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_TICKET } from "../../../src/core/apply.ts";
import type { EventView } from "../../../src/store/views/types.ts";
import { ACME, codeOf, DESK, done, type Environment, message, newTask, START, storeSuite, unit } from "../../helpers/store.ts";

export function commits(environment: () => Environment): void {
  storeSuite("commits", environment, (bench) => {
    const head = async (): Promise<number> => (await bench().store.views.events(0, 1)).head;

    test("a new database has an empty feed", async () => {
      assert.deepEqual(await bench().store.views.events(0, 10), { items: [], next: 0, head: 0, oldest: 0, leap: null });
    });

    test("what was answered is read back, each event with its task as it was then", async () => {
      const { door, store, clock } = bench();
      const number = await newTask(door);
      clock.now = START + 1000;
      const [result] = await done(
        door.execute({
          ...unit(ACME, { type: "acknowledge", task: number, reference: "INC1", message: "Ours" }),
          channel: "soap",
        }),
      );
      clock.now = START + 2000;
      await done(
        door.execute(unit(ACME, { type: "reassignment", task: number, outcome: "solved", solution: "Replaced", resolvedAt: 5 })),
      );
      const { items, head, oldest } = await store.views.events(0, 100);
      assert.deepEqual([items.map((one) => one.position), head, oldest], [[1, 2, 3, 4, 5], 5, 1]);
      const [opened, created, assigned, acknowledged, solved] = items;
      assert.equal(opened?.type, "ticket.created");
      assert.equal(created?.type, "task.created");
      assert.deepEqual(
        [assigned?.requestType, assigned?.direction, assigned?.process],
        ["Submit Request", "Out", { id: assigned?.id, name: "acme-new" }],
      );
      assert.deepEqual(result, { task: number, ticket: opened?.ticket?.number, events: [acknowledged?.id] });
      assert.deepEqual(acknowledged, expectedAcknowledgement(acknowledged, number));
      assert.deepEqual([solved?.task?.status, solved?.task?.solution, solved?.task?.resolvedAt], ["solved", "Replaced", 5]);
    });

    test("a refused unit harms no neighbour of its batch", async () => {
      const { door } = bench();
      const [one, other] = [await newTask(door), await newTask(door)];
      const before = await head();
      const codes = await Promise.all([
        codeOf(door.execute(unit(ACME, message(one, "first")))),
        codeOf(door.execute(unit(ACME, message("nowhere", "lost")))),
        codeOf(door.execute(unit(ACME, message(other, "second")))),
      ]);
      assert.deepEqual(codes, ["done", "unknown_task", "done"]);
      assert.equal(await head(), before + 2);
    });

    test("a unit of two commands is all or nothing", async () => {
      const { door, store } = bench();
      const number = await newTask(door);
      const before = await head();
      const outcome = await door.execute(
        unit(ACME, { type: "acknowledge", task: number, reference: "GONE" }, message("nowhere", "lost")),
      );
      assert.deepEqual(outcome, { status: "refused", index: 1, refusal: { code: "unknown_task" } });
      assert.equal(await head(), before);
      assert.equal((await store.views.task(number, { kind: "desk" }))?.reference, null);
      const results = await done(
        door.execute(unit(ACME, { type: "acknowledge", task: number, reference: "KEPT" }, message(number, "both"))),
      );
      assert.equal(results.length, 2);
      assert.equal(await head(), before + 2);
    });

    test("a later unit of a batch sees what the earlier ones did, also to what they made", async () => {
      const { door, store } = bench();
      const outcomes = await Promise.all([
        codeOf(door.execute(unit(DESK, { type: "create_ticket", number: "SAME-1", fields: { subject: "A ticket" } }))),
        codeOf(
          door.execute(
            unit(DESK, {
              type: "create_task",
              ticket: "SAME-1",
              number: "SAME-2",
              group: "acme-field",
              fields: { subject: "A task" },
            }),
          ),
        ),
        codeOf(door.execute(unit(ACME, { type: "acknowledge", task: "SAME-2", reference: "INC-SAME" }))),
        codeOf(door.execute(unit(ACME, { type: "reassignment", reference: "INC-SAME", outcome: "solved", solution: "once" }))),
        codeOf(door.execute(unit(DESK, { type: "decline_solution", task: "SAME-2" }))),
        codeOf(door.execute(unit(DESK, { type: "decline_solution", task: "SAME-2" }))),
        codeOf(door.execute(unit(ACME, { type: "reassignment", reference: "INC-SAME", outcome: "closed", solution: "twice" }))),
        codeOf(door.execute(unit(DESK, { type: "close_task", task: "SAME-2" }))),
      ]);
      assert.deepEqual(outcomes, ["done", "done", "done", "done", "done", "not_solved", "done", "task_closed"]);
      const task = await store.views.task("SAME-2", { kind: "desk" });
      assert.deepEqual([task?.status, task?.solution, task?.ticket], ["closed", "twice", "SAME-1"]);
    });

    test("a process id names its task", async () => {
      const { door, store } = bench();
      const number = await newTask(door);
      const history = await store.views.taskEvents(number, 0, 10, { kind: "desk" });
      const process = history?.items.find((one) => one.process)?.process?.id ?? "";
      const [result] = await done(door.execute(unit(ACME, message(process, "by process"))));
      assert.equal(result?.task, number);
    });
  });
}

function expectedAcknowledgement(seen: EventView | undefined, number: string): EventView {
  return {
    position: 4,
    id: seen?.id ?? "",
    kind: "task",
    type: "task.acknowledged",
    at: START + 1000,
    requestType: "Acknowledged",
    direction: "In",
    app: "TaskExternalAcknowledgement",
    channel: "soap",
    provider: "acme",
    process: null,
    late: false,
    message: { text: "Ours", visibility: "provider" },
    attachment: null,
    reason: null,
    closedByProvider: false,
    task: {
      number,
      status: "acknowledged",
      group: "acme-field",
      provider: "acme",
      reference: "INC1",
      subject: "A task",
      description: null,
      priority: null,
      solution: null,
      resolvedAt: null,
      custom: { site: "north" },
    },
    ticket: {
      number: seen?.ticket?.number ?? "",
      ...EMPTY_TICKET,
      status: "open",
      subject: "A ticket",
    },
    changed: ["status", "reference"],
    alert: null,
    test: false,
  };
}
