// When the desk is warned: with a clock of the test's own and the real store, on every database.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type AlertOptions, lookAround, startAlerts } from "../../src/outbound/alerts.ts";
import { lacking } from "../helpers/packages.ts";
import { ACME, DESK, done, GLOBEX, mariadbEnvironment, message, newTask, sqliteEnvironment, unit } from "../helpers/store.ts";
import { addDeliveries, addSystem, alertSuites, type Desk, END, endDeliveries, HOUR, MINUTE, NEVER } from "./alerts-harness.ts";

function queues(use: () => Desk): void {
  test("a long queue is told once, and again only after it was half as long", async () => {
    const { bench, look } = use();
    const [long, short] = [await addSystem(bench), await addSystem(bench)];
    const rules = { queueLong: 10 };
    await addDeliveries(bench, long, 10);
    await addDeliveries(bench, short, 2);
    assert.deepEqual(await look(rules), []);
    await addDeliveries(bench, long, 1);
    assert.deepEqual(await look(rules), [`alert.raised queue_long ${long}`]);
    await endDeliveries(bench, long, 5);
    assert.deepEqual(await look(rules), [], "six are left");
    await addDeliveries(bench, long, 30);
    assert.deepEqual(await look(rules), []);
    await endDeliveries(bench, long, 32);
    assert.deepEqual(await look(rules), [`alert.cleared queue_long ${long}`]);
    await addDeliveries(bench, long, 30);
    assert.deepEqual(await look(rules), [`alert.raised queue_long ${long}`]);
    assert.deepEqual(await look({}), [`alert.cleared queue_long ${long}`], "a rule that is off clears what it raised");
  });

  test("a dead letter is told, until none is left", async () => {
    const { bench, look } = use();
    const system = await addSystem(bench);
    const rules = { deadLetters: 2 };
    await addDeliveries(bench, system, 4);
    await endDeliveries(bench, system, 1, { ...END, state: "rejected" });
    assert.deepEqual(await look(rules), []);
    await endDeliveries(bench, system, 1, { ...END, state: "rejected", holds: false });
    assert.deepEqual(await look(rules), [`alert.raised deliveries_failing ${system}`]);
    await bench.db.rows("update deliveries set state = 'done' where system_name = ? and state = 'rejected' and is_open = 1", [
      system,
    ]);
    assert.deepEqual(await look(rules), [], "one is left");
    await bench.db.rows("update deliveries set state = 'acknowledged' where system_name = ? and state = 'rejected'", [system]);
    assert.deepEqual(await look(rules), [`alert.cleared deliveries_failing ${system}`]);
  });

  test("a delivery that waits too long is told, though it is tried again and again", async () => {
    const { bench, look, passMs } = use();
    const system = await addSystem(bench);
    const rules = { waitingMinutes: 60 };
    await addDeliveries(bench, system, 2);
    passMs(30 * MINUTE);
    await addDeliveries(bench, system, 1);
    await endDeliveries(bench, system, 1);
    await endDeliveries(bench, system, 1, { ...END, state: "ready", dueAt: bench.clock.now + 5 * HOUR });
    passMs(30 * MINUTE);
    assert.deepEqual(await look(rules), [], "an hour is not longer than an hour");
    passMs(1);
    assert.deepEqual(await look(rules), [`alert.raised deliveries_failing ${system}`]);
    passMs(5 * HOUR);
    assert.deepEqual(await look(rules), []);
    await endDeliveries(bench, system, 2);
    assert.deepEqual(await look(rules), [`alert.cleared deliveries_failing ${system}`]);
  });

  test("a System that is gone has no alerts", async () => {
    const { bench, look } = use();
    const system = await addSystem(bench);
    await addDeliveries(bench, system, 3);
    assert.equal((await look({ queueLong: 2 })).length, 1);
    await bench.db.rows("delete from delivery_queues where system_name = ?", [system]);
    assert.deepEqual(await look({ queueLong: 2 }), [`alert.cleared queue_long ${system}`]);
  });
}

function references(use: () => Desk): void {
  const rules = { noReferenceMinutes: 30 };

  test("a task without a reference is told when its time is over, and when the reference comes", async () => {
    const { bench, look, passMs } = use();
    const task = await newTask(bench.door);
    const answered = await newTask(bench.door);
    await newTask(bench.door, "service-desk");
    await done(bench.door.execute(unit(ACME, { type: "acknowledge", task: answered, reference: `A-${answered}` })));
    passMs(30 * MINUTE - 1);
    assert.deepEqual(await look(rules), []);
    passMs(1);
    assert.deepEqual(await look(rules), [`alert.raised no_reference ${task} acme`]);
    assert.deepEqual(await look(rules), []);
    await done(bench.door.execute(unit(ACME, message(task, "We look at it."))));
    assert.deepEqual(await look(rules), [], "a message without a reference is none");
    await done(bench.door.execute(unit(ACME, { type: "acknowledge", task, reference: `A-${task}` })));
    assert.deepEqual(await look(rules), [`alert.cleared no_reference ${task} acme`]);
  });

  test("one that went to another provider is told of that one alone", async () => {
    const { bench, look, passMs } = use();
    const task = await newTask(bench.door);
    passMs(20 * MINUTE);
    await done(bench.door.execute(unit(DESK, { type: "assign_task", task, group: "globex-net" })));
    passMs(10 * MINUTE);
    assert.deepEqual(await look(rules), []);
    passMs(20 * MINUTE);
    assert.deepEqual(await look(rules), [`alert.raised no_reference ${task} globex`]);
    await done(bench.door.execute(unit(DESK, { type: "assign_task", task, group: "service-desk" })));
    assert.deepEqual(await look(rules), [`alert.cleared no_reference ${task} globex`]);
  });

  test("a task that is solved or closed waits for no reference", async () => {
    const { bench, look, passMs } = use();
    const tasks = await Promise.all([newTask(bench.door), newTask(bench.door)]);
    const [solved = "", closed = ""] = tasks;
    passMs(HOUR);
    assert.deepEqual(new Set(await look(rules)), new Set(tasks.map((task) => `alert.raised no_reference ${task} acme`)));
    const solve = { type: "reassignment", task: solved, outcome: "solved", solution: "Replaced." } as const;
    await done(bench.door.execute(unit(ACME, solve)));
    await done(bench.door.execute(unit(DESK, { type: "close_task", task: closed })));
    assert.deepEqual(new Set(await look(rules)), new Set(tasks.map((task) => `alert.cleared no_reference ${task} acme`)));
  });

  test("of many no more are raised at a time than may be, and none is forgotten", async () => {
    const { bench, look, passMs } = use();
    const tasks = await Promise.all(Array.from({ length: 7 }, () => newTask(bench.door)));
    passMs(HOUR);
    const raised: string[] = [];
    for (let rounds = 0; raised.length < tasks.length; rounds++) {
      assert.ok(rounds < tasks.length, "it goes on");
      const now = (await look(rules, { mostAlerts: 3 })).filter((one) => one.startsWith("alert.raised"));
      assert.ok(now.length <= 3);
      raised.push(...now.map((one) => one.split(" ")[2] ?? ""));
      assert.deepEqual(await look(rules, { mostAlerts: 3 }), [], "while they stand no others are raised");
      for (const task of raised.slice(-now.length))
        await done(bench.door.execute(unit(ACME, { type: "acknowledge", task, reference: `A-${task}` })));
    }
    assert.deepEqual(raised.toSorted(), tasks.toSorted());
    await look(rules);
  });

  test("what happened while it was off is looked at when it is on", async () => {
    const { bench, look, passMs } = use();
    const task = await newTask(bench.door);
    passMs(48 * HOUR);
    assert.deepEqual(await look({}), []);
    assert.deepEqual(await look(rules), [`alert.raised no_reference ${task} acme`]);
    assert.deepEqual(await look({}), [`alert.cleared no_reference ${task} acme`]);
  });
}

function silence(use: () => Desk): void {
  const rules = { silentHours: 4 };

  test("a provider with work that says nothing is told, until it speaks", async () => {
    const { bench, look, passMs } = use();
    const task = await newTask(bench.door);
    await done(bench.door.execute(unit(ACME, { type: "acknowledge", task, reference: `A-${task}` })));
    passMs(4 * HOUR - 1);
    assert.deepEqual(await look(rules), []);
    passMs(1);
    assert.deepEqual(await look(rules), ["alert.raised provider_silent acme"]);
    await newTask(bench.door);
    await done(bench.door.execute(unit(DESK, { type: "add_message", task, text: "Any news?", visibility: "provider" })));
    assert.deepEqual(await look(rules), [], "what we say is no word of the provider");
    await done(bench.door.execute(unit(ACME, message(task, "Tomorrow."))));
    assert.deepEqual(await look(rules), ["alert.cleared provider_silent acme"]);
    passMs(3 * HOUR);
    assert.deepEqual(await look(rules), []);
    passMs(HOUR);
    assert.deepEqual(await look(rules), ["alert.raised provider_silent acme"]);
    assert.deepEqual(await look({}), ["alert.cleared provider_silent acme"]);
  });

  test("one without work is idle, and has its time from when it is given some", async () => {
    const { bench, look, passMs } = use();
    const first = await newTask(bench.door, "globex-net");
    await done(bench.door.execute(unit(GLOBEX, { type: "reassignment", task: first, outcome: "closed" })));
    passMs(100 * HOUR);
    assert.deepEqual(await look(rules), []);
    const task = await newTask(bench.door, "globex-net");
    assert.deepEqual(await look(rules), []);
    passMs(4 * HOUR);
    assert.deepEqual(await look(rules), ["alert.raised provider_silent globex"]);
    await done(bench.door.execute(unit(DESK, { type: "close_task", task })));
    assert.deepEqual(await look(rules), ["alert.cleared provider_silent globex"]);
  });
}

function loop(use: () => Desk): void {
  test("of several processes at it together each alert comes once", async () => {
    const { bench, look, options, passMs } = use();
    const tasks = await Promise.all(Array.from({ length: 5 }, () => newTask(bench.door)));
    passMs(HOUR);
    const reported: string[] = [];
    const rules = { noReferenceMinutes: 30 };
    const more = { onReport: ({ alert }: { alert: { task: string | null } }) => void reported.push(alert.task ?? "") };
    await Promise.all([1, 2, 3, 4].map(() => lookAround(options(rules, more), NEVER)));
    assert.deepEqual(reported.toSorted(), tasks.toSorted());
    assert.equal((await look(rules)).length, tasks.length);
  });

  test("without the lease nothing is looked at", async () => {
    const { bench, look } = use();
    const system = await addSystem(bench);
    await addDeliveries(bench, system, 3);
    assert.deepEqual(await look({ queueLong: 1 }, { lease: async () => false }), []);
    assert.equal((await look({ queueLong: 1 }, { lease: async () => true })).length, 1);
  });

  test("the loop looks by itself, and what goes wrong once does not end it", async () => {
    const { bench, options, look } = use();
    const system = await addSystem(bench);
    await addDeliveries(bench, system, 3);
    const wrong = Promise.withResolvers<unknown>();
    const told = Promise.withResolvers<string>();
    const working = options({ queueLong: 2 });
    let broken = true;
    const views: AlertOptions["views"] = {
      ...working.views,
      queues: (most) => (broken ? Promise.reject(new Error("out of reach")) : working.views.queues(most)),
    };
    const worker = startAlerts({
      ...working,
      views,
      onReport: (report) => told.resolve(report.says),
      onError: wrong.resolve,
    });
    assert.match(String(await wrong.promise), /out of reach/);
    broken = false;
    worker.wake();
    assert.equal(await told.promise, `More than 2 deliveries to ${system} wait.`);
    await worker.stop();
    assert.equal((await look({ queueLong: 2 })).length, 1, "the event is the one that was told");
  });
}

const LISTS = { queues, references, silence, loop };
alertSuites("SQLite", { open: sqliteEnvironment, skip: false }, LISTS);
alertSuites("MariaDB", { open: mariadbEnvironment, skip: lacking("mariadb") }, LISTS);
