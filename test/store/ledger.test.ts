// The ledger before an engine that answers when it is told to: what goes to the database together, and when.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Unit } from "../../src/core/ports.ts";
import type { Committed, Engine } from "../../src/store/engine.ts";
import { createLedger, LEDGER_LIMITS } from "../../src/store/ledger.ts";
import { createLedgerMeter } from "../../src/store/ledger-meter.ts";

/** Keeps what it is given until it is told to answer. */
function heldEngine(limits: Pick<Engine, "lanes" | "batchUnits">) {
  const given: { units: readonly Unit[]; answer(committed: Committed): void }[] = [];
  const engine: Engine = {
    ...limits,
    inOrder: true,
    commit: (units) => new Promise((answer) => given.push({ units, answer })),
    close: async () => undefined,
  };
  const answerAll = (): void => {
    for (const { units, answer } of given.splice(0))
      answer({ ends: units.map(() => ({ outcome: { status: "done", results: [], repeated: false } })), workMs: 0 });
  };
  return { engine, given, answerAll };
}

const unit = (at: number): Unit => ({ commands: [], caller: { kind: "gateway" }, channel: "gateway", at, ids: [] });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what came in one turn is given to the database at once, as far as it takes batches, in order", async () => {
  for (const { lanes, sent } of [
    { lanes: 256, sent: [8, 8, 4] },
    { lanes: 2, sent: [8, 8] },
  ]) {
    const { engine, given, answerAll } = heldEngine({ lanes, batchUnits: 8 });
    const tools = { log: () => undefined, meter: createLedgerMeter(), onCommit: () => undefined };
    const ledger = createLedger(engine, LEDGER_LIMITS, tools);
    const answers = Promise.all(Array.from({ length: 20 }, (_, at) => ledger.commit(unit(at))));
    await turn();
    assert.deepEqual(
      given.map(({ units }) => units.length),
      sent,
    );
    const all = given.flatMap(({ units }) => units.map(({ at }) => at));
    assert.deepEqual(all, [...all.keys()]);
    answerAll();
    await turn();
    answerAll();
    assert.equal((await answers).length, 20);
    await ledger.close();
  }
});
