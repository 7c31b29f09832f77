// What keeps files whole: pieces in their order, one event for each, and those that no event took over dropped in small steps.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import type { AttachmentWrite, Caller, Door } from "../../../src/core/ports.ts";
import { drawId } from "../../../src/lib/ids.ts";
import { IDLE_MS } from "../../../src/store/attachment-purge.ts";
import { ACME, type Bench, codeOf, done, type Environment, GLOBEX, newTask, storeSuite, unit } from "../../helpers/store.ts";
import { add, clean, digest, filesOf, MIB, purge, read, rowOf, stage } from "../attachment-bench.ts";

export function attachmentGuards(environment: () => Environment): void {
  storeSuite("guards of attachments", environment, (bench) => {
    guards(bench);
    purging(bench);
  });
}

function guards(bench: () => Bench): void {
  const write = (side: AttachmentWrite, caller: Caller = ACME) =>
    bench().door.execute({ commands: [], caller, channel: "gateway", side });
  const piece = (id: string, pieces: number): AttachmentWrite => ({
    ...{ kind: "attachment", step: "add", id, pieces, name: "a", contentType: "text/plain" },
    ...{ bytes: Buffer.from("x"), whole: null },
  });
  const drop = (id: string, pieces: number, idleSince = Number.MAX_SAFE_INTEGER): AttachmentWrite => ({
    ...{ kind: "attachment", step: "drop", id, pieces, keep: 0, idleSince },
  });
  const lost = { name: "Failure", code: "guard_lost" };

  test("a piece goes behind the ones that are there, and nowhere else", async () => {
    const id = drawId();
    await assert.rejects(write(piece(id, 1)), lost);
    await done(write(piece(id, 0)));
    for (const wrong of [0, 2]) await assert.rejects(write(piece(id, wrong)), lost);
    await done(write(piece(id, 1)));
    assert.deepEqual(await rowOf(bench(), id), { state: "staging", pieces: 2, stored: 2 });
  });

  test("pieces of one batch follow one another, and one that lost the race fails alone", async () => {
    const id = drawId();
    const ends = await Promise.allSettled([0, 0, 1, 2].map((pieces) => write(piece(id, pieces))));
    assert.deepEqual(
      ends.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled", "fulfilled"],
    );
    assert.deepEqual(await rowOf(bench(), id), { state: "staging", pieces: 3, stored: 3 });
  });

  test("a file that is not whole, is another's or is in an event cannot be added", async () => {
    const { door } = bench();
    const task = await newTask(door);
    const half = drawId();
    await done(write(piece(half, 0)));
    const facts = { name: "a", contentType: "text/plain", size: 1, sha256: digest(Buffer.from("x")) };
    assert.equal(await codeOf(door.execute(unit(ACME, add(task, { id: half, ...facts })))), "unknown_attachment");
    const foreign = await stage(bench(), GLOBEX);
    assert.equal(await codeOf(door.execute(unit(ACME, add(task, foreign)))), "unknown_attachment");
    const own = await stage(bench());
    const twice = await Promise.all([1, 2].map(() => codeOf(door.execute(unit(ACME, add(task, own))))));
    assert.deepEqual(twice.toSorted(), ["done", "unknown_attachment"]);
    await assert.rejects(write(piece(own.id, 1)), lost);
  });

  test("one in an event is never dropped, nor one that was touched since", async () => {
    const { door, clock } = bench();
    const kept = await stage(bench());
    await done(door.execute(unit(ACME, add(await newTask(door), kept))));
    await assert.rejects(write(drop(kept.id, 1)), lost);
    await filesOf(door).discard(ACME, kept);
    assert.ok((await read(bench(), kept.id)).equals(Buffer.from("abc")));
    const fresh = await stage(bench());
    await assert.rejects(write(drop(fresh.id, 1, clock.now - 1)), lost);
    await filesOf(door).discard(ACME, fresh);
    assert.equal(await rowOf(bench(), fresh.id), null);
    await assert.rejects(write(drop(fresh.id, 1)), lost);
    assert.equal(await codeOf(door.execute(unit(ACME, add(await newTask(door), fresh)))), "unknown_attachment");
  });
}

function purging(bench: () => Bench): void {
  test("what no event took over goes after an hour, in steps of eight pieces; what is fresh stays", async () => {
    const { door, clock } = bench();
    await clean(bench());
    const large = await stage(bench(), ACME, randomBytes(5 * MIB));
    clock.now += IDLE_MS - 1;
    assert.deepEqual(await purge(bench()), []);
    const fresh = await stage(bench());
    clock.now += 1;
    const left: number[] = [];
    const seen: Door = {
      async execute(input) {
        const outcome = await door.execute(input);
        left.push((await rowOf(bench(), large.id))?.stored ?? 0);
        return outcome;
      },
    };
    assert.deepEqual(await purge({ ...bench(), door: seen }), [large.id]);
    assert.deepEqual(left, [12, 4, 0]);
    assert.equal(await rowOf(bench(), large.id), null);
    assert.equal((await rowOf(bench(), fresh.id))?.state, "staged");
  });

  test("one that is half dropped is dropped to its end, whenever", async () => {
    const large = await stage(bench(), ACME, randomBytes(3 * MIB));
    await filesOf(bench().door).discard(ACME, large);
    assert.deepEqual(await rowOf(bench(), large.id), { state: "dropping", pieces: 4, stored: 4 });
    assert.equal(await codeOf(bench().door.execute(unit(ACME, add(await newTask(bench().door), large)))), "unknown_attachment");
    assert.deepEqual(await purge(bench()), [large.id]);
    assert.equal(await rowOf(bench(), large.id), null);
  });

  test("whoever has not the lease leaves everything", async () => {
    await clean(bench());
    const staged = await stage(bench());
    bench().clock.now += 2 * IDLE_MS;
    assert.deepEqual(await purge(bench(), async () => false), []);
    assert.equal((await rowOf(bench(), staged.id))?.state, "staged");
    assert.deepEqual(await purge(bench()), [staged.id]);
  });
}
