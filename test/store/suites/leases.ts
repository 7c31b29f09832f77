// Leases: of several processes one has the work, until it gives it back or its time is over.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import knexModule from "knex";
import { createLeases } from "../../../src/store/lease.ts";
import { type Environment, openTestStore } from "../../helpers/store.ts";

const knexFor = (url: string) =>
  url.startsWith("sqlite:")
    ? knexModule({ client: "better-sqlite3", connection: { filename: url.slice("sqlite:".length) }, useNullAsDefault: true })
    : knexModule({ client: "mysql2", connection: url });

export function leases(environment: () => Environment): void {
  suite("leases", () => {
    test("one holder at a time, renewed by itself, free when given back or over", async () => {
      const opened = await openTestStore(await environment().createDatabase());
      const knex = knexFor(opened.url);
      const clock = { now: 1_000_000 };
      const [mine, theirs] = ["mine", "theirs"].map((holder) => createLeases(knex, holder, () => clock.now));
      assert.ok(mine && theirs);
      assert.deepEqual(
        [await mine.take("work", 100), await theirs.take("work", 100), await theirs.take("other", 100)],
        [true, false, true],
      );
      clock.now += 60;
      assert.deepEqual([await mine.take("work", 100), await theirs.take("work", 100)], [true, false]);
      clock.now += 60;
      assert.equal(await theirs.take("work", 100), false, "it was renewed");
      clock.now += 41;
      assert.deepEqual([await theirs.take("work", 100), await mine.take("work", 100)], [true, false]);
      await mine.release("work");
      assert.equal(await mine.take("work", 100), false, "what another holds cannot be given back");
      await theirs.release("work");
      assert.equal(await mine.take("work", 100), true);
      await knex.destroy();
      await opened.close();
    });

    test("of many that ask at once for a new lease, or for one that is over, one gets it", async () => {
      const opened = await openTestStore(await environment().createDatabase());
      const knex = knexFor(opened.url);
      const clock = { now: 1_000_000 };
      const holders = Array.from({ length: 8 }, (_, n) => createLeases(knex, `holder ${n}`, () => clock.now));
      for (let round = 0; round < 3; round++) {
        const taken = await Promise.all(holders.map((one) => one.take("work", 100)));
        assert.equal(taken.filter(Boolean).length, 1, `round ${round}`);
        clock.now += 101;
      }
      await knex.destroy();
      await opened.close();
    });
  });
}
