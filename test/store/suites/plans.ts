// Query plans: what a batch and what pages read is found by key or index, however many rows there are. No times are measured.
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import type { AlertSubject } from "../../../src/core/events.ts";
import type { KeptMessage } from "../../../src/core/messages.ts";
import type { Door, SideWrite, Unit, UnitInput } from "../../../src/core/ports.ts";
import { rules } from "../../../src/core/rules.ts";
import { drawId } from "../../../src/lib/ids.ts";
import { runBatch } from "../../../src/store/batch.ts";
import { loadSite } from "../../../src/store/site-tables.ts";
import { createAttachmentViews } from "../../../src/store/views/attachments.ts";
import { createAlertViews } from "../../../src/store/views/alerts.ts";
import type { EventFilter } from "../../../src/store/views/types.ts";
import { cursorText } from "../../../src/store/views/cursor.ts";
import { createMessageViews } from "../../../src/store/views/messages.ts";
import { createViews } from "../../../src/store/views/views.ts";
import {
  ACME,
  connect,
  DESK,
  done,
  type Environment,
  message,
  newTask,
  nonceUnit,
  openTestStore,
  START,
  unit,
} from "../../helpers/store.ts";
import { assertNoScans, record } from "../recorded.ts";

const LATER = Date.UTC(2100, 0, 1);

const report = (alert: AlertSubject): Command => ({ type: "report_alert", state: "raised", alert, says: "Look." });

const FACTS = { name: "a.txt", contentType: "text/plain", size: 1, sha256: "0".repeat(64) };

/** A side write that stages a file of one piece. */
function fileOf(id: string): SideWrite {
  const { name, contentType, size, sha256 } = FACTS;
  return { kind: "attachment", step: "add", id, pieces: 0, name, contentType, bytes: Buffer.from("x"), whole: { size, sha256 } };
}

const RAW = { operation: "acknowledgeTask", place: "/v1/tasks" };

/** A call that was refused, and named a task all the same. */
function refusedMessage(task: string): KeptMessage {
  const known = { id: drawId(), kind: "refused", channel: "rest", caller: ACME, code: "invalid_request", detail: null } as const;
  return { ...known, task, named: { task }, event: null, raw: { about: RAW, text: "x", bytes: 1 }, answer: null, at: START };
}

const stageFile = (door: Door, id: string) => done(door.execute({ ...unit(ACME), side: fileOf(id) }));

async function addFile(door: Door, task: string, id: string): Promise<void> {
  await stageFile(door, id);
  await done(door.execute(unit(ACME, { type: "add_attachment", task, attachment: id, ...FACTS })));
}

/** Two hundred tasks with references and messages, so that a plan has something to choose from. */
async function fill(url: string): Promise<string[]> {
  const { door, store, close } = await openTestStore(url);
  const tasks = await Promise.all(Array.from({ length: 200 }, () => newTask(door)));
  const said = tasks.flatMap((task, n): UnitInput[] => [
    { ...unit(ACME, { type: "acknowledge", task, reference: `INC${n}` }), raw: { about: RAW, text: "x", bytes: 1 } },
    { ...unit(ACME), side: { kind: "messages", messages: [refusedMessage(task)] } },
    { ...unit(ACME, message(task, "hello")), key: { scope: "acme", key: `k${n}`, payload: "p", keepMs: 1000 } },
    { ...unit(ACME), side: { kind: "mailbox", mailbox: `m${n}`, uidValidity: "1", before: 0, after: 1, quarantine: null } },
    nonceUnit(`n${n}`, LATER + n),
  ]);
  await Promise.all(said.map((one) => done(door.execute(one))));
  await Promise.all(tasks.map(async (task, n) => addFile(door, task, `file-${n}`)));
  await Promise.all([0, 1, 2, 3].map((n) => stageFile(door, `staged-${n}`)));
  const deliveries = Array.from({ length: 1000 }, (_, n) => {
    const system = n % 10 === 0 ? "small" : "large";
    return { key: drawId(), system, mapping: "m", position: n, subject: Math.floor(n / 2) };
  });
  const db = await connect(url);
  for (const name of ["small", "large"])
    await db.rows("insert into delivery_queues (system_name, held, updated_at) values (?, 0, 0)", [name]);
  await db.close();
  const { looked } = await store.outgoing.fanout();
  const side: SideWrite = { kind: "fanout", before: looked, after: looked, deliveries };
  await done(door.execute({ commands: [], caller: { kind: "gateway" }, channel: "gateway", side }));
  const alert = { kind: "no_reference", system: null, provider: "acme" } as const;
  const reports = ["a", "b", "c"].map((task): Command => report({ ...alert, kind: "queue_long", task }));
  await done(door.execute({ commands: reports, caller: { kind: "gateway" }, channel: "gateway" }));
  await close();
  return tasks;
}

export function plans(environment: () => Environment): void {
  suite("query plans", () => {
    let url = "";
    let tasks: string[] = [];
    before(async () => {
      url = await environment().createDatabase();
      tasks = await fill(url);
      if (url.startsWith("sqlite:")) return;
      const db = await connect(url);
      await db.rows(
        "analyze table tasks, tickets, events, task_references, task_versions, ticket_versions, receipts, mailbox_positions, nonces, deliveries, alerts, attachments, attachment_pieces, messages, raw_messages",
      );
      await db.close();
    });

    test("a batch finds everything by key", async () => {
      const recorded = record(url);
      const site = await loadSite(recorded.reader);
      recorded.statements.length = 0;
      const ends = await recorded.transaction((session) =>
        runBatch(session, batch(tasks), { rules, site, formats: { ticket: "TKT-{n}", task: "TSK-{n}" } }),
      );
      assert.ok(ends.every((end) => "outcome" in end && end.outcome.status === "done"));
      await assertNoScans(recorded, 10);
      await recorded.close();
    });

    test("feed, history, tasks and lists find theirs by key", async () => {
      const recorded = record(url);
      const views = createViews(recorded.reader);
      const number = tasks[50] ?? "";
      const acme = { kind: "provider", provider: "acme" } as const;
      assert.equal((await views.events(500, 50)).items.length, 50);
      const filters: EventFilter[] = [
        { test: "exclude", types: ["task.message", "task.solved"], direction: "In", provider: "acme" },
        { test: "only" },
        { test: "include", task: number },
      ];
      for (const filter of filters) await views.events(500, 50, filter);
      assert.ok(await views.event((await views.events(0, 1)).items[0]?.id ?? ""));
      await views.cursor("page");
      assert.equal((await views.taskEvents(number, 0, 50, acme))?.items.length, 4);
      assert.ok(await views.task(number, { kind: "desk" }));
      assert.ok(await views.ticket((await views.task(number, { kind: "desk" }))?.ticket ?? ""));
      for (const reader of [acme, { kind: "desk" } as const]) {
        assert.equal((await views.tasks({ limit: 5, after: cursorText("made", 100) }, reader)).items.length, 5);
        assert.equal((await views.tasks({ limit: 5, reference: "INC7" }, reader)).items.length, 1);
      }
      for (const filter of [
        ...[{}, { statuses: ["open"] }, { requester: "ada" }, { engineer: "ada" }, { number: "T-1" }],
        ...[{ updatedSince: START }, { updatedSince: START, after: `${START}-5` }, { statuses: ["open", "closed"], after: "5" }],
      ])
        assert.ok((await views.tickets({ ...filter, limit: 5 })).items.length <= 5);
      await assertNoScans(recorded, 20);
      await recorded.close();
    });

    test("messages are found by key, by whichever name they are looked for", async () => {
      const recorded = record(url);
      const views = createMessageViews(recorded.reader);
      const number = tasks[50] ?? "";
      for (const q of [number, "INC50"]) assert.deepEqual((await views.search({ q, limit: 50 })).tasks, [number]);
      const { items } = await views.search({ q: number, limit: 50 });
      for (const { id } of items) assert.ok(await views.one(id));
      assert.deepEqual([...new Set(items.map((one) => one.kind))].sort(), ["accepted", "delivery", "refused"]);
      assert.equal(await views.one(drawId()), null);
      assert.equal(await views.findTask(ACME, { reference: "INC50" }), number);
      await views.findTask(ACME, { task: "nothing" });
      for (const filter of [{}, { kind: "refused", state: "run", provider: "acme" } as const])
        await views.search({ ...filter, limit: 5 });
      await assertNoScans(recorded, 20);
      await recorded.close();
    });

    test("files, their pieces and those nobody took over are found by key", async () => {
      const recorded = record(url);
      const views = createAttachmentViews(recorded.reader);
      const number = tasks[50] ?? "";
      assert.equal((await views.list(number, { kind: "desk" }))?.length, 1);
      assert.equal((await views.one("file-50", { kind: "provider", provider: "acme" }))?.view.task, number);
      assert.equal((await Array.fromAsync(views.bytes("file-50", 1))).length, 1);
      assert.ok((await views.idle(START, 20)).length >= 2);
      await assertNoScans(recorded, 5);
      await recorded.close();
    });

    test("what alerts are decided on is found by key", async () => {
      const recorded = record(url);
      const views = createAlertViews(recorded.reader);
      assert.equal(await views.hasWork("quiet"), false);
      const queues = await views.queues({ open: 200, dead: 200 });
      assert.deepEqual(
        queues.map((one) => [one.system, one.open, one.dead, one.oldestAt]),
        [
          ["large", 200, 0, START],
          ["small", 100, 0, START],
        ],
      );
      assert.ok((await views.raised(100)).length >= 3);
      assert.equal((await views.signals(100, 600)).last, 600);
      const asked = await views.asked(0, 600, START);
      assert.deepEqual([asked.last, asked.tasks.length > 100], [600, true]);
      await views.heard();
      await assertNoScans(recorded, 10);
      // Of a provider that has all tasks there are, reading all of them is the best plan.
      assert.equal(await views.hasWork("acme"), true);
      await recorded.close();
    });
  });
}

/** One unit of each kind that reads something of its own. */
function batch(tasks: readonly string[]): Unit[] {
  const [one = "", other = ""] = tasks;
  const making: Command[] = [
    { type: "create_ticket", fields: { subject: "A ticket" } },
    { type: "create_ticket", number: "PLAN-1", fields: { subject: "A ticket" } },
    { type: "create_task", ticket: "PLAN-1", group: "acme-field", fields: { subject: "A task" } },
  ];
  const units: UnitInput[] = [
    unit(ACME, message(one, "by number")),
    unit(ACME, { type: "update_message", reference: "INC9", message: "by reference" }),
    unit(ACME, { type: "acknowledge", task: other, reference: "ANOTHER" }),
    unit(ACME, { type: "reassignment", task: other, outcome: "solved", solution: "Replaced" }),
    unit(DESK, { type: "assign_task", task: one, group: "globex-net" }),
    unit(DESK, ...making),
    unit(DESK, { type: "change_ticket", ticket: "PLAN-1", patch: { status: "dispatched", requesterPerson: null } }),
    { ...unit(ACME, message(other, "keyed")), key: { scope: "acme", key: "plan", payload: "p", keepMs: 1000 } },
    { ...unit(ACME, message(other, "keyed")), key: { scope: "acme", key: "k3", payload: "p", keepMs: 1000 } },
    { ...unit(ACME), side: { kind: "mailbox", mailbox: "m5", uidValidity: "1", before: 1, after: 2, quarantine: null } },
    ...["n200", "n201"].map((nonce) => nonceUnit(nonce, LATER, message(other, nonce))),
  ];
  units.push({ ...unit(ACME), side: fileOf("plan-1") });
  units.push({ ...unit(ACME), side: { kind: "attachment", step: "drop", id: "staged-0", pieces: 1, keep: 0, idleSince: START } });
  units.push(unit(ACME, { type: "add_attachment", task: other, attachment: "staged-1", ...FACTS }));
  units.push({ ...unit(DESK), side: { kind: "cursor", name: "plan", holder: "desk", before: null, after: 3 } });
  const alert: AlertSubject = { kind: "queue_long", system: null, provider: "acme", task: one };
  units.push({ commands: [report(alert)], caller: { kind: "gateway" }, channel: "gateway" });
  return units.map((input) => ({ ...input, at: START, ids: Array.from({ length: 6 }, () => drawId()) }));
}
