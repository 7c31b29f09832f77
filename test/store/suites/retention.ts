// What was kept long enough goes, in small steps found by key, and nothing else does: what somebody still waits for stays, whatever its age.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { RawForm } from "../../../src/core/messages.ts";
import type { UnitInput } from "../../../src/core/ports.ts";
import { drawId } from "../../../src/lib/ids.ts";
import type { RetentionDays } from "../../../src/store/retention.ts";
import { purgeAll } from "../../../src/store/retention-worker.ts";
import {
  ACME,
  type Bench,
  DESK,
  done,
  type Environment,
  message,
  newTask,
  START,
  storeSuite,
  unit,
} from "../../helpers/store.ts";
import { DONE, type QueueBench, queueBench, REJECTED } from "../queue-bench.ts";

const DAY = 24 * 60 * 60_000;
const NEVER: RetentionDays = { messages: 0, refused: 0, deliveries: 0, audit: 0, tasks: 0, cursors: 30 };

const raw = (text: string): RawForm => ({ about: { operation: "addMessage", place: "/v1/tasks" }, text, bytes: text.length });

export function retention(environment: () => Environment): void {
  storeSuite("retention", environment, (bench) => {
    let queues: QueueBench;
    before(async () => {
      queues = queueBench(bench());
      await queues.addSystem("partner");
    });
    after(() => queues.close());

    const purge = async (days: Partial<RetentionDays>, now: number): Promise<Record<string, number>> => {
      const purged: Record<string, number> = {};
      const log = (_level: string, _event: string, fields: Record<string, unknown> = {}): void => {
        purged[String(fields.kind)] = Number(fields.rows);
      };
      const options = { days: { ...NEVER, ...days }, overStatuses: () => ["closed"], clock: () => now, log };
      await purgeAll(queues.knex, options, new AbortController().signal);
      return purged;
    };
    const count = async (table: string, where = "1 = 1"): Promise<number> =>
      Number((await bench().db.rows<{ n: number }>(`select count(*) as n from ${table} where ${where}`))[0]?.n);

    /** Those in the gateway that look at events have looked at all. */
    const allRead = () =>
      bench().db.rows(
        "update meta set value = (select max(position) from events) where name in ('fanout', 'alerts_asked', 'alerts_heard')",
      );

    test("by default nothing of a task goes, and nothing else before its time", async () => {
      await closed(bench(), START);
      assert.deepEqual(await purge({ messages: 90, refused: 90, deliveries: 90, audit: 90 }, START + 89 * DAY), {});
      assert.deepEqual(await purge({}, START + 9000 * DAY), {});
    });

    test("raw forms, kept messages and their blobs go when their days are over", async () => {
      const { door, clock } = bench();
      clock.now = START;
      const task = await newTask(door);
      const long = "x".repeat(100_000);
      const say = (text: string): UnitInput => ({ ...unit(ACME, message(task, text)), raw: raw(`${text} ${long}`) });
      await done(door.execute(say("old")));
      await keep(bench(), START, long);
      clock.now = START + 10 * DAY;
      await done(door.execute(say("young")));
      await keep(bench(), START + 10 * DAY, long);
      assert.equal(await count("blobs"), 6);
      assert.deepEqual(await purge({ messages: 5, refused: 5 }, START + 11 * DAY), { raw_messages: 2, repeated: 1, refused: 1 });
      assert.deepEqual([await count("raw_messages"), await count("messages"), await count("blobs")], [1, 2, 3]);
    });

    test("deliveries that are through go with their tries; dead letters and what waits stay", async () => {
      bench().clock.now = START;
      const keys = await queues.make("partner", [900, 901, 902]);
      await queues.end(keys[0] ?? "", DONE);
      await queues.end(keys[1] ?? "", REJECTED);
      await purge({ deliveries: 90 }, START + 91 * DAY);
      assert.deepEqual([await count("deliveries", "subject = 900"), await count("deliveries", "subject in (901, 902)")], [0, 2]);
      assert.equal(await count("delivery_attempts a", "not exists (select 1 from deliveries d where d.id = a.delivery_id)"), 0);
    });

    test("keys of repeats go when they are over", async () => {
      const { door, clock } = bench();
      clock.now = START;
      const task = await newTask(door);
      for (const [key, keepMs] of [
        ["short", DAY],
        ["long", 9 * DAY],
      ] as const)
        await done(door.execute({ ...unit(ACME, message(task, key)), key: { scope: "r", key, payload: "p", keepMs } }));
      await purge({}, START + 2 * DAY);
      assert.deepEqual(await bench().db.rows("select receipt_key from receipts where scope = 'r'"), [{ receipt_key: "long" }]);
    });

    test("a task closed for long goes whole; one that is open, young, waited for or not yet read by all stays", async () => {
      const { db, store } = bench();
      const old = await closed(bench(), START);
      const waiting = await closed(bench(), START);
      await queues.make("partner", [await idOf(bench(), waiting)]);
      bench().clock.now = START;
      const open = await newTask(bench().door);
      const young = await closed(bench(), START + 50 * DAY);
      await allRead();
      const head = (await store.views.events(0, 1)).head;
      const cursor = (position: number, at: number) =>
        db.rows("insert into cursors (name, holder, position, updated_at) values ('slow', 'x', ?, ?)", [position, at]);
      await cursor(1, START + 60 * DAY);
      await purge({ tasks: 30 }, START + 61 * DAY);
      assert.ok(await store.views.task(old, { kind: "desk" }), "a reader is not there yet");
      // Nobody has moved it for longer than cursors count.
      await purge({ tasks: 30 }, START + 91 * DAY);
      for (const task of [old, young]) assert.equal(await store.views.task(task, { kind: "desk" }), null);
      for (const task of [open, waiting]) assert.ok(await store.views.task(task, { kind: "desk" }), task);
      assert.equal(
        await count("events e", "e.task_id is not null and not exists (select 1 from tasks t where t.id = e.task_id)"),
        0,
      );
      for (const table of ["task_versions", "task_references", "attachments"])
        assert.equal(
          await count(`${table} v`, "v.task_id is not null and not exists (select 1 from tasks t where t.id = v.task_id)"),
          0,
        );
      assert.equal(await count("purging"), 0);
      const { oldest } = await store.views.events(0, 1);
      assert.ok(oldest > 1 && oldest <= head + 1);
    });

    test("what a stopped purge left of a task is taken away by the next", async () => {
      const task = await closed(bench(), START);
      const id = await idOf(bench(), task);
      const [{ last } = { last: 0 }] = await bench().db.rows<{ last: number }>(
        "select last_position as last from tasks where id = ?",
        [id],
      );
      await bench().db.rows("insert into purging (subject, position) values (?, ?)", [id, last]);
      await bench().db.rows("update meta set value = ? where name = 'purged' and value < ?", [last, last]);
      for (const [table, column] of [
        ["task_references", "task_id"],
        ["tasks", "id"],
      ])
        await bench().db.rows(`delete from ${table} where ${column} = ?`, [id]);
      await purge({ tasks: 9000 }, START);
      assert.deepEqual([await count("events", `task_id = ${id}`), await count("task_versions", `task_id = ${id}`)], [0, 0]);
    });

    test("every statement of a purge finds its rows by key and takes a bounded number", async () => {
      for (let n = 0; n < 5; n++) await closed(bench(), START);
      await allRead();
      const seen: { sql: string; values: unknown[] }[] = [];
      queues.knex.on("query", ({ sql, bindings }: { sql: string; bindings: unknown[] }) => {
        // Small by nature: named places, counters, and what is being purged.
        if (/^(select|update|delete)/i.test(sql) && !/[`"](cursors|purging|meta)[`"]/i.test(sql))
          seen.push({ sql, values: bindings });
      });
      await purge({ messages: 1, refused: 1, deliveries: 1, audit: 1, tasks: 1 }, START + 9000 * DAY);
      assert.ok(seen.length > 50);
      const unbounded = seen.filter(({ sql }) => /^select/i.test(sql) && !/limit| in \(| = \?/.test(sql));
      assert.deepEqual(unbounded, []);
      const distinct = new Map(seen.map((one) => [one.sql, one]));
      for (const { sql, values } of distinct.values()) assert.deepEqual(await unkeyed(bench(), sql, values), [], sql);
    });
  });
}

async function idOf({ db }: Bench, task: string): Promise<number> {
  return (await db.rows<{ id: number }>("select id from tasks where number = ?", [task]))[0]?.id ?? 0;
}

/** Tables that a statement can find nothing in by key. A server may still read a handful of rows whole. */
async function unkeyed({ db, url }: Bench, sql: string, values: unknown[]): Promise<string[]> {
  if (url.startsWith("sqlite:")) {
    const steps = await db.rows<{ detail: string }>(`explain query plan ${sql}`, values);
    return steps.flatMap(({ detail }) => /^SCAN (\w+)/.exec(detail)?.[1] ?? []);
  }
  const steps = await db.rows<{ table: string | null; possible_keys: string | null; key: string | null }>(
    `explain ${sql}`,
    values,
  );
  return steps.flatMap(({ table, possible_keys, key }) =>
    table !== null && possible_keys === null && key === null ? [table] : [],
  );
}

/** A task with a history, closed at that time. */
async function closed({ door, clock }: Bench, at: number): Promise<string> {
  clock.now = at;
  const task = await newTask(door);
  const id = drawId();
  const file = { name: "a.txt", contentType: "text/plain", size: 1, sha256: "0".repeat(64) };
  const about = { name: file.name, contentType: file.contentType, whole: { size: 1, sha256: file.sha256 } };
  await done(door.execute(unit(ACME, { type: "acknowledge", task, reference: `R-${task}` })));
  await done(
    door.execute({ ...unit(ACME), side: { kind: "attachment", step: "add", id, pieces: 0, bytes: Buffer.from("x"), ...about } }),
  );
  await done(door.execute(unit(ACME, { type: "add_attachment", task, attachment: id, ...file })));
  await done(door.execute({ ...unit(DESK, { type: "close_task", task }), raw: raw("closed") }));
  return task;
}

/** One refused and one repeated message of that time. */
async function keep({ door }: Bench, at: number, text: string): Promise<void> {
  const about = {
    channel: "rest",
    caller: ACME,
    code: null,
    detail: null,
    task: null,
    named: {},
    event: null,
    answer: null,
  } as const;
  const messages = (["refused", "repeated"] as const).map((kind) => ({ id: drawId(), kind, at, raw: raw(text), ...about }));
  await done(
    door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side: { kind: "messages", messages } }),
  );
}
