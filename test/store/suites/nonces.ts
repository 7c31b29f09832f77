// A nonce lets one unit through, whatever becomes of that unit, and is kept until nobody would take it any more.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import type { Command } from "../../../src/core/commands/registry.ts";
import { purgeNonces } from "../../../src/store/nonces.ts";
import {
  ACME,
  answered,
  codeOf,
  type Environment,
  message,
  newTask,
  nonceUnit,
  openTestStore,
  storeSuite,
} from "../../helpers/store.ts";
import { queueBench } from "../queue-bench.ts";

/** Far from what the store's own purge takes away. */
const LATER = Date.UTC(2100, 0, 1);

export function nonces(environment: () => Environment): void {
  storeSuite("nonces", environment, (bench) => {
    const send = (nonce: string, ...commands: Command[]) => codeOf(bench().door.execute(nonceUnit(nonce, LATER, ...commands)));
    const messages = async (task: string): Promise<number> => {
      const history = await bench().store.views.taskEvents(task, 0, 100, { kind: "desk" });
      return history?.items.filter((one) => one.message).length ?? 0;
    };
    const kept = async (): Promise<number> =>
      Number((await bench().db.rows<{ n: number }>("select count(*) as n from nonces"))[0]?.n);

    test("the first call is done, the same and any other by its nonce are not", async () => {
      const task = await newTask(bench().door);
      assert.equal(await send("one", message(task, "hello")), "done");
      assert.equal(await send("one", message(task, "hello")), "unauthenticated");
      assert.equal(await send("one", message(task, "something else")), "unauthenticated");
      assert.equal(await send("two", message(task, "something else")), "done");
      assert.equal(await messages(task), 2);
    });

    test("of many that come together one is done", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const codes = await Promise.all(Array.from({ length: 20 }, (_, n) => send("together", message(task, `number ${n}`))));
      assert.deepEqual(codes, ["done", ...new Array(19).fill("unauthenticated")]);
      assert.equal(await messages(task), 1);
    });

    test("neighbours with nonces of their own are not in each other's way", async () => {
      const task = await newTask(bench().door);
      const codes = await Promise.all(["c", "a", "b", "a"].map((nonce) => send(`next ${nonce}`, message(task, nonce))));
      assert.deepEqual(codes, ["done", "done", "done", "unauthenticated"]);
    });

    test("a call that is refused has used it up", async () => {
      const task = await newTask(bench().door);
      assert.equal(await send("refused", message("nowhere", "hello")), "unknown_task");
      assert.equal(await send("refused", message(task, "hello")), "unauthenticated");
      const together = [message("nowhere", "hello"), message(task, "hello")].map((one) => send("refused too", one));
      assert.deepEqual(await Promise.all(together), ["unknown_task", "unauthenticated"]);
      assert.equal(await messages(task), 0);
    });

    test("it can be used up by a call that got no further than its header", async () => {
      const task = await newTask(bench().door);
      assert.equal(await send("alone"), "done");
      assert.equal(await send("alone", message(task, "hello")), "unauthenticated");
    });

    test("a call that is repeated by its key needs a nonce of its own", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const keyed = (nonce: string) => ({
        ...nonceUnit(nonce, LATER, message(task, "hello")),
        key: { scope: "acme", key: "kept", payload: "p", keepMs: 60_000 },
      });
      const first = await answered(door.execute(keyed("k1")));
      assert.equal(await codeOf(door.execute(keyed("k1"))), "unauthenticated");
      assert.deepEqual(await answered(door.execute(keyed("k2"))), { ...first, repeated: true });
      assert.equal(await send("k2", message(task, "hello")), "unauthenticated");
    });

    test("a credential that has gone leaves the nonce alone, and is told the same", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const unit = nonceUnit("gone", LATER, message(task, "hello"));
      assert.equal(await codeOf(door.execute({ ...unit, caller: { ...ACME, credential: "nobody" } })), "unauthenticated");
      assert.equal(await codeOf(door.execute(unit)), "done");
    });

    test("it outlives the process that took it", async () => {
      const url = await environment().createDatabase();
      const first = await openTestStore(url);
      const task = await newTask(first.door);
      assert.equal(await codeOf(first.door.execute(nonceUnit("kept", LATER, message(task, "hello")))), "done");
      await first.close();
      const second = await openTestStore(url);
      assert.equal(await codeOf(second.door.execute(nonceUnit("kept", LATER, message(task, "hello")))), "unauthenticated");
      await second.close();
    });

    test("those that expired are removed in small steps, the others stay", async () => {
      const { db } = bench();
      const before = await kept();
      const expired = Array.from({ length: 25 }, (_, n) => [1000 + n, createHash("sha256").update(`${n}`).digest("hex")]);
      for (const row of expired) await db.rows("insert into nonces (expires_at, id) values (?, ?)", row);
      const { knex, close } = queueBench(bench());
      const steps: number[] = [];
      for (let gone = -1; gone !== 0; steps.push(gone)) gone = await purgeNonces(knex, 1020, 8);
      assert.deepEqual(steps, [8, 8, 4, 0]);
      assert.equal(await kept(), before + 5);
      await close();
    });

    test("the store removes them by itself", async () => {
      const url = await environment().createDatabase();
      const first = await openTestStore(url);
      await codeOf(first.door.execute(nonceUnit("old", 1000)));
      await first.close();
      // Its first round is under way when it opens, and closing waits for it.
      await (await openTestStore(url)).close();
      const third = await openTestStore(url);
      assert.equal(await codeOf(third.door.execute(nonceUnit("old", 1000))), "done", "there is nothing left of it");
      await third.close();
    });
  });
}
