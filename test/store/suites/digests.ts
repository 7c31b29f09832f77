// Calls without a key: the same bytes soon after are a repeat, unless ticketing touched the task since.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import type { Caller, UnitInput } from "../../../src/core/ports.ts";
import {
  ACME,
  answered,
  DESK,
  done,
  type Environment,
  GLOBEX,
  LATE,
  message,
  newTask,
  QUIET,
  START,
  storeSuite,
  unit,
} from "../../helpers/store.ts";

const WINDOW = 10 * 60_000;

function digestOf(caller: Caller, bytes: string): string {
  const sender = caller.kind === "provider" ? caller.provider : caller.kind;
  return createHash("sha256").update(`${sender} ${bytes}`).digest("hex").slice(0, 32);
}

/** A SOAP call with the digest of its text. */
function call(caller: Caller, command: Command, bytes = JSON.stringify(command)): UnitInput {
  return { ...unit(caller, command), channel: "soap", digest: digestOf(caller, bytes) };
}

export function digests(environment: () => Environment): void {
  storeSuite("repeats without a key", environment, (bench) => {
    const solve = (task: string): UnitInput =>
      call(ACME, { type: "reassignment", task, outcome: "solved", solution: "Replaced" });

    test("within the window it is a repeat, after it a new message", async () => {
      const { door, clock } = bench();
      const task = await newTask(door);
      const first = await answered(door.execute(call(ACME, message(task, "hello"))));
      assert.equal(first.repeated, false);
      clock.now = START + WINDOW - 1;
      assert.deepEqual(await answered(door.execute(call(ACME, message(task, "hello")))), { ...first, repeated: true });
      clock.now = START + WINDOW;
      const later = await answered(door.execute(call(ACME, message(task, "hello"))));
      assert.deepEqual([later.repeated, later.event === first.event], [false, false]);
      clock.now = START;
    });

    test("a note of the desk's own leaves it a repeat", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const first = await answered(door.execute(call(ACME, message(task, "hello"))));
      await answered(door.execute(unit(DESK, { type: "add_message", task, text: "among us", visibility: "internal" })));
      assert.deepEqual(await answered(door.execute(call(ACME, message(task, "hello")))), { ...first, repeated: true });
    });

    test("twice in one batch is one event", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const answers = await Promise.all([1, 2, 3].map(() => answered(door.execute(call(ACME, message(task, "hello"))))));
      assert.deepEqual(
        [new Set(answers.map((one) => one.event)).size, answers.map((one) => one.repeated)],
        [1, [false, true, true]],
      );
    });

    test("solve, decline, solve again with the same bytes is two solutions", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const first = await answered(door.execute(solve(task)));
      assert.equal((await answered(door.execute(solve(task)))).repeated, true);
      await done(door.execute(unit(DESK, { type: "decline_solution", task })));
      const second = await answered(door.execute(solve(task)));
      assert.deepEqual([second.repeated, second.event === first.event], [false, false]);
    });

    test("a window of nothing switches it off", async () => {
      const { door } = bench();
      const task = await newTask(door, "quiet-team");
      const answers = [
        await answered(door.execute(call(QUIET, message(task, "hello")))),
        await answered(door.execute(call(QUIET, message(task, "hello")))),
      ];
      assert.deepEqual(
        answers.map((one) => one.repeated),
        [false, false],
      );
    });

    test("of one task 256 are remembered, the next pushes out the first", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const events: string[] = [];
      for (let n = 1; n <= 257; n++) events.push((await answered(door.execute(call(ACME, message(task, `message ${n}`))))).event);
      assert.deepEqual(await answered(door.execute(call(ACME, message(task, "message 2")))), {
        event: events[1],
        repeated: true,
      });
      assert.deepEqual(await answered(door.execute(call(ACME, message(task, "message 257")))), {
        event: events[256],
        repeated: true,
      });
      assert.equal((await answered(door.execute(call(ACME, message(task, "message 1"))))).repeated, false);
    });

    test("the same bytes for another task are another message", async () => {
      const { door } = bench();
      const [one, other] = [await newTask(door), await newTask(door)];
      await answered(door.execute(call(ACME, message(one, "hello"), "bytes")));
      assert.equal((await answered(door.execute(call(ACME, message(other, "hello"), "bytes")))).repeated, false);
    });

    test("two providers never share an answer, not even of one task", async () => {
      const { door } = bench();
      const task = await newTask(door, "late-team");
      await done(door.execute(unit(DESK, { type: "assign_task", task, group: "globex-net" })));
      const late = await answered(door.execute(call(LATE, message(task, "hello"))));
      const own = await answered(door.execute(call(GLOBEX, message(task, "hello"))));
      assert.deepEqual([own.repeated, own.event === late.event], [false, false]);
      assert.deepEqual(await answered(door.execute(call(GLOBEX, message(task, "hello")))), { ...own, repeated: true });
      assert.deepEqual(await answered(door.execute(call(LATE, message(task, "hello")))), { ...late, repeated: true });
    });
  });
}
