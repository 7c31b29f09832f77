// Systems with open deliveries as the site changes: none of them is orphaned, or told to somebody it was not meant for. What an
// earlier version left behind can be seen and put away.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { SiteDocument } from "../../../src/store/site-document.ts";
import { type Environment, newTask, START, storeSuite } from "../../helpers/store.ts";
import { DONE, LATER, type QueueBench, queueBench, REJECTED } from "../queue-bench.ts";

import { BY } from "../../helpers/by.ts";

export function siteQueues(environment: () => Environment): void {
  storeSuite("Systems with open deliveries", environment, (bench) => {
    let queues: QueueBench;
    let systems = 0;
    let subject = 5000;
    before(async () => {
      await newTask(bench().door);
      queues = queueBench(bench());
    });
    after(() => queues.close());

    const apply = (document: SiteDocument) => bench().store.admin.apply(document);
    const system = async (active = true): Promise<string> => {
      const name = `system-${++systems}`;
      await apply({ systems: [{ name, active, provider: "acme" }] });
      return name;
    };
    const refused = (document: SiteDocument, says: RegExp) =>
      assert.rejects(apply(document), (error: Error & { code?: string }) => {
        assert.equal(error.code, "invalid_request");
        assert.match(error.message, says);
        return true;
      });
    const listed = async (): Promise<string[]> =>
      (await queues.views.queues({ limit: 200, now: START })).items.map((one) => one.system);

    test("one whose deliveries wait or are dead letters is not removed, and nothing of the document is done", async () => {
      const name = await system();
      const [waits = "", dead = ""] = await queues.make(name, [subject++, subject++]);
      await queues.end(dead, REJECTED);
      const document = { providers: [{ name: "late" }, { name: "new" }], remove: { systems: [name] } };
      await refused(document, new RegExp(`system ${name}: 2 deliveries wait or are dead letters: .*, or set it inactive`));
      assert.deepEqual([bench().store.site().systems.has(name), bench().store.site().providers.has("new")], [true, false]);
      await queues.end(waits, DONE);
      await refused({ remove: { systems: [name] } }, /: 1 delivery waits or is a dead letter: /);
      await queues.admin.acknowledge(dead, "Known.", BY);
      assert.deepEqual(await apply({ remove: { systems: [name] } }), [{ kind: "systems", name, change: "removed" }]);
      assert.ok(!(await listed()).includes(name), "what is over leaves no queue behind");
    });

    test("nor does it go to another provider, nor become nobody's", async () => {
      const name = await system();
      const [key = ""] = await queues.make(name, [subject++]);
      for (const provider of ["globex", null])
        await refused({ systems: [{ name, provider }] }, /1 delivery waits or is a dead letter: .* before its provider changes/);
      await apply({ systems: [{ name, provider: "acme", description: "Anything else may change." }] });
      await queues.end(key, DONE);
      await apply({ systems: [{ name, provider: "globex" }] });
      assert.equal(bench().store.site().systems.get(name)?.provider, "globex");
    });

    test("of an inactive one also what waits can be acknowledged, and then it goes", async () => {
      const name = await system();
      const [first = "", second = "", later = "", dead = ""] = await queues.make(name, [
        ...[subject, subject++],
        ...[subject++, subject++],
      ]);
      await queues.end(later, LATER);
      await queues.end(dead, REJECTED);
      await assert.rejects(queues.admin.acknowledge(first, "x", BY), { code: "delivery_state" });
      await apply({ systems: [{ name, provider: "acme", active: false }] });
      await queues.admin.acknowledge(first, "Not wanted any more.", BY);
      assert.equal((await queues.views.delivery(second))?.status, "ready", "it has its turn");
      assert.equal(await queues.admin.acknowledgeQueue(name, { comment: "Nor these." }, BY), 3);
      for (const key of [first, second, later, dead]) assert.equal((await queues.views.delivery(key))?.status, "acknowledged");
      await assert.rejects(queues.admin.acknowledge(first, "x", BY), { code: "delivery_state" });
      await apply({ remove: { systems: [name] } });
    });

    test("a long queue of an inactive one is acknowledged whole, task by task", async () => {
      const name = await system(false);
      const first = subject;
      subject += 600;
      const line = Array.from({ length: 600 }, (_, index) => first + index);
      await queues.make(name, [...line, ...line]);
      assert.equal(await queues.admin.acknowledgeQueue(name, { comment: "All of them." }, BY), 1200);
      const [queue] = (await queues.views.queues({ system: name, limit: 1, now: START })).items;
      assert.deepEqual([queue?.waiting, queue?.retrying, queue?.rejected], [0, 0, 0]);
    });

    test("what one left behind that is gone is seen among the others, and can be put away, not sent", async () => {
      const [name, next] = [await system(), await system()];
      const [waits = "", , dead = ""] = await queues.make(name, [subject, subject++, subject++]);
      await queues.end(dead, REJECTED);
      await queues.knex("systems").where({ name }).delete();
      await queues.knex("delivery_queues").where({ system_name: name }).delete();
      const [view] = (await queues.views.queues({ system: name, limit: 1, now: START })).items;
      assert.deepEqual([view?.system, view?.status, view?.waiting, view?.rejected], [name, "REJECTED", 2, 1]);
      const names: string[] = [];
      for (let from: string | null = ""; from !== null; ) {
        const page = await queues.views.queues({ after: from, limit: 1, now: START });
        names.push(...page.items.map((one) => one.system));
        from = page.next;
      }
      assert.deepEqual(names, names.toSorted());
      assert.deepEqual([names.includes(name), names.includes(next)], [true, true]);
      assert.equal((await queues.views.taskQueues(name, { limit: 10, now: START }))?.items.length, 2);
      await assert.rejects(queues.admin.retry(dead, BY), { code: "unknown_system" });
      await assert.rejects(queues.admin.retryQueue(name, {}, BY), { code: "unknown_system" });
      await queues.admin.acknowledge(waits, "The partner is gone.", BY);
      assert.equal(await queues.admin.acknowledgeQueue(name, { comment: "The partner is gone." }, BY), 2);
      assert.ok(!(await listed()).includes(name));
      assert.equal(await queues.views.taskQueues("nowhere", { limit: 2, now: START }), null);
    });

    test("a hold and an acknowledgement say why in words", async () => {
      const name = await system();
      const [key = ""] = await queues.make(name, [subject++]);
      await queues.end(key, REJECTED);
      for (const comment of ["", "   ", "\t\n"]) {
        const says = { code: "invalid_request", message: /comment: say why, in words\./ };
        await assert.rejects(queues.admin.hold(name, { comment }, BY), says);
        await assert.rejects(queues.admin.acknowledge(key, comment, BY), says);
        await assert.rejects(queues.admin.acknowledgeQueue(name, { comment }, BY), says);
      }
    });
  });
}
