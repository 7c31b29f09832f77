// A customer's gateway and a provider's tell each other the whole life of a task, over REST one way and SOAP the other. What both
// feeds say in the end is written out in full: nothing is missing, nothing comes twice, and nothing comes back as an echo.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { type Partner, startPartner } from "../helpers/partner.ts";
import { type DeskCommand, type Line, type ProviderCommand, tellByRest } from "../helpers/story.ts";
import { count, type Gateway, open, settled, startGateway, told, tries } from "../helpers/two-gateways.ts";
import { DESK_BEFORE, deskSite, PROVIDER_BEFORE, providerSite } from "../helpers/two-gateways-sites.ts";

suite("two gateways", () => {
  let a: Gateway;
  let b: Gateway;
  let journal: Partner;
  let team: Line;

  before(async () => {
    [a, b, journal] = await Promise.all([startGateway("DESK"), startGateway("FIELD"), startPartner()]);
    const [atA, atB] = [await a.apply(DESK_BEFORE), await b.apply(PROVIDER_BEFORE)];
    await a.apply(deskSite({ url: b.url, key: atB["customer-a"] ?? "" }, `${journal.url}/journal`));
    await b.apply(providerSite({ url: a.url, key: atA["b"] ?? "" }));
    team = { url: b.url, key: atB["field-team"] ?? "" };
  });
  after(() => Promise.all([a.app.close(), b.app.close(), journal.close()]));

  /** The provider's own number of a task, which came back as the desk's reference. */
  async function numberAtB(task: string): Promise<string> {
    const events = await a.until(`the reference of ${task}`, (all) => count(all, task, "task.acknowledged") > 0);
    return events.findLast((one) => one.data.task?.number === task)?.data.task?.reference ?? assert.fail("no reference");
  }
  async function say(line: Line, command: ProviderCommand | DeskCommand): Promise<void> {
    const { status, text } = await tellByRest(line, command);
    assert.equal(status, 201, text);
  }
  const arrives = (at: Gateway, task: string, type: string, times = 1) =>
    at.until(`${type} of ${task}, ${times} times`, (all) => count(all, task, type) >= times);

  test("a task is assigned, acknowledged, talked about, solved, declined, solved with the same words, and closed", async () => {
    const task = await open(a.desk, "b-field", "Switch without power");
    const there = await numberAtB(task);
    await say(team, { type: "acknowledge", task: there, reference: "FT-1", message: "We are on our way." });
    await arrives(a, task, "task.acknowledged", 2);
    await say(a.desk, { type: "add_message", task, text: "They are slow.", visibility: "internal" });
    await say(a.desk, { type: "add_message", task, text: "The door code is 4711.", visibility: "provider" });
    await arrives(b, there, "task.message");
    await say(team, { type: "update_message", task: there, message: "Got it, thanks & see you." });
    await arrives(a, task, "task.message", 3);
    const solved = { type: "reassignment", task: there, outcome: "solved", solution: "Replaced the <switch>." } as const;
    const resolvedAt = Date.UTC(2026, 10, 3, 14, 5);
    await say(team, { ...solved, resolvedAt });
    await arrives(a, task, "task.solved");
    await say(a.desk, { type: "decline_solution", task, reason: "Still dark." });
    await arrives(b, there, "task.solution_declined");
    await say(team, { ...solved, resolvedAt });
    await arrives(a, task, "task.solved", 2);
    await say(a.desk, { type: "close_task", task, reason: "It glows." });
    await arrives(b, there, "task.closed");
    await settled(a, b);

    assert.deepEqual(told(await a.feed(), task), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      `task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [${there}] rest`,
      `task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [${there}] soap: We are on our way.`,
      `task.message [${there}] rest: They are slow.`,
      `task.message (Update/Out TaskUpdateMessage) [${there}] rest: The door code is 4711.`,
      `task.message (Update/In TaskExternalUpdateMessage) [${there}] soap: Got it, thanks & see you.`,
      `task.solved (Reassigned/In TaskExternalReassignment) [${there}] soap: Replaced the <switch>.`,
      `task.solution_declined (Resolution Rejection/Out TaskAssignment) [${there}] rest: Still dark.`,
      `task.solved (Reassigned/In TaskExternalReassignment) [${there}] soap: Replaced the <switch>.`,
      `task.closed (Closed/Out TaskClosure) [${there}] rest: It glows.`,
    ]);
    assert.deepEqual(told(await b.feed(), there), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      "task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [FT-1] rest: We are on our way.",
      "task.message (Update/Out TaskUpdateMessage) [FT-1] rest: The door code is 4711.",
      "task.message (Update/In TaskExternalUpdateMessage) [FT-1] rest: Got it, thanks & see you.",
      "task.solved (Reassigned/In TaskExternalReassignment) [FT-1] rest: Replaced the <switch>.",
      "task.solution_declined (Resolution Rejection/Out TaskAssignment) [FT-1] rest: Still dark.",
      "task.solved (Reassigned/In TaskExternalReassignment) [FT-1] rest: Replaced the <switch>.",
      "task.closed (Closed/Out TaskClosure) [FT-1] rest: It glows.",
    ]);
    const present = await a.app.views.task(task, { kind: "desk" });
    assert.deepEqual([present?.status, present?.resolvedAt, present?.reference], ["closed", resolvedAt, there]);
    const ticket = await b.app.views.ticket((await b.app.views.task(there, { kind: "desk" }))?.ticket ?? "");
    assert.deepEqual([ticket?.subject, ticket?.priority, ticket?.requester], ["Switch without power", "1", "ada@example.com"]);
  });

  test("a task that is given back is assigned anew, found again under its number, and withdrawn", async () => {
    const task = await open(a.desk, "b-field", "Projector without picture");
    const there = await numberAtB(task);
    await say(team, { type: "acknowledge", task: there, reference: "FT-2" });
    await arrives(a, task, "task.acknowledged", 2);
    await say(team, { type: "reassignment", task: there, outcome: "returned", reason: "Not our projector." });
    await arrives(a, task, "task.returned");
    await say(a.desk, { type: "assign_task", task, group: "b-field" });
    await arrives(b, there, "task.assigned", 2);
    await say(a.desk, { type: "assign_task", task, group: "second-line" });
    await arrives(b, there, "task.closed");
    await settled(a, b);

    assert.deepEqual(told(await a.feed(), task), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      `task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [${there}] rest`,
      `task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [${there}] soap`,
      `task.returned (Reassigned/In TaskExternalReassignment) [${there}] rest: Not our projector.`,
      `task.assigned (Submit Request/Out TaskAssignment) [${there}] rest`,
      `task.withdrawn (Closed/Out TaskClosure) [${there}] rest: withdrawn`,
      "task.assigned rest",
    ]);
    assert.deepEqual(told(await b.feed(), there), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      "task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [FT-2] rest",
      "task.returned (Reassigned/In TaskExternalReassignment) [FT-2] rest: Not our projector.",
      "task.assigned (Submit Request/Out TaskAssignment) [FT-2] rest",
      "task.closed (Closed/Out TaskClosure) [FT-2] rest: withdrawn",
    ]);
    assert.equal((await b.app.views.task(there, { kind: "desk" }))?.custom.customerTask, task);
  });

  test("nobody waits for the other: what is said before the reference is there, and all at once, keeps its order", async () => {
    const task = await open(a.desk, "b-field", "Printer on fire");
    const calls = ["first", "second", "third"];
    for (const text of calls) await say(a.desk, { type: "add_message", task, text, visibility: "provider" });
    const there = await numberAtB(task);
    for (const text of calls) await say(team, { type: "update_message", task: there, message: `${text} answer` });
    await arrives(a, task, "task.message", 6);
    await arrives(b, there, "task.message", 6);
    await settled(a, b);
    const words = (lines: readonly string[], signal: string) =>
      lines.filter((one) => one.includes(signal)).map((one) => one.split(": ")[1]);
    const [atA, atB] = [told(await a.feed(), task), told(await b.feed(), there)];
    assert.deepEqual(words(atB, "Update/Out"), calls);
    assert.deepEqual(words(atA, "Update/In"), ["first answer", "second answer", "third answer"]);
  });

  test("one mapping named for all three processes told every event that left apart", async () => {
    await settled(a, b);
    const kinds = journal.requests.map((one) => JSON.parse(one.body) as { kind: string; task: string; says: string | null });
    const of = (task: string) => kinds.filter((one) => one.task === task).map(({ kind, says }) => [kind, says]);
    assert.deepEqual(of("DESK-1"), [
      ["new", null],
      ["update", "The door code is 4711."],
      ["declined", "Still dark."],
      ["closed", "It glows."],
    ]);
    assert.deepEqual(of("DESK-2"), [
      ["new", null],
      ["again", null],
      ["withdrawn", "withdrawn"],
    ]);
  });

  test("nothing else happened at either of them", async () => {
    await settled(a, b);
    for (const [gateway, name] of [
      [a, "DESK"],
      [b, "FIELD"],
    ] as const) {
      const events = await gateway.feed();
      const numbers = new Set(events.flatMap(({ data }) => data.task?.number ?? []));
      assert.deepEqual([...numbers], [`${name}-1`, `${name}-2`, `${name}-3`]);
      const others = events.filter(({ data }) => data.task === null).map(({ type }) => type);
      assert.deepEqual(others, Array(3).fill("crossdesk.ticket.created"));
    }
  });

  test("every delivery was made at the first try, and none was refused", async () => {
    await settled(a, b);
    for (const gateway of [a, b]) {
      const bad = tries(gateway).filter((one) => !/ done (http_20[014]|skipped)$/.test(one));
      assert.deepEqual(bad, []);
      assert.deepEqual(
        gateway.log.filter(({ event, try: number }) => event === "delivery.tried" && number !== 1),
        [],
      );
    }
  });
});
