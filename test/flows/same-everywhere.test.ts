// The same story told by SOAP, REST and email gives the same events; what is sent twice counts once; refusals are the same.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import fc from "fast-check";
import { startDovecot } from "../helpers/dovecot.ts";
import { lacking } from "../helpers/packages.ts";
import { compareStreams, emailSide, mailboxSide, openStage, restSide, soapSide, type Stage } from "../helpers/story-same.ts";
import { type Script, scripts } from "../helpers/story-scripts.ts";
import { type ProviderCommand, tellByRest } from "../helpers/story.ts";

const RUNS = 40;

suite("the same in every channel", () => {
  let stage: Stage;
  before(async () => {
    stage = await openStage(soapSide, restSide, emailSide);
  });
  after(() => stage.close());

  test("random stories give the same events, repeats one each", async () => {
    let events = 0;
    const property = fc.asyncProperty(scripts, async (script) => {
      events += await stage.play(script);
    });
    await fc.assert(property, { numRuns: RUNS });
    assert.ok(events > RUNS * 3, `${events} events were compared`);
  });

  test("a solution declined and sent again with the same text is two solutions", async () => {
    const task = "AGAIN-1";
    const solved = { type: "reassignment", task, outcome: "solved", solution: "Rebooted.", resolvedAt: 0 } as const;
    for (const { app, tell } of stage.sides) {
      await app.createTask({ number: task });
      const first = await tell(solved, "again-1");
      const desk = { url: app.url, key: app.keys.ticketing };
      const declined = await tellByRest(desk, { type: "decline_solution", task, reason: "It is down again." });
      const second = await tell(solved, "again-2");
      assert.deepEqual([first.code, declined.code, second.code], ["done", "done", "done"]);
      assert.notEqual(second.event, first.event);
      const page = await app.views.taskEvents(task, 0, 100, { kind: "desk" });
      const types = page?.items.map((one) => one.type).slice(2);
      assert.deepEqual(types, ["task.solved", "task.solution_declined", "task.solved"]);
    }
    await compareStreams(stage.sides, task);
  });

  test("a call sent twice is one event and the same answer", async () => {
    const task = "TWICE-1";
    for (const { name: channel, app, tell } of stage.sides) {
      await app.createTask({ number: task });
      const command = { type: "update_message", task, message: "On the way." } as const;
      const first = await tell(command, "twice-1");
      const second = await tell(command, "twice-1");
      assert.deepEqual([second.status, second.event], [first.status, first.event], channel);
      const page = await app.views.taskEvents(task, 0, 100, { kind: "desk" });
      assert.equal(page?.items.filter((one) => one.type === "task.message").length, 1, channel);
    }
  });

  for (const { name, code, command } of refusals()) {
    test(`${name} is refused as ${code}`, async () => {
      for (const { name: channel, app, tell } of stage.sides) {
        await prepareRefusals(app);
        const head = (await app.views.events(0, 1)).head;
        const told = await tell(command, `refused-${name.replaceAll(" ", "-")}`);
        assert.equal(told.code, code, channel);
        assert.equal((await app.views.events(0, 1)).head, head, "no event");
      }
    });
  }
});

/** Each tells what is wrong with it. The tasks are made by `prepareRefusals`. */
function refusals(): { name: string; code: string; command: ProviderCommand }[] {
  const message = "Anything.";
  return [
    { name: "an unknown task", code: "unknown_task", command: { type: "update_message", task: "NO-SUCH", message } },
    { name: "a task of another provider", code: "unknown_task", command: { type: "update_message", task: "FOREIGN", message } },
    { name: "a closed task", code: "task_closed", command: { type: "update_message", task: "CLOSED", message } },
    { name: "a task taken back", code: "task_withdrawn", command: { type: "update_message", task: "TAKEN", message } },
    { name: "an acknowledgement without reference", code: "reference_required", command: { type: "acknowledge", task: "OPEN" } },
    {
      name: "a solution without text",
      code: "solution_required",
      command: { type: "reassignment", task: "OPEN", outcome: "solved" },
    },
    {
      name: "a return without reason",
      code: "reason_required",
      command: { type: "reassignment", task: "OPEN", outcome: "returned" },
    },
  ];
}

const prepared = new WeakSet<object>();

async function prepareRefusals(app: Stage["sides"][number]["app"]): Promise<void> {
  if (prepared.has(app)) return;
  prepared.add(app);
  const desk = { url: app.url, key: app.keys.ticketing };
  await app.createTask({ number: "OPEN" });
  await app.createTask({ number: "FOREIGN", group: "globex-net" });
  await app.createTask({ number: "CLOSED" });
  await app.createTask({ number: "TAKEN" });
  assert.equal((await tellByRest(desk, { type: "close_task", task: "CLOSED" })).code, "done");
  assert.equal((await tellByRest(desk, { type: "assign_task", task: "TAKEN", group: "service-desk" })).code, "done");
}

/** One story for the real mailbox; with the two events of the task's making it has seven. */
const MAILED: Script = {
  group: "acme-field",
  steps: [
    { by: "provider", say: "acknowledge", text: "Accepted.", newReference: true, byReference: false, twice: true },
    { by: "provider", say: "update", text: "Half way.", newReference: false, byReference: true, twice: false },
    { by: "provider", say: "solve", text: "Done.", newReference: false, byReference: false, twice: true },
    { by: "desk", act: "decline", group: "", text: "No." },
    { by: "provider", say: "close", text: "Done at last.", newReference: false, byReference: true, twice: true },
  ],
};

test("mails read from a real mailbox give the events of REST", { skip: lacking("dovecot") }, async (t) => {
  const dovecot = await startDovecot();
  t.after(() => dovecot.remove());
  const stage = await openStage(restSide, mailboxSide(dovecot));
  t.after(() => stage.close());
  assert.equal(await stage.play(MAILED), 7);
});
