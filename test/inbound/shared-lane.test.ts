// Places that holders share, as those of uploads are: one who takes all that it may leaves places to the others, and whose the
// places are.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { Failure } from "../../src/core/errors.ts";
import type { Caller } from "../../src/core/ports.ts";
import { createSharedLane } from "../../src/inbound/limits.ts";
import { addAttachment } from "../../src/inbound/rest/handlers/addAttachment.ts";
import type { CallOf, Services } from "../../src/inbound/rest/operation.ts";

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const isBusy = (error: unknown): boolean => error instanceof Failure && error.code === "busy";

/** A shared lane whose jobs end when they are told to. */
function stage() {
  const lane = createSharedLane({ atOnce: 6, waiting: 4, each: { atOnce: 2, waiting: 3 } });
  const running: { holder: string; end: () => void }[] = [];
  const start = (holder: string, jobs: number): Promise<void>[] =>
    Array.from({ length: jobs }, () => lane(holder, () => new Promise<void>((end) => running.push({ holder, end }))));
  const holders = () => running.map(({ holder }) => holder);
  return { lane, running, start, holders };
}

suite("a shared lane", () => {
  test("gives one holder its part, and another finds a place at once", async () => {
    const { start, holders } = stage();
    start("acme", 5);
    start("globex", 1);
    await turn();
    assert.deepEqual(holders(), ["acme", "acme", "globex"]);
  });

  test("is busy for who has too many waiting, and for no other", async () => {
    const { start, holders } = stage();
    start("acme", 5);
    await assert.rejects(Promise.all(start("acme", 1)), isBusy);
    start("globex", 2);
    await turn();
    assert.deepEqual(holders(), ["acme", "acme", "globex", "globex"]);
  });

  test("runs all that waits, in order, also after one that failed", async () => {
    const { lane, running, start } = stage();
    const failed = assert.rejects(
      lane("acme", () => Promise.reject(new Error("lost"))),
      /lost/,
    );
    const all = start("acme", 4);
    let most = 0;
    for (let ended = 0; ended < 4; ended += 1) {
      await turn();
      most = Math.max(most, running.length - ended);
      running[ended]?.end();
    }
    await Promise.all([failed, ...all]);
    assert.deepEqual([running.length, most], [4, 2]);
  });

  test("has an end for all holders together", async () => {
    const { start, holders } = stage();
    for (const holder of ["a", "b", "c", "d", "e"]) start(holder, 2);
    await assert.rejects(Promise.all(start("f", 1)), isBusy);
    assert.equal(holders().length, 6);
  });
});

suite("who holds a place of the uploads", () => {
  /** The holder under whose name an upload of this caller runs. */
  async function holderOf(caller: Caller): Promise<string> {
    let seen = "";
    const uploading = (holder: string) => {
      seen = holder;
      return Promise.reject(new Failure("busy"));
    };
    const upload = { contentType: "text/plain", disposition: 'attachment; filename="a"', digests: [], source: null };
    const query = caller.kind === "provider" ? {} : { visibility: "internal" };
    const call = { upload, query, path: { taskId: "T-1" }, visit: { caller } } as unknown as CallOf<"addAttachment">;
    await assert.rejects(addAttachment.handle(call, { uploading } as unknown as Services), isBusy);
    return seen;
  }

  test("a provider with all its credentials", async () => {
    const [one, two, other] = await Promise.all([
      holderOf({ kind: "provider", provider: "acme", credential: "c1" }),
      holderOf({ kind: "provider", provider: "acme", credential: "c2" }),
      holderOf({ kind: "provider", provider: "globex", credential: "c3" }),
    ]);
    assert.equal(one, two);
    assert.notEqual(one, other);
  });

  test("a credential of ticketing, also one called like a provider", async () => {
    const [one, two, provider] = await Promise.all([
      holderOf({ kind: "ticketing", credential: "acme" }),
      holderOf({ kind: "ticketing", credential: "desk" }),
      holderOf({ kind: "provider", provider: "acme", credential: "acme" }),
    ]);
    assert.equal(new Set([one, two, provider]).size, 3);
  });
});
