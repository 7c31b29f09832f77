// Interface monitoring as an operator sees it: how each queue is, deliveries found by whatever one has in hand, every try.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { QueueStatus } from "../../../src/store/views/queue-status.ts";
import type { DeliveryFilter } from "../../../src/store/views/delivery-search.ts";
import { BY } from "../../helpers/by.ts";
import { ACME, type Bench, DESK, done, type Environment, GLOBEX, newTask, START, storeSuite, unit } from "../../helpers/store.ts";
import { DONE, LATER, PASSED, type QueueBench, queueBench, REJECTED } from "../queue-bench.ts";

export function monitoring(environment: () => Environment): void {
  storeSuite("interface monitoring", environment, (bench) => {
    let queues: QueueBench;
    let subject = 5000;
    before(async () => {
      await newTask(bench().door);
      queues = queueBench(bench());
      for (const name of ["alpha", "beta", "gamma", "search"]) await queues.addSystem(name);
    });
    after(() => queues.close());

    const statusOf = async (system: string): Promise<QueueStatus | undefined> =>
      (await queues.views.queues({ system, limit: 1, now: START })).items[0]?.status;

    test("the status of a queue follows what is in it", async () => {
      const [of, next] = [subject++, subject++];
      assert.equal(await statusOf("alpha"), "OKAY");
      const [first = "", second = "", other = ""] = await queues.make("alpha", [of, of, next]);
      assert.equal(await statusOf("alpha"), "OKAY");
      await queues.end(first, LATER);
      assert.equal(await statusOf("alpha"), "WARNING");
      await queues.end(other, PASSED);
      assert.equal(await statusOf("alpha"), "REJECTED");
      await queues.admin.retry(first, BY);
      await queues.end(first, REJECTED);
      assert.equal(await statusOf("alpha"), "BLOCKED", "the second waits behind a dead letter");
      queues.clock.now = START + 1;
      await queues.admin.acknowledgeQueue("alpha", { comment: "Known." }, BY);
      assert.equal(await statusOf("alpha"), "ACKNOWLEDGED");
      await queues.end(second, { ...DONE, dueAt: START + 2 });
      assert.equal(await statusOf("alpha"), "OKAY");
      await queues.admin.hold("alpha", { comment: "x" }, BY);
      assert.equal(await statusOf("alpha"), "BLOCKED");
      await queues.admin.release("alpha", BY);
      queues.clock.now = START;
    });

    test("queues are counted, and paged by name", async () => {
      const [of, other, third] = [subject++, subject++, subject++];
      bench().clock.now = START - 5000;
      const [first = ""] = await queues.make("beta", [of]);
      bench().clock.now = START;
      const [, later = "", dead = ""] = await queues.make("beta", [of, other, third]);
      await queues.end(later, LATER);
      await queues.end(dead, REJECTED);
      const [view] = (await queues.views.queues({ system: "beta", limit: 1, now: START })).items;
      assert.deepEqual(view, {
        ...{ system: "beta", task: null, ticket: null, status: "REJECTED", waiting: 2, retrying: 1, rejected: 1 },
        ...{ oldestAt: START - 5000, hold: null },
      });
      await queues.end(first, { ...DONE, dueAt: START });
      const names: string[] = [];
      for (let after: string | null = ""; after !== null; ) {
        const page = await queues.views.queues({ after, limit: 1, now: START });
        names.push(...page.items.map((one) => one.system));
        after = page.next;
      }
      assert.deepEqual(names, ["alpha", "beta", "gamma", "search"]);
      const rejected = await queues.views.queues({ limit: 10, now: START, status: "REJECTED" });
      assert.deepEqual(
        rejected.items.map((one) => one.system),
        ["beta"],
      );
    });

    test("the queues of a System's tasks are those with something open or in trouble", async () => {
      const { door } = bench();
      const tasks = await Promise.all(Array.from({ length: 5 }, () => newTask(door)));
      const ids = await Promise.all(tasks.map((number) => rowOf(bench(), number)));
      const [waits = 0, retries = 0, blocked = 0, seen = 0, over = 0] = ids;
      const [, retried = "", dead = "", , put = "", gone = ""] = await queues.make("gamma", [
        ...[waits, retries, blocked, blocked],
        ...[seen, over],
      ]);
      await queues.end(retried, LATER);
      await queues.end(dead, REJECTED);
      await queues.end(put, PASSED);
      queues.clock.now = START + 1;
      await queues.admin.acknowledge(put, "x", BY);
      queues.clock.now = START;
      await queues.end(gone, DONE);
      const found = new Map<string | null, [QueueStatus, number, number, number]>();
      for (let after: string | undefined; ; ) {
        const page = await queues.views.taskQueues("gamma", { limit: 2, now: START, ...(after ? { after } : {}) });
        for (const one of page?.items ?? []) found.set(one.task, [one.status, one.waiting, one.retrying, one.rejected]);
        if (!page || page.next === null) break;
        after = page.next;
      }
      assert.deepEqual(
        found,
        new Map([
          [tasks[0], ["OKAY", 1, 0, 0]],
          [tasks[1], ["WARNING", 0, 1, 0]],
          [tasks[2], ["BLOCKED", 1, 0, 1]],
          [tasks[3], ["ACKNOWLEDGED", 0, 0, 0]],
        ]),
      );
      assert.equal(await queues.views.taskQueues("nowhere", { limit: 2, now: START }), null);
    });

    test("deliveries are found by whatever one has in hand, newest first", async () => {
      const { door } = bench();
      const ticket = "SEARCH-1";
      const task = {
        type: "create_task",
        ticket,
        number: "SEARCH-T",
        group: "acme-field",
        fields: { subject: "A task" },
      } as const;
      await done(door.execute(unit(DESK, { type: "create_ticket", number: ticket, fields: { subject: "A ticket" } }, task)));
      await done(door.execute(unit(ACME, { type: "acknowledge", task: "SEARCH-T", reference: "OLD-1" })));
      await done(door.execute(unit(ACME, { type: "acknowledge", task: "SEARCH-T", reference: "NEW-1" })));
      await done(door.execute(unit(DESK, { type: "assign_task", task: "SEARCH-T", group: "globex-net" })));
      await done(door.execute(unit(GLOBEX, { type: "acknowledge", task: "SEARCH-T", reference: "GLOBEX-1" })));
      const of = await rowOf(bench(), "SEARCH-T");
      const [, ticketRow] = [of, await ticketOf(bench(), ticket)];
      const times = [START + 10_000_000, START + 20_000_000, START + 30_000_000];
      const keys: string[] = [];
      for (const [index, at] of times.entries()) {
        bench().clock.now = at;
        keys.push(...(await queues.make("search", [of, subject++, -ticketRow], index === 2 ? "other" : "m")));
      }
      bench().clock.now = START;
      const [a1 = "", , k1 = "", a2 = "", , k2 = "", a3 = "", s3 = "", k3 = ""] = keys;
      await queues.end(s3, REJECTED);
      const search = async (filter: Partial<DeliveryFilter>): Promise<string[]> =>
        (await queues.views.deliveries({ limit: 50, ...filter })).items.map((one) => one.id);
      const cases: [Partial<DeliveryFilter>, string[]][] = [
        [{ system: "search" }, keys.toReversed()],
        [{ task: "SEARCH-T" }, [a3, a2, a1]],
        [{ task: "SEARCH-T", status: "behind" }, [a3, a2]],
        [{ reference: "OLD-1" }, [a3, a2, a1]],
        [{ reference: "GLOBEX-1" }, [a3, a2, a1]],
        [{ reference: "SEARCH-T", mapping: "other" }, [a3]],
        [{ reference: ticket }, [k3, a3, k2, a2, k1, a1]],
        [{ reference: ticket, task: "SEARCH-T" }, [a3, a2, a1]],
        [{ reference: "old-1" }, []],
        [{ task: "nowhere" }, []],
        [{ status: "rejected", system: "search" }, [s3]],
        [{ status: "done", system: "search" }, []],
        [{ mapping: "other" }, [k3, s3, a3]],
        [{ system: "search", from: times[1], until: times[2] }, keys.slice(3, 6).toReversed()],
        [{ from: times[2] }, keys.slice(6).toReversed()],
        [{ system: "alpha", from: times[0] }, []],
      ];
      for (const [filter, expected] of cases) assert.deepEqual(await search(filter), expected, JSON.stringify(filter));
      for (const filter of [{ system: "search" }, { reference: ticket }]) {
        const whole = await search(filter);
        const paged: string[] = [];
        for (let after: string | null = "9999999"; after !== null; ) {
          const page = await queues.views.deliveries({ ...filter, limit: 2, after });
          paged.push(...page.items.map((one) => one.id));
          after = page.next;
        }
        assert.deepEqual(paged, whole);
      }
      const [view] = (await queues.views.deliveries({ limit: 1, reference: ticket })).items;
      assert.deepEqual([view?.task, view?.ticket, view?.mapping], [null, ticket, "other"]);
    });

    test("one delivery is shown with its event and every try", async () => {
      const of = await rowOf(bench(), await newTask(bench().door));
      const [key = ""] = await queues.make("search", [of]);
      await queues.end(key, { ...LATER, dueAt: START });
      await queues.end(key, REJECTED);
      const found = await queues.views.delivery(key);
      assert.equal(found?.event?.type, "task.assigned");
      assert.deepEqual([found?.status, found?.attempts, found?.code, found?.dueAt], ["rejected", 2, "http_400", null]);
      assert.deepEqual(
        found?.tries.map((one) => [one.number, one.code, one.request, one.answer]),
        [
          [1, "http_503", "POST /", "ok"],
          [2, "http_400", "POST /", "ok"],
        ],
      );
      assert.equal(await queues.views.delivery("nothing"), null);
    });

    test("reports that come without end are counted, and of them the first and the last are kept", async () => {
      const { door, db } = bench();
      const of = await rowOf(bench(), await newTask(door));
      const [key = "", other = ""] = await queues.make("search", [of, of]);
      const event = (await queues.views.delivery(key))?.event?.id ?? "";
      const tell = (delivery: string, names: readonly string[]) => {
        const recipients = names.map((name) => ({ recipient: name, action: "delayed", status: null, diagnostic: null }) as const);
        const report = { delivery, proofs: [{ event }], mailbox: "desk", recipients };
        const side = { kind: "quarantine", mailbox: "desk", quarantine: null, effects: { report } } as const;
        return door.execute({ commands: [], caller: { kind: "gateway" }, channel: "email", side });
      };
      const names = Array.from({ length: 70 }, (_, index) => `r${index + 1}`);
      await done(tell(key, names.slice(0, 4)));
      await Promise.all(names.slice(4, 40).map((name) => done(tell(key, [name]))));
      await done(tell(key, names.slice(40)));
      await done(tell(other, ["alone"]));
      const found = await queues.views.delivery(key);
      const kept = found?.reports.map(({ recipient }) => recipient) ?? [];
      const wanted = [...names.slice(0, 10), ...names.slice(60)].reverse();
      assert.deepEqual([kept.slice(0, 10), kept.length, found?.reportCount], [wanted.slice(0, 10), 20, 70]);
      assert.deepEqual(kept.slice(-4), wanted.slice(-4));
      const [rows] = await db.rows<{ amount: number }>(
        "select count(*) as amount from delivery_reports where recipient like 'r%'",
      );
      assert.equal(Number(rows?.amount), 20);
      assert.equal((await queues.views.delivery(other))?.reportCount, 1);
    });

    test("the trail of a task or ticket leads back from its newest event", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const [message] = await done(door.execute(unit(ACME, { type: "update_message", task, message: "x" })));
      const [newest, ...older] = (await queues.views.trail({ task })) ?? [];
      assert.deepEqual(await queues.views.trail({ event: message?.events[0] ?? "" }), [newest]);
      assert.ok(older.length > 0 && older.every((one) => one < (newest ?? 0)));
      const { ticket } = (await bench().store.views.task(task, { kind: "desk" })) ?? { ticket: "" };
      assert.equal((await queues.views.trail({ ticket }))?.[0], newest);
      for (const name of [{ task: "x" }, { ticket: "x" }, { event: "x" }]) assert.equal(await queues.views.trail(name), null);
    });
  });
}

async function rowOf({ db }: Bench, number: string): Promise<number> {
  const [row] = await db.rows<{ id: number }>("select id from tasks where number = ?", [number]);
  return Number(row?.id);
}

async function ticketOf({ db }: Bench, number: string): Promise<number> {
  const [row] = await db.rows<{ id: number }>("select id from tickets where number = ?", [number]);
  return Number(row?.id);
}
