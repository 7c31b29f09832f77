// The same life of a task with a provider that has nothing but mail: the desk's gateway writes by SMTP, people reply in their mail
// program, and their answers come back through a real mailbox.
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { lacking } from "../helpers/packages.ts";
import { type DeskCommand, tellByRest } from "../helpers/story.ts";
import { count, type Gateway, open, settled, startGateway, told, tries } from "../helpers/two-gateways.ts";
import { type MailProvider, startMailProvider, wordsOf } from "../helpers/two-gateways-mail.ts";

suite("a gateway and people with mail", { skip: lacking("dovecot") }, () => {
  let desk: Gateway;
  let people: MailProvider;

  before(async () => {
    desk = await startGateway("DESK");
    people = await startMailProvider(desk);
  });
  after(async () => {
    await desk.app.close();
    await people.close();
  });

  async function say(command: DeskCommand): Promise<void> {
    const { status, text } = await tellByRest(desk.desk, command);
    assert.equal(status, 201, text);
  }
  const arrives = (task: string, type: string, times = 1) =>
    desk.until(`${type} of ${task}, ${times} times`, (all) => count(all, task, type) >= times);

  test("a task is assigned, acknowledged, talked about, solved, declined, solved with the same words, and closed", async () => {
    const task = await open(desk.desk, "c-field", "Switch without power");
    const first = await people.mail(1);
    await people.answer(first, "I am away until Monday.", {}, ["Auto-Submitted: auto-replied"]);
    await people.answer(first, "We are on our way.");
    await arrives(task, "task.acknowledged");
    await people.answer(first, "", { ExternalReference: "C-77" });
    await arrives(task, "task.acknowledged", 2);
    await say({ type: "add_message", task, text: "They are slow.", visibility: "internal" });
    await say({ type: "add_message", task, text: "The door code is 4711.", visibility: "provider" });
    const second = await people.mail(2);
    await people.answer(second, "Got it, thanks.\nSee you!");
    await arrives(task, "task.message", 3);
    await people.answer(second, "", { Solution: "Replaced the switch." });
    await arrives(task, "task.solved");
    await say({ type: "decline_solution", task, reason: "Still dark." });
    await people.answer(await people.mail(3), "", { Solution: "Replaced the switch." });
    await arrives(task, "task.solved", 2);
    await say({ type: "close_task", task, reason: "It glows." });
    await people.mail(4);
    await settled(desk);

    assert.deepEqual(told(await desk.feed(), task), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      "task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) email: We are on our way.",
      "task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [C-77] email",
      "task.message [C-77] rest: They are slow.",
      "task.message (Update/Out TaskUpdateMessage) [C-77] rest: The door code is 4711.",
      "task.message (Update/In TaskExternalUpdateMessage) [C-77] email: Got it, thanks.\nSee you!",
      "task.solved (Reassigned/In TaskExternalReassignment) [C-77] email: Replaced the switch.",
      "task.solution_declined (Resolution Rejection/Out TaskAssignment) [C-77] rest: Still dark.",
      "task.solved (Reassigned/In TaskExternalReassignment) [C-77] email: Replaced the switch.",
      "task.closed (Closed/Out TaskClosure) [C-77] rest: It glows.",
    ]);
    assert.deepEqual(await wordsFrom(1), [
      "New: Switch without power",
      "Message: The door code is 4711.",
      "Declined: Still dark.",
      "Closed: It glows.",
    ]);
  });

  test("a task that is given back is assigned anew and withdrawn", async () => {
    const task = await open(desk.desk, "c-field", "Projector without picture");
    const first = await people.mail(5);
    await people.answer(first, "", { ExternalReference: "C-78" });
    await arrives(task, "task.acknowledged");
    await people.write(`Re: ${first.subject}`, `[[TaskId]]: ${task}\n[[Status]]: returned\n[[Reason]]: Not our projector.\n`);
    await arrives(task, "task.returned");
    await say({ type: "assign_task", task, group: "c-field" });
    await people.mail(6);
    await say({ type: "assign_task", task, group: "second-line" });
    const last = await people.mail(7);
    await people.answer(last, "All right.");
    await settled(desk);

    assert.deepEqual(told(await desk.feed(), task), [
      "task.created rest",
      "task.assigned (Submit Request/Out TaskAssignment) rest",
      "task.acknowledged (Acknowledged/In TaskExternalAcknowledgement) [C-78] email",
      "task.returned (Reassigned/In TaskExternalReassignment) [C-78] email: Not our projector.",
      "task.assigned (Submit Request/Out TaskAssignment) [C-78] rest",
      "task.withdrawn (Closed/Out TaskClosure) [C-78] rest: withdrawn",
      "task.assigned rest",
    ]);
    assert.deepEqual(await wordsFrom(5), [
      "New: Projector without picture",
      "Once more: Projector without picture",
      "Withdrawn.",
    ]);
  });

  test("nothing comes back as an echo: every mail was sent once, and what was answered led to no other", async () => {
    await desk.when("the last answer", () => desk.log.filter(({ channel }) => channel === "email").length >= 9);
    await settled(desk);
    assert.equal(people.count(), 7);
    assert.deepEqual([...new Set(tries(desk))], ["c-all done smtp_250"]);
    const handled = desk.log.filter(({ channel }) => channel === "email").map(({ outcome }) => outcome);
    assert.deepEqual(
      handled.filter((one) => one !== "done"),
      ["automatic", "task_withdrawn"],
    );
  });

  /** What the mails from this number on say. */
  async function wordsFrom(number: number): Promise<string[]> {
    const numbers = Array.from({ length: people.count() - number + 1 }, (_, index) => number + index);
    return (await Promise.all(numbers.map((one) => people.mail(one)))).map(wordsOf);
  }
});
