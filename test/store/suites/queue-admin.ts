// What an operator does to queues: retry, acknowledge, hold, release. The order of a task is kept whatever is done.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { DeliveryView } from "../../../src/store/views/delivery-search.ts";
import { type Environment, newTask, START, storeSuite } from "../../helpers/store.ts";
import { DONE, LATER, PASSED, type QueueBench, queueBench, REJECTED } from "../queue-bench.ts";

import { BY } from "../../helpers/by.ts";

export function queueAdmin(environment: () => Environment): void {
  storeSuite("queue administration", environment, (bench) => {
    let queues: QueueBench;
    let subject = 5000;
    let systems = 0;
    before(async () => {
      await newTask(bench().door);
      queues = queueBench(bench());
    });
    after(() => queues.close());

    const system = async (): Promise<string> => {
      const name = `system-${++systems}`;
      await queues.addSystem(name);
      return name;
    };
    const look = async (key: string): Promise<DeliveryView> => {
      const found = await queues.views.delivery(key);
      assert.ok(found);
      return found;
    };
    const states = async (keys: readonly string[]): Promise<string[]> =>
      Promise.all(keys.map(async (key) => (await look(key)).status));
    const dueKeys = async (name: string): Promise<string[]> => (await queues.due(name)).map((row) => row.key);
    const made = async (name: string, amount: number): Promise<[string, string, string]> => {
      const keys = await queues.make(name, Array(amount).fill(subject++));
      return [keys[0] ?? "", keys[1] ?? "", keys[2] ?? ""];
    };

    test("a dead letter is retried now, with its whole schedule again, and the ones behind it keep waiting", async () => {
      const name = await system();
      const [first, second] = await made(name, 2);
      await queues.end(first, { ...REJECTED, tries: 10 });
      assert.deepEqual(await dueKeys(name), []);
      queues.woken.length = 0;
      await queues.admin.retry(first, BY);
      assert.deepEqual(queues.woken, [name]);
      const [row, ...others] = await queues.due(name);
      assert.deepEqual([row?.key, row?.tries, row?.attempts, others.length], [first, 0, 1, 0]);
      assert.deepEqual((await look(first)).handled, { by: BY.who, at: START, comment: null });
      await queues.end(first, DONE);
      assert.deepEqual(await dueKeys(name), [second]);
    });

    test("an acknowledged dead letter leaves the line with its comment, and the next goes on", async () => {
      const name = await system();
      const [first, second, third] = await made(name, 3);
      await queues.end(first, REJECTED);
      await queues.admin.acknowledge(first, "Entered by hand.", BY);
      assert.deepEqual(await states([first, second, third]), ["acknowledged", "ready", "behind"]);
      const view = await look(first);
      assert.deepEqual(view.handled, { by: BY.who, at: START, comment: "Entered by hand." });
      assert.equal(view.note, "It wants another form.", "why it failed stays to be read");
      assert.deepEqual(await dueKeys(name), [second]);
    });

    test("an acknowledged one that is retried takes its old place: before the younger, behind the older", async () => {
      const name = await system();
      const [first, second, third] = await made(name, 3);
      await queues.end(first, REJECTED);
      await queues.admin.acknowledge(first, "x", BY);
      await queues.admin.retry(first, BY);
      assert.deepEqual(await states([first, second, third]), ["ready", "behind", "behind"]);
      await queues.end(first, DONE);
      await queues.end(second, REJECTED);
      await queues.admin.acknowledge(second, "x", BY);
      await queues.end(third, DONE);
      await queues.admin.retry(second, BY);
      assert.deepEqual(await dueKeys(name), [second]);

      const [one, two, three] = await made(name, 3);
      await queues.end(one, PASSED);
      await queues.end(two, PASSED);
      await queues.admin.retry(one, BY);
      await queues.admin.retry(two, BY);
      assert.deepEqual(await states([one, two, three]), ["ready", "behind", "behind"]);
      for (const key of [one, two, three]) await queues.end(key, DONE);
    });

    test("a dead letter that holds others back goes on holding them when an older one comes back before it", async () => {
      const name = await system();
      const [first, second, third] = await made(name, 3);
      await queues.end(first, REJECTED);
      await queues.admin.acknowledge(first, "x", BY);
      await queues.end(second, REJECTED);
      await queues.admin.retry(first, BY);
      assert.deepEqual(await states([first, second, third]), ["ready", "rejected", "behind"]);
      await queues.end(first, DONE);
      assert.deepEqual(await dueKeys(name), []);
    });

    test("one that waits for its time is tried now; what is delivered or waits for an older one is refused", async () => {
      const name = await system();
      const [first, second] = await made(name, 2);
      await queues.end(first, LATER);
      await assert.rejects(queues.admin.retry(second, BY), { code: "delivery_state" });
      await assert.rejects(queues.admin.acknowledge(first, "x", BY), { code: "delivery_state" });
      await queues.admin.retry(first, BY);
      assert.deepEqual(await dueKeys(name), [first]);
      await queues.end(first, DONE);
      await assert.rejects(queues.admin.retry(first, BY), { code: "delivery_state" });
      await assert.rejects(queues.admin.retry("nothing", BY), { code: "unknown_delivery" });
    });

    test("a queue is counted first, then retried: dead letters and what waits for its time, nothing else", async () => {
      const name = await system();
      const [dead, held] = await made(name, 2);
      const [later] = await made(name, 1);
      const [done] = await made(name, 1);
      const [put] = await made(name, 1);
      await queues.end(dead, REJECTED);
      await queues.end(later, LATER);
      await queues.end(done, DONE);
      await queues.end(put, REJECTED);
      await queues.admin.acknowledge(put, "x", BY);
      assert.equal(await queues.admin.retryQueue(name, { dryRun: true }, BY), 2);
      assert.deepEqual(await dueKeys(name), [], "counting changes nothing");
      assert.equal(await queues.admin.retryQueue(name, {}, BY), 2);
      assert.deepEqual((await dueKeys(name)).toSorted(), [dead, later].toSorted());
      assert.deepEqual(await states([held, done, put]), ["behind", "done", "acknowledged"]);
      assert.equal(await queues.admin.retryQueue(name, { dryRun: true }, BY), 0);
    });

    test("of one task alone, when one is named", async () => {
      const name = await system();
      const { door, db } = bench();
      const task = await newTask(door);
      const [row] = await db.rows<{ id: number }>("select id from tasks where number = ?", [task]);
      const [mine = ""] = await queues.make(name, [Number(row?.id)]);
      const [other] = await made(name, 1);
      await queues.end(mine, REJECTED);
      await queues.end(other, REJECTED);
      assert.equal(await queues.admin.acknowledgeQueue(name, { task, comment: "x" }, BY), 1);
      assert.deepEqual(await states([mine, other]), ["acknowledged", "rejected"]);
      await assert.rejects(queues.admin.retryQueue(name, { task: "nowhere" }, BY), { code: "unknown_task" });
      await assert.rejects(queues.admin.retryQueue("nowhere", {}, BY), { code: "unknown_system" });
    });

    test("dead letters of all Systems since a time", async () => {
      const [one, other] = [await system(), await system()];
      const time = START + 1_000_000;
      const [old] = await made(one, 1);
      const [fresh] = await made(one, 1);
      const [also] = await made(other, 1);
      await queues.end(old, REJECTED);
      for (const key of [fresh, also]) await queues.end(key, { ...REJECTED, dueAt: time });
      queues.clock.now = time + 1;
      const expected = new Map([
        [one, 1],
        [other, 1],
      ]);
      assert.deepEqual(await queues.admin.retryAll(time, { dryRun: true }, BY), expected);
      assert.deepEqual(await queues.admin.retryAll(time, {}, BY), expected);
      assert.deepEqual(await states([old, fresh, also]), ["rejected", "ready", "ready"]);
      queues.clock.now = START;
    });

    test("a long queue is done in steps, each line by its own order, while the ledger goes on", async () => {
      const name = await system();
      const first = subject;
      subject += 700;
      const line = Array.from({ length: 700 }, (_, index) => first + index);
      const keys = await queues.make(name, [...line, ...line]);
      await Promise.all(keys.slice(0, 700).map((key) => queues.end(key, REJECTED)));
      const working = queues.admin.retryQueue(name, {}, BY);
      const beside = await Promise.all(Array.from({ length: 20 }, () => newTask(bench().door)));
      assert.equal(beside.length, 20);
      assert.equal(await working, 700);
      assert.deepEqual((await dueKeys(name)).toSorted(), keys.slice(0, 700).toSorted());
      await Promise.all(keys.slice(0, 700).map((key) => queues.end(key, REJECTED)));
      assert.equal(await queues.admin.acknowledgeQueue(name, { comment: "All of them." }, BY), 700);
      assert.deepEqual((await dueKeys(name)).toSorted(), keys.slice(700).toSorted());
    });

    test("a System is held until it is released, or within a window", async () => {
      const name = await system();
      const [key] = await made(name, 1);
      const heldAt = (at: number): Promise<boolean> => bench().store.outgoing.held(name, at);
      await queues.admin.hold(name, { comment: "They move house." }, BY);
      assert.equal(await heldAt(START), true);
      const [held] = (await queues.views.queues({ system: name, limit: 1, now: START })).items;
      assert.deepEqual(
        [held?.status, held?.hold],
        ["BLOCKED", { active: true, from: null, until: null, note: "admin: They move house." }],
      );
      queues.woken.length = 0;
      await queues.admin.release(name, BY);
      assert.deepEqual([await dueKeys(name), queues.woken], [[key], [name]]);
      await queues.admin.hold(name, { from: START + 10, until: START + 20, comment: "Works." }, BY);
      const seen = [await heldAt(START + 9), await heldAt(START + 10), await heldAt(START + 19), await heldAt(START + 20)];
      assert.deepEqual(seen, [false, true, true, false]);
      await assert.rejects(queues.admin.hold(name, { from: START, comment: "x" }, BY), { code: "invalid_request" });
      await assert.rejects(queues.admin.hold(name, { until: START, comment: "x" }, BY), { code: "invalid_request" });
      await assert.rejects(queues.admin.hold("nowhere", { comment: "x" }, BY), { code: "unknown_system" });
      await assert.rejects(queues.admin.release("nowhere", BY), { code: "unknown_system" });
    });

    test("what a System that is gone left behind can be put away, but not sent", async () => {
      const name = await system();
      const [key] = await made(name, 1);
      await queues.end(key, REJECTED);
      await queues.knex("delivery_queues").where({ system_name: name }).delete();
      await assert.rejects(queues.admin.retry(key, BY), { code: "unknown_system" });
      await queues.admin.acknowledge(key, "The partner is gone.", BY);
      assert.deepEqual(await states([key]), ["acknowledged"]);
    });
  });
}
