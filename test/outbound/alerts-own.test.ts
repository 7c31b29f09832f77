// Systems and providers with thresholds of their own: each is held to its own, the others to the general ones.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { LookedAt } from "../../src/outbound/alerts.ts";
import { lacking } from "../helpers/packages.ts";
import { ACME, done, GLOBEX, mariadbEnvironment, message, newTask, sqliteEnvironment, unit } from "../helpers/store.ts";
import { addDeliveries, addSystem, alertSuites, type Desk, END, endDeliveries, HOUR, MINUTE } from "./alerts-harness.ts";

function systems(use: () => Desk): void {
  test("a System with a longer queue of its own, and one whose queue is not looked at", async () => {
    const { bench, look } = use();
    const [usual, large, any] = [await addSystem(bench), await addSystem(bench), await addSystem(bench)];
    const rules = { queueLong: 3, systems: { [large]: { queueLong: 10 }, [any]: { queueLong: null } } };
    for (const system of [usual, large, any]) await addDeliveries(bench, system, 10);
    assert.deepEqual(await look(rules), [`alert.raised queue_long ${usual}`]);
    await addDeliveries(bench, large, 1);
    assert.deepEqual(await look(rules), [`alert.raised queue_long ${large}`]);
    const off = { ...rules, systems: { ...rules.systems, [large]: { queueLong: null } } };
    assert.deepEqual(await look(off), [`alert.cleared queue_long ${large}`], "what is switched off is over");
    assert.deepEqual(await look({ queueLong: 3, systems: rules.systems }), [`alert.raised queue_long ${large}`]);
  });

  test("a System that alone is looked at", async () => {
    const { bench, look, passMs } = use();
    const [one, other] = [await addSystem(bench), await addSystem(bench)];
    for (const system of [one, other]) await addDeliveries(bench, system, 2);
    for (const system of [one, other]) await endDeliveries(bench, system, 1, { ...END, state: "rejected" });
    assert.deepEqual(await look({}), []);
    assert.deepEqual(await look({ systems: { [one]: { deadLetters: 2 } } }), []);
    assert.deepEqual(await look({ systems: { [one]: { deadLetters: 1 } } }), [`alert.raised deliveries_failing ${one}`]);
    passMs(10 * MINUTE + 1);
    const waits = { systems: { [one]: { deadLetters: 1 }, [other]: { waitingMinutes: 10 } } };
    assert.deepEqual(await look(waits), [`alert.raised deliveries_failing ${other}`]);
  });
}

function references(use: () => Desk): void {
  const rules = { noReferenceMinutes: 30, providers: { globex: { noReferenceMinutes: 240 } } };
  const raised = (task: string, provider: string): string => `alert.raised no_reference ${task} ${provider}`;

  test("each provider has its own time, whoever was asked first", async () => {
    const { bench, look, passMs } = use();
    const slow = await newTask(bench.door, "globex-net");
    const quick = await newTask(bench.door);
    const looked: LookedAt = { rules: null, positions: new Map(), startedAt: 0 };
    passMs(30 * MINUTE);
    assert.deepEqual(await look(rules, {}, looked), [raised(quick, "acme")]);
    const later = await newTask(bench.door);
    passMs(30 * MINUTE);
    assert.deepEqual(await look(rules, {}, looked), [raised(later, "acme")]);
    passMs(180 * MINUTE - 1);
    assert.deepEqual(await look(rules, {}, looked), []);
    passMs(1);
    assert.deepEqual(await look(rules, {}, looked), [raised(slow, "globex")]);
    await done(bench.door.execute(unit(GLOBEX, { type: "acknowledge", task: slow, reference: `G-${slow}` })));
    assert.deepEqual(await look(rules, {}, looked), [`alert.cleared no_reference ${slow} globex`]);
  });

  test("a process that begins anew forgets nobody and raises nothing twice", async () => {
    const { bench, look, passMs } = use();
    const slow = await newTask(bench.door, "globex-net");
    const quick = await newTask(bench.door);
    passMs(30 * MINUTE);
    assert.deepEqual(await look(rules), [raised(quick, "acme")]);
    assert.deepEqual(await look(rules), []);
    assert.equal((await bench.store.alerts.progress()).asked < (await bench.store.alerts.progress()).head, true);
    passMs(210 * MINUTE);
    assert.deepEqual(await look(rules), [raised(slow, "globex")]);
    const { asked, head } = await bench.store.alerts.progress();
    assert.ok(asked > 0 && asked <= head);
  });

  test("a time that grows shorter holds for what was asked before", async () => {
    const { bench, look, passMs } = use();
    const looked: LookedAt = { rules: null, positions: new Map(), startedAt: 0 };
    const task = await newTask(bench.door, "globex-net");
    passMs(60 * MINUTE);
    const same = { ...rules };
    assert.deepEqual(await look(same, {}, looked), []);
    const shorter = {
      noReferenceMinutes: 30,
      providers: { globex: { noReferenceMinutes: 60 }, acme: { noReferenceMinutes: 240 } },
    };
    assert.deepEqual(await look(shorter, {}, looked), [raised(task, "globex")]);
  });

  test("of many with different times no more are raised at a time than may be, and none is forgotten", async () => {
    const { bench, look, passMs } = use();
    const looked: LookedAt = { rules: null, positions: new Map(), startedAt: 0 };
    const groups = ["acme-field", "globex-net", "globex-net", "acme-field", "globex-net", "acme-field"];
    const tasks: string[] = [];
    for (const group of groups) tasks.push(await newTask(bench.door, group));
    passMs(5 * HOUR);
    const seen: string[] = [];
    for (let rounds = 0; seen.length < tasks.length; rounds++) {
      assert.ok(rounds <= tasks.length, "it goes on");
      const now = (await look(rules, { mostAlerts: 2 }, looked)).filter((one) => one.startsWith("alert.raised"));
      assert.ok(now.length <= 2);
      for (const [, , task = "", provider] of now.map((one) => one.split(" "))) {
        seen.push(task);
        const by = provider === "acme" ? ACME : GLOBEX;
        await done(bench.door.execute(unit(by, { type: "acknowledge", task, reference: `R-${task}` })));
      }
    }
    assert.deepEqual(seen.toSorted(), tasks.toSorted());
    await look(rules);
  });

  test("one that is switched off is not waited for, and what was raised of it is over", async () => {
    const { bench, look, passMs } = use();
    const task = await newTask(bench.door, "globex-net");
    passMs(4 * HOUR);
    assert.deepEqual(await look(rules), [raised(task, "globex")]);
    const off = { ...rules, providers: { globex: { noReferenceMinutes: null } } };
    assert.deepEqual(await look(off), [`alert.cleared no_reference ${task} globex`]);
    await newTask(bench.door, "globex-net");
    passMs(HOUR);
    assert.deepEqual(await look(off), []);
  });
}

function silence(use: () => Desk): void {
  test("a provider may be silent longer than others, or be the only one that is listened for", async () => {
    const { bench, look, passMs } = use();
    const rules = { silentHours: 2, providers: { globex: { silentHours: 24 } } };
    const [mine, theirs] = [await newTask(bench.door), await newTask(bench.door, "globex-net")];
    assert.deepEqual(await look(rules), []);
    passMs(2 * HOUR);
    assert.deepEqual(await look(rules), ["alert.raised provider_silent acme"]);
    passMs(22 * HOUR);
    assert.deepEqual(await look(rules), ["alert.raised provider_silent globex"]);
    const alone = { providers: { globex: { silentHours: 24 } } };
    assert.deepEqual(await look(alone), ["alert.cleared provider_silent acme"]);
    await done(bench.door.execute(unit(GLOBEX, message(theirs, "Tomorrow."))));
    assert.deepEqual(await look(alone), ["alert.cleared provider_silent globex"]);
    await done(bench.door.execute(unit(ACME, message(mine, "Done soon."))));
  });
}

function mailboxes(use: () => Desk): void {
  test("a mailbox that is not read in time, and one to which nothing comes, are warned of until they are well or gone", async () => {
    const { bench, look, passMs } = use();
    const [states, clock] = [bench.store.mailboxes, bench.clock];
    const box = (mailbox: string) => ({ name: mailbox, pollMs: 10 * MINUTE });
    const facts = (mailbox: string) => ({
      ...{ mailbox, state: "waiting" as const, since: clock.now, lookedAt: clock.now, mailAt: clock.now, waiting: 0 },
      ...{ waitingSince: null, failures: 0, failedAt: null, failure: null },
    });
    const rules = { unreadMinutes: 30, mailboxes: { quiet: { mailSilentHours: 2 }, sleepy: { unreadMinutes: 600 } } };
    const present = ["desk", "quiet", "sleepy"].map(box);
    const lookNow = (also = {}, read = present) => look({ ...rules, ...also }, { mailboxes: () => read });
    for (const { name } of present) await states.write(facts(name), { applied: 1 });
    assert.deepEqual(await lookNow(), []);
    passMs(40 * MINUTE);
    assert.deepEqual(await lookNow(), [], "between two looks nothing is late yet");
    passMs(1);
    await states.write({ ...facts("desk"), state: "failing", lookedAt: clock.now - HOUR, failure: "Nothing listens there." }, {});
    await states.write({ ...facts("quiet"), mailAt: clock.now - HOUR }, {});
    assert.deepEqual(await lookNow(), ["alert.raised mailbox_unread desk"]);
    const { items } = await bench.store.views.alerts({ limit: 5 });
    assert.deepEqual([items[0]?.mailbox, items[0]?.system], ["desk", null]);
    assert.match(items[0]?.says ?? "", /The mailbox desk is not read. It was last read .* Nothing listens there\./);
    assert.deepEqual(await lookNow(), []);
    await states.write(facts("desk"), {});
    await states.write({ ...facts("quiet"), mailAt: clock.now - 2 * HOUR }, {});
    assert.deepEqual(await lookNow(), ["alert.cleared mailbox_unread desk", "alert.raised mailbox_silent quiet"]);
    assert.deepEqual(
      await lookNow({}, [box("desk")]),
      ["alert.cleared mailbox_silent quiet"],
      "who is gone is warned of no more",
    );
    passMs(HOUR);
    assert.deepEqual(await lookNow({}, [box("desk")]), ["alert.raised mailbox_unread desk"]);
    assert.deepEqual(await lookNow({ unreadMinutes: null }, [box("desk")]), ["alert.cleared mailbox_unread desk"]);
    const asleep = { rules: null, positions: new Map(), startedAt: clock.now };
    assert.deepEqual(
      await look(rules, { mailboxes: () => [box("desk")] }, asleep),
      [],
      "what was so while nobody ran is no news",
    );
  });

  test("how mails ended is counted up, whoever counts", async () => {
    const { mailboxes: states } = use().bench.store;
    const state = (await states.read()).states.find((one) => one.mailbox === "desk") ?? assert.fail("no state");
    await states.write(state, { applied: 2, noise: 1 });
    await states.write({ ...state, since: 1 }, { applied: 3 });
    const { states: kept, counts } = await states.read();
    assert.deepEqual(counts.get("desk"), { applied: 6, noise: 1 });
    assert.deepEqual(
      kept.find((one) => one.mailbox === "desk"),
      state,
      "since when it is read does not change",
    );
    await states.keepOnly(["sleepy"]);
    assert.deepEqual([...(await states.read()).counts.keys()], ["sleepy"]);
  });
}

const LISTS = { systems, references, silence, mailboxes };
alertSuites("SQLite", { open: sqliteEnvironment, skip: false }, LISTS);
alertSuites("MariaDB", { open: mariadbEnvironment, skip: lacking("mariadb") }, LISTS);
