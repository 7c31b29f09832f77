// Alerts in the store: each once, in the same commit as its event and the place looked up to; seen by the desk, never by a provider.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { ReportAlert } from "../../../src/core/commands/report-alert.ts";
import type { AlertSubject } from "../../../src/core/events.ts";
import type { AlertsWrite, HeardProvider, Outcome } from "../../../src/core/ports.ts";
import { type AlertViews, createAlertViews } from "../../../src/store/views/alerts.ts";
import type { EventView } from "../../../src/store/views/types.ts";
import {
  ACME,
  answered,
  codeOf,
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

const queue = (system: string): AlertSubject => ({ kind: "queue_long", system, provider: null, task: null });
const reference = (task: string): AlertSubject => ({ kind: "no_reference", system: null, provider: "acme", task });
const report = (state: ReportAlert["state"], alert: AlertSubject): ReportAlert => ({
  type: "report_alert",
  state,
  alert,
  says: "Look at it.",
});

export function alerts(environment: () => Environment): void {
  storeSuite("alerts", environment, (bench) => {
    let views: AlertViews;
    before(() => {
      views = createAlertViews({ all: (sql, values) => bench().db.rows(sql, values) });
    });
    const give = (commands: readonly ReportAlert[], side?: Omit<AlertsWrite, "kind">): Promise<Outcome> =>
      bench().door.execute({
        commands,
        caller: { kind: "gateway" },
        channel: "gateway",
        ...(side ? { side: { kind: "alerts", ...side } } : {}),
      });
    const eventsAfter = async (position: number): Promise<readonly EventView[]> =>
      (await bench().store.views.events(position, 500)).items;
    const head = async (): Promise<number> => (await bench().store.views.events(0, 1)).head;
    const names = async (): Promise<string[]> => (await views.raised(100)).map((one) => one.name);

    test("one is raised once and cleared once, and stands in the feed between what else happened", async () => {
      const from = await head();
      const task = await newTask(bench().door);
      const [raised] = await done(give([report("raised", queue("alpha"))]));
      assert.deepEqual([raised?.task, raised?.ticket, raised?.events.length], [null, null, 1]);
      assert.deepEqual((await done(give([report("raised", queue("alpha"))])))[0]?.events, []);
      assert.ok((await names()).includes("queue_long alpha"));
      bench().clock.now += 1000;
      await done(give([report("cleared", queue("alpha"))]));
      assert.deepEqual((await done(give([report("cleared", queue("alpha"))])))[0]?.events, []);
      assert.ok(!(await names()).includes("queue_long alpha"));
      await done(bench().door.execute(unit(ACME, message(task, "after it"))));
      const seen = await eventsAfter(from);
      const told = seen.filter((one) => one.kind === "alert");
      assert.deepEqual(
        seen.map((one) => one.type),
        ["ticket.created", "task.created", "task.assigned", "alert.raised", "alert.cleared", "task.message"],
      );
      assert.deepEqual(
        told.map(({ task: about, ticket, channel, provider, direction, alert }) => [
          [about, ticket, channel, provider, direction],
          [alert?.name, alert?.system, alert?.says, alert?.since],
        ]),
        told.map(() => [
          [null, null, "gateway", null, null],
          ["queue_long alpha", "alpha", "Look at it.", START],
        ]),
      );
      bench().clock.now = START;
    });

    test("of many that see the same thing at once one alone is heard", async () => {
      const other = bench().store.shared ? await openTestStore(bench().url) : null;
      const doors = [bench().door, other?.door ?? bench().door];
      for (const state of ["raised", "cleared"] as const) {
        const from = await head();
        const input = { commands: [report(state, queue("raced"))], caller: { kind: "gateway" }, channel: "gateway" } as const;
        const results = await Promise.all([...doors, ...doors, ...doors].map((door) => done(door.execute(input))));
        assert.equal(results.flat().flatMap((one) => one.events).length, 1, state);
        assert.deepEqual(
          (await eventsAfter(from)).map((one) => one.type),
          [`alert.${state}`],
        );
      }
      await other?.close();
    });

    test("units of one batch see each other's", async () => {
      const from = await head();
      const states = ["raised", "raised", "cleared", "raised", "cleared", "cleared", "raised"] as const;
      await Promise.all(states.map((state) => done(give([report(state, queue("batch"))]))));
      assert.deepEqual(
        (await eventsAfter(from)).map((one) => one.type),
        ["alert.raised", "alert.cleared", "alert.raised", "alert.cleared", "alert.raised"],
      );
      assert.ok((await names()).includes("queue_long batch"));
      const again = (["cleared", "raised", "cleared"] as const).map((state) => report(state, queue("batch")));
      await done(give(again));
      assert.ok(!(await names()).includes("queue_long batch"));
    });

    test("one about a task shows it as it was to the desk, and to no provider", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      const before = await store.views.task(task, { kind: "desk" });
      await done(give([report("raised", reference(task))]));
      const after = await store.views.task(task, { kind: "desk" });
      // An alert moves the place of the task's last event, and nothing else.
      assert.deepEqual(after, { ...before, revision: after?.revision });
      await done(door.execute(unit(ACME, { type: "acknowledge", task, reference: "INC1" })));
      await done(give([report("cleared", reference(task))]));
      const desk = (await store.views.taskEvents(task, 0, 50, { kind: "desk" }))?.items ?? [];
      assert.deepEqual(
        desk.map((one) => [one.type, one.task?.status, one.task?.reference]),
        [
          ["task.created", "assigned", null],
          ["task.assigned", "assigned", null],
          ["alert.raised", "assigned", null],
          ["task.acknowledged", "acknowledged", "INC1"],
          ["alert.cleared", "acknowledged", "INC1"],
        ],
      );
      assert.equal(desk[2]?.ticket?.number, before?.ticket);
      const acme = (await store.views.taskEvents(task, 0, 50, { kind: "provider", provider: "acme" }))?.items ?? [];
      assert.deepEqual(
        acme.map((one) => one.type),
        ["task.assigned", "task.acknowledged"],
      );
    });

    test("one is not raised when the reference came while somebody looked", async () => {
      const task = await newTask(bench().door);
      const both = [
        bench().door.execute(unit(ACME, { type: "acknowledge", task, reference: "INC2" })),
        give([report("raised", reference(task))]),
      ];
      const [, raised] = await Promise.all(both.map((one) => done(one)));
      assert.deepEqual(raised?.[0]?.events, []);
    });

    test("the same bytes stay a repeat although an alert came between", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const call = { ...unit(ACME, message(task, "sent twice")), digest: "ab".repeat(16) };
      const first = await answered(door.execute(call));
      await done(give([report("raised", reference(task))]));
      assert.deepEqual(await answered(door.execute(call)), { event: first.event, repeated: true });
    });

    test("how far was looked moves with the alerts, from where it was alone", async () => {
      const { asked } = await views.progress();
      const side = (before: number): Omit<AlertsWrite, "kind"> => ({ cursor: "asked", before, after: before + 2, providers: [] });
      await done(give([report("raised", queue("moves"))], side(asked)));
      assert.equal((await views.progress()).asked, asked + 2);
      await assert.rejects(give([report("cleared", queue("moves"))], side(asked)), { code: "guard_lost" });
      assert.ok((await names()).includes("queue_long moves"));
      const raced = await Promise.allSettled([give([], side(asked + 2)), give([], side(asked + 2))]);
      assert.deepEqual(raced.map((one) => one.status).sort(), ["fulfilled", "rejected"]);
    });

    test("when providers were heard is kept", async () => {
      const one = (provider: string, heardAt: number | null, askedAt: number | null): HeardProvider => ({
        provider,
        heardAt,
        askedAt,
      });
      const note = async (...providers: HeardProvider[]): Promise<void> => {
        const { heard: before } = await views.progress();
        await done(give([], { cursor: "heard", before, after: before, providers }));
      };
      await note(one("acme", START, null), one("globex", null, START));
      await note(one("acme", START + 5, START + 7));
      assert.deepEqual(
        (await views.heard()).toSorted((a, b) => a.provider.localeCompare(b.provider)),
        [one("acme", START + 5, START + 7), one("globex", null, START)],
      );
    });

    test("it needs the gateway itself: a credential of that name is none", async () => {
      const commands = [report("raised", queue("forged"))];
      const forged = { commands, caller: { kind: "administrator", credential: "gateway" }, channel: "rest" } as const;
      assert.equal(await codeOf(bench().door.execute(forged)), "unauthenticated");
      assert.equal(await codeOf(bench().door.execute({ commands, caller: DESK, channel: "rest" })), "forbidden");
      assert.ok(!(await names()).includes("queue_long forged"));
    });
  });
}
