// Each provider's own numbers for tasks: set, replaced, searched, and never guessed between two.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import { ACME, codeOf, DESK, done, type Environment, GLOBEX, newTask, START, storeSuite, unit } from "../../helpers/store.ts";

interface ReferenceRow {
  reference: string;
  since: number;
  until: number | null;
}

export function references(environment: () => Environment): void {
  storeSuite("references", environment, (bench) => {
    const acknowledge = (task: string, reference: string, caller = ACME) =>
      done(bench().door.execute(unit(caller, { type: "acknowledge", task, reference })));
    const byReference = (reference: string): Command => ({ type: "update_message", reference, message: "by reference" });
    const say = (reference: string, caller = ACME) => bench().door.execute(unit(caller, byReference(reference)));
    const named = async (reference: string): Promise<string | null | undefined> => (await done(say(reference)))[0]?.task;
    const rows = (task: string): Promise<ReferenceRow[]> =>
      bench().db.rows(
        "select reference, since, until from task_references r join tasks t on t.id = r.task_id where t.number = ? order by reference",
        [task],
      );

    test("one replaces another, and the old one stays with the time it ended", async () => {
      const { door, clock, store } = bench();
      const task = await newTask(door);
      await acknowledge(task, "OLD");
      clock.now = START + 1000;
      await acknowledge(task, "OLD");
      assert.deepEqual(await rows(task), [{ reference: "OLD", since: START, until: null }]);
      await acknowledge(task, "NEW");
      assert.deepEqual(await rows(task), [
        { reference: "NEW", since: START + 1000, until: null },
        { reference: "OLD", since: START, until: START + 1000 },
      ]);
      assert.equal(await named("NEW"), task);
      assert.equal(await codeOf(say("OLD")), "unknown_task");
      const found = await store.views.tasks({ reference: "OLD", limit: 10 }, { kind: "desk" });
      assert.deepEqual(
        found.items.map((one) => [one.number, one.reference]),
        [[task, "NEW"]],
      );
    });

    test("back to an old value puts it in force again", async () => {
      const { door } = bench();
      const task = await newTask(door);
      for (const reference of ["ONE", "TWO", "ONE"]) await acknowledge(task, reference);
      assert.deepEqual(
        (await rows(task)).map((one) => [one.reference, one.until === null]),
        [
          ["ONE", true],
          ["TWO", false],
        ],
      );
      assert.equal(await named("ONE"), task);
    });

    test("there and back within one batch", async () => {
      const { door } = bench();
      const task = await newTask(door);
      await Promise.all(["BACK-1", "BACK-2", "BACK-1", "BACK-3", "BACK-2"].map((reference) => acknowledge(task, reference)));
      assert.deepEqual(
        (await rows(task)).map((one) => [one.reference, one.until === null]),
        [
          ["BACK-1", false],
          ["BACK-2", true],
          ["BACK-3", false],
        ],
      );
    });

    test("two open tasks with one reference are ambiguous until one is closed", async () => {
      const { door } = bench();
      const [one, other] = [await newTask(door), await newTask(door)];
      await acknowledge(one, "TWICE");
      await acknowledge(other, "TWICE");
      assert.equal(await codeOf(say("TWICE")), "ambiguous_reference");
      await done(door.execute(unit(DESK, { type: "close_task", task: one })));
      assert.equal(await named("TWICE"), other);
    });

    test("two tasks that get one reference in one batch are ambiguous at once", async () => {
      const { door } = bench();
      const [one, other] = [await newTask(door), await newTask(door)];
      const codes = await Promise.all([acknowledge(one, "BATCH"), acknowledge(other, "BATCH"), codeOf(say("BATCH"))]);
      assert.equal(codes[2], "ambiguous_reference");
    });

    test("case, accents and white space make another reference, and another number", async () => {
      const { door, store, db } = bench();
      const tasks = [await newTask(door), await newTask(door), await newTask(door)];
      for (const [index, reference] of ["A1", "a1", "Ä1"].entries()) await acknowledge(tasks[index] ?? "", reference);
      assert.deepEqual([await named("A1"), await named("a1"), await named("Ä1")], tasks);
      assert.deepEqual((await store.views.tasks({ reference: "A1 ", limit: 10 }, { kind: "desk" })).items, []);
      assert.deepEqual(await db.rows("select reference from task_references where reference = ?", ["A1 "]), []);
      const numbers = [await newTask(door, "acme-field", "Case-1"), await newTask(door, "acme-field", "case-1")];
      assert.deepEqual(numbers, ["Case-1", "case-1"]);
      assert.equal(await store.views.task("CASE-1", { kind: "desk" }), null);
      assert.equal(await store.views.task("Case-1 ", { kind: "desk" }), null);
    });

    test("one provider's reference is nothing to another", async () => {
      const { door, store } = bench();
      const [mine, theirs] = [await newTask(door), await newTask(door, "globex-net")];
      await acknowledge(mine, "SHARED");
      await acknowledge(theirs, "SHARED", GLOBEX);
      assert.equal(await named("SHARED"), mine);
      assert.equal((await done(say("SHARED", GLOBEX)))[0]?.task, theirs);
      const seen = async (provider: string) =>
        (await store.views.tasks({ reference: "SHARED", limit: 10 }, { kind: "provider", provider })).items.map(
          (one) => one.number,
        );
      assert.deepEqual([await seen("acme"), await seen("globex"), await seen("quiet")], [[mine], [theirs], []]);
    });

    test("a reference that more than twenty tasks carry names none of them", async () => {
      const { door } = bench();
      const tasks = await Promise.all(Array.from({ length: 21 }, () => newTask(door)));
      await Promise.all(tasks.map((task) => acknowledge(task, "n/a")));
      assert.equal(await codeOf(say("n/a")), "ambiguous_reference");
      await Promise.all(tasks.slice(1).map((task) => done(door.execute(unit(DESK, { type: "close_task", task })))));
      assert.equal(await codeOf(say("n/a")), "ambiguous_reference");
    });
  });
}
