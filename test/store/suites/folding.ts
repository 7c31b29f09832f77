// Random commands of everybody on a few tasks, in random batches: whatever they lead to, folding the events gives the tasks.
import { test } from "node:test";
import fc from "fast-check";
import type { Command } from "../../../src/core/commands/registry.ts";
import type { Caller, UnitInput } from "../../../src/core/ports.ts";
import { checkLedger } from "../../helpers/ledger-check.ts";
import { ACME, type Bench, DESK, type Environment, GLOBEX, LATE, newTask, storeSuite, unit } from "../../helpers/store.ts";

const RUNS = 12;
const SEED = Number(process.env["CROSSDESK_TEST_SEED"] ?? Date.now() % 1_000_000);

const index = fc.nat({ max: 2 });
const text = fc.constantFrom("one", "two", "three", "  ", "");
const reference = fc.option(fc.constantFrom("R1", "R2", "r1", ""), { nil: null });
const group = fc.constantFrom("service-desk", "second-line", "acme-field", "globex-net", "late-team", "no-such-group");
const provider = fc.constantFrom(ACME, GLOBEX, LATE);

/** A command on one of the tasks, or of their tickets, chosen by place. */
type Step = (tasks: readonly string[], tickets: readonly string[]) => UnitInput;

const of =
  (caller: Caller, command: (task: string) => Command, at: number): Step =>
  (tasks) =>
    unit(caller, command(tasks[at] ?? ""));
const told = fc.record({ caller: provider, at: index, reference, text, digest: fc.option(fc.nat({ max: 3 })) });

const acknowledgement = told.map(({ caller, at, reference }) =>
  of(caller, (task) => ({ type: "acknowledge", task, reference }), at),
);
const update = told.map(({ caller, reference, text, digest }): Step => {
  const command: Command = { type: "update_message", reference, message: text };
  return () => ({ ...unit(caller, command), ...(digest === null ? {} : { digest: String(digest).repeat(32) }) });
});
const reassignment = fc
  .tuple(told, fc.constantFrom("solved", "closed", "returned"))
  .map(([{ caller, at, reference, text }, outcome]) =>
    of(
      caller,
      (task) => ({ type: "reassignment", task, reference, outcome: outcome as "solved", solution: text, reason: text }),
      at,
    ),
  );
const desk = fc
  .record({ at: index, text, group, visibility: fc.constantFrom("internal", "provider"), deed: fc.nat({ max: 4 }) })
  .map(({ at, text, group, visibility, deed }) => {
    const commands: readonly ((task: string) => Command)[] = [
      (task) => ({ type: "assign_task", task, group }),
      (task) => ({ type: "add_message", task, text, visibility: visibility as "internal" }),
      (task) => ({ type: "decline_solution", task, reason: text }),
      (task) => ({ type: "close_task", task, reason: text }),
      (task) => ({ type: "change_task", task, patch: { priority: text || null, custom: { floor: text || null } } }),
    ];
    return of(DESK, commands[deed] ?? (() => ({ type: "close_task", task: "" })), at);
  });

const ticketing = fc.record({ at: index, text, closeTasks: fc.boolean(), deed: fc.nat({ max: 3 }) }).map(
  ({ at, text, closeTasks, deed }): Step =>
    (_tasks, tickets) => {
      const ticket = tickets[at] ?? "";
      const commands: readonly Command[] = [
        { type: "change_ticket", ticket, patch: { result: text || null, engineer: text ? { name: text } : null } },
        { type: "change_ticket", ticket, patch: { status: "dispatched" } },
        { type: "close_ticket", ticket, closeTasks, reason: text },
        { type: "reopen_ticket", ticket },
      ];
      return unit(DESK, commands[deed] as Command);
    },
);

const batch = fc.array(fc.oneof(acknowledgement, update, reassignment, desk, ticketing), { minLength: 1, maxLength: 6 });

/** Sends each batch as a whole and waits for it before the next. */
async function play({ door, db }: Bench, tasks: readonly string[], batches: readonly Step[][]): Promise<void> {
  const of = "select k.number from tasks t join tickets k on k.id = t.ticket_id where t.number in (?, ?, ?)";
  const tickets = (await db.rows<{ number: string }>(of, tasks)).map(({ number }) => number);
  for (const steps of batches) await Promise.all(steps.map((step) => door.execute(step(tasks, tickets))));
}

export function folding(environment: () => Environment): void {
  storeSuite("random commands", environment, (bench) => {
    test(`fold to the stored tasks (seed ${SEED})`, async () => {
      const property = fc.asyncProperty(fc.array(batch, { minLength: 1, maxLength: 8 }), async (batches) => {
        const { door, db } = bench();
        const tasks = [await newTask(door), await newTask(door), await newTask(door, "late-team")];
        await play(bench(), tasks, batches);
        await checkLedger(db);
      });
      await fc.assert(property, { numRuns: RUNS, seed: SEED, endOnFailure: true });
    });
  });
}
