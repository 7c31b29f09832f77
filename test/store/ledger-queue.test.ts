// What waits for the ledger is taken in order; mails of a mailbox never stand in two batches at once where those may overtake.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { SideWrite, Unit } from "../../src/core/ports.ts";
import { LEDGER_LIMITS } from "../../src/store/ledger.ts";
import { Queue } from "../../src/store/ledger-queue.ts";

const mail = (mailbox: string): Pick<Unit, "side"> => ({
  side: { kind: "mailbox", mailbox, uidValidity: "1", before: 0, after: 1, quarantine: null } as SideWrite,
});

function queueOf(inOrder: boolean, units: readonly Pick<Unit, "side">[]) {
  const queue = new Queue({ ...LEDGER_LIMITS, batchUnits: 2, inOrder });
  const names = new Map<Unit, string>();
  for (const [index, one] of units.entries()) {
    const unit = { commands: [], ...one } as unknown as Unit;
    names.set(unit, `${index + 1}${one.side?.kind === "mailbox" ? one.side.mailbox : ""}`);
    queue.put(unit);
  }
  const take = () => {
    const batch = queue.take();
    return { names: batch.map((one) => names.get(one.unit)), free: () => queue.free(batch) };
  };
  return { queue, take };
}

test("mails of a mailbox wait for those that are under way, and nobody else does", () => {
  const { queue, take } = queueOf(false, [mail("a"), mail("a"), mail("a"), {}, mail("b"), mail("a"), {}]);
  const first = take();
  const second = take();
  const third = take();
  assert.deepEqual([first.names, second.names, third.names, take().names], [["1a", "2a"], ["4", "5b"], ["7"], []]);
  assert.deepEqual([queue.length, queue.gives()], [2, false]);
  third.free();
  assert.deepEqual(take().names, []);
  first.free();
  assert.equal(queue.gives(), true);
  assert.deepEqual(take().names, ["3a", "6a"]);
});

test("where batches keep their order none waits", () => {
  const { take } = queueOf(true, [mail("a"), mail("a"), mail("a"), {}]);
  assert.deepEqual(
    [take().names, take().names],
    [
      ["1a", "2a"],
      ["3a", "4"],
    ],
  );
});
