// The feed filtered, what of it is only a test, how far it was purged, and named places in it that move by condition alone.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { Failure } from "../../../src/core/errors.ts";
import type { Caller, CursorWrite } from "../../../src/core/ports.ts";
import { feed as readFeed } from "../../../src/store/views/feed.ts";
import type { EventFilter } from "../../../src/store/views/types.ts";
import {
  ACME,
  connect,
  DESK,
  done,
  type Environment,
  message,
  newTask,
  openTestStore,
  START,
  storeSuite,
  unit,
} from "../../helpers/store.ts";
import { record } from "../recorded.ts";

const TRIED: Caller = { kind: "provider", provider: "tried", credential: "tried" };
const SITE = {
  providers: [{ name: "tried", test: true }],
  groups: [{ name: "tried-team", provider: "tried", returnGroup: "service-desk" }],
  credentials: [{ id: "tried", provider: "tried", apiKey: { hash: "a".repeat(64) } }],
};
const LIVE: EventFilter = { test: "exclude" };

export function feed(environment: () => Environment): void {
  storeSuite("feed", environment, (bench) => {
    let tasks: string[] = [];
    before(async () => {
      const { door, store } = bench();
      await store.admin.apply(SITE);
      tasks = [await newTask(door), await newTask(door, "tried-team"), await newTask(door, "globex-net")];
      const [live = "", tried = ""] = tasks;
      await done(door.execute(unit(ACME, message(live, "one"))));
      await done(door.execute(unit(TRIED, message(tried, "a test"))));
      await done(door.execute(unit(DESK, { type: "add_message", task: tried, text: "noted", visibility: "internal" })));
      await done(door.execute(unit(ACME, message(live, "two"))));
      await done(door.execute(unit(DESK, { type: "assign_task", task: tried, group: "acme-field" })));
      await store.admin.apply({ providers: [{ name: "tried" }] });
      await done(door.execute(unit(DESK, { type: "assign_task", task: live, group: "tried-team" })));
    });

    const positions = async (filter: EventFilter, limit = 500): Promise<number[]> => {
      const found: number[] = [];
      for (let after = 0; ; ) {
        const { items, next, head } = await bench().store.views.events(after, limit, filter);
        found.push(...items.map((one) => one.position));
        assert.ok(next > after || next === head, "a page moves on");
        after = next;
        if (after >= head) return found;
      }
    };

    test("a filtered feed is the feed filtered, whatever the size of its pages", async () => {
      const { items } = await bench().store.views.events(0, 500);
      const wanted = (fits: (event: (typeof items)[number]) => boolean) => items.filter(fits).map((one) => one.position);
      const [live = ""] = tasks;
      const filters: [EventFilter, number[]][] = [
        [{ test: "include" }, wanted(() => true)],
        [{ test: "include", types: ["task.message"] }, wanted((one) => one.type === "task.message")],
        [
          { test: "include", types: ["task.assigned", "task.created"] },
          wanted((one) => /assigned|created/.test(one.type) && one.kind === "task"),
        ],
        [{ test: "include", direction: "In" }, wanted((one) => one.direction === "In")],
        [{ test: "include", provider: "acme" }, wanted((one) => one.provider === "acme")],
        [{ test: "include", task: live }, wanted((one) => one.task?.number === live)],
        [
          { test: "include", task: live, direction: "In", types: ["task.message"] },
          wanted((one) => one.task?.number === live && one.direction === "In"),
        ],
        [{ test: "include", task: "nowhere" }, []],
        [LIVE, wanted((one) => !one.test)],
        [{ test: "only" }, wanted((one) => one.test)],
      ];
      for (const [filter, expected] of filters)
        for (const limit of [1, 2, 500]) assert.deepEqual(await positions(filter, limit), expected, JSON.stringify(filter));
    });

    test("one call looks at a bounded stretch and says how far it came", async () => {
      const { url } = bench();
      const recorded = record(url);
      const page = (after: number) =>
        readFeed(recorded.reader, { after, limit: 10, window: 3, filter: { test: "include", types: ["task.message"] } });
      const first = await page(0);
      assert.deepEqual([first.items.length, first.next], [0, 3]);
      let seen = 0;
      for (let after = 0, head = 1; after < head; ) {
        const { items, next, head: now } = await page(after);
        seen += items.length;
        [after, head] = [next, now];
      }
      assert.equal(seen, (await positions({ test: "include", types: ["task.message"] })).length);
      await recorded.close();
    });

    test("what a provider does while it is tried out stays a test, and nothing else becomes one", async () => {
      const { items } = await bench().store.views.events(0, 500);
      const [live = "", tried = ""] = tasks;
      const marks = (number: string) =>
        items.filter((one) => one.task?.number === number).map((one) => `${one.type} ${one.provider} ${one.test}`);
      assert.deepEqual(marks(tried), [
        "task.created null true",
        "task.assigned tried true",
        "task.message tried true",
        "task.message null true",
        "task.withdrawn tried true",
        "task.assigned acme false",
      ]);
      assert.deepEqual(new Set(items.filter((one) => one.task?.number === live).map((one) => one.test)), new Set([false]));
    });

    const cursor = async (name: string, before: number | null, after: number | null): Promise<string> => {
      const side: CursorWrite = { kind: "cursor", name, holder: "desk", before, after };
      return bench()
        .door.execute({ ...unit(DESK), side })
        .then(
          (outcome) => outcome.status,
          (error: unknown) => (error instanceof Failure ? error.code : String(error)),
        );
    };

    test("a named place moves only from where its mover believes it to be", async () => {
      const { store, clock } = bench();
      assert.equal(await store.views.cursor("desk"), null);
      assert.equal(await cursor("desk", 0, 4), "guard_lost");
      assert.deepEqual((await Promise.all([cursor("desk", null, 2), cursor("desk", null, 3)])).toSorted(), [
        "done",
        "guard_lost",
      ]);
      const { position = 0, lag } = (await store.views.cursor("desk")) ?? {};
      assert.equal(lag, (await store.views.head()) - position);
      clock.now = START + 5000;
      const moves = await Promise.all([5, 6, 7].map((to) => cursor("desk", position, to)));
      assert.deepEqual(moves.toSorted(), ["done", "guard_lost", "guard_lost"]);
      const moved = await store.views.cursor("desk");
      assert.deepEqual([moved?.holder, moved?.updatedAt], ["desk", START + 5000]);
      await cursor("another", null, 1);
      assert.deepEqual(
        (await store.views.cursors()).map((one) => one.name),
        ["another", "desk"],
      );
      assert.equal(await cursor("desk", 1, null), "guard_lost");
      assert.equal(await cursor("desk", moved?.position ?? 0, null), "done");
      assert.equal(await store.views.cursor("desk"), null);
    });

    test("the range begins behind what was purged, also where something older is left", async () => {
      const opened = await openTestStore(await environment().createDatabase());
      const db = await connect(opened.url);
      try {
        await newTask(opened.door);
        assert.deepEqual(await opened.store.views.range(), { head: 3, oldest: 1, leap: null });
        await db.rows("delete from events where position = 1");
        assert.deepEqual(await opened.store.views.range(), { head: 3, oldest: 2, leap: null });
        await db.rows("update meta set value = 2 where name = 'purged'");
        assert.deepEqual(await opened.store.views.range(), { head: 3, oldest: 3, leap: null });
        await db.rows("delete from events");
        assert.deepEqual(await opened.store.views.range(), { head: 3, oldest: 4, leap: null });
        assert.deepEqual((await opened.store.views.events(0, 10, LIVE)).next, 3);
      } finally {
        await db.close();
        await opened.close();
      }
    });
  });
}
