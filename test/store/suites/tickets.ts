// Tickets under the ledger's lock: of writers who read the same one alone writes, also in one batch and over two stores; and a ticket
// is closed with the tasks there are at that moment.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChangeTicket } from "../../../src/core/commands/change-ticket.ts";
import { statusOf, taskTag, ticketTag } from "../../../src/core/ticket-status.ts";
import { codeOf, DESK, done, type Environment, newTask, openTestStore, storeSuite, unit } from "../../helpers/store.ts";

export function tickets(environment: () => Environment): void {
  storeSuite("tickets", environment, (bench) => {
    const ticketOf = async (task: string): Promise<string> =>
      (await bench().store.views.task(task, { kind: "desk" }))?.ticket ?? "";
    const tagOf = async (number: string): Promise<string> => {
      const ticket = await bench().store.views.ticket(number);
      return ticketTag(ticket?.revision ?? 0, statusOf(bench().store.site().ticketStatuses, ticket?.status ?? ""));
    };
    const change = (ticket: string, priority: string, ifMatch: readonly string[]): ChangeTicket => ({
      ...{ type: "change_ticket", ticket, patch: { priority }, ifMatch },
    });

    test("of ten writers in one batch who read the same, one writes", async () => {
      const { door } = bench();
      const ticket = await ticketOf(await newTask(door));
      const ifMatch = [await tagOf(ticket)];
      const codes = await Promise.all(
        [...Array(10).keys()].map((n) => codeOf(door.execute(unit(DESK, change(ticket, `P${n}`, ifMatch))))),
      );
      assert.deepEqual(codes.sort(), ["done", ...Array(9).fill("precondition_failed")]);
    });

    test("of writers at two gateways who read the same, one writes", async () => {
      const { door, url } = bench();
      // Of SQLite there is one gateway: its own door twice.
      const other = url.startsWith("sqlite:") ? null : await openTestStore(url);
      const task = await newTask(door);
      const ticket = await ticketOf(task);
      for (let round = 0; round < 5; round += 1) {
        const ifMatch = [await tagOf(ticket)];
        const codes = await Promise.all(
          [door, other?.door ?? door].flatMap((one, at) =>
            [0, 1].map((n) => codeOf(one.execute(unit(DESK, change(ticket, `${round} ${at} ${n}`, ifMatch))))),
          ),
        );
        assert.deepEqual(codes.sort(), ["done", ...Array(3).fill("precondition_failed")]);
        const revision = (await bench().store.views.task(task, { kind: "desk" }))?.revision ?? 0;
        const patches = [door, other?.door ?? door].map((one, at) =>
          codeOf(
            one.execute(
              unit(DESK, { type: "change_task", task, patch: { priority: `${round} ${at}` }, ifMatch: [taskTag(revision)] }),
            ),
          ),
        );
        assert.deepEqual((await Promise.all(patches)).sort(), ["done", "precondition_failed"]);
      }
      await other?.close();
    });

    test("a ticket is never closed with a task that was opened at the same moment", async () => {
      const { door, store } = bench();
      for (let round = 0; round < 5; round += 1) {
        const ticket = await ticketOf(await newTask(door));
        await done(door.execute(unit(DESK, { type: "close_ticket", ticket, closeTasks: true })));
        await done(door.execute(unit(DESK, { type: "reopen_ticket", ticket })));
        const fields = { subject: "Late" };
        const outcomes = await Promise.all([
          door.execute(unit(DESK, { type: "create_task", ticket, group: "acme-field", fields })),
          door.execute(unit(DESK, { type: "close_ticket", ticket })),
          door.execute(unit(DESK, { type: "create_task", ticket, group: "acme-field", fields })),
        ]);
        const isClosed = (await store.views.ticket(ticket))?.status === "closed";
        const opened = [outcomes[0], outcomes[2]].filter(({ status }) => status === "done");
        assert.equal(isClosed, opened.length === 0, "closed, or with an open task");
      }
    });

    test("a ticket is closed together with its tasks, and takes no more", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      const ticket = await ticketOf(task);
      await done(door.execute(unit(DESK, { type: "close_ticket", ticket, closeTasks: true, result: "Done" })));
      const view = await store.views.ticket(ticket);
      assert.deepEqual([view?.status, view?.result], ["closed", "Done"]);
      assert.equal((await store.views.task(task, { kind: "desk" }))?.status, "closed");
      assert.equal(
        await codeOf(door.execute(unit(DESK, { type: "create_task", ticket, group: "acme-field", fields: { subject: "x" } }))),
        "ticket_closed",
      );
    });
  });
}
