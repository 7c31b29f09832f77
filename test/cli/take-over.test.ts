// Taking over: what one gateway exports another imports, the same records twice change nothing, and nothing leaves to anybody.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { after, before, suite, test } from "node:test";
import type { Command } from "../../src/core/commands/registry.ts";
import { readSettings } from "../../src/settings.ts";
import type { EventView, TaskView } from "../../src/store/views/types.ts";
import { CALLERS, startApp, type TestApp } from "../helpers/app.ts";
import { commandLine, crossdesk, type Ran } from "../helpers/cli.ts";

const DESK = { kind: "desk" } as const;
/** A mapping that would send every assignment, so that one that is taken over would be seen to leave. */
const WATCHED = {
  systems: [
    {
      name: "acme-desk",
      provider: "acme",
      groups: ["acme-field"],
      apis: { hook: { kind: "rest", url: "https://acme.example/" } },
    },
  ],
  mappings: [{ name: "acme-new", system: "acme-desk", api: "hook", body: "{}" }],
} as never;

let one: TestApp;
let other: TestApp;
let folder: string;
let exported: string;

const lines = (text: string): Record<string, unknown>[] => JSON.parse(`[${text.trim().replaceAll("\n", ",")}]`);

/** Imports a text as a file would be. */
async function take(text: string, ...args: string[]): Promise<Ran> {
  const file = join(folder, "-");
  await writeFile(file, text);
  return commandLine(through(other, "import", file, ...args));
}

const through = (app: TestApp, ...args: string[]): string[] => [...args, "--url", app.url, "--key", app.keys.admin];

async function give(app: TestApp, who: keyof typeof CALLERS, command: Command): Promise<void> {
  const done = await app.door.execute({ caller: CALLERS[who], channel: "soap", commands: [command] });
  assert.equal(done.status, "done", JSON.stringify(done));
}

/** Three tasks that went different ways. */
async function live(app: TestApp): Promise<string[]> {
  const task = await app.createTask({ number: "K-1", subject: "Replace the switch" });
  await give(app, "acme", { type: "acknowledge", task, reference: "INC1", message: "On our way" });
  await give(app, "acme", { type: "acknowledge", task, reference: "INC2" });
  await give(app, "ticketing", { type: "add_message", task, text: "for us alone", visibility: "internal" });
  await give(app, "acme", {
    type: "reassignment",
    task,
    outcome: "solved",
    solution: "Replaced",
    resolvedAt: Date.UTC(2026, 1, 2),
  });
  await give(app, "ticketing", { type: "decline_solution", task, reason: "Still dark" });
  const second = await app.createTask({ number: "K-2", group: "globex-net" });
  await give(app, "ticketing", { type: "assign_task", task: second, group: "acme-field" });
  await give(app, "acme", { type: "reassignment", task: second, outcome: "returned", reason: "Not ours" });
  const third = await app.createTask({ number: "K-3" });
  await give(app, "acme", { type: "reassignment", task: third, outcome: "closed", solution: "Done", reference: "INC3" });
  const ticket = (await app.views.task(third, DESK))?.ticket ?? "";
  const [, later] = app.app.store.site().ticketStatuses.filter(({ final }) => !final);
  const appointment = { from: "2026-03-01T09:00:00+01:00", until: "2026-03-01T11:00:00+01:00" };
  const patch = {
    status: later?.name ?? "",
    priority: "high",
    result: "half done",
    engineer: { name: "Ada", phone: "+49 1" },
    appointment,
  };
  await give(app, "ticketing", { type: "change_ticket", ticket, patch });
  return [task, second, third];
}

const OWN: Record<string, unknown> = { updatedAt: 0, position: 0, revision: 0, channel: "", process: null };
const plain = <T extends object>(view: T | null | undefined): object => ({
  ...view,
  ...Object.fromEntries(Object.keys(OWN).map((name) => [name, null])),
});

/** Tickets come as they are, without their own history: every event has that. */
const happened = ({ ticket, ...event }: EventView): object => ({ ...plain(event), ticket: ticket?.number });

async function stateOf({ views }: TestApp, numbers: readonly string[]): Promise<object[]> {
  const found = numbers.map(async (number) => {
    const task: TaskView | null = await views.task(number, DESK);
    const events = (await views.taskEvents(number, 0, 200, DESK))?.items ?? [];
    const shown = await views.taskEvents(number, 0, 200, { kind: "provider", provider: "acme" });
    const ticket = await views.ticket(task?.ticket ?? "");
    return { task: plain(task), ticket: plain(ticket), events: events.map(happened), shown: (shown?.items ?? []).map(happened) };
  });
  return Promise.all(found);
}

async function feedOf({ views }: TestApp): Promise<readonly EventView[]> {
  return (await views.events(0, 1000)).items;
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "crossdesk-take-over-"));
  [one, other] = await Promise.all([startApp(), startApp({ site: WATCHED })]);
});
after(async () => {
  await Promise.all([one.close(), other.close()]);
  await rm(folder, { recursive: true, force: true });
});

suite("export and import", () => {
  test("give another gateway the same tickets, tasks, references and history", async () => {
    const numbers = await live(one);
    const written = await commandLine(through(one, "export"));
    assert.equal(written.code, 0, written.err);
    exported = written.out;
    assert.deepEqual(
      lines(exported).map(({ kind }) => kind),
      ["export", "site", ...Array(3).fill("ticket"), ...Array(3).fill("task")],
    );
    const taken = await crossdesk(through(other, "import", "-"), exported);
    assert.equal(taken.code, 0, taken.out + taken.err);
    assert.match(taken.err, /^6 imported, 0 unchanged, 0 refused\.$/m);
    assert.deepEqual(await stateOf(other, numbers), await stateOf(one, numbers));
    const again = lines((await commandLine(through(other, "export"))).out);
    assert.deepEqual(again.slice(2), lines(exported).slice(2));
  });

  test("find a task by each number its provider ever gave, and by the ids of its processes", async () => {
    const old = await other.views.tasks({ reference: "INC1", limit: 10 }, DESK);
    assert.deepEqual(
      old.items.map(({ number }) => number),
      ["K-1"],
    );
    const started = (await feedOf(one)).find(({ task, process }) => task?.number === "K-1" && process !== null);
    await give(other, "acme", { type: "update_message", task: started?.process?.id ?? "", message: "by its process" });
    const told = await other.views.taskEvents("K-1", 0, 200, DESK);
    assert.equal(told?.items.at(-1)?.message?.text, "by its process");
  });

  test("start no process: no delivery is made of what was taken over, and the feed marks it", async () => {
    const own = await other.createTask({ number: "K-OWN" });
    const made = new Map<string, unknown>();
    while (!made.has(own)) {
      const page = await other.app.store.monitoring.deliveries({ limit: 50 });
      for (const { task } of page.items) made.set(task ?? "", task);
      if (!made.has(own)) await delay(20);
    }
    assert.deepEqual([...made.keys()], [own]);
    const feed = await feedOf(other);
    assert.ok(feed.filter(({ task }) => task?.number === "K-3").every(({ channel }) => channel === "import"));
  });

  test("change nothing the second time, although a task has gone on", async () => {
    const head = (await other.views.events(0, 1)).head;
    const taken = await take(exported);
    assert.equal(taken.code, 0, taken.out);
    assert.match(taken.err, /^0 imported, 6 unchanged, 0 refused\.$/m);
    assert.equal((await other.views.events(0, 1)).head, head);
  });

  test("report a record that has changed, and take it over when told to", async () => {
    const changed = lines(exported).map((one) =>
      one["number"] === "K-3" ? { ...one, status: "acknowledged", subject: "Once more" } : one,
    );
    const text = changed.map((line) => JSON.stringify(line)).join("\n");
    const reported = await take(text);
    assert.equal(reported.code, 1);
    assert.match(reported.out, /\/-:8: task K-3: import_differs: .*has changed since it was imported/);
    assert.equal((await other.views.task("K-3", DESK))?.status, "closed");
    const taken = await take(text, "--update");
    assert.equal(taken.code, 0, taken.out);
    const task = await other.views.task("K-3", DESK);
    assert.deepEqual([task?.status, task?.subject], ["acknowledged", "Once more"]);
    const again = await take(text, "--update");
    assert.match(again.err, /^0 imported, 6 unchanged, 0 refused\.$/m);
  });
});

suite("a file of another system", () => {
  const ticket = { kind: "ticket", number: "OLD-1", subject: "No network" };
  const task = { kind: "task", number: "OLD-1-1", ticket: "OLD-1", status: "acknowledged", group: "acme-field", subject: "Look" };

  test("is tried line by line, with what to correct, and nothing happens", async () => {
    const file = join(folder, "old.ndjson");
    const bad = [
      { ...task, number: "X-1", group: "nowhere" },
      { ...task, number: "X-2", status: "lost" },
      { ...task, number: "X-3", ticket: "NONE" },
    ];
    const history = [{ ...task, number: "X-4", history: [{ type: "task.flown", at: "2026-01-01T00:00:00Z" }] }];
    await writeFile(
      file,
      [ticket, task, "{", ...bad, ...history].map((one) => (typeof one === "string" ? one : JSON.stringify(one))).join("\n"),
    );
    const tried = await commandLine(through(other, "import", file, "--dry-run"));
    assert.equal(tried.code, 1);
    const said = tried.out.trim().split("\n").sort();
    assert.deepEqual(
      said.map((line) => line.slice(file.length, file.length + 60)),
      [
        ":1: ticket OLD-1: would be imported",
        ":2: task OLD-1-1: would be imported",
        said[2]?.slice(file.length, file.length + 60),
        ":4: task X-1: unknown_group: There is no group with this nam",
        said[4]?.slice(file.length, file.length + 60),
        ":6: task X-3: unknown_ticket: There is no ticket with this n",
        ":7: task X-4: invalid_request: The message does not have the",
      ],
    );
    assert.match(said[2] ?? "", /:3: no JSON/);
    assert.match(
      said[4] ?? "",
      /:5: task status: must be equal to one of the allowed values \(assigned, acknowledged, solved, closed\)/,
    );
    assert.equal(await other.views.ticket("OLD-1"), null);
  });

  test("needs no history: what is missing is made up for, and a provider can go on by its own number", async () => {
    const references = [
      { provider: "acme", reference: "A-1" },
      { provider: "acme", reference: "A-2", since: "2026-03-01T00:00:00Z" },
    ];
    const full = { ...task, references, createdAt: "2026-02-01T00:00:00Z", custom: { site: "Bonn" } };
    const taken = await take(`${JSON.stringify(ticket)}\n${JSON.stringify(full)}\n`);
    assert.equal(taken.code, 0, taken.out);
    await give(other, "acme", { type: "update_message", reference: "A-2", message: "still on it" });
    const view = await other.views.task("OLD-1-1", DESK);
    assert.deepEqual([view?.status, view?.reference, view?.custom], ["acknowledged", "A-2", { site: "Bonn" }]);
    assert.equal(view?.createdAt, Date.UTC(2026, 1, 1));
    const past = await other.views.tasks({ reference: "A-1", limit: 1 }, DESK);
    assert.equal(past.items[0]?.number, "OLD-1-1");
  });

  test("leaves the numbers made here going on behind those that came", async () => {
    const { ticketFormat } = readSettings({});
    const came = ticketFormat.replace("{n}", "500");
    await take(JSON.stringify({ ...ticket, number: came }));
    const made = await other.door.execute({
      caller: CALLERS.ticketing,
      channel: "rest",
      commands: [{ type: "create_ticket", fields: { subject: "new" } }],
    });
    assert.equal(made.status === "done" && made.results[0]?.ticket, ticketFormat.replace("{n}", "501"));
  });
});
