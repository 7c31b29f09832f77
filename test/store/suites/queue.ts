// The ledger's queue: bounded by count and by bytes, with a word at once to those who find it full; whoever is in is served.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import type { UnitInput } from "../../../src/core/ports.ts";
import { ACME, DESK, type Environment, message, newTask, openTestStore, unit } from "../../helpers/store.ts";

const kilobytes = (count: number): string => "x".repeat(count * 512);
const wide = (): Command => ({
  type: "create_ticket",
  fields: { subject: "Wide", custom: { one: kilobytes(7), two: kilobytes(7), three: kilobytes(7) } },
});

export function queue(environment: () => Environment): void {
  suite("the queue", () => {
    /** Sends the units in one turn and tells how each ended, in the order in which they did. */
    const ends = async (units: readonly UnitInput[], limits: { queueUnits?: number; queueBytes?: number }): Promise<string[]> => {
      const opened = await openTestStore(await environment().createDatabase(), limits);
      const order: string[] = [];
      const sent = units.map((one) =>
        opened.door.execute(one).then(
          (outcome) => order.push(outcome.status),
          (error: { code: string }) => order.push(error.code),
        ),
      );
      await Promise.all(sent);
      const { head } = await opened.store.views.events(0, 1);
      assert.equal(head, order.filter((one) => one === "done").length, "everything accepted is stored");
      await opened.close();
      return order;
    };
    const ticket: Command = { type: "create_ticket", fields: { subject: "A ticket" } };
    const many = (count: number, command: Command): UnitInput[] => Array.from({ length: count }, () => unit(DESK, command));

    test("one unit more than it holds is told so before anything is stored", async () => {
      assert.deepEqual(await ends(many(8, ticket), { queueUnits: 5 }), [...Array(3).fill("busy"), ...Array(5).fill("done")]);
    });

    test("its bytes are bounded too, also those inside the fields of a ticket", async () => {
      const large: Command = { ...ticket, fields: { subject: "A ticket", description: kilobytes(40) } };
      assert.deepEqual(await ends(many(4, large), { queueBytes: 100 * 1024 }), ["busy", "busy", "done", "done"]);
      assert.deepEqual(await ends(many(6, wide()), { queueBytes: 100 * 1024 }), ["busy", "busy", "done", "done", "done", "done"]);
    });

    test("one unit larger than all of it is taken when nothing else waits", async () => {
      const large: Command = { ...ticket, fields: { subject: "A ticket", description: kilobytes(100) } };
      assert.deepEqual(await ends(many(1, large), { queueBytes: 10 * 1024 }), ["done"]);
    });

    test("closing serves those who wait and takes no more", async () => {
      const url = await environment().createDatabase();
      const opened = await openTestStore(url);
      const task = await newTask(opened.door);
      const waiting = Array.from({ length: 400 }, (_, n) => opened.door.execute(unit(ACME, message(task, `message ${n}`))));
      const closed = opened.close();
      const outcomes = await Promise.all(waiting);
      assert.ok(outcomes.every((one) => one.status === "done"));
      await closed;
      await assert.rejects(opened.door.execute(unit(ACME, message(task, "too late"))), { code: "stopping", class: "busy" });
      const again = await openTestStore(url);
      const { items } = await again.store.views.events(0, 1000);
      await again.close();
      const said = items.flatMap((one) => one.message?.text ?? []);
      const sent = Array.from({ length: 400 }, (_, n) => `message ${n}`);
      // Batches under way at once may overtake each other on MariaDB: those who send at once have no order among themselves there.
      if (url.startsWith("sqlite:")) assert.deepEqual(said, sent);
      else assert.deepEqual(said.toSorted(), sent.toSorted());
    });
  });
}
