// How mails that were set aside, and answers to mails, are looked through: what is found, and that it is found by an index.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { SideWrite } from "../../../src/core/ports.ts";
import { drawId } from "../../../src/lib/ids.ts";
import { createMailAnswers } from "../../../src/store/mail-answers.ts";
import { createMessageViews } from "../../../src/store/views/messages.ts";
import { ACME, connect, done, type Environment, openTestStore, unit } from "../../helpers/store.ts";
import { assertNoScans, record } from "../recorded.ts";

/** A mail that is set aside: one of them beyond the budget, each from somebody else, and answered. */
function asideMail(n: number): SideWrite {
  const about = { reason: n === 7 ? "loop" : "no_task", detail: null, messageId: null, sender: `s${n}@x.example`, subject: null };
  const letter = { subject: "s", text: "t", inReplyTo: null, references: [] };
  const answer = {
    id: drawId(),
    mailbox: n % 2 ? "odd" : "even",
    kind: "refused",
    recipient: `s${n}@x.example`,
    letter,
  } as const;
  const place = { mailbox: `m${n}`, uidValidity: "1", before: 0, after: 1 };
  return { kind: "mailbox", ...place, quarantine: { ...about, raw: Buffer.from("x") }, effects: { answer } };
}

export function mailPlans(environment: () => Environment): void {
  suite("mails and answers", () => {
    test("are found by reason, sender and mailbox, without reading all of them", async () => {
      const url = await environment().createDatabase();
      const { door, close } = await openTestStore(url);
      await Promise.all(Array.from({ length: 400 }, (_, n) => done(door.execute({ ...unit(ACME), side: asideMail(n) }))));
      await close();
      const db = await connect(url);
      await db.rows(url.startsWith("sqlite:") ? "analyze" : "analyze table messages, mail_answers");
      await db.close();
      const recorded = record(url);
      const views = createMessageViews(recorded.reader);
      const of = async (filter: object): Promise<unknown> =>
        (await views.search({ ...filter, limit: 5 })).items.map(({ code, sender }) => [code, sender]);
      assert.deepEqual(await of({ code: "loop" }), [["loop", "s7@x.example"]]);
      assert.deepEqual(await of({ sender: "S50@x.example", kind: "quarantined" }), [["no_task", "s50@x.example"]]);
      assert.deepEqual(await of({ sender: "s50@x.example", code: "loop" }), []);
      assert.equal(((await of({ code: "no_task" })) as unknown[]).length, 5);
      const { list } = createMailAnswers(undefined as never, recorded.reader);
      const page = await list({ mailbox: "odd", limit: 5 });
      assert.equal(page.items.length, 5);
      const rest = await list({ mailbox: "odd", state: "ready", after: page.next ?? "", limit: 10 });
      assert.deepEqual([rest.items.length, rest.next !== null], [10, true]);
      assert.deepEqual((await list({ mailbox: "odd", state: "failed", limit: 5 })).items, []);
      assert.equal((await list({ mailbox: "even", recipient: "s8@x.example", limit: 5 })).items.length, 1);
      await assertNoScans(recorded, 5);
      await recorded.close();
    });
  });
}
