// Files of tasks: staged piece by piece and taken over by one event. Byte for byte, whatever their size.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { Door } from "../../../src/core/ports.ts";
import { PIECE_BYTES, type StagedFile } from "../../../src/inbound/attachments.ts";
import { IDLE_MS } from "../../../src/store/attachment-purge.ts";
import {
  ACME,
  answered,
  type Bench,
  codeOf,
  DESK,
  done,
  type Environment,
  newTask,
  storeSuite,
  unit,
} from "../../helpers/store.ts";
import { add, clean, DESK_READER, digest, filesOf, LIMIT, MIB, purge, read, rowOf, stage } from "../attachment-bench.ts";

const reader = (provider: string) => ({ kind: "provider", provider }) as const;

export function attachments(environment: () => Environment): void {
  storeSuite("attachments", environment, (bench) => {
    staging(bench);
    events(bench);
  });
}

function staging(bench: () => Bench): void {
  for (const [size, pieces] of [
    [0, 1],
    [1, 1],
    [PIECE_BYTES, 1],
    [PIECE_BYTES + 1, 2],
    [LIMIT, 80],
  ] as const)
    test(`a file of ${size} bytes comes back byte for byte, in ${pieces} pieces`, async () => {
      const bytes = randomBytes(size);
      const staged = await stage(bench(), ACME, bytes);
      assert.deepEqual([staged.size, staged.sha256], [size, digest(bytes)]);
      assert.deepEqual(await rowOf(bench(), staged.id), { state: "staged", pieces, stored: pieces });
      const task = await newTask(bench().door);
      await done(bench().door.execute(unit(ACME, add(task, staged))));
      assert.ok((await read(bench(), staged.id)).equals(bytes));
    });

  test("no more is taken from the source than is written", async () => {
    const { door } = bench();
    let [taken, writing, most] = [0, 0, 0];
    const slow: Door = {
      async execute(input) {
        writing += 1;
        assert.equal(writing, 1, "one piece at a time");
        const before = taken;
        const outcome = await door.execute(input);
        assert.equal(taken, before, "nothing is taken while a piece is written");
        most = Math.max(most, (input.side as { bytes: Uint8Array }).bytes.buffer.byteLength);
        writing -= 1;
        return outcome;
      },
    };
    const source = async function* () {
      for (; taken < 3 * MIB; taken += 100_000) yield randomBytes(100_000);
    };
    await filesOf(slow).stage({ caller: ACME, name: "a", contentType: null, source: source() });
    assert.equal(most, PIECE_BYTES, "a piece takes no other memory along");
  });

  test("a file over the limit ends there, and what was stored of it goes", async () => {
    const { door } = bench();
    let taken = 0;
    const ids: string[] = [];
    const seen: Door = {
      execute(input) {
        if (input.side?.kind === "attachment") ids.push(input.side.id);
        return door.execute(input);
      },
    };
    const endless = function* () {
      for (;;) {
        taken += 100_000;
        yield Buffer.alloc(100_000);
      }
    };
    const staging = filesOf(seen, MIB).stage({ caller: ACME, name: "a", contentType: null, source: endless() });
    await assert.rejects(staging, { code: "too_large" });
    assert.ok(taken <= MIB + 100_000);
    assert.equal(await rowOf(bench(), ids[0] ?? ""), null);
  });

  test("a source that breaks off leaves nothing", async () => {
    const failing = function* () {
      yield Buffer.alloc(MIB);
      throw new Error("gone");
    };
    const before = await bench().db.rows("select count(*) as n from attachments");
    const staging = filesOf(bench().door).stage({ caller: ACME, name: "a", contentType: null, source: failing() });
    await assert.rejects(staging, /gone/);
    assert.deepEqual(await bench().db.rows("select count(*) as n from attachments"), before);
  });
}

function events(bench: () => Bench): void {
  test("the event tells of the file, and the task has it, in one commit", async () => {
    const { door, store } = bench();
    const task = await newTask(door);
    const staged = await stage(bench());
    assert.deepEqual(await store.attachments.list(task, DESK_READER), []);
    assert.equal(await store.attachments.one(staged.id, DESK_READER), null);
    const [result] = await done(door.execute(unit(ACME, add(task, staged, { name: "../b.txt" }))));
    const listed = await store.attachments.list(task, DESK_READER);
    const facts = { ...staged, name: "___b.txt", visibility: "provider" };
    assert.deepEqual(listed, [
      { ...facts, task, event: result?.events[0], provider: "acme", at: bench().clock.now, inlineId: null },
    ]);
    const event = (await store.views.taskEvents(task, 0, 10, DESK_READER))?.items.at(-1);
    assert.deepEqual([event?.id, event?.type, event?.attachment], [result?.events[0], "task.attachment", facts]);
    assert.deepEqual(await rowOf(bench(), staged.id), { state: "kept", pieces: 1, stored: 1 });
  });

  test("a task made in the same unit may have one", async () => {
    const { door, store } = bench();
    const staged = await stage(bench(), DESK);
    const task = {
      type: "create_task",
      ticket: "AT-1",
      number: "AT-1-1",
      group: "acme-field",
      fields: { subject: "x" },
    } as const;
    const ticket = { type: "create_ticket", number: "AT-1", fields: { subject: "x" } } as const;
    await done(door.execute(unit(DESK, ticket, task, add("AT-1-1", staged, { visibility: "provider" }))));
    assert.equal((await store.attachments.list("AT-1-1", reader("acme")))?.length, 1);
  });

  test("a provider sees what it sent and was sent, while it has the task, and never what is the desk's own", async () => {
    const { door, store } = bench();
    const task = await newTask(door);
    const own = await stage(bench());
    const sent = await stage(bench(), DESK);
    const note = await stage(bench(), DESK);
    await done(door.execute(unit(ACME, add(task, own))));
    await done(door.execute(unit(DESK, add(task, sent, { visibility: "provider" }))));
    await done(door.execute(unit(DESK, add(task, note, { visibility: "internal" }))));
    const seen = async (who: string) => (await store.attachments.list(task, reader(who)))?.map(({ id }) => id);
    const may = async (who: string, { id }: StagedFile) => (await store.attachments.one(id, reader(who))) !== null;
    assert.deepEqual(await seen("acme"), [own.id, sent.id]);
    assert.equal(await seen("globex"), undefined);
    assert.deepEqual([await may("acme", own), await may("acme", sent), await may("acme", note)], [true, true, false]);
    assert.equal((await store.attachments.list(task, DESK_READER))?.length, 3);
    await done(door.execute(unit(DESK, { type: "assign_task", task, group: "globex-net" })));
    assert.deepEqual([await seen("acme"), await seen("globex")], [undefined, []]);
    assert.deepEqual([await may("acme", own), await may("globex", own), await may("globex", note)], [false, false, false]);
    const events = await store.views.taskEvents(task, 0, 50, reader("acme"));
    assert.equal(events, null);
  });

  test("the same call twice is one file; the second copy stays free, and goes when its hour is over", async () => {
    const { door, store, clock } = bench();
    await clean(bench());
    const task = await newTask(door);
    const [first, second] = [await stage(bench()), await stage(bench())];
    const call = (file: StagedFile) => answered(door.execute({ ...unit(ACME, add(task, file)), digest: "ab".repeat(16) }));
    const one = await call(first);
    assert.deepEqual(await call(second), { event: one.event, repeated: true });
    assert.equal((await store.attachments.list(task, DESK_READER))?.length, 1);
    assert.equal((await rowOf(bench(), second.id))?.state, "staged");
    clock.now += IDLE_MS;
    assert.deepEqual(await purge(bench()), [second.id]);
    assert.ok((await read(bench(), first.id)).equals(Buffer.from("abc")));
  });

  test("a note of the desk does not make the provider's last call new; a file for the provider does", async () => {
    const { door } = bench();
    const task = await newTask(door);
    const call = async () => answered(door.execute({ ...unit(ACME, add(task, await stage(bench()))), digest: "cd".repeat(16) }));
    await call();
    await done(door.execute(unit(DESK, add(task, await stage(bench(), DESK), { visibility: "internal" }))));
    assert.equal((await call()).repeated, true);
    await done(door.execute(unit(DESK, add(task, await stage(bench(), DESK), { visibility: "provider" }))));
    assert.equal((await call()).repeated, false);
  });

  test("a task has fifty at most, also when several come at once", async () => {
    const { door, store } = bench();
    const task = await newTask(door);
    const files = await Promise.all(Array.from({ length: 53 }, () => stage(bench())));
    await done(door.execute(unit(ACME, ...files.slice(0, 48).map((file) => add(task, file)))));
    const codes = await Promise.all(files.slice(48).map((file) => codeOf(door.execute(unit(ACME, add(task, file))))));
    assert.deepEqual(codes.toSorted(), ["done", "done", ...Array(3).fill("too_many_attachments")]);
    assert.equal((await store.attachments.list(task, DESK_READER))?.length, 50);
  });
}
