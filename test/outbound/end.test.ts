// How a delivery goes on, by the class of what happened.
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { commandsOf, endOf } from "../../src/outbound/end.ts";
import type { OutcomeClass } from "../../src/core/ports.ts";
import type { Try } from "../../src/outbound/try.ts";
import { DEFAULT_DELIVERY, type System } from "../../src/store/outgoing.ts";

const DELIVERY = { id: 1, key: "k", system: "s", mapping: "m", position: 1, subject: 1, attempts: 4, tries: 2 };
const NOW = 1_000_000;

function system(afterFailure: "hold" | "pass" = "hold"): System {
  return {
    ...{ name: "s", active: true, description: "", provider: null, unrestricted: true, groups: [], projects: [] },
    ...{ properties: {}, secrets: {}, apis: {}, values: {}, limits: {}, delivery: { ...DEFAULT_DELIVERY, afterFailure } },
  };
}

function sent(kind: OutcomeClass, retryAfterMs: number | null = null): Try {
  const outcome = { class: kind, code: "c", detail: "d", request: "", answer: null, parsed: null, retryAfterMs, ms: 1 };
  return { kind: "sent", outcome };
}

function end(one: Try, due: number | null = NOW + 5000, of = system()) {
  const asked: [number, number | null][] = [];
  const nextDue = (tries: number, retryAfterMs: number | null): number | null => {
    asked.push([tries, retryAfterMs]);
    return due;
  };
  return { ...endOf(one, DELIVERY, of, { now: NOW, nextDue }), asked };
}

suite("the end of a try", () => {
  test("done is done", () => {
    const { state, tries, holdSystem } = end(sent("done"));
    assert.deepEqual([state, tries, holdSystem], ["done", 3, null]);
  });

  test("what may pass is tried again at the time of the schedule, which hears what the partner asked for", () => {
    const { state, dueAt, asked } = end(sent("transient", 7000));
    assert.deepEqual([state, dueAt, asked], ["ready", NOW + 5000, [[3, 7000]]]);
  });

  test("when the schedule is over it is a dead letter", () => {
    assert.equal(end(sent("transient"), null).state, "rejected");
  });

  test("what may have arrived, and what will never work, is not repeated by itself", () => {
    for (const kind of ["ambiguous", "permanent"] as const) {
      const { state, asked, note } = end(sent(kind));
      assert.deepEqual([state, asked, note], ["rejected", [], "d"], kind);
    }
  });

  test("410 Gone stops the whole System", () => {
    const { state, holdSystem } = end(sent("gone"));
    assert.equal(state, "rejected");
    assert.match(holdSystem ?? "", /410 Gone/);
  });

  test("nothing to send is done, nothing that could be made is a dead letter", () => {
    assert.equal(end({ kind: "nothing", code: "stopped", note: "no need" }).state, "done");
    assert.equal(end({ kind: "unmade", code: "mapping_expression", note: "what" }).state, "rejected");
  });

  test("expressions that cannot be run for now are tried again by the schedule, and given up with it", () => {
    const later: Try = { kind: "later", code: "expressions_busy", note: "too many" };
    const { state, dueAt, code, note } = end(later);
    assert.deepEqual([state, dueAt, code, note], ["ready", NOW + 5000, "expressions_busy", "too many"]);
    assert.equal(end(later, null).state, "rejected");
  });

  test("a dead letter holds as its System says", () => {
    assert.equal(end(sent("permanent"), null, system("hold")).holds, true);
    assert.equal(end(sent("permanent"), null, system("pass")).holds, false);
  });

  test("what an operator has switched off or given to others holds nobody back", () => {
    for (const code of ["no_mapping", "mapping_inactive", "not_theirs"]) {
      assert.equal(end({ kind: "unmade", code, note: "why" }).holds, false, code);
    }
  });

  test("an answer sets the reference and raises an update, for an event of a task", () => {
    assert.deepEqual(commandsOf("TSK-1", { reference: "INC-1", update: "On our way" }), [
      { type: "acknowledge", task: "TSK-1", reference: "INC-1", asked: true },
      { type: "update_message", task: "TSK-1", message: "On our way" },
    ]);
    assert.deepEqual(commandsOf(null, { reference: "INC-1", update: null }), []);
    assert.deepEqual(commandsOf("TSK-1", { reference: null, update: null }), []);
  });
});
