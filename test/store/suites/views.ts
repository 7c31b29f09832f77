// What is read: pages without gaps or repeats, the history of a task as its reader may see it, one provider never another's.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { EventView, Reader } from "../../../src/store/views/types.ts";
import { ACME, DESK, done, type Environment, message, newTask, storeSuite, unit } from "../../helpers/store.ts";

const DESK_READER: Reader = { kind: "desk" };
const ACME_READER: Reader = { kind: "provider", provider: "acme" };

export function views(environment: () => Environment): void {
  storeSuite("views", environment, (bench) => {
    let tasks: string[] = [];
    before(async () => {
      const { door } = bench();
      tasks = await Promise.all(["acme-field", "globex-net", "acme-field"].map((group) => newTask(door, group)));
      const [one = "", , third = ""] = tasks;
      for (const task of [one, third, one, one]) {
        await done(door.execute(unit(ACME, message(task, "from the provider"))));
        await done(door.execute(unit(DESK, { type: "add_message", task, text: "among us", visibility: "internal" })));
      }
    });

    const feedPages = async (limit: number): Promise<EventView[]> => {
      const all: EventView[] = [];
      for (let after = 0; ; after = all.at(-1)?.position ?? after) {
        const { items } = await bench().store.views.events(after, limit);
        if (items.length === 0) return all;
        assert.ok(items.length <= limit);
        all.push(...items);
      }
    };
    const historyPages = async (number: string, limit: number, reader: Reader): Promise<EventView[]> => {
      const all: EventView[] = [];
      let next: string | null = "0";
      while (next !== null) {
        const page = await bench().store.views.taskEvents(number, Number(next), limit, reader);
        assert.ok(page);
        all.push(...page.items);
        next = page.next;
      }
      return all;
    };

    test("pages of the feed are the feed", async () => {
      const whole = await bench().store.views.events(0, 1000);
      for (const limit of [1, 3, 7]) assert.deepEqual(await feedPages(limit), whole.items);
      assert.deepEqual((await bench().store.views.events(whole.head + 5, 10)).items, []);
      assert.equal((await bench().store.views.events(whole.head + 5, 10)).head, whole.head);
    });

    test("the history of a task is the feed filtered by it", async () => {
      const feed = (await bench().store.views.events(0, 1000)).items;
      for (const number of tasks) {
        const expected = feed.filter((one) => one.task?.number === number);
        for (const limit of [1, 2, 100]) assert.deepEqual(await historyPages(number, limit, DESK_READER), expected);
      }
      assert.equal(await bench().store.views.taskEvents("nowhere", 0, 10, DESK_READER), null);
    });

    test("a provider sees its own tasks, and none of the desk's own events", async () => {
      const { store } = bench();
      const [one = "", other = ""] = tasks;
      assert.deepEqual(
        [await store.views.task(other, ACME_READER), await store.views.taskEvents(other, 0, 10, ACME_READER)],
        [null, null],
      );
      const seen = await historyPages(one, 2, ACME_READER);
      assert.deepEqual(
        seen.map((event) => event.type),
        ["task.assigned", "task.message", "task.message", "task.message"],
      );
      assert.ok(!JSON.stringify(seen).includes("among us"));
    });

    test("lists are paged by their own order", async () => {
      const { store } = bench();
      const listed: string[] = [];
      let after: string | null = "";
      while (after !== null) {
        const page: { items: readonly { number: string }[]; next: string | null } = await store.views.tasks(
          { limit: 1, ...(after ? { after } : {}) },
          DESK_READER,
        );
        listed.push(...page.items.map((one) => one.number));
        after = page.next;
      }
      assert.deepEqual(listed.toSorted(), tasks.toSorted());
      const mine = await store.views.tasks({ limit: 10, status: ["assigned"] }, ACME_READER);
      assert.deepEqual(mine.items.map((one) => one.number).toSorted(), [tasks[0], tasks[2]].toSorted());
    });
  });
}
