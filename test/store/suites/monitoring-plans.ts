// Query plans of interface monitoring and of what is done to queues: all is found by index among many deliveries that are done. No
// times are measured.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DeliveryFilter } from "../../../src/store/views/delivery-search.ts";
import { createMonitoringViews } from "../../../src/store/views/monitoring.ts";
import { BY } from "../../helpers/by.ts";
import { ACME, type Bench, done, type Environment, newTask, START, storeSuite, unit } from "../../helpers/store.ts";
import { type QueueBench, queueBench, REJECTED } from "../queue-bench.ts";

export function monitoringPlans(environment: () => Environment): void {
  storeSuite("query plans of interface monitoring", environment, (bench) => {
    let queues: QueueBench;
    before(async () => {
      queues = queueBench(bench());
      for (const name of ["alpha", "beta", "gamma"]) await queues.addSystem(name);
      const task = await newTask(bench().door, "acme-field", "SEARCH-T");
      await done(bench().door.execute(unit(ACME, { type: "acknowledge", task, reference: "ACME-1" })));
      const keys = await queues.make("alpha", [4000, 4000, 4001, 4002]);
      await queues.end(keys[0] ?? "", REJECTED);
      await queues.addSystem("left behind");
      await queues.make("left behind", [4003]);
      await queues.knex("delivery_queues").where({ system_name: "left behind" }).delete();
      await fillDone(bench());
    });
    after(() => queues.close());

    test("all of it is read by index among many that are done", async () => {
      const seen: { sql: string; values: readonly unknown[] }[] = [];
      const views = createMonitoringViews({
        all(sql, values = []) {
          seen.push({ sql, values });
          return bench().db.rows(sql, values);
        },
      });
      assert.equal((await views.queues({ limit: 10, now: START })).items.length, 4);
      assert.equal((await views.queues({ limit: 1, now: START, system: "left behind" })).items.length, 1);
      await views.taskQueues("alpha", { limit: 10, now: START });
      const filters: Partial<DeliveryFilter>[] = [
        ...[
          {},
          { status: "rejected" },
          { status: "done" },
          { system: "alpha", status: "rejected" },
          { system: "alpha", status: "done" },
        ],
        ...[
          { system: "beta" },
          { mapping: "other" },
          { task: "SEARCH-T" },
          { reference: "ACME-1" },
          { from: START, until: START + 1 },
        ],
      ] as Partial<DeliveryFilter>[];
      for (const filter of filters) {
        const { items } = await views.deliveries({ limit: 10, ...filter });
        if (items[0]) await views.delivery(items[0].id);
      }
      await views.trail({ task: "SEARCH-T" });
      await views.trail({ ticket: (await bench().store.views.task("SEARCH-T", { kind: "desk" }))?.ticket ?? "" });
      assert.ok(seen.length > 40);
      for (const { sql, values } of seen) assert.deepEqual(await scans(bench(), sql, values), [], sql);
      const [due] = await bench().db.rows<{ key: string; detail: string }>(
        `explain ${bench().url.startsWith("sqlite:") ? "query plan " : ""}select id from deliveries
         where system_name = 'alpha' and state = 'ready' and due_at <= 5 order by due_at, id limit 10`,
      );
      assert.match(due?.key ?? due?.detail ?? "", /deliveries_due/, "what is due is still found by its own index");
    });

    test("what an operator does to a queue finds it by index", async () => {
      const seen: { sql: string; values: readonly unknown[] }[] = [];
      queues.knex.on("query", ({ sql, bindings = [] }: { sql: string; bindings?: unknown[] }) =>
        seen.push({ sql, values: bindings }),
      );
      assert.equal(await queues.admin.retryQueue("alpha", { since: START - 5, dryRun: true }, BY), 1);
      assert.equal(await queues.admin.retryQueue("alpha", {}, BY), 1);
      assert.equal((await queues.admin.retryAll(START, {}, BY)).size, 0);
      const read = seen.filter(({ sql }) => /^(select|update)/.test(sql) && !/delivery_queues/.test(sql));
      assert.ok(read.length >= 8);
      for (const { sql, values } of read) assert.deepEqual(await scans(bench(), sql, values), [], sql);
    });
  });
}

const DIGITS = Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(" union all ");

/** Ten thousand deliveries that are done, over three Systems and a thousand subjects, and tasks enough to choose from. */
async function fillDone({ db, url, door }: Bench): Promise<void> {
  await Promise.all(Array.from({ length: 200 }, () => newTask(door)));
  const n = "(a.n + 10 * b.n + 100 * c.n + 1000 * d.n)";
  await db.rows(`insert into deliveries (id, delivery_key, system_name, mapping, position, subject, state, is_open, attempts, tries,
      due_at, code, created_at, updated_at)
    select 100000 + ${n}, ${n}, case a.n when 0 then 'alpha' when 1 then 'beta' else 'gamma' end, 'm', 1, 90000 + ${n} % 1000,
      'done', 0, 1, 1, ${START}, 'http_200', ${START} + ${n}, ${START}
    from (${DIGITS}) a cross join (${DIGITS}) b cross join (${DIGITS}) c cross join (${DIGITS}) d`);
  await db.rows("update meta set value = 110000 where name = 'delivery'");
  if (!url.startsWith("sqlite:"))
    await db.rows("analyze table deliveries, delivery_queues, tasks, tickets, events, task_references");
}

/** The few queues, the parts of a union and the steps of a walk may be read whole. */
const MAY_SCAN = new Set(["q", "open", "dead", "seen", "step", "chain", "c", "names"]);

/** Tables that the plan of a statement reads from end to end. */
async function scans({ db, url }: Bench, sql: string, values: readonly unknown[]): Promise<string[]> {
  if (url.startsWith("sqlite:")) {
    const steps = await db.rows<{ detail: string }>(`explain query plan ${sql}`, values);
    return steps.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? []).filter((table) => !MAY_SCAN.has(table));
  }
  const steps = await db.rows<{ table: string | null; type: string | null }>(`explain ${sql}`, values);
  return steps.flatMap(({ table, type }) => {
    const whole = (type === "ALL" || type === "index") && table !== null && !table.startsWith("<");
    return whole && !MAY_SCAN.has(table) ? [table] : [];
  });
}
