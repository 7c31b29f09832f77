// Numbers of tickets and tasks: the desk's own are kept, the ones made by format never meet them.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import type { CommandResult } from "../../../src/core/ports.ts";
import {
  codeOf,
  DESK,
  done,
  type Environment,
  newTask,
  openTestStore,
  storeOptions,
  storeSuite,
  unit,
} from "../../helpers/store.ts";

const ticket = (number: string | null): Command => ({ type: "create_ticket", number, fields: { subject: "A ticket" } });
const task = (number: string | null): Command => ({
  type: "create_task",
  ticket: "HOME",
  number,
  group: "second-line",
  fields: { subject: "A task" },
});

export function numbers(environment: () => Environment): void {
  storeSuite("numbers", environment, (bench) => {
    const execute = async (command: Command): Promise<CommandResult | undefined> =>
      (await done(bench().door.execute(unit(DESK, command))))[0];
    const made = async (number: string | null): Promise<string | null | undefined> => (await execute(task(number)))?.task;

    test("made numbers follow the format and pass over those the desk used", async () => {
      await execute(ticket("HOME"));
      for (const own of ["TSK-2", "TSK-3", "TSK-5"]) await made(own);
      assert.deepEqual([await made(null), await made(null), await made(null)], ["TSK-1", "TSK-4", "TSK-6"]);
      await execute(ticket("TKT-1"));
      assert.equal((await execute(ticket(null)))?.ticket, "TKT-2");
    });

    test("within one batch too, whichever comes first", async () => {
      const made = await Promise.all(
        ["TSK-7", null, null].map((number) => codeAndNumber(bench().door.execute(unit(DESK, task(number))))),
      );
      assert.deepEqual(made, ["TSK-7", "TSK-8", "TSK-9"]);
      const mixed = await Promise.all(
        [null, "TSK-10", null].map((number) => codeAndNumber(bench().door.execute(unit(DESK, task(number))))),
      );
      assert.equal(new Set(mixed).size, 3);
      assert.equal(mixed[1], "TSK-10");
      const tickets = await Promise.all(
        ["TKT-3", null].map((number) => codeAndNumber(bench().door.execute(unit(DESK, ticket(number))))),
      );
      assert.deepEqual(tickets, ["TKT-3", "TKT-4"]);
    });

    test("many at once are all different", async () => {
      const numbers = await Promise.all(Array.from({ length: 60 }, () => made(null)));
      assert.equal(new Set(numbers).size, 60);
    });

    test("a number that is only white space is one to be made", async () => {
      assert.match((await made("  ")) ?? "", /^TSK-\d+$/);
      assert.match((await execute(ticket("")))?.ticket ?? "", /^TKT-\d+$/);
    });

    test("a number in use is refused", async () => {
      const { door } = bench();
      const number = await newTask(door, "acme-field", "MINE-1");
      assert.equal(await codeOf(door.execute(unit(DESK, task(number)))), "number_taken");
      assert.equal(await codeOf(door.execute(unit(DESK, task(` ${number} `)))), "number_taken");
      assert.equal(await codeOf(door.execute(unit(DESK, ticket("HOME")))), "number_taken");
      const codes = await Promise.all([task("MINE-2"), task("MINE-2")].map((one) => codeOf(door.execute(unit(DESK, one)))));
      assert.deepEqual(codes, ["done", "number_taken"]);
    });

    test("a format without a place for the number is refused at start", async () => {
      const formats = { ticket: "TKT-{n}", task: "TSK" };
      const options = storeOptions(await environment().createDatabase());
      await assert.rejects(openTestStore(options.databaseUrl, { formats }), /needs \{n\}.*: TSK has none/);
    });
  });
}

async function codeAndNumber(answer: ReturnType<Parameters<typeof newTask>[0]["execute"]>): Promise<string> {
  const outcome = await answer;
  if (outcome.status === "refused") return outcome.refusal.code;
  return outcome.results[0]?.task ?? outcome.results[0]?.ticket ?? "";
}
