// Explicit duplicate keys: the same message gives the same answer, once stored, however often and however fast it is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DuplicateKey, UnitInput } from "../../../src/core/ports.ts";
import {
  ACME,
  answered,
  codeOf,
  type Environment,
  GLOBEX,
  message,
  newTask,
  START,
  storeSuite,
  unit,
} from "../../helpers/store.ts";

const HOUR = 3_600_000;

export function keys(environment: () => Environment): void {
  storeSuite("explicit keys", environment, (bench) => {
    const key = (name: string, more: Partial<DuplicateKey> = {}): DuplicateKey => ({
      scope: "acme",
      key: name,
      payload: "p1",
      keepMs: HOUR,
      ...more,
    });
    const keyed = (task: string, text: string, duplicate: DuplicateKey): UnitInput => ({
      ...unit(ACME, message(task, text)),
      key: duplicate,
    });
    const head = async (): Promise<number> => (await bench().store.views.events(0, 1)).head;

    test("the same payload gives the first answer again", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const first = await door.execute(keyed(task, "hello", key("again")));
      const before = await head();
      const second = await door.execute(keyed(task, "hello", key("again")));
      assert.equal(first.status, "done");
      assert.deepEqual(second, { ...first, repeated: true });
      assert.equal(await head(), before);
    });

    test("another payload is refused, another scope is another key", async () => {
      const { door } = bench();
      const task = await newTask(door);
      await answered(door.execute(keyed(task, "hello", key("other"))));
      assert.equal(await codeOf(door.execute(keyed(task, "else", key("other", { payload: "p2" })))), "key_reused");
      assert.equal((await answered(door.execute(keyed(task, "hello", key("other", { scope: "globex" }))))).repeated, false);
      assert.equal((await answered(door.execute(keyed(task, "hello", key("OTHER"))))).repeated, false);
    });

    test("an expired key is new, and remembered again", async () => {
      const { door, clock } = bench();
      const task = await newTask(door);
      const first = await answered(door.execute(keyed(task, "hello", key("old"))));
      clock.now = START + HOUR - 1;
      assert.equal((await answered(door.execute(keyed(task, "hello", key("old"))))).repeated, true);
      clock.now = START + HOUR;
      const second = await answered(door.execute(keyed(task, "else", key("old", { payload: "p2" }))));
      assert.deepEqual([second.repeated, second.event === first.event], [false, false]);
      assert.deepEqual(await answered(door.execute(keyed(task, "else", key("old", { payload: "p2" })))), {
        ...second,
        repeated: true,
      });
    });

    test("a key that expires twice within one batch is kept with its last answer", async () => {
      const { door, clock } = bench();
      const task = await newTask(door);
      const short = key("short", { keepMs: 10 });
      await answered(door.execute(keyed(task, "one", short)));
      const answers = [];
      for (const text of ["two", "three"]) {
        clock.now += 20;
        answers.push(answered(door.execute(keyed(task, text, short))));
      }
      const [two, three] = await Promise.all(answers);
      assert.deepEqual([two?.repeated, three?.repeated], [false, false]);
      assert.deepEqual(await answered(door.execute(keyed(task, "three", short))), { ...three, repeated: true });
    });

    test("refusals are not remembered", async () => {
      const { door } = bench();
      assert.equal(await codeOf(door.execute(keyed("SOON-1", "hello", key("early")))), "unknown_task");
      const task = await newTask(door, "acme-field", "SOON-1");
      assert.equal((await answered(door.execute(keyed(task, "hello", key("early"))))).repeated, false);
    });

    test("fifty units with one key have one effect", async () => {
      const { door } = bench();
      const task = await newTask(door);
      const before = await head();
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => answered(door.execute(keyed(task, "hello", key("fifty"))))),
      );
      assert.equal(new Set(answers.map((one) => one.event)).size, 1);
      assert.equal(answers.filter((one) => !one.repeated).length, 1);
      assert.equal(await head(), before + 1);
    });

    test("a side write of a repeat is taken all the same", async () => {
      const { door, store } = bench();
      const task = await newTask(door);
      const mail = (before: number): UnitInput => ({
        ...keyed(task, "by mail", key("mail")),
        channel: "email",
        side: { kind: "mailbox", mailbox: "repeats", uidValidity: "1", before, after: before + 1, quarantine: null },
      });
      const first = await answered(door.execute(mail(0)));
      assert.deepEqual(await answered(door.execute(mail(1))), { ...first, repeated: true });
      assert.deepEqual(await store.positions.read("repeats"), { uidValidity: "1", lastUid: 2 });
    });

    test("the answer is for those whose credential still holds", async () => {
      const { door, store } = bench();
      const task = await newTask(door, "globex-net");
      const hello: UnitInput = { ...unit(GLOBEX, message(task, "hello")), key: key("revoked", { scope: "globex" }) };
      await answered(door.execute(hello));
      await store.admin.apply({ remove: { credentials: ["globex"] } });
      assert.equal(await codeOf(door.execute(hello)), "unauthenticated");
    });
  });
}
