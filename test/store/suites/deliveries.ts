// Deliveries: made of events once, in the order of their task, ended together with what the partner answered.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { DeliveryEnd, DeliveryWrite, NewDelivery, Outcome } from "../../../src/core/ports.ts";
import { drawId } from "../../../src/lib/ids.ts";
import type { DueDelivery } from "../../../src/store/views/outgoing.ts";
import { ACME, codeOf, done, type Environment, message, newTask, START, storeSuite, unit } from "../../helpers/store.ts";

const GATEWAY = { kind: "administrator", credential: "gateway" } as const;
const SYSTEMS = ["alpha", "beta"];
const DONE: DeliveryEnd = { state: "done", holds: true, tries: 1, dueAt: 0, code: "http_200", note: null, holdSystem: null };
const REJECTED: DeliveryEnd = { ...DONE, state: "rejected", code: "http_400", note: "It wants another form." };

export function deliveries(environment: () => Environment): void {
  storeSuite("deliveries", environment, (bench) => {
    let subject = 1000;
    before(async () => {
      for (const name of SYSTEMS)
        await bench().db.rows("insert into delivery_queues (system_name, held, updated_at) values (?, 0, 0)", [name]);
      // Every test suite asks at its end that there are events.
      await newTask(bench().door);
    });

    const one = (system: string, of: number, mapping = "m"): NewDelivery => ({
      key: drawId(),
      system,
      mapping,
      position: 1,
      subject: of,
    });
    const fanout = async (...made: NewDelivery[]): Promise<Outcome> => {
      const { looked } = await bench().store.outgoing.fanout();
      const side = { kind: "fanout", before: looked, after: looked + 1, deliveries: made } as const;
      return bench().door.execute({ commands: [], caller: GATEWAY, channel: "rest", side });
    };
    const due = (system = "alpha", now = START): Promise<DueDelivery[]> => bench().store.outgoing.due(system, now, 1000);
    const dueOf = async (of: number, now = START): Promise<DueDelivery[]> =>
      (await due("alpha", now)).filter((row) => row.subject === of);
    const sideOf = ({ id, system, subject: of, attempts }: DueDelivery, end: DeliveryEnd): DeliveryWrite => ({
      ...{ kind: "delivery", id, system, subject: of, attempts, end },
      attempt: { at: START, ms: 3, class: "done", code: end.code, detail: null, request: "POST /", answer: "ok" },
    });
    const end = (delivery: DueDelivery, how: DeliveryEnd): Promise<Outcome> =>
      bench().door.execute({ commands: [], caller: GATEWAY, channel: "rest", side: sideOf(delivery, how) });
    const next = async (of: number): Promise<DueDelivery> => {
      const [row, ...others] = await dueOf(of);
      assert.ok(row, "one is due");
      assert.deepEqual(others, [], "no other of the same task is due");
      return row;
    };

    test("of one task and System the oldest alone is due, and the next after it", async () => {
      const of = subject++;
      const made = [one("alpha", of), one("alpha", of), one("alpha", of)];
      await fanout(...made.slice(0, 2));
      await fanout(...made.slice(2));
      const order: string[] = [];
      for (const _ of made) {
        const row = await next(of);
        order.push(row.key);
        await end(row, DONE);
      }
      assert.deepEqual(
        order,
        made.map((row) => row.key),
      );
      assert.deepEqual(await dueOf(of), []);
    });

    test("other tasks and other Systems do not wait", async () => {
      const [first, second] = [subject++, subject++];
      await fanout(one("alpha", first), one("alpha", first), one("alpha", second), one("beta", first));
      assert.equal((await dueOf(first)).length, 1);
      assert.equal((await dueOf(second)).length, 1);
      assert.equal((await due("beta")).length, 1);
    });

    test("one that is tried again later holds back the younger ones of its task, until its time", async () => {
      const of = subject++;
      await fanout(one("alpha", of), one("alpha", of));
      const first = await next(of);
      await end(first, { ...DONE, state: "ready", dueAt: START + 5000, code: "http_503" });
      assert.deepEqual(await dueOf(of), []);
      const [again, ...others] = await dueOf(of, START + 5000);
      assert.deepEqual([again?.key, again?.attempts, again?.tries, others.length], [first.key, 1, 1, 0]);
    });

    test("a dead letter holds the younger ones back, or lets them pass, as its System says", async () => {
      const [held, passed] = [subject++, subject++];
      await fanout(one("alpha", held), one("alpha", held), one("alpha", passed), one("alpha", passed));
      await end(await next(held), REJECTED);
      const first = await next(passed);
      await end(first, { ...REJECTED, holds: false });
      assert.deepEqual(await dueOf(held), []);
      assert.notEqual((await next(passed)).key, first.key);
      await fanout(one("alpha", held));
      assert.deepEqual(await dueOf(held), [], "one that comes later waits too");
    });

    test("a try that another worker has ended already changes nothing", async () => {
      const of = subject++;
      await fanout(one("alpha", of), one("alpha", of));
      const first = await next(of);
      await end(first, DONE);
      const second = await next(of);
      await assert.rejects(end(first, REJECTED), { code: "guard_lost" });
      await assert.rejects(end({ ...second, attempts: 7 }, DONE), { code: "guard_lost" });
      assert.equal((await next(of)).key, second.key);
    });

    test("for a System that was removed meanwhile nothing is made", async () => {
      const of = subject++;
      await fanout(one("nowhere", of), one("alpha", of));
      const rows = await bench().db.rows<{ system_name: string }>("select system_name from deliveries where subject = ?", [of]);
      assert.deepEqual(
        rows.map((row) => row.system_name),
        ["alpha"],
      );
    });

    test("of two that look at the same events one alone makes deliveries", async () => {
      const of = subject++;
      const results = await Promise.allSettled([fanout(one("alpha", of)), fanout(one("alpha", of))]);
      assert.deepEqual(results.map((result) => result.status).sort(), ["fulfilled", "rejected"]);
      assert.equal((await dueOf(of)).length, 1);
    });

    test("the end and what the partner answered are one unit", async () => {
      const of = subject++;
      await fanout(one("alpha", of), one("alpha", of));
      const task = await newTask(bench().door);
      const first = await next(of);
      const answer = { ...unit(ACME, { type: "acknowledge", task, reference: "ACME-1" } as const), side: sideOf(first, DONE) };
      assert.equal((await done(bench().door.execute(answer))).length, 1);
      assert.equal((await bench().store.views.task(task, { kind: "desk" }))?.reference, "ACME-1");
      await assert.rejects(bench().door.execute(answer), { code: "guard_lost" });
      const second = await next(of);
      const refused = { ...unit(ACME, message("no such task", "x")), side: sideOf(second, DONE) };
      assert.equal(await codeOf(bench().door.execute(refused)), "unknown_task");
      assert.equal((await next(of)).key, second.key, "a refused answer ends nothing");
    });

    test("every try is kept, and counts", async () => {
      const of = subject++;
      await fanout(one("alpha", of));
      await end(await next(of), { ...DONE, state: "ready", dueAt: START, code: "http_503" });
      const second = await next(of);
      await end(second, { ...DONE, tries: 2 });
      const sql = "select number, code, request, answer from delivery_attempts where delivery_id = ? order by number";
      const kept = await bench().db.rows<{ number: number; code: string }>(sql, [second.id]);
      assert.deepEqual(
        kept.map((row) => [row.number, row.code]),
        [
          [1, "http_503"],
          [2, "http_200"],
        ],
      );
    });

    test("a System that is held is not delivered to, nor within a window", async () => {
      const of = subject++;
      await fanout(one("beta", of));
      const earlier = (await due("beta")).length;
      assert.ok(earlier > 0);
      const [row] = (await due("beta")).filter((candidate) => candidate.subject === of);
      assert.ok(row);
      await end(row, { ...REJECTED, holdSystem: "It is gone." });
      assert.equal(await bench().store.outgoing.held("beta", START), true);
      assert.equal(await bench().store.outgoing.held("alpha", START), false);
    });
  });
}
