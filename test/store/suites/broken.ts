// Units that no rule foresees (a fault in what is handed to the ledger) end alone: their neighbours are stored once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LIMITS } from "../../../src/core/commands/command.ts";
import { Failure } from "../../../src/core/errors.ts";
import type { EventView } from "../../../src/store/views/types.ts";
import type { Unit } from "../../../src/core/ports.ts";
import { drawId } from "../../../src/lib/ids.ts";
import { ACME, answered, DESK, type Environment, message, newTask, START, storeSuite, unit } from "../../helpers/store.ts";

export function broken(environment: () => Environment): void {
  storeSuite("units at fault", environment, (bench) => {
    const made = (task: string, text: string, ids: readonly string[]): Unit => ({
      ...unit(ACME, message(task, text)),
      at: START,
      ids,
    });

    test("a unit that cannot be decided fails alone", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      const outcomes = await Promise.allSettled([
        store.ledger.commit(made(task, "before", [drawId()])),
        store.ledger.commit(made(task, "no id for its event", [])),
        store.ledger.commit(made(task, "after", [drawId()])),
      ]);
      assert.deepEqual(
        outcomes.map((one) => one.status),
        ["fulfilled", "rejected", "fulfilled"],
      );
      const history = await store.views.taskEvents(task, 0, 10, { kind: "desk" });
      assert.deepEqual(
        history?.items.flatMap((one) => one.message?.text ?? []),
        ["before", "after"],
      );
    });

    test("an event id that is stored already is not stored again, and harms no neighbour", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      const { event } = await answered(door.execute(unit(ACME, message(task, "the first"))));
      const [before, again, after] = await Promise.allSettled([
        store.ledger.commit(made(task, "before", [drawId()])),
        store.ledger.commit(made(task, "the same id", [event])),
        store.ledger.commit(made(task, "after", [drawId()])),
      ]);
      assert.deepEqual([before.status, again.status, after.status], ["fulfilled", "rejected", "fulfilled"]);
      assert.ok(again.status === "rejected" && again.reason instanceof Failure);
      const history = await store.views.taskEvents(task, 0, 10, { kind: "desk" });
      assert.deepEqual(
        history?.items.flatMap((one) => one.message?.text ?? []),
        ["the first", "before", "after"],
      );
    });

    test("the longest texts there may be, many at once, are all stored", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      // Each of these characters takes four in the statement.
      const text = `x${"\\".repeat(LIMITS.text - 2)}x`;
      const custom = Object.fromEntries(
        Array.from({ length: LIMITS.customNames }, (_, n) => [`f${n}`, "'".repeat(LIMITS.customValue)]),
      );
      const fields = { subject: "Wide", description: "'".repeat(LIMITS.text), custom };
      const { head } = await store.views.events(0, 1);
      const units = Array.from({ length: 24 }, (_, n) =>
        n % 2 ? unit(ACME, message(task, text)) : unit(DESK, { type: "create_ticket", fields }),
      );
      const answers = await Promise.all(units.map((one) => answered(door.execute(one))));
      const items: EventView[] = [];
      for (let page = await store.views.events(head, 100); page.items.length > 0; ) {
        items.push(...page.items);
        page = await store.views.events(items.at(-1)?.position ?? 0, 100);
      }
      assert.deepEqual(items.map((one) => one.id).toSorted(), answers.map((one) => one.event).toSorted());
      assert.ok(items.every((one) => one.message?.text === text || one.ticket?.description === fields.description));
    });

    test("texts of every kind come back as they went in", async () => {
      const { door, store } = bench();
      const texts = [
        "'; drop table events; --",
        "back\\slash \\' \\0",
        "emoji 🛠️ and 漢字",
        '{"json": "\\u0041"}',
        "line\r\nend\u2028",
      ];
      const task = await newTask(door);
      for (const text of texts) await answered(door.execute(unit(ACME, message(task, `x${text}x`))));
      const history = await store.views.taskEvents(task, 0, 20, { kind: "desk" });
      assert.deepEqual(
        history?.items.flatMap((one) => one.message?.text ?? []),
        texts.map((text) => `x${text}x`),
      );
    });
  });
}
