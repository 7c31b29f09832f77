// What the tests of alerts stand on: the real store, a clock of the test's own, deliveries without a partner, and one round at a time.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, suite } from "node:test";
import type { DeliveryEnd } from "../../src/core/ports.ts";
import { type AlertOptions, type LookedAt, lookAround } from "../../src/outbound/alerts.ts";
import type { AlertRules } from "../../src/store/site-alerts.ts";
import { createAlertViews } from "../../src/store/views/alerts.ts";
import type { EventView } from "../../src/store/views/types.ts";
import { type Bench, DESK, done, type Environment, newTask, storeSuite, unit } from "../helpers/store.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
const OFF: AlertRules = {
  ...{ queueLong: null, deadLetters: null, waitingMinutes: null, noReferenceMinutes: null, silentHours: null },
  ...{ systems: {}, providers: {}, unreadMinutes: null, mailSilentHours: null, mailboxes: {} },
};
export const END: DeliveryEnd = { state: "done", holds: true, tries: 1, dueAt: 0, code: "x", note: null, holdSystem: null };
export const NEVER = new AbortController().signal;

/** What the tests of one suite work with. Alerts of an earlier test are cleared and passed over. */
export interface Desk {
  bench: Bench;
  options(rules: Partial<AlertRules>, more?: Partial<AlertOptions>): AlertOptions;
  /** One round with these rules alone; gives the events of alerts it led to, as type and name. */
  look(rules: Partial<AlertRules>, more?: Partial<AlertOptions>, looked?: LookedAt): Promise<string[]>;
  events(): Promise<EventView[]>;
  passMs(ms: number): void;
}

function deskOf(bench: Bench): Desk {
  let seen = 0;
  const views = createAlertViews({ all: (sql, values) => bench.db.rows(sql, values) });
  const desk: Desk = {
    bench,
    options: (rules, more) => ({
      door: bench.door,
      views,
      rules: () => ({ ...OFF, ...rules }),
      clock: () => bench.clock.now,
      onReport: () => undefined,
      onError: assert.fail,
      ...more,
    }),
    async look(rules, more, looked) {
      await lookAround(desk.options(rules, more), NEVER, looked);
      return (await desk.events()).filter((one) => one.kind === "alert").map((one) => `${one.type} ${one.alert?.name}`);
    },
    async events() {
      const { items } = await bench.store.views.events(seen, 500);
      seen = items.at(-1)?.position ?? seen;
      return [...items];
    },
    passMs: (ms) => {
      bench.clock.now += ms;
    },
  };
  return desk;
}

export async function addSystem({ db }: Bench): Promise<string> {
  const name = `system-${randomUUID().slice(0, 8)}`;
  await db.rows("insert into delivery_queues (system_name, held, updated_at) values (?, 0, 0)", [name]);
  return name;
}

let subject = 1_000_000;

/** Deliveries of as many tasks. */
export async function addDeliveries({ door, store }: Bench, system: string, count: number): Promise<void> {
  const { looked } = await store.outgoing.fanout();
  const deliveries = Array.from({ length: count }, () => {
    subject += 1;
    return { key: randomUUID(), system, mapping: "m", position: 1, subject };
  });
  const side = { kind: "fanout", before: looked, after: looked + 1, deliveries } as const;
  await done(door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side }));
}

/** Ends the oldest deliveries that are due. */
export async function endDeliveries({ door, store, clock }: Bench, system: string, count: number, how = END): Promise<void> {
  for (const { id, subject: of, attempts } of await store.outgoing.due(system, clock.now, count)) {
    const side = { kind: "delivery", id, system, subject: of, attempts, end: how, attempt: null } as const;
    await done(door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side }));
  }
}

/** Runs each list of tests on a database of its own, of the kind that `open` gives. */
export function alertSuites(
  name: string,
  { open, skip }: { open: () => Promise<Environment>; skip: string | false },
  lists: Readonly<Record<string, (use: () => Desk) => void>>,
): void {
  suite(`alerts on ${name}`, { skip }, () => {
    let environment: Environment | undefined;
    const use = (): Environment => environment ?? assert.fail("there is no database yet");
    before(async () => {
      environment = await open();
    });
    after(() => environment?.close());
    for (const [about, define] of Object.entries(lists)) {
      storeSuite(about, use, (bench) => {
        let desk: Desk | undefined;
        const present = (): Desk => desk ?? assert.fail("there is no desk yet");
        before(async () => {
          // Every suite asks at its end that there are events.
          await newTask(bench().door, "service-desk");
        });
        beforeEach(async () => {
          desk ??= deskOf(bench());
          await tidyUp(bench());
          await desk.look({});
          await desk.events();
        });
        define(present);
      });
    }
  });
}

/** Tasks and queues of earlier tests are no concern of the next. */
async function tidyUp({ door, db, clock }: Bench): Promise<void> {
  clock.now += 1000 * HOUR;
  await db.rows("delete from delivery_queues");
  const open = await db.rows<{ number: string }>("select number from tasks where status <> 'closed'");
  for (const { number } of open) await done(door.execute(unit(DESK, { type: "close_task", task: number })));
}
